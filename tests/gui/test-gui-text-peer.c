/* test-gui-text-peer.c: peers and trackers in words. */
#include "gtk-client/text/gui-text-peer.h"

#include <string.h>

#define ALL (SHOAL_PEER_INTERESTING | SHOAL_PEER_CHOKES | SHOAL_PEER_INTERESTED | SHOAL_PEER_CHOKED)

static void
test_letters (void)
{
  static const struct
  {
    guint flags;
    gboolean incoming;
    ShoalPeerEncryption encryption;
    const char *letters;
  } cases[] = {
    { SHOAL_PEER_INTERESTING | SHOAL_PEER_CHOKED, FALSE, SHOAL_PEER_ENCRYPTION_NONE, "D" },
    { ALL, FALSE, SHOAL_PEER_ENCRYPTION_NONE, "du" },
    { SHOAL_PEER_NONE, TRUE, SHOAL_PEER_ENCRYPTION_ALL, "K?IE" },
    { SHOAL_PEER_INTERESTED | SHOAL_PEER_CHOKES, FALSE, SHOAL_PEER_ENCRYPTION_OPENING, "Ue" },
    { SHOAL_PEER_CHOKES | SHOAL_PEER_CHOKED, FALSE, SHOAL_PEER_ENCRYPTION_NONE, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ShoalPeerFlags flags = (ShoalPeerFlags) cases[i].flags;
      g_autofree char *letters
          = gui_text_peer_letters (flags, cases[i].incoming, cases[i].encryption);
      g_autofree char *words = gui_text_peer_words (flags, cases[i].incoming, cases[i].encryption);
      g_auto (GStrv) lines = g_strsplit (words, "\n", -1);

      g_assert_cmpstr (letters, ==, cases[i].letters);
      g_assert_cmpuint (g_strv_length (lines), ==, strlen (letters));
      for (gsize j = 0; letters[j] != '\0'; j++) /* each letter is explained, in its order */
        g_assert_true (lines[j][0] == letters[j] && lines[j][1] == ':');
    }
}

static void
test_sources (void)
{
  g_autofree char *none = gui_text_sources (SHOAL_PEER_SOURCE_NONE);
  g_autofree char *two = gui_text_sources (
      (ShoalPeerSources) (SHOAL_PEER_SOURCE_TRACKER | SHOAL_PEER_SOURCE_EXCHANGE));

  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (two, ==, "a tracker, another peer");
}

static void
test_limits (void)
{
  static const struct
  {
    guint64 down, up;
    const char *text;
  } cases[] = {
    { 0, 0, "" },
    { 64 << 10, 0, "at most 64.0\u00a0KiB/s down" },
    { 0, 2 << 20, "at most 2.0\u00a0MiB/s up" },
    { 64 << 10, 2 << 20, "at most 64.0\u00a0KiB/s down and 2.0\u00a0MiB/s up" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = gui_text_peer_limits (cases[i].down, cases[i].up);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

#define NOW 1000000

static void
test_trackers (void)
{
  static const struct
  {
    GuiTrackerFacts facts;
    const char *text;
  } cases[] = {
    { { SHOAL_TRACKER_STATUS_WAITING, NULL, 0, -1, -1, NOW }, "Waits for its turn" },
    { { SHOAL_TRACKER_STATUS_BUSY, "no", 3, NOW - 5, NOW + 5, NOW }, "Is being asked" },
    { { SHOAL_TRACKER_STATUS_WORKING, NULL, 1, NOW - 130, NOW + 1680, NOW },
      "Got a list of 1 peer 2 min ago; is asked again in 28 min" },
    { { SHOAL_TRACKER_STATUS_WORKING, "be kind", 40, NOW - 5, NOW, NOW },
      "Got a list of 40 peers 5 s ago. It says: be kind; is asked again now" },
    { { SHOAL_TRACKER_STATUS_FAILING, "un\nregistered <b>", 0, NOW + 9, NOW + 60, NOW },
      "Failed 0 s ago: un registered <b>; is asked again in 1 min" },
    { { SHOAL_TRACKER_STATUS_FAILING, NULL, 0, NOW - 60, -1, NOW }, "Failed 1 min ago" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = gui_text_tracker (&cases[i].facts);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_counts (void)
{
  static const struct
  {
    gint64 seeders, leechers;
    const char *text;
  } cases[] = {
    { -1, -1, "" },
    { 1, -1, "1 seed" },
    { -1, 2, "2 others" },
    { 12, 1, "12 seeds, 1 other" },
    { G_MAXINT64, 0, "4294967295 seeds, 0 others" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = gui_text_tracker_counts (cases[i].seeders, cases[i].leechers);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-peer/letters", test_letters);
  g_test_add_func ("/text-peer/sources", test_sources);
  g_test_add_func ("/text-peer/limits", test_limits);
  g_test_add_func ("/text-peer/trackers", test_trackers);
  g_test_add_func ("/text-peer/counts", test_counts);
  return g_test_run ();
}
