/* test-trk-operation.c: what the tracker runs by: lock, backups' names, notices, imports, logs. */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "tracker-server/server/trk-import.h"
#include "tracker-server/server/trk-lock.h"
#include "tracker-server/server/trk-log.h"
#include "tracker-server/server/trk-notify.h"
#include "tracker-server/server/trk-rotate.h"

/* --- lock --- */

static void
test_lock (void)
{
  g_autofree char *folder = g_dir_make_tmp ("trk-lock-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "server", NULL);
  int lock;

  g_assert_cmpint (trk_lock_holder (path), ==, 0);
  lock = trk_lock_take (path);
  g_assert_cmpint (lock, >=, 0);
  g_assert_cmpint (trk_lock_holder (path), ==, getpid ());
  g_assert_cmpint (trk_lock_take (path), ==, -1);
  g_assert_cmpint (errno, ==, EWOULDBLOCK);
  g_assert_cmpint (close (lock), ==, 0);
  g_assert_cmpint (trk_lock_holder (path), ==, 0);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (symlink ("elsewhere", path), ==, 0);
  g_assert_cmpint (trk_lock_take (path), ==, -1);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* --- backups --- */

static void
touch (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
}

static bool
is_there (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
test_rotate (void)
{
  static const char *const names[]
      = { "tracker-20260101-000000.db",     "tracker-20260102-000000.db",
          "tracker-20260103-000000.db",     "tracker-mine.db",
          "tracker-20260101-000000.db.txt", "notes" };
  g_autofree char *folder = g_dir_make_tmp ("trk-rotate-XXXXXX", NULL);
  g_autofree char *inner = g_build_filename (folder, "backups", NULL);
  g_autofree char *name = trk_rotate_name (inner, 1767225600);
  g_autofree char *base = g_path_get_basename (name);
  g_autofree char *odd = trk_rotate_name (inner, INT64_MAX);

  g_assert_cmpstr (base, ==, "tracker-20260101-000000.db");
  g_assert_true (g_str_has_suffix (odd, "/tracker-00000000-000000.db"));
  g_assert_cmpint (trk_rotate_newest (inner), ==, 0);
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    touch (inner, names[i]);
  g_assert_cmpint (trk_rotate_newest (inner), >, 0);
  trk_rotate_clean (inner, 3);
  g_assert_true (is_there (inner, names[0]));
  trk_rotate_clean (inner, 2);
  g_assert_false (is_there (inner, names[0]));
  for (size_t i = 1; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (inner, names[i], NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (inner), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* --- notices --- */

/* A manager's socket: at a path, or "@name" in the abstract namespace. */
static int
manager_new (const char *name)
{
  struct sockaddr_un at = { .sun_family = AF_UNIX };
  size_t len = strlen (name);
  int fd = socket (AF_UNIX, SOCK_DGRAM, 0);

  memcpy (at.sun_path, name, len);
  if (name[0] == '@')
    at.sun_path[0] = '\0';
  g_assert_cmpint (bind (fd, (struct sockaddr *) &at,
                         (socklen_t) (offsetof (struct sockaddr_un, sun_path) + len)),
                   ==, 0);
  return fd;
}

static void
hear (int fd, const char *wanted)
{
  char text[256] = { 0 };

  g_assert_cmpint (recv (fd, text, sizeof text - 1, 0), >, 0);
  g_assert_true (g_str_has_prefix (text, wanted));
}

static void
hear_all (int fd)
{
  TrkNotify notify;

  g_setenv ("WATCHDOG_USEC", "5000000", TRUE);
  trk_notify_init (&notify);
  g_assert_cmpuint (notify.watchdog_us, ==, 5000000);
  g_assert_null (g_getenv ("NOTIFY_SOCKET"));
  g_assert_null (g_getenv ("WATCHDOG_USEC"));
  trk_notify_ready (&notify, "two\nlines");
  hear (fd, "READY=1\nSTATUS=two lines\n");
  trk_notify_reloading (&notify);
  hear (fd, "RELOADING=1\nMONOTONIC_USEC=");
  trk_notify_status (&notify, "busy");
  hear (fd, "STATUS=busy\n");
  trk_notify_alive (&notify);
  hear (fd, "WATCHDOG=1\n");
  trk_notify_stopping (&notify);
  hear (fd, "STOPPING=1\n");
  trk_notify_clear (&notify);
  g_assert_false (trk_notify_send (&notify, "X=1\n"));
}

static void
test_notify (void)
{
  g_autofree char *folder = g_dir_make_tmp ("trk-notify-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "s", NULL);
  g_autofree char *name = g_path_get_basename (folder);
  g_autofree char *abstract = g_strconcat ("@", name, NULL);
  int fd = manager_new (path);

  g_setenv ("NOTIFY_SOCKET", path, TRUE);
  hear_all (fd);
  g_assert_cmpint (close (fd), ==, 0);
  fd = manager_new (abstract);
  g_setenv ("NOTIFY_SOCKET", abstract, TRUE);
  hear_all (fd);
  g_assert_cmpint (close (fd), ==, 0);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_nobody (void)
{
  static const char *const names[] = { "", "@", "relative", "/nowhere/at/all", "vsock:1:2" };
  TrkNotify notify;

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_setenv ("NOTIFY_SOCKET", names[i], TRUE);
      trk_notify_init (&notify);
      g_assert_cmpint (notify.fd, ==, -1);
      trk_notify_alive (&notify);
      trk_notify_clear (&notify);
    }
}

/* Whose watchdog it is. */
static void
test_watchdog_of_another (void)
{
  g_autofree char *folder = g_dir_make_tmp ("trk-notify-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "s", NULL);
  int fd = manager_new (path);
  TrkNotify notify;

  g_setenv ("NOTIFY_SOCKET", path, TRUE);
  g_setenv ("WATCHDOG_USEC", "7", TRUE);
  g_setenv ("WATCHDOG_PID", "1", TRUE);
  trk_notify_init (&notify);
  g_assert_cmpuint (notify.watchdog_us, ==, 0);
  trk_notify_clear (&notify);
  g_assert_cmpint (close (fd), ==, 0);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* --- imports --- */

#define A20 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B32 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static const struct
{
  const char *text;
  unsigned n;
  unsigned n_notes;
} lists[] = {
  { "", 0, 0 },
  { "\n\r\n#x\n;y\n", 0, 0 },
  { A20, 1, 0 },
  { "  " A20 "\t# name\n" B32 "\r\n" A20 " - words", 3, 0 },
  { A20 "a\n" A20 "\n", 1, 1 },
  { "x\ny\r" A20 "\n", 1, 2 },
};

static void
test_lists (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_auto (TrkImport) import = { 0 };

      trk_import_init (&import);
      trk_import_hashes (&import, "f", lists[i].text);
      g_assert_cmpuint (import.hashes->len, ==, 20 * lists[i].n);
      g_assert_cmpuint (import.n_notes, ==, lists[i].n_notes);
      g_assert_false (trk_import_is_opentracker (lists[i].text));
    }
}

static void
test_many_notes (void)
{
  g_auto (TrkImport) import = { 0 };
  g_autofree char *text = g_strnfill (2000, 'x');

  for (size_t i = 1; i < 2000; i += 2)
    text[i] = '\n';
  trk_import_init (&import);
  trk_import_hashes (&import, "f", text);
  g_assert_cmpuint (import.n_notes, ==, 1000);
  g_assert_cmpuint (import.notes->len, ==, TRK_IMPORT_NOTES_MAX);
}

static const struct
{
  const char *text;
  const char *settings; /* joined by blanks */
  unsigned n_lists;
  unsigned n_notes;
} configurations[] = {
  { "listen.tcp_udp 0.0.0.0\n", "listen.http=0.0.0.0:6969 listen.udp=0.0.0.0:6969", 0, 0 },
  { "listen.tcp 1.2.3.4:80\n", "listen.http=1.2.3.4:80 listen.udp=", 0, 0 },
  { "listen.udp [::]\nlisten.udp ::1\n", "listen.http= listen.udp=[::]:6969;[::1]:6969", 0, 0 },
  { "  access.whitelist  w \n", "tracker.mode=listed", 1, 0 },
  { "access.blacklist /b\n", "tracker.mode=open", 1, 0 },
  { "access.proxy 10.0.0.1\naccess.proxy 10.0.0.2\n", "proxy.trusted=10.0.0.1;10.0.0.2", 0, 0 },
  { "listen.udp.workers 4\n", "listen.udp-threads=4", 0, 0 },
  { "listen.udp.workers many\n", "", 0, 1 },
  { "listen.tcp nowhere\n", "", 0, 1 },
  { "access.stats 1.2.3.4\ntracker.user a\nlivesync.cluster.node_ip 1.1.1.1\n", "", 0, 3 },
  { "tracker.rootdir\nfrob x\n# c\n", "", 0, 2 },
};

static void
test_configurations (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (configurations); i++)
    {
      g_auto (TrkImport) import = { 0 };
      g_autofree char *settings = NULL;

      trk_import_init (&import);
      trk_import_opentracker (&import, "/etc/ot/conf", configurations[i].text);
      g_ptr_array_add (import.settings, NULL);
      settings = g_strjoinv (" ", (char **) import.settings->pdata);
      g_assert_cmpstr (settings, ==, configurations[i].settings);
      g_assert_cmpuint (import.lists->len, ==, configurations[i].n_lists);
      g_assert_cmpuint (import.n_notes, ==, configurations[i].n_notes);
    }
  g_assert_true (trk_import_is_opentracker ("# x\nlisten.tcp_udp 0.0.0.0\n"));
}

static void
test_list_beside (void)
{
  g_auto (TrkImport) import = { 0 };

  trk_import_init (&import);
  trk_import_opentracker (&import, "/etc/ot/conf", "access.whitelist ../w\naccess.blacklist /b\n");
  g_assert_cmpstr (g_array_index (import.lists, TrkImportList, 0).path, ==, "/etc/w");
  g_assert_cmpint (g_array_index (import.lists, TrkImportList, 0).mark, ==, TRK_MARK_ALLOWED);
  g_assert_cmpstr (g_array_index (import.lists, TrkImportList, 1).path, ==, "/b");
  g_assert_cmpint (g_array_index (import.lists, TrkImportList, 1).mark, ==, TRK_MARK_DENIED);
}

/* --- logs --- */

static void
test_escape (void)
{
  static const struct
  {
    const char *text;
    const char *escaped;
  } rows[] = {
    { "plain é", "plain é" },
    { "two\nlines\t\x1b[31m", "two\\u000alines\\u0009\\u001b[31m" },
    { "a\xe2\x80\xae"
      "b\xe2\x80\xa8",
      "a\\u202eb\\u2028" },
    { "\xff", "\xef\xbf\xbd" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *escaped = trk_log_escape (rows[i].text);

      g_assert_cmpstr (escaped, ==, rows[i].escaped);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/operation/lock", test_lock);
  g_test_add_func ("/operation/rotate", test_rotate);
  g_test_add_func ("/operation/notify", test_notify);
  g_test_add_func ("/operation/notify/nobody", test_nobody);
  g_test_add_func ("/operation/notify/watchdog-of-another", test_watchdog_of_another);
  g_test_add_func ("/operation/import/lists", test_lists);
  g_test_add_func ("/operation/import/many-notes", test_many_notes);
  g_test_add_func ("/operation/import/configurations", test_configurations);
  g_test_add_func ("/operation/import/list-beside", test_list_beside);
  g_test_add_func ("/operation/log/escape", test_escape);
  return g_test_run ();
}
