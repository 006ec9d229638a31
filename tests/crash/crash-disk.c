/* crash-disk.c: the calls of a disk, what of them is certain, and what a cut may leave. */
#include "crash-disk-private.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define SECTOR 512u
#define NS_PER_CALL 1000

/* Inodes that no file system gives. */
#define FIRST_INODE (UINT64_C (1) << 40)

/* The size of SQLite's index for a short journal. */
#define INDEX_SIZE 32768u

/* --- a disk --- */

static void
free_file (void *data)
{
  CrashFile *file = data;

  g_byte_array_unref (file->base);
  g_free (file);
}

static void
clear_call (void *data)
{
  CrashCall *call = data;

  g_free (call->bytes);
  g_free (call->path);
  g_free (call->from);
}

static CrashDisk *
new_disk (const char *root)
{
  CrashDisk *disk = g_new0 (CrashDisk, 1);
  struct stat st;

  disk->root = g_strdup (root);
  g_assert_cmpint (stat (root, &st), ==, 0);
  disk->device = st.st_dev;
  disk->calls = g_array_new (FALSE, FALSE, sizeof (CrashCall));
  g_array_set_clear_func (disk->calls, clear_call);
  disk->files = g_ptr_array_new_with_free_func (free_file);
  disk->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  disk->live = g_hash_table_new (g_direct_hash, g_direct_equal);
  disk->time_ns = g_get_real_time () * 1000;
  disk->digest = 1;
  return disk;
}

static void
add_name (CrashDisk *disk, const char *path, int file)
{
  g_hash_table_insert (disk->names, g_strdup (path), GINT_TO_POINTER (file + 3));
}

static int
add_file (CrashDisk *disk, uint64_t inode, const struct stat *real, int64_t time_ns)
{
  CrashFile *file = g_new0 (CrashFile, 1);

  file->inode = inode;
  file->base = g_byte_array_new ();
  file->time_ns = file->base_time_ns = time_ns;
  g_ptr_array_add (disk->files, file);
  g_hash_table_insert (disk->live, GSIZE_TO_POINTER (real->st_ino),
                       GUINT_TO_POINTER (disk->files->len));
  return (int) disk->files->len - 1;
}

