/* test-btf-names.c: under which of its names each file is found, and that no two are one. */
#include <string.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "files-maker.h"
#include "protocol/digest/btd.h"
#include "protocol/files/btf-names.h"
#include "tests/unit/torrent-maker.h"

#define FILES(list) "{'info' {'files' [" list "] 'name' 'con' 'piece length' 16384 'pieces' @20}}"
#define FILE(path) "{'length' 1 'path' [" path "]}"

typedef struct
{
  const char *notation;
  const char *disk[5]; /* files below the torrent's folder */
  bool blind;          /* to letter case */
  const char *want;    /* what each file is called */
} Row;

static const Row rows[] = {
  { FILES (FILE ("'a'") FILE ("'b'")), { "a", "b" }, false, "a b" },

  /* the cleaned name, the raw one, both, none */
  { FILES (FILE ("'aux'") FILE ("'x\\x5cy'")), { "aux_", "xy" }, false, "aux_ xy" },
  { FILES (FILE ("'aux'") FILE ("'x\\x5cy'")), { "aux", "x\\y" }, false, "aux x\\y" },
  { FILES (FILE ("'aux'") FILE ("'x\\x5cy'")), { "aux", "xy" }, false, "aux xy" },
  { FILES (FILE ("'aux'")), { "aux", "aux_" }, false, "aux_" },
  { FILES (FILE ("'aux'")), { "other" }, false, "aux_" },
  { FILES (FILE ("'aux' 'nul' 'a'") FILE ("'aux' 'nul' 'b'") FILE ("'aux' 'con'")),
    { "aux/nul/a", "aux/nul/b", "aux/con" },
    false,
    "aux/nul/a aux/nul/b aux/con" },
  { FILES (FILE ("'aux' 'nul' 'a'") FILE ("'aux' 'nul' 'b'")),
    { "aux/nul/a", "aux_/nul_/b" },
    false,
    "aux/nul/a aux_/nul_/b" },

  /* letter case */
  { FILES (FILE ("'A'") FILE ("'a'") FILE ("'b'")), { "A", "a", "b" }, false, "A a b" },
  { FILES (FILE ("'A'") FILE ("'a'")), { "A", "a (2)" }, false, "A a (2)" },
  { FILES (FILE ("'A'") FILE ("'a'")), { "a" }, false, "A a" },
  { FILES (FILE ("'A'") FILE ("'a'")), { "a" }, true, "A a (2)" },
  { FILES (FILE ("'A'") FILE ("'a'")), { "a", "a (2)" }, true, "A a (2)" },
  { FILES (FILE ("'AUX'")), { "aux" }, true, "AUX_" },
  { FILES (FILE ("'AUX' 'a'")), { "aux/a" }, true, "AUX_/a" },
  { FILES (FILE ("'aux' 'a'")), { "aux/a" }, true, "aux/a" },
  { FILES (FILE ("'d' 'a'") FILE ("'D' 'a'")), { "d/a", "D/a" }, false, "d/a D/a" },
  { FILES (FILE ("'d' 'a'") FILE ("'D' 'a'")), { "d/a" }, true, "d/a D/a (2)" },

  /* the same name twice: the disk has it once */
  { FILES (FILE ("'a'") FILE ("'a'")), { "a" }, false, "a a (2)" },
  { FILES (FILE ("'A'") FILE ("'a'") FILE ("'a'")), { "A", "a" }, false, "A a a (3)" },

  /* one is called as another one is spelt */
  { FILES (FILE ("'nul'") FILE ("'nul_'")), { "nul", "nul_" }, false, "nul nul_" },
  { FILES (FILE ("'nul'") FILE ("'nul_'")), { "nul_", "nul_ (2)" }, false, "nul_ nul_ (2)" },
  { FILES (FILE ("'nul'") FILE ("'nul_'")), { "nul_" }, false, "nul_ nul_ (2)" },
  { FILES (FILE ("'A'") FILE ("'a'") FILE ("'a (2)'")), { "A", "a", "a (2)" }, false, "A a a (2)" },
  { FILES (FILE ("'nul'") FILE ("'nul_'") FILE ("'nul_ (2)'")),
    { "nul_", "nul_ (2)", "nul_ (2) (2)" },
    false,
    "nul_ nul_ (2) nul_ (2) (2)" },

  /* a folder is no file */
  { FILES (FILE ("'a'") FILE ("'a' 'b'")), { "a/b" }, false, "a (2) a/b" },
};

