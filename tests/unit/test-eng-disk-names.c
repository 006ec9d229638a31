/* test-eng-disk-names.c: files that lie here as the torrent spells them are verified, read, renamed
 * and remembered under those names; what is written goes there only where they are. */
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "client-core/disk/eng-place.h"
#include "disk-world.h"
#include "files-maker.h"
#include "protocol/digest/btd.h"

#define PIECE (32u * 1024)

/* Of "Mark.c", "mark.c", which is cleaned to "mark (2).c", and "z" in v1. */
#define SMALL 1

typedef struct
{
  char *source;
  char *folder; /* that holds the source */
  char *name;   /* of the torrent */
  DiskWorld world;
  DiskTorrent *t;
} Scene;

/* The storage is where the torrent was made. */
static void
scene_init (Scene *s, BtFormat format)
{
  *s = (Scene){ .source = files_folder () };
  s->folder = g_path_get_dirname (s->source);
  s->name = g_path_get_basename (s->source);
  files_write (s->source, "Mark.c", 100001, 1);
  files_write (s->source, "mark.c", 70001, 2);
  files_write (s->source, "z", 200000, 3);
  disk_world_init (&s->world, 3, 0);
  s->t = disk_torrent_new (&s->world, s->source, format, PIECE, ENG_PREALLOCATE_SPARSE);
  disk_torrent_move (s->t, s->folder);
}

static void
scene_clear (Scene *s)
{
  disk_torrent_free (s->t);
  disk_world_clear (&s->world);
  files_remove (s->source);
  g_free (s->folder);
  g_free (s->name);
}

