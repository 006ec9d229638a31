/* test-trk-headroom.c: limits of memory as control groups of both versions show them. */
#include <string.h>
#include <sys/resource.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "protocol/core/bt-limits.h"
#include "tracker-server/server/trk-headroom.h"

#define MIB (1024 * UINT64_C (1024))

typedef struct
{
  char *folder;
  char *list;
} World;

static void
put (const World *w, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (w->folder, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
begin (World *w, const char *list)
{
  w->folder = g_dir_make_tmp ("shoal-headroom-XXXXXX", NULL);
  g_assert_nonnull (w->folder);
  put (w, "list", list);
  w->list = g_build_filename (w->folder, "list", NULL);
}

static void
end (World *w)
{
  const char *words[] = { "rm", "-r", w->folder, NULL };

  g_assert_true (g_spawn_sync (NULL, (char **) (uintptr_t) words, NULL, G_SPAWN_SEARCH_PATH, NULL,
                               NULL, NULL, NULL, NULL, NULL));
  g_free (w->folder);
  g_free (w->list);
}

static TrkHeadroom
look (const World *w)
{
  TrkGroups *groups = trk_groups_new (w->list, w->folder);
  TrkHeadroom room = trk_headroom_look (groups);

  trk_groups_free (groups);
  return room;
}

static void
test_second_version (void)
{
  World w;
  TrkHeadroom room;

  begin (&w, "0::/system.slice/tracker.service\n");
  put (&w, "system.slice/tracker.service/memory.max", "1000000\n");
  put (&w, "system.slice/tracker.service/memory.current", "700000\n");
  put (&w, "system.slice/tracker.service/memory.stat", "anon 500000\nfile 150000\nkernel 5\n");
  room = look (&w);
  g_assert_cmpuint (room.limit, ==, 1000000);
  g_assert_cmpuint (room.left, ==, 450000);
  end (&w);
}

/* The limit of a group around it may come first; "max" is none. */
static void
test_around (void)
{
  World w;
  TrkHeadroom room;

  begin (&w, "0::/a/b\n");
  put (&w, "a/b/memory.max", "max\n");
  put (&w, "a/b/memory.current", "5\n");
  put (&w, "a/memory.max", "900\n");
  put (&w, "a/memory.current", "1000\n");
  put (&w, "memory.max", "2000\n");
  put (&w, "memory.current", "1200\n");
  room = look (&w);
  g_assert_cmpuint (room.limit, ==, 900);
  g_assert_cmpuint (room.left, ==, 0);
  end (&w);
}

static void
test_first_version (void)
{
  World w;
  TrkHeadroom room;

  begin (&w, "5:cpu,cpuacct:/x\n4:memory,hugetlb:/x\n0::/\n");
  put (&w, "memory/x/memory.limit_in_bytes", "5000\n");
  put (&w, "memory/x/memory.usage_in_bytes", "3000\n");
  put (&w, "memory/x/memory.stat", "cache 7\ntotal_cache 1000\n");
  put (&w, "memory/memory.limit_in_bytes", "9223372036854771712\n");
  put (&w, "memory/memory.usage_in_bytes", "4000\n");
  room = look (&w);
  g_assert_cmpuint (room.limit, ==, 5000);
  g_assert_cmpuint (room.left, ==, 3000);
  end (&w);
}

/* What is no limit, and files that say what nobody can read: there is none. */
static void
test_none (void)
{
  static const char *const lists[]
      = { "",    "0::/x\n",         "0::x\n",    "0:/x",           "memory",
          ":::", "4:memory:../x\n", "0::/\n\n:", "4:memory:/x:y\n" };

  for (size_t i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      World w;
      TrkHeadroom room;

      begin (&w, lists[i]);
      put (&w, "x/memory.max", "a lot");
      put (&w, "memory.max", "");
      put (&w, "x/memory.current", "1");
      room = look (&w);
      g_assert_cmpuint (room.limit, ==, UINT64_MAX);
      g_assert_false (trk_headroom_is_short (&room));
      end (&w);
    }
}

static void
test_addresses (void)
{
  World w;
  TrkHeadroom room;
  struct rlimit before;
  struct rlimit some;

  g_assert_cmpint (getrlimit (RLIMIT_AS, &before), ==, 0);
  some = (struct rlimit){ 1 << 30, before.rlim_max };
  begin (&w, "");
  if (setrlimit (RLIMIT_AS, &some) != 0)
    g_test_skip ("the limit of addresses cannot be set here");
  else
    {
      room = look (&w);
      g_assert_cmpint (setrlimit (RLIMIT_AS, &before), ==, 0);
      g_assert_cmpuint (room.limit, ==, 1 << 30);
      g_assert_cmpuint (room.left, <, 1 << 30);
    }
  end (&w);
}

static void
test_short (void)
{
  static const struct
  {
    uint64_t limit_mib;
    uint64_t short_mib;
  } cases[] = { { 16, 32 }, { 200, 32 }, { 800, 100 }, { 64000, 256 } };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TrkHeadroom room = { cases[i].limit_mib * MIB, cases[i].short_mib * MIB };

      g_assert_false (trk_headroom_is_short (&room));
      room.left--;
      g_assert_true (trk_headroom_is_short (&room));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trk-headroom/second-version", test_second_version);
  g_test_add_func ("/trk-headroom/around", test_around);
  g_test_add_func ("/trk-headroom/first-version", test_first_version);
  g_test_add_func ("/trk-headroom/none", test_none);
  g_test_add_func ("/trk-headroom/addresses", test_addresses);
  g_test_add_func ("/trk-headroom/short", test_short);
  return g_test_run ();
}