/* --- the folder --- */

typedef struct
{
  char *folder;
  bool blind; /* all that is there is small */
  unsigned n_listed;
} Place;

static char *
path_of (const Place *place, const char *path)
{
  g_autofree char *small = g_ascii_strdown (path, -1);

  return g_build_filename (place->folder, place->blind ? small : path, NULL);
}

static bool
look (void *data, const char *path, struct stat *out)
{
  g_autofree char *full = path_of (data, path);

  return lstat (full, out) == 0;
}

static DIR *
list (void *data, const char *path)
{
  g_autofree char *full = path_of (data, path);

  ((Place *) data)->n_listed++;
  return opendir (full);
}

static BtMetainfo *
parse (const char *notation)
{
  g_autoptr (GBytes) bytes = maker_bencode (notation);

  return bt_metainfo_parse (bytes, BT_ORIGIN_STRANGER, btd_ops (), NULL);
}

static char *
describe (const BtMetainfo *metainfo, const uint8_t *is_raw)
{
  const BtLayout *layout = bt_metainfo_layout (metainfo);
  GString *text = g_string_new (NULL);

  for (size_t i = 0; i < layout->n_files; i++)
    {
      const BtFile *file = &layout->files[i];
      bool raw = is_raw != NULL && is_raw[i] != 0;

      g_string_append_printf (text, "%s%s", i > 0 ? " " : "",
                              raw ? bt_file_raw_path (file) : file->path);
    }
  return g_string_free (text, FALSE);
}

static void
test_row (const void *data)
{
  const Row *row = data;
  Place p = { .folder = files_folder (), .blind = row->blind };
  const BtfPlace place = { .data = &p, .look = look, .list = list };
  g_autoptr (BtMetainfo) metainfo = parse (row->notation);
  g_autofree uint8_t *is_raw = NULL;
  g_autofree char *text = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (row->disk) && row->disk[i] != NULL; i++)
    files_write (p.folder, row->disk[i], 1, 1);
  is_raw = btf_names_find (metainfo, &place, "");
  text = describe (metainfo, is_raw);
  g_assert_cmpstr (text, ==, row->want);
  files_remove (p.folder);
}

/* --- the torrent's own name --- */

static const struct
{
  const char *disk[2];
  bool blind;
  const char *want;
} tops[] = {
  { { "con/a" }, false, "con" },
  { { "con_/a" }, false, "con_" },
  { { "con/a", "con_/a" }, false, "con_" },
  { { "con" }, false, "con_" },
  { { "CON/a" }, false, "con_" },
  { { "a" }, false, "con_" },
};

static void
test_top (void)
{
  g_autoptr (BtMetainfo) metainfo = parse (FILES (FILE ("'a'") FILE ("'aux'")));

  for (size_t i = 0; i < G_N_ELEMENTS (tops); i++)
    {
      char *folder = files_folder ();
      BtfPlace place;

      for (size_t k = 0; k < G_N_ELEMENTS (tops[i].disk) && tops[i].disk[k] != NULL; k++)
        files_write (folder, tops[i].disk[k], 1, 1);
      btf_place_init (&place, folder);
      g_assert_cmpstr (btf_names_top (metainfo, &place), ==, tops[i].want);
      files_remove (folder);
    }
}