static bool
is_there (const char *folder, const char *name, const char *file)
{
  g_autofree char *path = g_build_filename (folder, name, file, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
take_away (const Scene *s, const char *file)
{
  g_autofree char *path = g_build_filename (s->source, file, NULL);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

static void
verify (Scene *s, bool all)
{
  unsigned n = s->t->n_verified;

  eng_storage_verify (s->t->storage);
  while (s->t->n_verified == n)
    disk_world_turn (&s->world);
  g_assert_cmpint (bt_bitfield_is_all (&s->t->verified), ==, all);
}

/* What was found to be called otherwise: one file, or none. */
static void
assert_found (const Scene *s, const char *path)
{
  g_assert_cmpuint (s->t->found.n, ==, path != NULL);
  if (path == NULL)
    return;
  g_assert_cmpstr (s->t->layout->files[s->t->found.items[0].file].path, ==, "mark (2).c");
  g_assert_cmpstr (s->t->found.items[0].path, ==, path);
  g_assert_null (s->t->found.items[0].was);
}

/* The next run, which knows what the last one found. */
static void
begin_again (Scene *s)
{
  EngNames names = s->t->found;

  s->t->found = (EngNames){ 0 };
  disk_torrent_move (s->t, s->folder);
  eng_storage_set_names (s->t->storage, &names);
  eng_names_clear (&names);
}

static const BtFormat formats[] = { BT_FORMAT_V1, BT_FORMAT_V2, BT_FORMAT_HYBRID };

static void
test_found (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      Scene s;

      scene_init (&s, formats[i]);
      verify (&s, true);
      assert_found (&s, "mark.c");
      scene_clear (&s);
    }
}

/* Also when something has come under the name that we would give. */
static void
test_remembered (void)
{
  Scene s;

  scene_init (&s, BT_FORMAT_V1);
  verify (&s, true);
  begin_again (&s);
  files_write (s.source, "mark (2).c", 70001, 4);
  verify (&s, true);
  assert_found (&s, NULL);
  scene_clear (&s);
}

/* What is not there any more is made under the name that we give, and stays under it. */
static void
test_lost (void)
{
  Scene s;

  scene_init (&s, BT_FORMAT_V1);
  verify (&s, true);
  begin_again (&s);
  take_away (&s, "mark.c");
  verify (&s, false);
  assert_found (&s, "mark (2).c");
  disk_torrent_put_all (s.t);
  disk_torrent_wait_checked (s.t, s.t->layout->n_pieces);
  g_assert_true (bt_bitfield_is_all (&s.t->good));
  g_assert_true (is_there (s.source, "", "mark (2).c"));
  g_assert_false (is_there (s.source, "", "mark.c"));
  begin_again (&s);
  verify (&s, true);
  assert_found (&s, NULL);
  scene_clear (&s);
}

/* Whoever puts it back is found again. */
static void
test_found_again (void)
{
  Scene s;

  scene_init (&s, BT_FORMAT_V1);
  verify (&s, true);
  take_away (&s, "mark.c");
  verify (&s, false);
  assert_found (&s, "mark (2).c");
  files_write (s.source, "mark.c", 70001, 2);
  verify (&s, true);
  assert_found (&s, "mark.c");
  scene_clear (&s);
}

static void
on_renamed (void *data, int sys_errno)
{
  *(int *) data = sys_errno;
}

/* Who asks may not have heard yet what the verification has found. */
static void
test_renamed (void)
{
  EngName name = { SMALL, (char *) (uintptr_t) "new.c", (char *) (uintptr_t) "mark (2).c" };
  int sys_errno = -1;
  Scene s;

  scene_init (&s, BT_FORMAT_V1);
  verify (&s, true);
  eng_storage_rename (s.t->storage, &name, on_renamed, &sys_errno);
  while (sys_errno < 0)
    disk_world_turn (&s.world);
  g_assert_cmpint (sys_errno, ==, 0);
  g_assert_true (is_there (s.source, "", "new.c"));
  g_assert_false (is_there (s.source, "", "mark.c"));
  files_write (s.source, "mark.c", 70001, 5);
  eng_names_clear (&s.t->found);
  verify (&s, true);
  assert_found (&s, NULL);
  scene_clear (&s);
}

/* Where nothing is, the names are ours. */
static void
test_fetched (void)
{
  Scene s;

  scene_init (&s, BT_FORMAT_V1);
  disk_torrent_move (s.t, s.t->target);
  verify (&s, false);
  disk_torrent_put_all (s.t);
  disk_torrent_wait_checked (s.t, s.t->layout->n_pieces);
  g_assert_true (is_there (s.t->target, s.name, "mark (2).c"));
  g_assert_false (is_there (s.t->target, s.name, "mark.c"));
  verify (&s, true);
  assert_found (&s, NULL);
  disk_torrent_compare (s.t);
  scene_clear (&s);
}

/* --- the folder --- */

/* "A" and "a" in "con", as another client has them. */
static BtMetainfo *
parse_con (const char *made_of)
{
  g_autoptr (BtMetainfo) metainfo = files_torrent (made_of, BT_FORMAT_V1, PIECE, 1);
  gsize len;
  const char *bytes = g_bytes_get_data (bt_metainfo_bytes (metainfo), &len);
  g_autofree char *name = g_strdup_printf ("4:name%zu:%s", strlen (bt_metainfo_name (metainfo)),
                                           bt_metainfo_name (metainfo));
  const char *at = memmem (bytes, len, name, strlen (name));
  g_autoptr (GByteArray) other = g_byte_array_new ();
  g_autoptr (GBytes) renamed = NULL;

  g_assert_nonnull (at);
  g_byte_array_append (other, (const uint8_t *) bytes, (guint) (at - bytes));
  g_byte_array_append (other, (const uint8_t *) "4:name3:con", 11);
  at += strlen (name);
  g_byte_array_append (other, (const uint8_t *) at, (guint) (bytes + len - at));
  renamed = g_byte_array_free_to_bytes (g_steal_pointer (&other));
  return bt_metainfo_parse (renamed, BT_ORIGIN_OWN, btd_ops (), NULL);
}

static void
on_verified (void *owner, const BtBitfield *have)
{
  *(int *) owner = bt_bitfield_is_all (have);
}

static void
pass_over (void *owner, uint64_t done, uint64_t total)
{
}

static char *found_folder;

static void
on_found (void *owner, const EngNames *names)
{
  found_folder = g_strdup (eng_names_find (names, 3)->path);
  g_assert_cmpstr (eng_names_find (names, SMALL)->path, ==, "mark.c");
}

static void
on_closed (void *data)
{
  *(int *) data = -2;
}

static void
on_deleted (void *data, int sys_errno, const char *path)
{
  *(int *) data = sys_errno;
}

/* The folder of the torrent as well; and what is deleted goes from there. */
static void
test_folder (void)
{
  static const EngStorageEvents events
      = { .verified = on_verified, .verifying = pass_over, .found = on_found };
  char *folder = files_folder ();
  g_autofree char *con = g_build_filename (folder, "con", NULL);
  g_autoptr (BtMetainfo) metainfo = NULL;
  EngNames names = { 0 };
  EngStorage *storage;
  int state = -1;
  Scene s;

  scene_init (&s, BT_FORMAT_V1);
  metainfo = parse_con (s.source);
  g_assert_cmpint (g_mkdir (con, 0755), ==, 0);
  files_write (con, "Mark.c", 100001, 1);
  files_write (con, "mark.c", 70001, 2);
  files_write (con, "z", 200000, 3);
  storage
      = eng_storage_new (s.world.disk, metainfo, folder, ENG_PREALLOCATE_SPARSE, &events, &state);
  eng_storage_verify (storage);
  while (state < 0)
    disk_world_turn (&s.world);
  g_assert_cmpint (state, ==, 1);
  g_assert_cmpstr (found_folder, ==, "con");
  eng_storage_close (storage, on_closed, &state);
  while (state != -2)
    disk_world_turn (&s.world);
  eng_names_set (&names, &(EngName){ .file = 3, .path = found_folder });
  eng_names_set (&names, &(EngName){ .file = SMALL, .path = (char *) (uintptr_t) "mark.c" });
  eng_disk_delete (s.world.disk, metainfo, folder, &names, on_deleted, &state);
  while (state != 0)
    disk_world_turn (&s.world);
  g_assert_false (g_file_test (con, G_FILE_TEST_EXISTS));
  eng_names_clear (&names);
  g_clear_pointer (&found_folder, g_free);
  files_remove (folder);
  scene_clear (&s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disk-names/found", test_found);
  g_test_add_func ("/disk-names/remembered", test_remembered);
  g_test_add_func ("/disk-names/lost", test_lost);
  g_test_add_func ("/disk-names/found-again", test_found_again);
  g_test_add_func ("/disk-names/renamed", test_renamed);
  g_test_add_func ("/disk-names/fetched", test_fetched);
  g_test_add_func ("/disk-names/folder", test_folder);
  return g_test_run ();
}
