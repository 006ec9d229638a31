/* btf-tree.c: walking folders without recursion, holding one descriptor a level. */
#include "protocol/files/btf-tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/core/bt-limits.h"
#include "protocol/core/bt-utf8.h"
#include "protocol/torrent/bt-builder.h"
#include "protocol/torrent/bt-path-set.h"
#include "protocol/torrent/bt-path.h"

/* Within which two writes may leave a file with the same time: FAT counts in seconds, and two. */
#define SETTLE_NS INT64_C (2000000000)

/* Entries between two looks at the control. */
#define REPORT_EVERY 1024

/* One open folder on the way down. */
typedef struct
{
  int fd;
  dev_t device;
  ino_t inode;
  size_t path_len; /* of the walk's path, up to this folder and its '/' */
  GPtrArray *names;
  guint next;
} Folder;

typedef struct
{
  BtfTree *tree;
  const BtfWalkOptions *options;
  const BtfControl *control;
  BtfError *error;
  GPtrArray *include; /* of GPatternSpec */
  GPtrArray *exclude;
  GString *path; /* in the torrent */
  uint32_t root;
  Folder folders[BT_LIMIT_PATH_DEPTH];
  size_t depth;
} Walk;

/* The disk path of what @walk->path names, for an error. */
static bool
fail (Walk *walk, BtErrorCode code, int sys_errno)
{
  const BtfRoot *root = &walk->tree->roots[walk->root];
  const char *below = walk->path->str + MIN (root->prefix_len, walk->path->len);
  g_autofree char *disk
      = *below != '\0' ? g_build_filename (root->disk, below, NULL) : g_strdup (root->disk);

  return btf_error_set (walk->error, code, sys_errno, disk);
}

/* --- globs --- */

static GPtrArray *
compile_globs (const char *const *globs)
{
  GPtrArray *specs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_pattern_spec_free);

  for (; globs != NULL && *globs != NULL; globs++)
    g_ptr_array_add (specs, g_pattern_spec_new (*globs));
  return specs;
}

static bool
matches (const GPtrArray *specs, const char *const *globs, const char *path, const char *name)
{
  for (guint i = 0; i < specs->len; i++)
    if (g_pattern_spec_match_string (specs->pdata[i], strchr (globs[i], '/') != NULL ? path : name))
      return true;
  return false;
}

/* Whether the file, or a folder that it lies in, is asked for. */
static bool
is_included (Walk *walk)
{
  char *path = walk->path->str;

  if (walk->include->len == 0)
    return true;
  for (char *at = path;;)
    {
      char *slash = strchr (at, '/');
      bool hit;

      if (slash != NULL)
        *slash = '\0';
      hit = matches (walk->include, walk->options->include, path, at);
      if (slash != NULL)
        *slash = '/';
      if (hit || slash == NULL)
        return hit;
      at = slash + 1;
    }
}

/* --- entries --- */

static bool
check_name (Walk *walk, const char *name)
{
  if (!bt_utf8_valid ((const uint8_t *) name, strlen (name)))
    return fail (walk, BT_ERROR_NAME_ENCODING, 0);
  if (!bt_path_fits (name))
    return fail (walk, BT_ERROR_NAME_UNFIT, 0);
  return true;
}

static bool
add_file (Walk *walk, const struct stat *st)
{
  BtfTree *tree = walk->tree;
  BtfEntry entry = { .length = (uint64_t) st->st_size,
                     .inode = st->st_ino,
                     .mtime_ns = st->st_mtim.tv_sec * INT64_C (1000000000) + st->st_mtim.tv_nsec,
                     .root = walk->root };

  if (!is_included (walk))
    {
      tree->skipped_globs++;
      return true;
    }
  entry.path = g_string_chunk_insert_len (tree->paths, walk->path->str, (gssize) walk->path->len);
  g_array_append_val (tree->entries, entry);
  tree->total += entry.length;
  if (tree->entries->len % REPORT_EVERY != 0)
    return true;
  btf_control_report (walk->control,
                      &(BtfProgress){ .stage = BTF_STAGE_WALK, .files = tree->entries->len });
  if (btf_control_is_cancelled (walk->control))
    return btf_error_set (walk->error, BT_ERROR_CANCELLED, 0, NULL);
  return true;
}

