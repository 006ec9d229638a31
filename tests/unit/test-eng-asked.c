/* test-eng-asked.c: what was asked of a peer, in order, under every kind of removal. */
#include "client-core/torrent/eng-asked.h"

#include <glib.h>

static EngBlock
block (uint32_t i)
{
  return (EngBlock){ .piece = i / 7, .block = i % 7 };
}

static void
test_in_order (void)
{
  EngAsked asked = { 0 };

  for (uint32_t i = 0; i < 5000; i++)
    {
      eng_asked_push (&asked, block (i), i);
      if (i < 100)
        continue;
      g_assert_cmpuint (eng_asked_find (&asked, block (i - 100)), ==, 0);
      g_assert_cmpuint (eng_asked_get (&asked, 0).sent_us, ==, i - 100);
      eng_asked_remove (&asked, 0);
      g_assert_cmpuint (asked.n, ==, 100);
    }
  eng_asked_clear (&asked);
  g_assert_cmpuint (asked.n, ==, 0);
}

/* Beside a plain array that is searched and closed up. */
static void
test_model (void)
{
  EngAsked asked = { 0 };
  uint32_t model[512];
  uint32_t n = 0;
  uint32_t next = 0;

  for (unsigned round = 0; round < 20000; round++)
    if (n == 0 || (n < G_N_ELEMENTS (model) && g_test_rand_int_range (0, 100) < 52))
      {
        eng_asked_push (&asked, block (next), next);
        model[n++] = next++;
      }
    else
      {
        uint32_t i = (uint32_t) g_test_rand_int_range (0, (gint32) n);

        g_assert_cmpuint (eng_asked_find (&asked, block (model[i])), ==, i);
        eng_asked_remove (&asked, i);
        for (n--; i < n; i++)
          model[i] = model[i + 1];
        g_assert_cmpuint (asked.n, ==, n);
        for (i = 0; i < n; i++)
          g_assert_cmpuint (eng_asked_get (&asked, i).sent_us, ==, model[i]);
      }
  g_assert_cmpuint (eng_asked_find (&asked, block (next)), ==, n);
  eng_asked_clear (&asked);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/asked/in-order", test_in_order);
  g_test_add_func ("/asked/model", test_model);
  return g_test_run ();
}
