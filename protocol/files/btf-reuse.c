/* btf-reuse.c: finding torrents that hold some of the same files. */
#include "protocol/files/btf-reuse-private.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/core/bt-limits.h"

static const char *
last_component (const char *path)
{
  const char *slash = strrchr (path, '/');

  return slash != NULL ? slash + 1 : path;
}

char *
btf_reuse_key (const char *path, uint64_t length)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT "/%s", length, last_component (path));
}

/* --- collecting torrents --- */

BtfReuse *
btf_reuse_new (const BtfTree *tree, BtFormat format, const BtDigestOps *ops)
{
  BtfReuse *reuse = g_new0 (BtfReuse, 1);

  reuse->tree = tree;
  reuse->format = format;
  reuse->ops = ops;
  reuse->metainfos = g_ptr_array_new_with_free_func ((GDestroyNotify) bt_metainfo_unref);
  reuse->wanted
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  for (guint i = 0; i < tree->entries->len; i++)
    {
      const BtfEntry *entry = btf_reuse_entry (reuse, i);

      if (entry->length > 0)
        g_hash_table_insert (reuse->wanted, btf_reuse_key (entry->path, entry->length),
                             g_array_new (FALSE, FALSE, sizeof (BtfReuseMatch)));
    }
  return reuse;
}

void
btf_reuse_free (BtfReuse *reuse)
{
  if (reuse == NULL)
    return;
  g_hash_table_unref (reuse->wanted);
  g_ptr_array_unref (reuse->metainfos);
  g_free (reuse);
}

static bool
is_content (const BtFile *file)
{
  return file->length > 0 && (file->attr & (BT_FILE_PAD | BT_FILE_SYMLINK)) == 0;
}

/* Keeps the torrent when it holds a file that is wanted, and hashes of every kind that is. */
static void
take_metainfo (BtfReuse *reuse, BtMetainfo *metainfo)
{
  const BtLayout *layout = bt_metainfo_layout (metainfo);
  bool used = false;

  if ((bt_metainfo_format (metainfo) & reuse->format) != reuse->format)
    return;
  for (size_t i = 0; i < layout->n_files; i++)
    {
      const BtFile *file = &layout->files[i];
      g_autofree char *key = btf_reuse_key (file->path, file->length);
      GArray *matches = is_content (file) ? g_hash_table_lookup (reuse->wanted, key) : NULL;

      if (matches == NULL)
        continue;
      g_array_append_vals (matches, &(BtfReuseMatch){ metainfo, i }, 1);
      used = true;
    }
  if (!used)
    return;
  g_ptr_array_add (reuse->metainfos, bt_metainfo_ref (metainfo));
  reuse->sum.torrents++;
}

static bool
add_file (BtfReuse *reuse, const char *path, const struct stat *st, BtfError *error)
{
  g_autoptr (BtMetainfo) metainfo = NULL;
  g_autoptr (GBytes) bytes = NULL;
  BtError why = { 0 };
  char *data;
  gsize len;

  if ((uint64_t) st->st_size > BT_LIMIT_OWN_TORRENT_SIZE)
    return btf_error_set (error, BT_ERROR_TOO_LARGE, 0, path);
  if (access (path, R_OK) != 0)
    return btf_error_set (error, BT_ERROR_OPEN, errno, path);
  if (!g_file_get_contents (path, &data, &len, NULL))
    return btf_error_set (error, BT_ERROR_READ, 0, path);
  bytes = g_bytes_new_take (data, len);
  metainfo = bt_metainfo_parse (bytes, BT_ORIGIN_OWN, reuse->ops, &why);
  if (metainfo == NULL)
    {
      btf_error_set (error, why.code, 0, path);
      if (error != NULL)
        error->why = why;
      return false;
    }
  take_metainfo (reuse, metainfo);
  return true;
}

/* Goes down with what is there, links left alone; the depth has the walk's limit. */
static bool
add_folder (BtfReuse *reuse, const char *path, unsigned depth, const BtfControl *control,
            BtfError *error)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);
      struct stat st;

      if (btf_control_is_cancelled (control))
        return btf_error_set (error, BT_ERROR_CANCELLED, 0, NULL);
      if (lstat (below, &st) != 0)
        continue;
      if (S_ISREG (st.st_mode) && g_str_has_suffix (name, ".torrent"))
        (void) add_file (reuse, below, &st, NULL); /* what is no torrent is passed over */
      else if (S_ISDIR (st.st_mode) && depth < BT_LIMIT_PATH_DEPTH
               && !add_folder (reuse, below, depth + 1, control, error))
        return false;
    }
  return true;
}

bool
btf_reuse_add (BtfReuse *reuse, const char *path, const BtfControl *control, BtfError *error)
{
  struct stat st;

  if (stat (path, &st) != 0)
    return btf_error_set (error, BT_ERROR_OPEN, errno, path);
  if (S_ISDIR (st.st_mode))
    return add_folder (reuse, path, 0, control, error);
  if (!S_ISREG (st.st_mode))
    return btf_error_set (error, BT_ERROR_FILE_KIND, 0, path);
  return add_file (reuse, path, &st, error);
}

/* --- torrents with all of the files --- */

const BtFile *
btf_reuse_next (const BtLayout *layout, size_t *at)
{
  while (*at < layout->n_files && !is_content (&layout->files[*at]))
    (*at)++;
  return *at < layout->n_files ? &layout->files[(*at)++] : NULL;
}

static bool
same_name (const BtfReuse *reuse, const BtMetainfo *metainfo, const char *path, const char *other)
{
  bool single = bt_metainfo_is_single_file (metainfo);

  return single == reuse->tree->single_file && (single || strcmp (path, other) == 0);
}

bool
btf_reuse_holds_all (const BtfReuse *reuse, const BtMetainfo *metainfo)
{
  const BtLayout *layout = bt_metainfo_layout (metainfo);
  const BtFile *file;
  size_t at = 0;

  for (guint i = 0; i < reuse->tree->entries->len; i++)
    {
      const BtfEntry *entry = btf_reuse_entry (reuse, i);

      if (entry->length == 0)
        continue;
      file = btf_reuse_next (layout, &at);
      if (file == NULL || file->length != entry->length
          || !same_name (reuse, metainfo, file->path, entry->path))
        return false;
    }
  return btf_reuse_next (layout, &at) == NULL;
}

uint64_t
btf_reuse_piece_length (const BtfReuse *reuse)
{
  for (guint i = 0; i < reuse->metainfos->len; i++)
    if (btf_reuse_holds_all (reuse, reuse->metainfos->pdata[i]))
      return bt_metainfo_layout (reuse->metainfos->pdata[i])->piece_length;
  return 0;
}

BtfReuseSum
btf_reuse_sum (const BtfReuse *reuse)
{
  return reuse->sum;
}
