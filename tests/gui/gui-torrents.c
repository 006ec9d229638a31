/* gui-torrents.c: see gui-torrents.h. */
#include "tests/gui/gui-torrents.h"

#include <string.h>

#define PIECE_LENGTH 16384u
#define HASH_LEN 20u

static void
put_string (GString *out, const char *text)
{
  g_string_append_printf (out, "%zu:%s", strlen (text), text);
}

static void
put_file (GString *out, const GuiTestFile *file)
{
  g_auto (GStrv) parts = g_strsplit (file->path, "/", -1);

  g_string_append_printf (out, "d6:lengthi%" G_GUINT64_FORMAT "e4:pathl", file->length);
  for (char **part = parts; *part != NULL; part++)
    put_string (out, *part);
  g_string_append (out, "ee");
}

GBytes *
gui_torrents_make (const char *name, const GuiTestFile *files, guint n, const char *announce)
{
  GString *out = g_string_new ("d");
  guint64 total = 0;
  gsize len;

  if (announce != NULL)
    {
      put_string (out, "announce");
      put_string (out, announce);
    }
  g_string_append (out, "4:infod5:filesl");
  for (guint i = 0; i < n; i++)
    {
      put_file (out, &files[i]);
      total += files[i].length;
    }
  g_string_append (out, "e4:name");
  put_string (out, name);
  g_string_append_printf (out, "12:piece lengthi%ue6:pieces", PIECE_LENGTH);
  len = (gsize) ((total + PIECE_LENGTH - 1) / PIECE_LENGTH) * HASH_LEN;
  g_string_append_printf (out, "%zu:", len);
  g_string_set_size (out, out->len + len);
  memset (out->str + out->len - len, (int) strlen (name), len);
  g_string_append (out, "ee");
  return g_string_free_to_bytes (out);
}

GBytes *
gui_torrents_make_large (guint n)
{
  g_autoptr (GStringChunk) paths = g_string_chunk_new (64 * 1024);
  g_autofree GuiTestFile *files = g_new (GuiTestFile, n);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("folder %u/part %u/a file of some length, %u.txt",
                                               i * 100 / n, i / 500, i);

      files[i] = (GuiTestFile){ g_string_chunk_insert (paths, path), 1 };
    }
  return gui_torrents_make ("large", files, n, NULL);
}