/* Folders alone: a disk begins without files. */
CrashDisk *
crash_disk_new (const char *root)
{
  CrashDisk *disk = new_disk (root);
  g_autoptr (GDir) dir = g_dir_open (root, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    add_name (disk, name, CRASH_FOLDER);
  return disk;
}

void
crash_disk_free (CrashDisk *disk)
{
  if (disk == NULL)
    return;
  g_array_unref (disk->calls);
  g_ptr_array_unref (disk->files);
  g_hash_table_unref (disk->names);
  g_hash_table_unref (disk->live);
  g_free (disk->root);
  g_free (disk);
}

size_t
crash_disk_n_calls (CrashDisk *disk)
{
  size_t n;

  crash_calls_lock ();
  n = disk->n_calls;
  crash_calls_unlock ();
  return n;
}

unsigned
crash_disk_digest (CrashDisk *disk)
{
  return disk->digest;
}

/* --- calls --- */

/* The root itself is empty. */
static const char *
below_root (const CrashDisk *disk, const char *path)
{
  const char *below = path + strlen (disk->root);

  return below[0] == '/' ? below + 1 : below;
}

bool
crash_disk_has_path (const CrashDisk *disk, const char *path)
{
  size_t len = strlen (disk->root);

  return strncmp (path, disk->root, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

int
crash_disk_find (const CrashDisk *disk, const struct stat *real)
{
  return (int) GPOINTER_TO_UINT (g_hash_table_lookup (disk->live, GSIZE_TO_POINTER (real->st_ino)))
         - 1;
}

/* Counts a call. */
static void
count (CrashDisk *disk, unsigned what, int file, uint64_t at)
{
  disk->n_calls++;
  disk->digest = (disk->digest ^ what) * 16777619u;
  disk->digest = (disk->digest ^ (unsigned) file) * 16777619u;
  disk->digest = (disk->digest ^ (unsigned) at) * 16777619u;
}

/* Takes over what the call holds. */
static void
append (CrashDisk *disk, CrashCall call)
{
  CrashFile *file = call.file >= 0 ? disk->files->pdata[call.file] : NULL;

  count (disk, call.kind, call.file, call.at);
  disk->time_ns += NS_PER_CALL;
  call.time_ns = disk->time_ns;
  call.certain = CRASH_NEVER;
  call.timed = CRASH_NEVER;
  if (file != NULL && call.kind != CRASH_NAME)
    file->time_ns = call.time_ns;
  call.number = disk->n_calls;
  g_array_append_val (disk->calls, call);
}

void
crash_disk_named (CrashDisk *disk, const char *from, const char *path, int file)
{
  append (disk, (CrashCall){ .kind = CRASH_NAME,
                             .file = file,
                             .path = g_strdup (below_root (disk, path)),
                             .from = from != NULL ? g_strdup (below_root (disk, from)) : NULL });
}

void
crash_disk_made (CrashDisk *disk, const char *path, const struct stat *real)
{
  uint64_t inode = FIRST_INODE + (uint64_t) disk->time_ns;

  crash_disk_named (disk, NULL, path, add_file (disk, inode, real, disk->time_ns));
}

void
crash_disk_gone (CrashDisk *disk, const struct stat *real)
{
  (void) g_hash_table_remove (disk->live, GSIZE_TO_POINTER (real->st_ino)); /* or it is not ours */
}

void
crash_disk_wrote (CrashDisk *disk, int file, uint64_t at, const uint8_t *bytes, size_t len)
{
  append (disk, (CrashCall){ .kind = CRASH_WRITE,
                             .file = file,
                             .at = at,
                             .len = len,
                             .bytes = g_memdup2 (bytes, len) });
}

void
crash_disk_sized (CrashDisk *disk, int file, uint64_t size, bool shrinks)
{
  append (disk, (CrashCall){ .kind = shrinks ? CRASH_SIZE : CRASH_GROW, .file = file, .at = size });
}

/* --- what is certain --- */

void
crash_disk_synced (CrashDisk *disk, int file, bool times)
{
  count (disk, 100 + times, file, 0);
  for (guint i = 0; i < disk->calls->len; i++)
    {
      CrashCall *call = &g_array_index (disk->calls, CrashCall, i);

      if (call->kind == CRASH_NAME || call->file != file)
        continue;
      call->certain = MIN (call->certain, disk->n_calls);
      if (times)
        call->timed = MIN (call->timed, disk->n_calls);
    }
}

static bool
is_in (const char *path, const char *folder)
{
  g_autofree char *parent = g_path_get_dirname (path);

  return strcmp (strcmp (parent, ".") == 0 ? "" : parent, folder) == 0;
}

void
crash_disk_synced_folder (CrashDisk *disk, const char *path)
{
  count (disk, 102, 0, 0);
  for (guint i = 0; i < disk->calls->len; i++)
    {
      CrashCall *call = &g_array_index (disk->calls, CrashCall, i);

      if (call->kind == CRASH_NAME && is_in (call->path, below_root (disk, path)))
        call->certain = MIN (call->certain, disk->n_calls);
    }
}

void
crash_disk_synced_all (CrashDisk *disk)
{
  count (disk, 103, 0, 0);
  for (guint i = 0; i < disk->calls->len; i++)
    {
      CrashCall *call = &g_array_index (disk->calls, CrashCall, i);

      call->certain = MIN (call->certain, disk->n_calls);
      call->timed = MIN (call->timed, disk->n_calls);
    }
}

/* --- a cut --- */

/* How the power went, for one cut: what of the uncertain is left. */
typedef struct
{
  GRand *rand;
  size_t n_calls;
  double writes; /* how many of them, and so on: 0 to 1 */
  double sectors;
  double sizes;
  double names;
  bool times;
  bool garbage; /* where a file grew and the data is not there */
} Cut;

static double
some (GRand *rand)
{
  static const double shares[] = { 0, 0.1, 0.5, 0.9, 1 };

  return shares[g_rand_int_range (rand, 0, G_N_ELEMENTS (shares))];
}

static Cut
make_cut (GRand *rand, size_t n_calls)
{
  Cut cut = { .rand = rand, .n_calls = n_calls };

  cut.writes = some (rand);
  cut.sectors = some (rand);
  cut.sizes = some (rand);
  cut.names = some (rand);
  cut.times = g_rand_boolean (rand) != 0;
  cut.garbage = g_rand_boolean (rand) != 0;
  return cut;
}

static bool
chance (const Cut *cut, double share)
{
  return g_rand_double (cut->rand) < share;
}

static bool
is_certain (const Cut *cut, const CrashCall *call)
{
  return call->certain <= cut->n_calls;
}

/* What names there are: path to file + 3. (transfer full) */
static GHashTable *
cut_names (const CrashDisk *disk, const Cut *cut)
{
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  void *path, *file;

  g_hash_table_iter_init (&iter, disk->names);
  while (g_hash_table_iter_next (&iter, &path, &file))
    g_hash_table_insert (names, g_strdup (path), file);
  for (guint i = 0; i < disk->calls->len; i++)
    {
      const CrashCall *call = &g_array_index (disk->calls, CrashCall, i);

      if (call->kind != CRASH_NAME || call->number > cut->n_calls)
        continue;
      if (!is_certain (cut, call) && !chance (cut, cut->names))
        continue;
      if (call->from != NULL)
        g_hash_table_remove (names, call->from);
      if (call->file == CRASH_NOTHING)
        g_hash_table_remove (names, call->path);
      else
        g_hash_table_insert (names, g_strdup (call->path), GINT_TO_POINTER (call->file + 3));
    }
  return names;
}

/* --- the content of a file --- */

/* A file on its way. */
typedef struct
{
  int fd;
  uint64_t size;
  uint64_t certain_size; /* up to there nothing but what was written is seen */
} Growing;

static void
put_garbage (const Cut *cut, Growing *file, uint64_t at, uint64_t end)
{
  uint8_t bytes[SECTOR];

  if (!cut->garbage || at < file->certain_size)
    return;
  for (size_t i = 0; i < sizeof bytes; i++)
    bytes[i] = (uint8_t) g_rand_int (cut->rand);
  crash_calls_put (file->fd, bytes, (size_t) (end - at), at);
}

/* Sector by sector. */
static void
put_some (const Cut *cut, Growing *file, const CrashCall *call, double share)
{
  uint64_t end = call->at + call->len;

  for (uint64_t at = call->at; at < end;)
    {
      uint64_t next = MIN (end, (at / SECTOR + 1) * SECTOR);

      if (chance (cut, share))
        crash_calls_put (file->fd, call->bytes + (at - call->at), (size_t) (next - at), at);
      else
        put_garbage (cut, file, at, next);
      at = next;
    }
}

static void
put_certain (Growing *file, const CrashCall *call)
{
  if (call->kind == CRASH_WRITE)
    {
      crash_calls_put (file->fd, call->bytes, call->len, call->at);
      file->size = MAX (file->size, call->at + call->len);
    }
  else
    {
      file->size = call->kind == CRASH_SIZE ? call->at : MAX (file->size, call->at);
      crash_calls_resize (file->fd, file->size);
    }
  file->certain_size = file->size;
}

static void
put_uncertain (const Cut *cut, Growing *file, const CrashCall *call)
{
  bool sized = chance (cut, cut->sizes);

  if (call->kind == CRASH_WRITE)
    {
      put_some (cut, file, call, chance (cut, cut->writes) ? 1 : cut->sectors);
      file->size = sized ? MAX (file->size, call->at + call->len) : file->size;
      return;
    }
  if (!sized)
    return;
  file->size = call->kind == CRASH_SIZE ? call->at : MAX (file->size, call->at);
  crash_calls_resize (file->fd, file->size);
  file->certain_size = MIN (file->certain_size, file->size);
}

static void
put_content (const CrashDisk *disk, const Cut *cut, int number, int fd)
{
  const CrashFile *from = disk->files->pdata[number];
  Growing file = { fd, from->base->len, from->base->len };

  crash_calls_put (fd, from->base->data, from->base->len, 0);
  for (guint i = 0; i < disk->calls->len; i++)
    {
      const CrashCall *call = &g_array_index (disk->calls, CrashCall, i);

      if (call->kind == CRASH_NAME || call->file != number || call->number > cut->n_calls)
        continue;
      if (is_certain (cut, call))
        put_certain (&file, call);
      else
        put_uncertain (cut, &file, call);
    }
  crash_calls_resize (fd, file.size);
}

static int64_t
cut_time (const CrashDisk *disk, const Cut *cut, int number)
{
  int64_t time_ns = ((const CrashFile *) disk->files->pdata[number])->base_time_ns;

  for (guint i = 0; i < disk->calls->len; i++)
    {
      const CrashCall *call = &g_array_index (disk->calls, CrashCall, i);

      if (call->kind != CRASH_NAME && call->file == number && call->number <= cut->n_calls
          && (cut->times || call->timed <= cut->n_calls))
        time_ns = call->time_ns;
    }
  return time_ns;
}

/* --- what is left --- */

static void
put_index (const Cut *cut, int fd)
{
  g_autofree uint8_t *bytes = g_malloc (INDEX_SIZE);

  for (size_t i = 0; i < INDEX_SIZE; i++)
    bytes[i] = cut->garbage ? (uint8_t) g_rand_int (cut->rand) : 0;
  crash_calls_put (fd, bytes, INDEX_SIZE, 0);
}

/* What the new disk begins with. */
static void
read_base (CrashFile *file, const char *path)
{
  g_autofree char *bytes = NULL;
  gsize len;

  g_assert_true (g_file_get_contents (path, &bytes, &len, NULL));
  g_byte_array_append (file->base, (const guint8 *) bytes, (guint) len);
}

static void
put_file (const CrashDisk *disk, const Cut *cut, int number, CrashDisk *out, const char *name)
{
  const CrashFile *from = disk->files->pdata[number];
  g_autofree char *path = g_build_filename (disk->root, name, NULL);
  struct stat real;
  int fd = crash_calls_make (path);

  if (g_str_has_suffix (name, "-shm"))
    put_index (cut, fd);
  else
    put_content (disk, cut, number, fd);
  crash_calls_finish (fd, &real);
  number = add_file (out, from->inode, &real, cut_time (disk, cut, number));
  add_name (out, name, number);
  read_base (out->files->pdata[number], path);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

/* A folder sorts before what is in it; what has no folder is lost. */
static void
put_names (const CrashDisk *disk, const Cut *cut, GHashTable *names, CrashDisk *out)
{
  GList *sorted = g_list_sort (g_hash_table_get_keys (names), compare_names);

  for (const GList *i = sorted; i != NULL; i = i->next)
    {
      const char *name = i->data;
      int file = GPOINTER_TO_INT (g_hash_table_lookup (names, name)) - 3;
      g_autofree char *path = g_build_filename (disk->root, name, NULL);
      g_autofree char *parent = g_path_get_dirname (path);

      if (!g_file_test (parent, G_FILE_TEST_IS_DIR))
        continue;
      if (file != CRASH_FOLDER)
        put_file (disk, cut, file, out, name);
      else if (g_mkdir (path, 0700) == 0)
        add_name (out, name, CRASH_FOLDER);
    }
  g_list_free (sorted);
}

CrashDisk *
crash_disk_cut (const CrashDisk *from, size_t n_calls, GRand *rand)
{
  CrashDisk *out = new_disk (from->root);
  const Cut cut = make_cut (rand, n_calls);
  g_autoptr (GHashTable) names = cut_names (from, &cut);

  crash_disk_watch (NULL);
  crash_calls_clear (from->root);
  put_names (from, &cut, names, out);
  return out;
}
