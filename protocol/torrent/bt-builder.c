/* bt-builder.c: a .torrent in canonical order; keys are written as bencode sorts them. */
#include "protocol/torrent/bt-builder.h"

#include <string.h>

#include "protocol/core/bt-bencode.h"
#include "protocol/core/bt-limits.h"

static void
write_key (BtBuffer *out, const char *key)
{
  bt_bencode_write_text (out, key);
}

static void
write_text_entry (BtBuffer *out, const char *key, const char *text)
{
  if (text == NULL)
    return;
  write_key (out, key);
  bt_bencode_write_text (out, text);
}

static void
write_int_entry (BtBuffer *out, const char *key, int64_t value)
{
  write_key (out, key);
  bt_bencode_write_int (out, value);
}

int
bt_builder_compare_paths (const char *a, const char *b)
{
  size_t i = 0;

  while (a[i] != '\0' && a[i] == b[i])
    i++;
  if (a[i] == '/' || b[i] == '/')
    {
      int rank_a = a[i] == '/' ? 1 : a[i] == '\0' ? 0 : 2;
      int rank_b = b[i] == '/' ? 1 : b[i] == '\0' ? 0 : 2;

      return rank_a - rank_b;
    }
  return (int) (uint8_t) a[i] - (int) (uint8_t) b[i];
}

/* --- the v2 file tree --- */

static void
write_tree_leaf (BtBuffer *out, const BtFile *file)
{
  write_key (out, "");
  bt_bencode_open_dict (out);
  write_int_entry (out, "length", (int64_t) file->length);
  if (file->length > 0)
    {
      write_key (out, "pieces root");
      bt_bencode_write_bytes (out, file->root, BT_SHA256_LEN);
    }
  bt_bencode_close (out);
}

/* How many bytes of folders, each with its '/', two paths share at their start. */
static size_t
shared_folders (const char *a, const char *b)
{
  size_t shared = 0;

  for (size_t i = 0; a[i] != '\0' && a[i] == b[i]; i++)
    if (a[i] == '/')
      shared = i + 1;
  return shared;
}

static unsigned
count_folders (const char *path)
{
  unsigned n = 0;

  for (; *path != '\0'; path++)
    n += *path == '/';
  return n;
}

/* Opens a dictionary for each component of @path: the folders, then the file. */
static void
open_nodes (BtBuffer *out, const char *path)
{
  for (;;)
    {
      const char *slash = strchr (path, '/');
      size_t len = slash != NULL ? (size_t) (slash - path) : strlen (path);

      bt_bencode_write_bytes (out, path, len);
      bt_bencode_open_dict (out);
      if (slash == NULL)
        return;
      path = slash + 1;
    }
}

static void
close_nodes (BtBuffer *out, unsigned n)
{
  for (unsigned i = 0; i < n; i++)
    bt_bencode_close (out);
}

static void
write_tree (const BtBuilder *builder, BtBuffer *out)
{
  const char *before = "";

  write_key (out, "file tree");
  bt_bencode_open_dict (out);
  for (size_t i = 0; i < builder->n_files; i++)
    {
      const char *path = builder->single_file ? builder->name : builder->files[i].path;
      size_t shared = shared_folders (before, path);

      close_nodes (out, count_folders (before + shared));
      open_nodes (out, path + shared);
      write_tree_leaf (out, &builder->files[i]);
      bt_bencode_close (out);
      before = path;
    }
  close_nodes (out, count_folders (before));
  bt_bencode_close (out);
}

/* --- the v1 list --- */

static void
write_path (BtBuffer *out, const char *path)
{
  write_key (out, "path");
  bt_bencode_open_list (out);
  for (;;)
    {
      const char *slash = strchr (path, '/');

      bt_bencode_write_bytes (out, path, slash != NULL ? (size_t) (slash - path) : strlen (path));
      if (slash == NULL)
        break;
      path = slash + 1;
    }
  bt_bencode_close (out);
}

/* Fills the rest of a piece before the next file of a hybrid (BEP 47). */
static void
write_pad (BtBuffer *out, uint64_t length)
{
  char path[32];

  g_snprintf (path, sizeof path, ".pad/%" G_GUINT64_FORMAT, length);
  bt_bencode_open_dict (out);
  write_text_entry (out, "attr", "p");
  write_int_entry (out, "length", (int64_t) length);
  write_path (out, path);
  bt_bencode_close (out);
}

static void
write_list (const BtBuilder *builder, BtBuffer *out)
{
  uint64_t at = 0;

  write_key (out, "files");
  bt_bencode_open_list (out);
  for (size_t i = 0; i < builder->n_files; i++)
    {
      const BtFile *file = &builder->files[i];
      uint64_t over = at % builder->piece_length;

      if (builder->format == BT_FORMAT_HYBRID && file->length > 0 && over > 0)
        {
          write_pad (out, builder->piece_length - over);
          at += builder->piece_length - over;
        }
      bt_bencode_open_dict (out);
      write_int_entry (out, "length", (int64_t) file->length);
      write_path (out, file->path);
      bt_bencode_close (out);
      at += file->length;
    }
  bt_bencode_close (out);
}

static void
write_info (const BtBuilder *builder, BtBuffer *out)
{
  bool v1 = (builder->format & BT_FORMAT_V1) != 0;
  bool v2 = (builder->format & BT_FORMAT_V2) != 0;

  write_key (out, "info");
  bt_bencode_open_dict (out);
  if (v2)
    write_tree (builder, out);
  if (v1 && !builder->single_file)
    write_list (builder, out);
  if (v1 && builder->single_file)
    write_int_entry (out, "length", (int64_t) builder->files[0].length);
  if (v2)
    write_int_entry (out, "meta version", 2);
  write_text_entry (out, "name", builder->name);
  write_int_entry (out, "piece length", (int64_t) builder->piece_length);
  if (v1)
    {
      write_key (out, "pieces");
      bt_bencode_write_bytes (out, builder->pieces_v1, (size_t) builder->n_pieces * BT_SHA1_LEN);
    }
  if (builder->is_private)
    write_int_entry (out, "private", 1);
  write_text_entry (out, "source", builder->source);
  bt_bencode_close (out);
}

