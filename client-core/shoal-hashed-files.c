/* shoal-hashed-files.c: see the header. */
#include "shoal-hashed-files.h"

#include "client-core/shoal-hashed-files-private.h"

struct _ShoalHashedFiles
{
  GObject parent;
  GHashTable *states; /* of path to EngFileState */
};

G_DEFINE_FINAL_TYPE (ShoalHashedFiles, shoal_hashed_files, G_TYPE_OBJECT)

/**
 * ShoalHashedFiles:
 *
 * Files as they were when they were hashed, for shoal_session_add_hashed(). A #ShoalCreator has
 * them of the torrent that it made; who makes torrents otherwise says them one by one.
 */

static void
shoal_hashed_files_finalize (GObject *object)
{
  g_hash_table_unref (SHOAL_HASHED_FILES (object)->states);
  G_OBJECT_CLASS (shoal_hashed_files_parent_class)->finalize (object);
}

static void
shoal_hashed_files_class_init (ShoalHashedFilesClass *class)
{
  G_OBJECT_CLASS (class)->finalize = shoal_hashed_files_finalize;
}

static void
shoal_hashed_files_init (ShoalHashedFiles *self)
{
  self->states = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/**
 * shoal_hashed_files_new:
 *
 * Returns: (transfer full): a set of no files
 */
ShoalHashedFiles *
shoal_hashed_files_new (void)
{
  return g_object_new (SHOAL_TYPE_HASHED_FILES, NULL);
}

/**
 * shoal_hashed_files_add:
 * @self: a set of files
 * @path: (type filename): where the file stands in the torrent's folder, with '/' between
 *   components; the name of the torrent when it is of a single file
 * @inode: the file's number on its file system
 * @size: bytes
 * @mtime_ns: when it was written to last, in nanoseconds since 1970
 *
 * One file more, as it was before it was read. The torrent's hashes are of what it held. A file
 * that was written to while it was read, or moments before, does not belong here: its time may stay
 * the same when it is written to again.
 */
void
shoal_hashed_files_add (ShoalHashedFiles *self, const char *path, guint64 inode, guint64 size,
                        gint64 mtime_ns)
{
  const EngFileState state = { .inode = inode, .size = size, .mtime_ns = mtime_ns };

  g_return_if_fail (SHOAL_IS_HASHED_FILES (self));
  g_return_if_fail (path != NULL);
  g_hash_table_insert (self->states, g_strdup (path), g_memdup2 (&state, sizeof state));
}

/**
 * shoal_hashed_files_get_n_files:
 * @self: a set of files
 *
 * Returns: how many files it has
 */
guint
shoal_hashed_files_get_n_files (ShoalHashedFiles *self)
{
  g_return_val_if_fail (SHOAL_IS_HASHED_FILES (self), 0);
  return g_hash_table_size (self->states);
}

EngFileState *
shoal_hashed_files_states (ShoalHashedFiles *self, const BtMetainfo *metainfo)
{
  const BtLayout *layout = bt_metainfo_layout (metainfo);
  EngFileState *states = g_new0 (EngFileState, layout->n_files);

  for (size_t i = 0; i < layout->n_files; i++)
    {
      const BtFile *file = &layout->files[i];
      const char *raw = bt_file_raw_path (file);
      const EngFileState *state
          = g_hash_table_lookup (self->states, raw != NULL ? raw : file->path);

      if (state != NULL)
        states[i] = *state;
    }
  return states;
}
