/* test-eng-queue.c: who of a list has its turn. */
#include <string.h>

#include <glib.h>

#include "client-core/engine/eng-queue.h"

/* A letter each: d downloads, s seeds, D and S are slow, . needs no place; and w waits, r does not.
 */
static const struct
{
  const char *name;
  unsigned downloads;
  unsigned seeds;
  const char *list;
  const char *expected;
} cases[] = {
  { "no-limits", 0, 0, "dddsss.", "rrrrrrr" },
  { "first-come", 2, 0, "ddddss", "rrwwrr" },
  { "seeds-alone", 0, 1, "dsdsd", "rrrwr" },
  { "both", 1, 1, "dsdsds", "rrwwww" },
  { "free-takes-no-place", 1, 1, "..d.s.ds", "rrrrrrww" },
  { "slow-does-not-count", 1, 0, "Dddd", "rrww" },
  { "slow-behind-the-limit-goes-on", 1, 0, "ddDd", "rwrw" },
  { "all-slow", 1, 1, "DDDSSS", "rrrrrr" },
  { "slow-seed-before-a-download", 1, 1, "SdSsds", "rrrrww" },
  { "more-places-than-torrents", 9, 9, "dsds", "rrrr" },
  { "nobody", 1, 1, "", "" },
};

static EngQueueItem
item_of (char letter)
{
  const char *kinds = ".ds";
  char low = g_ascii_tolower (letter);

  return (EngQueueItem){ .kind = (EngQueueKind) (strchr (kinds, low) - kinds),
                         .slow = letter != low };
}

static void
test_decide (const void *data)
{
  gsize which = GPOINTER_TO_SIZE (data);
  const char *list = cases[which].list;
  size_t n = strlen (list);
  EngQueueLimits limits = {
    .max = { [ENG_QUEUE_DOWNLOAD] = cases[which].downloads, [ENG_QUEUE_SEED] = cases[which].seeds }
  };
  g_autofree EngQueueItem *items = g_new (EngQueueItem, n);
  g_autofree bool *waits = g_new (bool, n);
  g_autoptr (GString) found = g_string_new (NULL);

  for (size_t i = 0; i < n; i++)
    items[i] = item_of (list[i]);
  eng_queue_decide (&limits, items, n, waits);
  for (size_t i = 0; i < n; i++)
    g_string_append_c (found, waits[i] ? 'w' : 'r');
  g_assert_cmpstr (found->str, ==, cases[which].expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/queue/%s", cases[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_decide);
    }
  return g_test_run ();
}