/* --- around the info dictionary --- */

static int
compare_roots (const void *a, const void *b)
{
  return memcmp ((*(const BtFile *const *) a)->root, (*(const BtFile *const *) b)->root,
                 BT_SHA256_LEN);
}

/* Files of several pieces, by root; the same content stands once. */
static void
write_layers (const BtBuilder *builder, BtBuffer *out)
{
  g_autofree const BtFile **files = g_new (const BtFile *, builder->n_files);
  size_t n = 0;

  for (size_t i = 0; i < builder->n_files; i++)
    if (builder->files[i].length > builder->piece_length)
      files[n++] = &builder->files[i];
  qsort (files, n, sizeof *files, compare_roots);
  write_key (out, "piece layers");
  bt_bencode_open_dict (out);
  for (size_t i = 0; i < n; i++)
    {
      uint64_t n_hashes = (files[i]->length + builder->piece_length - 1) / builder->piece_length;

      if (i > 0 && compare_roots (&files[i - 1], &files[i]) == 0)
        continue;
      bt_bencode_write_bytes (out, files[i]->root, BT_SHA256_LEN);
      bt_bencode_write_bytes (out, files[i]->layer, n_hashes * BT_SHA256_LEN);
    }
  bt_bencode_close (out);
}

void
bt_builder_write_trackers (const BtTracker *trackers, size_t n, BtBuffer *announce, BtBuffer *list)
{
  if (n > 0)
    bt_bencode_write_text (announce, trackers[0].url);
  if (n < 2)
    return;
  bt_bencode_open_list (list);
  for (size_t i = 0; i < n; i++)
    {
      if (i == 0 || trackers[i].tier != trackers[i - 1].tier)
        bt_bencode_open_list (list);
      bt_bencode_write_text (list, trackers[i].url);
      if (i + 1 == n || trackers[i].tier != trackers[i + 1].tier)
        bt_bencode_close (list);
    }
  bt_bencode_close (list);
}

void
bt_builder_write_web_seeds (const BtWebSeed *seeds, size_t n, bool single, BtBuffer *out)
{
  size_t written = 0;

  for (size_t i = 0; i < n; i++)
    {
      if (seeds[i].single != single)
        continue;
      if (written++ == 0)
        bt_bencode_open_list (out);
      bt_bencode_write_text (out, seeds[i].url);
    }
  if (written > 0)
    bt_bencode_close (out);
}

void
bt_builder_write_nodes (const BtNode *nodes, size_t n, BtBuffer *out)
{
  if (n == 0)
    return;
  bt_bencode_open_list (out);
  for (size_t i = 0; i < n; i++)
    {
      bt_bencode_open_list (out);
      bt_bencode_write_text (out, nodes[i].host);
      bt_bencode_write_int (out, nodes[i].port);
      bt_bencode_close (out);
    }
  bt_bencode_close (out);
}

/* Moves a value that was written apart behind its key; an empty one leaves the key out. */
static void
write_value_entry (BtBuffer *out, const char *key, BtBuffer *value)
{
  if (value->len > 0)
    {
      write_key (out, key);
      bt_buffer_append (out, value->data, value->len);
    }
  out->full |= value->full;
  bt_buffer_clear (value);
}

static void
write_announce (const BtBuilder *builder, BtBuffer *out)
{
  BtBuffer announce;
  BtBuffer list;

  bt_buffer_init (&announce, out->max);
  bt_buffer_init (&list, out->max);
  bt_builder_write_trackers (builder->trackers, builder->n_trackers, &announce, &list);
  write_value_entry (out, "announce", &announce);
  write_value_entry (out, "announce-list", &list);
}

static void
write_seeds (const BtBuilder *builder, bool single, BtBuffer *out)
{
  BtBuffer list;

  bt_buffer_init (&list, out->max);
  bt_builder_write_web_seeds (builder->web_seeds, builder->n_web_seeds, single, &list);
  write_value_entry (out, single ? "httpseeds" : "url-list", &list);
}

static void
write_outer (const BtBuilder *builder, BtBuffer *out)
{
  BtBuffer nodes;

  bt_bencode_open_dict (out);
  write_announce (builder, out);
  write_text_entry (out, "comment", builder->comment);
  write_text_entry (out, "created by", builder->created_by);
  if (builder->creation_date > 0)
    write_int_entry (out, "creation date", builder->creation_date);
  write_seeds (builder, true, out);
  write_info (builder, out);
  bt_buffer_init (&nodes, out->max);
  bt_builder_write_nodes (builder->nodes, builder->n_nodes, &nodes);
  write_value_entry (out, "nodes", &nodes);
  if ((builder->format & BT_FORMAT_V2) != 0)
    write_layers (builder, out);
  write_seeds (builder, false, out);
  bt_bencode_close (out);
}

GBytes *
bt_builder_write (const BtBuilder *builder, BtError *why)
{
  g_auto (BtBuffer) out;

  bt_buffer_init (&out, BT_LIMIT_OWN_TORRENT_SIZE);
  write_outer (builder, &out);
  if (out.full)
    {
      bt_error_set (why, BT_ERROR_TOO_LARGE, BT_NOWHERE, NULL);
      return NULL;
    }
  return bt_buffer_steal_bytes (&out);
}
