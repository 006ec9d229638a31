/* test-shoal-fetch.c: torrents from a web server of this process. */
#include <string.h>

#include "client-core/shoal.h"
#include "tests/unit/tracker-maker.h"

typedef struct
{
  GBytes *bytes;
  GError *error;
  bool over;
} Fetched;

static void
on_fetched (GObject *source, GAsyncResult *result, void *data)
{
  Fetched *fetched = data;

  fetched->bytes = shoal_fetch_torrent_finish (result, &fetched->error);
  fetched->over = true;
}

static void
wait (TrackerWorld *w, const Fetched *fetched)
{
  while (!fetched->over)
    g_main_context_iteration (w->context, TRUE);
}

static void
test_file (const void *name)
{
  TrackerWorld *w = tracker_world_new ();
  g_autofree char *url = tracker_world_url (w, name);
  g_autoptr (GBytes) bytes = NULL;
  Fetched fetched = { 0 };

  shoal_fetch_torrent_async (url, NULL, NULL, on_fetched, &fetched);
  wait (w, &fetched);
  g_assert_no_error (fetched.error);
  bytes = fetched.bytes;
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "any bytes", 9);
  tracker_world_free (w);
}

static const struct
{
  const char *name;
  const char *address;
  int code;
  const char *words;
} failures[] = {
  { "announce-missing", NULL, SHOAL_ERROR_NETWORK, "404" },
  { "announce-loop", NULL, SHOAL_ERROR_NETWORK, "too often" },
  { "announce-to-udp", NULL, SHOAL_ERROR_NETWORK, "not to a web address" },
  { "ftp://127.0.0.1/file", NULL, SHOAL_ERROR_NETWORK, "cannot be fetched" },
  { "nonsense://", NULL, SHOAL_ERROR_NETWORK, "cannot be fetched" },
  { "file", "nowhere", SHOAL_ERROR_INVALID, "nowhere" },
};

static void
test_fails (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      TrackerWorld *w = tracker_world_new ();
      g_autofree char *url = tracker_world_url (w, failures[i].name);
      Fetched fetched = { 0 };

      shoal_fetch_torrent_async (url, failures[i].address, NULL, on_fetched, &fetched);
      wait (w, &fetched);
      g_assert_null (fetched.bytes);
      g_assert_error (fetched.error, SHOAL_ERROR, failures[i].code);
      g_assert_nonnull (strstr (fetched.error->message, failures[i].words));
      g_clear_error (&fetched.error);
      tracker_world_free (w);
    }
}

static void
test_nobody_there (void)
{
  TrackerWorld *w = tracker_world_new ();
  g_autofree char *url = tracker_world_gone (w);
  Fetched fetched = { 0 };

  shoal_fetch_torrent_async (url, NULL, NULL, on_fetched, &fetched);
  wait (w, &fetched);
  g_assert_error (fetched.error, SHOAL_ERROR, SHOAL_ERROR_NETWORK);
  g_clear_error (&fetched.error);
  tracker_world_free (w);
}

static void
test_cancel (void)
{
  TrackerWorld *w = tracker_world_new ();
  g_autofree char *url = tracker_world_url (w, "announce-silent");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Fetched fetched = { 0 };

  shoal_fetch_torrent_async (url, NULL, cancellable, on_fetched, &fetched);
  while (w->n_silent == 0)
    g_main_context_iteration (w->context, TRUE);
  g_cancellable_cancel (cancellable);
  wait (w, &fetched);
  g_assert_error (fetched.error, SHOAL_ERROR, SHOAL_ERROR_CANCELLED);
  g_clear_error (&fetched.error);
  tracker_world_free (w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/fetch/file", "file", test_file);
  g_test_add_data_func ("/fetch/moved", "file-moved", test_file);
  g_test_add_func ("/fetch/fails", test_fails);
  g_test_add_func ("/fetch/nobody-there", test_nobody_there);
  g_test_add_func ("/fetch/cancel", test_cancel);
  return g_test_run ();
}
