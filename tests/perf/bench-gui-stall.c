/* bench-gui-stall.c: how long the window's thread is kept from its main loop while 4 GiB are
 * hashed, and while a torrent of them is fetched from another session at full speed.
 *
 *     tests/gui/run.py build/plain/tests/perf/bench-gui-stall [GIB]
 *
 * The content is a file of zeros without blocks, so that hashing and the network are the limit, not
 * a disk. A timer of 2 ms says how late the loop comes back; drawing is part of it. */

#include <fcntl.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "gtk-client/shell/gui-window.h"

#define PIECE (4u << 20)
#define PERIOD_MS 2u
#define SAMPLES_MAX 1000000u

typedef struct
{
  GArray *late_us;
  gint64 last_us;
  GMainLoop *loop;
  ShoalTorrent *torrent;
  gint64 started_us;
} Watch;

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static gboolean
look (void *data)
{
  Watch *watch = data;
  gint64 now_us = g_get_monotonic_time ();
  gint64 late_us = MAX (0, now_us - watch->last_us - (gint64) PERIOD_MS * 1000);

  if (watch->late_us->len < SAMPLES_MAX)
    g_array_append_val (watch->late_us, late_us);
  watch->last_us = now_us;
  if (shoal_torrent_get_state (watch->torrent) == SHOAL_TORRENT_STATE_SEEDING)
    g_main_loop_quit (watch->loop);
  return G_SOURCE_CONTINUE;
}

/* Runs until the torrent is complete. */
static void
measure (const char *what, ShoalTorrent *torrent)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Watch watch = { .late_us = g_array_new (FALSE, FALSE, sizeof (gint64)),
                  .last_us = g_get_monotonic_time (),
                  .started_us = g_get_monotonic_time (),
                  .loop = loop,
                  .torrent = torrent };
  guint timer = g_timeout_add (PERIOD_MS, look, &watch);
  double seconds;
  guint n;

  g_main_loop_run (loop);
  g_source_remove (timer);
  seconds = (double) (g_get_monotonic_time () - watch.started_us) / G_USEC_PER_SEC;
  g_array_sort (watch.late_us, compare);
  n = watch.late_us->len;
  g_print ("%s: %.2f s, %.0f MiB/s; the main loop is late by %.1f ms (median), %.1f (p99), %.1f "
           "(worst), %u looks\n",
           what, seconds, (double) shoal_torrent_get_total (torrent) / seconds / (1 << 20),
           (double) g_array_index (watch.late_us, gint64, n / 2) / 1000,
           (double) g_array_index (watch.late_us, gint64, n - n / 100 - 1) / 1000,
           (double) g_array_index (watch.late_us, gint64, n - 1) / 1000, n);
  g_array_unref (watch.late_us);
}

static GBytes *
make_torrent (guint64 size)
{
  g_autofree guint8 *zeros = g_malloc0 (PIECE);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  GString *text = g_string_new ("d4:infod6:lengthi");
  guint8 digest[20];
  gsize len = sizeof digest;
  guint n = (guint) (size / PIECE);

  g_checksum_update (checksum, zeros, PIECE);
  g_checksum_get_digest (checksum, digest, &len);
  g_string_append_printf (text,
                          "%" G_GUINT64_FORMAT "e4:name5:zeros12:piece lengthi%ue6:pieces%u:", size,
                          PIECE, 20 * n);
  for (guint i = 0; i < n; i++)
    g_string_append_len (text, (const char *) digest, sizeof digest);
  g_string_append (text, "ee");
  return g_string_free_to_bytes (text);
}

static void
make_content (const char *folder, guint64 size)
{
  g_autofree char *path = g_build_filename (folder, "zeros", NULL);
  int fd = g_open (path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, (off_t) size), ==, 0);
  g_assert_true (g_close (fd, NULL));
}

static ShoalTorrent *
add (ShoalSession *session, GBytes *bytes, const char *folder)
{
  g_autoptr (GError) error = NULL;
  ShoalTorrent *torrent
      = shoal_session_add (session, bytes, folder, NULL, SHOAL_ADD_NO_TRACKERS, &error);

  g_assert_no_error (error);
  return torrent;
}

static void
clean (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "zeros", NULL);

  (void) g_unlink (path); /* what is left is in the temporary folder */
  (void) g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  guint64 gib = 4;
  guint64 size;
  g_autofree char *from = g_dir_make_tmp ("shoal-bench-XXXXXX", NULL);
  g_autofree char *to = g_dir_make_tmp ("shoal-bench-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GuiSession) session = NULL;
  g_autoptr (ShoalSession) other = NULL;
  g_autoptr (ShoalTorrent) hashed = NULL;
  g_autoptr (ShoalTorrent) fetched = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *peer = NULL;
  GtkWidget *window;

  if (argc > 1)
    (void) g_ascii_string_to_unsigned (argv[1], 10, 1, 64, &gib, NULL); /* or 4 */
  size = gib << 30;
  adw_init ();
  bytes = make_torrent (size);
  make_content (from, size);
  session = gui_session_new ("bench", &error);
  g_assert_no_error (error);
  window = GTK_WIDGET (gui_window_new (NULL, session));
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);
  hashed = add (gui_session_get_shoal (session), bytes, from);
  measure ("hashing", hashed);
  shoal_torrent_remove (hashed);
  other = shoal_session_new ("127.0.0.1:0", TRUE, &error);
  g_assert_no_error (error);
  g_clear_object (&hashed);
  hashed = add (other, bytes, from);
  measure ("hashing by another session", hashed);
  fetched = add (gui_session_get_shoal (session), bytes, to);
  peer = g_strdup_printf ("127.0.0.1:%u", shoal_session_get_port (other));
  g_assert_true (shoal_torrent_add_peer (fetched, peer, &error));
  measure ("fetching from it", fetched);
  gtk_window_destroy (GTK_WINDOW (window));
  clean (from);
  clean (to);
  return 0;
}
