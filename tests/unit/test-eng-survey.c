/* test-eng-survey.c: of a torrent of v2 without piece layers the disk finds those of files that are
 * whole, and of no others. */
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "disk-world.h"
#include "files-maker.h"
#include "protocol/core/bt-limits.h"
#include "torrent-maker.h"

#define PIECE_LEN ((uint32_t) (2 * BT_BLOCK_LEN))

/* Whole on the disk, and without layers in the metainfo. */
typedef struct
{
  DiskWorld world;
  char *folder; /* that holds the content */
  BtMetainfo *whole;
  BtMetainfo *bare;
  EngStorage *storage;
  GPtrArray *found; /* paths */
  unsigned n_surveyed;
  bool closed;
} Scene;

static void
on_layer (void *owner, size_t file, const uint8_t *layer, const EngFileState *state)
{
  Scene *s = owner;
  const BtFile *f = &bt_metainfo_layout (s->whole)->files[file];
  size_t n = (size_t) ((f->length + PIECE_LEN - 1) / PIECE_LEN);

  g_assert_false (s->closed);
  g_assert_cmpuint (s->n_surveyed, ==, 0);
  g_assert_cmpmem (layer, n * 32, f->layer, n * 32);
  g_assert_cmpuint (state->inode, !=, 0);
  g_assert_cmpuint (state->size, >=, f->length);
  g_ptr_array_add (s->found, (void *) (uintptr_t) f->path);
}

static void
on_surveyed (void *owner)
{
  ((Scene *) owner)->n_surveyed++;
}

static void
on_verifying (void *owner, uint64_t done, uint64_t total)
{
  g_assert_cmpuint (done, <=, total);
}

static void
on_fault (void *owner, EngAccess access, int sys_errno, const char *path)
{
  g_assert_not_reached ();
}

static void
on_closed (void *data)
{
  ((Scene *) data)->closed = true;
}

static void
scene_init (Scene *s)
{
  static const EngStorageEvents events = {
    .layer = on_layer, .surveyed = on_surveyed, .verifying = on_verifying, .fault = on_fault
  };
  g_autofree char *parent = NULL;

  *s = (Scene){ .folder = files_folder (), .found = g_ptr_array_new () };
  files_write (s->folder, "a", 5 * PIECE_LEN + 3, 1);
  files_write (s->folder, "b", PIECE_LEN, 2); /* needs no layer */
  files_write (s->folder, "c", 2 * PIECE_LEN, 3);
  files_write (s->folder, "d", 0, 4);
  files_write (s->folder, "e/f", 3 * PIECE_LEN - 1, 5);
  disk_world_init (&s->world, 2, 0);
  s->whole = files_torrent (s->folder, BT_FORMAT_V2, PIECE_LEN, 1);
  s->bare = maker_without_layers (s->whole);
  parent = g_path_get_dirname (s->folder);
  s->storage = eng_storage_new (s->world.disk, s->bare, parent, ENG_PREALLOCATE_SPARSE, &events, s);
}

static void
scene_clear (Scene *s)
{
  eng_storage_close (s->storage, on_closed, s);
  while (!s->closed)
    disk_world_turn (&s->world);
  disk_world_clear (&s->world);
  bt_metainfo_unref (s->bare);
  bt_metainfo_unref (s->whole);
  g_ptr_array_unref (s->found);
  files_remove (s->folder);
}

static void
survey (Scene *s)
{
  eng_storage_survey (s->storage);
  while (s->n_surveyed == 0)
    disk_world_turn (&s->world);
}

/* --- what is done to the content --- */

static void
leave (const char *folder)
{
}

static void
spoil (const char *folder)
{
  files_spoil (folder, "a", 4 * PIECE_LEN);
}

static void
cut (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "c", NULL);

  g_assert_cmpint (truncate (path, 2 * PIECE_LEN - 1), ==, 0);
}

static void
lengthen (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "c", NULL);

  g_assert_cmpint (truncate (path, 3 * PIECE_LEN), ==, 0);
}

static void
drop (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "e", "f", NULL);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

/* What lies behind a link is not looked at: the torrent's own files are no links. */
static void
put_link (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "c", NULL);
  g_autofree char *aside = g_build_filename (folder, "aside", NULL);

  g_assert_cmpint (g_rename (path, aside), ==, 0);
  g_assert_cmpint (symlink ("aside", path), ==, 0);
}

static const struct
{
  const char *name;
  void (*disturb) (const char *folder);
  const char *found;
} cases[] = {
  { "whole", leave, "a c e/f" },   { "spoilt", spoil, "c e/f" }, { "short", cut, "a e/f" },
  { "long", lengthen, "a c e/f" }, { "missing", drop, "a c" },   { "link", put_link, "a e/f" },
};

static void
test_case (const void *data)
{
  size_t i = GPOINTER_TO_SIZE (data);
  g_autofree char *found = NULL;
  Scene s;

  scene_init (&s);
  cases[i].disturb (s.folder);
  survey (&s);
  g_ptr_array_add (s.found, NULL);
  found = g_strjoinv (" ", (char **) s.found->pdata);
  g_assert_cmpstr (found, ==, cases[i].found);
  scene_clear (&s);
}

/* What the person calls it counts. */
static void
test_named (void)
{
  const EngName name = { .file = 2, .path = (char *) (uintptr_t) "other" };
  g_autofree char *old_path = NULL;
  g_autofree char *new_path = NULL;
  EngNames names = { 0 };
  Scene s;

  scene_init (&s);
  old_path = g_build_filename (s.folder, "c", NULL);
  new_path = g_build_filename (s.folder, "other", NULL);
  g_assert_cmpint (g_rename (old_path, new_path), ==, 0);
  eng_names_set (&names, &name);
  eng_storage_set_names (s.storage, &names);
  survey (&s);
  g_assert_cmpuint (s.found->len, ==, 3);
  eng_names_clear (&names);
  scene_clear (&s);
}

/* Nobody hears of one that is given up. */
static void
test_given_up (void)
{
  Scene s;

  scene_init (&s);
  eng_storage_survey (s.storage);
  scene_clear (&s);
  g_assert_cmpuint (s.n_surveyed, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/survey/", cases[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_case);
    }
  g_test_add_func ("/survey/named", test_named);
  g_test_add_func ("/survey/given-up", test_given_up);
  return g_test_run ();
}