static int
compare_names (const void *a, const void *b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Reads the names of a folder, sorted; takes @fd over. */
static bool
read_names (Walk *walk, int fd, GPtrArray *names)
{
  DIR *dir = fdopendir (fd);
  const struct dirent *entry;

  if (dir == NULL)
    {
      close (fd);
      return fail (walk, BT_ERROR_READ, errno);
    }
  for (errno = 0; (entry = readdir (dir)) != NULL; errno = 0)
    {
      if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
        continue;
      if (entry->d_name[0] == '.' && !walk->options->hidden)
        walk->tree->skipped_hidden++;
      else
        g_ptr_array_add (names, g_strdup (entry->d_name));
    }
  if (errno != 0)
    {
      fail (walk, BT_ERROR_READ, errno);
      closedir (dir);
      return false;
    }
  closedir (dir);
  g_ptr_array_sort (names, compare_names);
  return true;
}

static bool
is_loop (const Walk *walk, const struct stat *st)
{
  for (size_t i = 0; i < walk->depth; i++)
    if (walk->folders[i].inode == st->st_ino && walk->folders[i].device == st->st_dev)
      return true;
  return false;
}

/* Goes down into the folder @name of @at, whose path in the torrent is walk->path. */
static bool
enter (Walk *walk, int at, const char *name, const struct stat *st)
{
  Folder *folder = &walk->folders[walk->depth];
  int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  int copy;

  if (walk->depth == BT_LIMIT_PATH_DEPTH)
    return fail (walk, BT_ERROR_PATH_DEPTH, 0);
  if (is_loop (walk, st))
    return fail (walk, BT_ERROR_LINK_LOOP, 0);
  *folder = (Folder){ .fd = openat (at, name, flags), .device = st->st_dev, .inode = st->st_ino };
  if (folder->fd < 0)
    return fail (walk, BT_ERROR_OPEN, errno);
  folder->names = g_ptr_array_new_with_free_func (g_free);
  walk->depth++;
  copy = openat (folder->fd, ".", flags);
  if (copy < 0)
    return fail (walk, BT_ERROR_OPEN, errno);
  if (!read_names (walk, copy, folder->names))
    return false;
  if (walk->path->len > 0)
    g_string_append_c (walk->path, '/');
  folder->path_len = walk->path->len;
  return true;
}

static void
leave (Walk *walk)
{
  Folder *folder = &walk->folders[--walk->depth];

  if (folder->fd >= 0)
    close (folder->fd);
  g_ptr_array_unref (folder->names);
}

/* Takes one name of a folder: walk->path is its path in the torrent. */
static bool
take (Walk *walk, int at, const char *name)
{
  struct stat st;
  bool follow = walk->options->follow_symlinks;

  if (matches (walk->exclude, walk->options->exclude, walk->path->str, name))
    {
      walk->tree->skipped_globs++;
      return true;
    }
  if (fstatat (at, name, &st, follow ? 0 : AT_SYMLINK_NOFOLLOW) != 0)
    return fail (walk, BT_ERROR_OPEN, errno);
  if (S_ISLNK (st.st_mode))
    walk->tree->skipped_links++;
  else if (!S_ISREG (st.st_mode) && !S_ISDIR (st.st_mode))
    walk->tree->skipped_special++;
  else
    return check_name (walk, name)
           && (S_ISREG (st.st_mode) ? add_file (walk, &st) : enter (walk, at, name, &st));
  return true;
}

static bool
walk_down (Walk *walk)
{
  bool ok = true;

  while (ok && walk->depth > 0)
    {
      Folder *folder = &walk->folders[walk->depth - 1];
      const char *name;

      if (folder->next == folder->names->len)
        {
          leave (walk);
          continue;
        }
      name = folder->names->pdata[folder->next++];
      g_string_truncate (walk->path, folder->path_len);
      g_string_append (walk->path, name);
      ok = take (walk, folder->fd, name);
    }
  while (walk->depth > 0)
    leave (walk);
  return ok;
}

/* --- roots --- */

/* The last component of a path as a person gave it, with "." and a trailing '/' resolved. */
static char *
root_name (const char *disk)
{
  g_autofree char *base = g_path_get_basename (disk);
  g_autofree char *real = NULL;

  if (strcmp (base, ".") != 0 && strcmp (base, "..") != 0 && strcmp (base, "/") != 0)
    return g_steal_pointer (&base);
  real = realpath (disk, NULL);
  return real != NULL ? g_path_get_basename (real) : NULL;
}

/* Walks one root. With others beside it, its own name is the first component of its paths; a file
 * alone is called what the torrent is called. */
static bool
walk_root (Walk *walk, bool alone)
{
  BtfRoot *root = &walk->tree->roots[walk->root];
  g_autofree char *name = root_name (root->disk);
  struct stat st;

  if (name == NULL)
    return fail (walk, BT_ERROR_OPEN, errno);
  g_string_truncate (walk->path, 0);
  if (stat (root->disk, &st) != 0)
    return fail (walk, BT_ERROR_OPEN, errno);
  if (!S_ISREG (st.st_mode) && !S_ISDIR (st.st_mode))
    return fail (walk, BT_ERROR_FILE_KIND, 0);
  if (!alone || S_ISREG (st.st_mode))
    {
      root->prefix_len = strlen (name) + (S_ISDIR (st.st_mode) ? 1 : 0);
      if (!alone && !check_name (walk, name))
        return false;
      g_string_assign (walk->path, name);
    }
  walk->tree->single_file = alone && S_ISREG (st.st_mode);
  if (S_ISREG (st.st_mode))
    return add_file (walk, &st);
  return enter (walk, AT_FDCWD, root->disk, &st) && walk_down (walk);
}

static int
compare_sizes (const void *a, const void *b)
{
  const BtfEntry *x = a;
  const BtfEntry *y = b;

  if (x->length != y->length)
    return x->length < y->length ? 1 : -1;
  return bt_builder_compare_paths (x->path, y->path);
}

static int
compare_paths (const void *a, const void *b)
{
  return bt_builder_compare_paths (((const BtfEntry *) a)->path, ((const BtfEntry *) b)->path);
}

static void
sort_entries (BtfTree *tree, BtfSort sort)
{
  if (sort == BTF_SORT_SIZE)
    g_array_sort (tree->entries, compare_sizes);
  else if (tree->n_roots > 1)
    g_array_sort (tree->entries, compare_paths);
}

/* Two roots of one name, or a file beside a folder of its name, give one path twice. */
static bool
check_unique (BtfTree *tree, BtfError *error)
{
  for (guint i = 1; i < tree->entries->len && tree->n_roots > 1; i++)
    if (strcmp (g_array_index (tree->entries, BtfEntry, i - 1).path,
                g_array_index (tree->entries, BtfEntry, i).path)
        == 0)
      {
        g_autofree char *disk = btf_tree_disk_path (tree, i);

        return btf_error_set (error, BT_ERROR_EXISTS, 0, disk);
      }
  return true;
}

/* Adds a path to the names seen, folder by folder; false when it is there, letter case aside. */
static bool
see_path (BtPathSet *seen, uint32_t *n_folders, const char *path)
{
  uint32_t folder = 0;

  for (;;)
    {
      const char *slash = strchr (path, '/');
      size_t len = slash != NULL ? (size_t) (slash - path) : strlen (path);
      const uint32_t *known = bt_path_set_add (seen, folder, path, len, *n_folders + 1);

      if (slash == NULL)
        return known == NULL;
      folder = known != NULL ? *known : ++*n_folders;
      path = slash + 1;
    }
}

const char *
btf_tree_find_case_clash (const BtfTree *tree)
{
  const char *clash = NULL;
  uint32_t n_folders = 0;
  BtPathSet seen;

  bt_path_set_init (&seen, tree->entries->len, 1);
  for (guint i = 0; i < tree->entries->len && clash == NULL; i++)
    {
      const char *path = g_array_index (tree->entries, BtfEntry, i).path;

      if (!see_path (&seen, &n_folders, path))
        clash = path;
    }
  bt_path_set_clear (&seen);
  return clash;
}

/* Every format tells of the same files, so what v2 cannot say is not said in v1 either. */
static void
find_lone_file (BtfTree *tree)
{
  const BtfEntry *only = &g_array_index (tree->entries, BtfEntry, 0);
  BtfRoot *root = &tree->roots[only->root];
  char *disk;

  if (tree->single_file || tree->entries->len != 1 || strcmp (only->path, tree->name) != 0)
    return;
  disk = btf_tree_disk_path (tree, 0);
  g_free (root->disk);
  root->disk = disk;
  root->prefix_len = strlen (only->path);
  tree->single_file = true;
}

static bool
walk_roots (Walk *walk, const char *name)
{
  BtfTree *tree = walk->tree;

  tree->name = name != NULL ? g_strdup (name) : root_name (tree->roots[0].disk);
  if (tree->name == NULL)
    return btf_error_set (walk->error, BT_ERROR_OPEN, errno, tree->roots[0].disk);
  for (walk->root = 0; walk->root < tree->n_roots; walk->root++)
    if (!walk_root (walk, tree->n_roots == 1))
      return false;
  if (!bt_utf8_valid ((const uint8_t *) tree->name, strlen (tree->name)))
    return btf_error_set (walk->error, BT_ERROR_NAME_ENCODING, 0, tree->name);
  if (!bt_path_fits (tree->name))
    return btf_error_set (walk->error, BT_ERROR_NAME_UNFIT, 0, tree->name);
  if (tree->entries->len == 0 || tree->total == 0)
    return btf_error_set (walk->error, BT_ERROR_NOTHING_TO_SHARE, 0, tree->roots[0].disk);
  sort_entries (tree, walk->options->sort);
  find_lone_file (tree);
  return check_unique (tree, walk->error);
}

static size_t
count_paths (const char *const *paths)
{
  size_t n = 0;

  while (paths[n] != NULL)
    n++;
  return n;
}

static BtfTree *
tree_new (const char *const *paths)
{
  BtfTree *tree = g_new0 (BtfTree, 1);

  tree->n_roots = count_paths (paths);
  tree->roots = g_new0 (BtfRoot, tree->n_roots);
  for (size_t i = 0; i < tree->n_roots; i++)
    tree->roots[i].disk = g_strdup (paths[i]);
  tree->entries = g_array_new (FALSE, FALSE, sizeof (BtfEntry));
  tree->begun_ns = g_get_real_time () * 1000;
  tree->paths = g_string_chunk_new (64 * 1024);
  return tree;
}

BtfTree *
btf_tree_walk (const char *const *paths, const char *name, const BtfWalkOptions *options,
               const BtfControl *control, BtfError *error)
{
  g_autoptr (BtfTree) tree = tree_new (paths);
  Walk walk = { .tree = tree,
                .options = options,
                .control = control,
                .error = error,
                .include = compile_globs (options->include),
                .exclude = compile_globs (options->exclude),
                .path = g_string_sized_new (256) };
  bool ok = walk_roots (&walk, name);

  while (walk.depth > 0)
    leave (&walk);
  g_ptr_array_unref (walk.include);
  g_ptr_array_unref (walk.exclude);
  g_string_free (walk.path, TRUE);
  return ok ? g_steal_pointer (&tree) : NULL;
}

void
btf_tree_free (BtfTree *tree)
{
  if (tree == NULL)
    return;
  for (size_t i = 0; i < tree->n_roots; i++)
    g_free (tree->roots[i].disk);
  g_free (tree->roots);
  g_free (tree->name);
  g_array_unref (tree->entries);
  g_string_chunk_free (tree->paths);
  g_free (tree);
}

char *
btf_tree_disk_path (const BtfTree *tree, size_t entry)
{
  const BtfEntry *e = &g_array_index (tree->entries, BtfEntry, entry);
  const BtfRoot *root = &tree->roots[e->root];
  const char *below = e->path + root->prefix_len;

  return *below != '\0' ? g_build_filename (root->disk, below, NULL) : g_strdup (root->disk);
}

/* Of several roots, the folder that has all of them. (transfer full) (nullable) */
static char *
shared_folder (const BtfTree *tree)
{
  g_autofree char *first = g_canonicalize_filename (tree->roots[0].disk, NULL);
  g_autofree char *folder = g_path_get_dirname (first);

  for (size_t i = 1; i < tree->n_roots; i++)
    {
      g_autofree char *disk = g_canonicalize_filename (tree->roots[i].disk, NULL);
      g_autofree char *other = g_path_get_dirname (disk);

      if (strcmp (other, folder) != 0)
        return NULL;
    }
  return g_steal_pointer (&folder);
}

char *
btf_tree_folder (const BtfTree *tree)
{
  const BtfEntry *first = &g_array_index (tree->entries, BtfEntry, 0);
  size_t root = tree->single_file ? first->root : 0;
  bool several = tree->n_roots > 1 && !tree->single_file;
  g_autofree char *thing
      = several ? shared_folder (tree) : g_canonicalize_filename (tree->roots[root].disk, NULL);
  g_autofree char *name = thing != NULL ? g_path_get_basename (thing) : NULL;

  return g_strcmp0 (name, tree->name) == 0 ? g_path_get_dirname (thing) : NULL;
}

int
btf_tree_open (const BtfTree *tree, size_t entry)
{
  g_autofree char *disk = btf_tree_disk_path (tree, entry);

  return open (disk, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

BtErrorCode
btf_tree_check (const BtfTree *tree, size_t entry, int fd)
{
  const BtfEntry *e = &g_array_index (tree->entries, BtfEntry, entry);
  struct stat st;

  if (fstat (fd, &st) != 0)
    return BT_ERROR_READ;
  if (S_ISREG (st.st_mode) && (uint64_t) st.st_size < e->length)
    return BT_ERROR_FILE_SHRANK;
  if (!S_ISREG (st.st_mode) || (uint64_t) st.st_size != e->length || st.st_ino != e->inode
      || st.st_mtim.tv_sec * INT64_C (1000000000) + st.st_mtim.tv_nsec != e->mtime_ns)
    return BT_ERROR_FILE_CHANGED;
  return BT_OK;
}

const BtfEntry *
btf_tree_next_settled (const BtfTree *tree, size_t *at)
{
  while (*at < tree->entries->len)
    {
      const BtfEntry *e = &g_array_index (tree->entries, BtfEntry, (*at)++);

      if (e->mtime_ns < tree->begun_ns - SETTLE_NS)
        return e;
    }
  return NULL;
}