/* A folder in the torrent's own is found where that is. */
static void
test_below_top (void)
{
  g_autoptr (BtMetainfo) metainfo = parse (FILES (FILE ("'a'") FILE ("'aux'") FILE ("'nul' 'a'")));
  char *folder = files_folder ();
  g_autofree uint8_t *is_raw = NULL;
  g_autofree char *text = NULL;
  BtfPlace place;

  files_write (folder, "con/a", 1, 1);
  files_write (folder, "con/aux", 1, 2);
  files_write (folder, "con/nul/a", 1, 2);
  btf_place_init (&place, folder);
  is_raw = btf_names_find (metainfo, &place, btf_names_top (metainfo, &place));
  text = describe (metainfo, is_raw);
  g_assert_cmpstr (text, ==, "a aux nul/a");
  files_remove (folder);
}

static const char *
known (void *data, size_t file)
{
  return file == 1 ? "elsewhere" : file == 2 ? "a" : NULL;
}

/* Who is called otherwise is not looked for, and what it has nobody else is given. */
static void
test_known (void)
{
  g_autoptr (BtMetainfo) metainfo
      = parse (FILES (FILE ("'A'") FILE ("'aux'") FILE ("'B'") FILE ("'a'") FILE ("'b'")));
  Place p = { .folder = files_folder () };
  const BtfPlace place = { .data = &p, .look = look, .list = list, .known = known };
  g_autofree uint8_t *is_raw = NULL;
  g_autofree char *text = NULL;

  files_write (p.folder, "aux", 1, 1);
  files_write (p.folder, "a", 1, 1);
  files_write (p.folder, "b", 1, 1);
  is_raw = btf_names_find (metainfo, &place, "");
  text = describe (metainfo, is_raw);
  g_assert_cmpstr (text, ==, "A aux_ B a (2) b");
  files_remove (p.folder);
}

/* Two links to one file are one file, and a link that leads elsewhere is none. */
static void
test_links (void)
{
  g_autoptr (BtMetainfo) metainfo = parse (FILES (FILE ("'A'") FILE ("'a'") FILE ("'nul'")));
  Place p = { .folder = files_folder () };
  const BtfPlace place = { .data = &p, .look = look, .list = list };
  g_autofree char *large = g_build_filename (p.folder, "A", NULL);
  g_autofree char *small = g_build_filename (p.folder, "a", NULL);
  g_autofree char *nul = g_build_filename (p.folder, "nul", NULL);

  files_write (p.folder, "A", 1, 1);
  g_assert_cmpint (link (large, small), ==, 0);
  g_assert_cmpint (symlink ("A", nul), ==, 0);
  g_assert_null (btf_names_find (metainfo, &place, ""));
  files_remove (p.folder);
}

/* Each folder is listed once for all of its files, in whatever order the torrent has them. */
static void
test_lists_once (void)
{
  g_autoptr (GString) notation = g_string_new ("{'info' {'files' [");
  Place p = { .folder = files_folder () };
  const BtfPlace place = { .data = &p, .look = look, .list = list };
  g_autoptr (BtMetainfo) metainfo = NULL;
  g_autofree uint8_t *is_raw = NULL;

  for (unsigned i = 0; i < 60; i++)
    {
      g_autofree char *path = g_strdup_printf ("d%u/e/aux.%u", i % 3, i);

      files_write (p.folder, path, 1, 1);
      g_string_append_printf (notation, FILE ("'d%u' 'e' 'aux.%u'"), i % 3, i);
    }
  g_string_append (notation, "] 'name' 'n' 'piece length' 16384 'pieces' @20}}");
  metainfo = parse (notation->str);
  is_raw = btf_names_find (metainfo, &place, "");
  for (unsigned i = 0; i < 60; i++)
    g_assert_cmpint (is_raw[i], ==, 1);
  g_assert_cmpuint (p.n_listed, ==, 1 + 3 + 3);
  files_remove (p.folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/btf-names/rows/%zu", i);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/btf-names/top", test_top);
  g_test_add_func ("/btf-names/below-top", test_below_top);
  g_test_add_func ("/btf-names/known", test_known);
  g_test_add_func ("/btf-names/links", test_links);
  g_test_add_func ("/btf-names/lists-once", test_lists_once);
  return g_test_run ();
}
