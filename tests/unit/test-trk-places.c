/* test-trk-places.c: sums of all and of each source, against a plain count of the same. */
#include <glib.h>

#include "tracker-server/front/trk-places.h"

#define KEY ((const uint8_t *) "0123456789abcdef")
#define SOURCES 300u
#define MAX_PLACES 500u
#define PER_SOURCE 4u

static BtEndpoint
source_of (unsigned number)
{
  uint8_t v4[4] = { 9, 9, (uint8_t) (number >> 8), (uint8_t) number };
  uint8_t v6[16] = { 0x2a, [6] = (uint8_t) (number >> 8), [7] = (uint8_t) number };

  v6[15] = (uint8_t) g_test_rand_int (); /* of the same /64 */
  return number % 2 == 0 ? bt_endpoint_v4 (v4, (uint16_t) g_test_rand_int ())
                         : bt_endpoint_v6 (v6, 1);
}

static void
test_against_count (void)
{
  TrkPlaces *places = trk_places_new (MAX_PLACES, PER_SOURCE, KEY);
  unsigned counts[SOURCES] = { 0 };
  unsigned sum = 0;

  for (unsigned step = 0; step < 200000; step++)
    {
      unsigned number = (unsigned) g_test_rand_int_range (0, SOURCES);
      BtEndpoint source = source_of (number);

      if (g_test_rand_bit ())
        {
          TrkPlacesResult expected = sum == MAX_PLACES              ? TRK_PLACES_FULL
                                     : counts[number] == PER_SOURCE ? TRK_PLACES_CROWDED
                                                                    : TRK_PLACES_TAKEN;

          g_assert_cmpint (trk_places_take (places, &source), ==, expected);
          counts[number] += expected == TRK_PLACES_TAKEN;
          sum += expected == TRK_PLACES_TAKEN;
        }
      else if (counts[number] > 0)
        {
          trk_places_leave (places, &source);
          counts[number]--;
          sum--;
        }
      g_assert_cmpuint (trk_places_of (places, &source), ==, counts[number]);
      g_assert_cmpuint (trk_places_taken (places), ==, sum);
    }
  trk_places_free (places);
}

static void
test_nobody (void)
{
  TrkPlaces *places = trk_places_new (3, 1, KEY);
  BtEndpoint nobody = { 0 };

  for (int i = 0; i < 3; i++)
    g_assert_cmpint (trk_places_take (places, &nobody), ==, TRK_PLACES_TAKEN);
  g_assert_cmpint (trk_places_take (places, &nobody), ==, TRK_PLACES_FULL);
  trk_places_leave (places, &nobody);
  g_assert_cmpint (trk_places_take (places, &nobody), ==, TRK_PLACES_TAKEN);
  trk_places_free (places);
}

/* While it is held nobody comes beyond who is there, or an eighth; who goes makes room. */
static void
test_hold (void)
{
  static const struct
  {
    unsigned taken;
    unsigned most;
  } cases[] = { { 0, 11 }, { 11, 11 }, { 50, 50 }, { 80, 80 } };
  const BtEndpoint nobody = { 0 };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TrkPlaces *places = trk_places_new (80, 1, KEY);

      while (trk_places_taken (places) < cases[i].taken)
        (void) trk_places_take (places, &nobody); /* there is room */
      trk_places_hold (places, true);
      while (trk_places_taken (places) < cases[i].most)
        g_assert_cmpint (trk_places_take (places, &nobody), ==, TRK_PLACES_TAKEN);
      g_assert_cmpint (trk_places_take (places, &nobody), ==, TRK_PLACES_FULL);
      trk_places_leave (places, &nobody);
      g_assert_cmpint (trk_places_take (places, &nobody), ==, TRK_PLACES_TAKEN);
      trk_places_hold (places, false);
      while (trk_places_taken (places) < 80)
        g_assert_cmpint (trk_places_take (places, &nobody), ==, TRK_PLACES_TAKEN);
      trk_places_free (places);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/places/against-count", test_against_count);
  g_test_add_func ("/places/nobody", test_nobody);
  g_test_add_func ("/places/hold", test_hold);
  return g_test_run ();
}
