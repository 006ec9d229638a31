/* gui-zeros.c: see gui-zeros.h. */
#include "tests/perf/gui-zeros.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define DIGEST_LEN 20u

/* --- torrents --- */

static void
digest_zeros (guint64 len, guint8 digest[DIGEST_LEN])
{
  g_autofree guint8 *zeros = g_malloc0 (len);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  gsize digest_len = DIGEST_LEN;

  g_checksum_update (checksum, zeros, (gssize) len);
  g_checksum_get_digest (checksum, digest, &digest_len);
}

GBytes *
gui_zeros_torrent (const char *name, guint64 size, guint piece_length)
{
  guint64 n = (size + piece_length - 1) / piece_length;
  GString *text = g_string_new ("d4:infod6:lengthi");
  guint8 digest[DIGEST_LEN];

  g_string_append_printf (text, "%" G_GUINT64_FORMAT "e4:name%zu:%s12:piece lengthi%ue6:pieces",
                          size, strlen (name), name, piece_length);
  g_string_append_printf (text, "%" G_GUINT64_FORMAT ":", n * DIGEST_LEN);
  if (n > 1)
    digest_zeros (piece_length, digest);
  for (guint64 i = 0; i < n; i++)
    {
      if (i == n - 1)
        digest_zeros (size - i * piece_length, digest);
      g_string_append_len (text, (const char *) digest, DIGEST_LEN);
    }
  g_string_append (text, "ee");
  return g_string_free_to_bytes (text);
}

void
gui_zeros_content (const char *folder, const char *name, guint64 size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  int fd = g_open (path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, (off_t) size), ==, 0);
  g_assert_true (g_close (fd, NULL));
}

ShoalTorrent *
gui_zeros_add (ShoalSession *session, GBytes *torrent, const char *folder)
{
  g_autoptr (GError) error = NULL;
  ShoalTorrent *added
      = shoal_session_add (session, torrent, folder, NULL, SHOAL_ADD_NO_TRACKERS, &error);

  g_assert_no_error (error);
  return added;
}

/* --- the seed --- */

static gboolean
all_seed (GListModel *torrents)
{
  for (guint i = 0; i < g_list_model_get_n_items (torrents); i++)
    {
      g_autoptr (ShoalTorrent) torrent = g_list_model_get_item (torrents, i);

      if (shoal_torrent_get_state (torrent) != SHOAL_TORRENT_STATE_SEEDING)
        return FALSE;
    }
  return TRUE;
}

static void
seed (GPtrArray *torrents, const char *folder, guint64 rate_Bps, int ready)
{
  g_autoptr (GError) error = NULL;
  ShoalSession *session = shoal_session_new ("127.0.0.1:0", TRUE, &error);
  guint port;

  g_assert_no_error (error);
  (void) prctl (PR_SET_PDEATHSIG, SIGKILL); /* a benchmark that was ended leaves nobody behind */
  shoal_session_set_limits (session, 0, rate_Bps);
  for (guint i = 0; i < torrents->len; i++)
    g_object_unref (gui_zeros_add (session, torrents->pdata[i], folder));
  while (!all_seed (G_LIST_MODEL (session)))
    g_main_context_iteration (NULL, TRUE);
  port = shoal_session_get_port (session);
  g_assert_cmpint (write (ready, &port, sizeof port), ==, sizeof port);
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}

GuiZerosSeed
gui_zeros_seed (GPtrArray *torrents, const char *folder, guint64 rate_Bps)
{
  GuiZerosSeed made = { 0 };
  guint port;
  int ready[2];

  g_assert_cmpint (pipe (ready), ==, 0);
  made.pid = fork ();
  g_assert_cmpint (made.pid, >=, 0);
  if (made.pid == 0)
    seed (torrents, folder, rate_Bps, ready[1]);
  close (ready[1]);
  g_assert_cmpint (read (ready[0], &port, sizeof port), ==, sizeof port);
  close (ready[0]);
  made.address = g_strdup_printf ("127.0.0.1:%u", port);
  return made;
}

void
gui_zeros_stop (GuiZerosSeed *seed)
{
  kill (seed->pid, SIGKILL);
  waitpid (seed->pid, NULL, 0);
  g_clear_pointer (&seed->address, g_free);
}
