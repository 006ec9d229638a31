/* test-eng-silence.c: three calls an hour for who does not answer, in a table that is bounded. */
#include <glib.h>

#include "client-core/torrent/eng-silence.h"
#include "protocol/core/bt-limits.h"
#include "tests/unit/candidates-maker.h"

#define HOUR (3600 * SECOND)

/* One line a step: at so many seconds, whether it may be called, and what follows. */
typedef enum
{
  LOOK,
  CALL,
  ANSWER,
  FORGET
} Then;

static void
test_steps (void)
{
  static const struct
  {
    unsigned at_s;
    bool allows;
    Then then;
  } steps[] = {
    { 0, true, CALL },      { 0, true, CALL },       { 10, true, CALL },   { 10, false, LOOK },
    { 3599, false, LOOK },  { 3600, true, CALL },    { 3600, true, CALL }, { 3600, false, LOOK },
    { 3610, true, ANSWER }, { 3610, true, CALL },    { 3611, true, CALL }, { 3612, true, CALL },
    { 7209, true, CALL },   { 7210, false, LOOK }, /* an hour after its answer */
    { 7211, true, CALL },   { 7211, false, FORGET }, { 7211, true, LOOK },
  };
  EngSilence *silence = eng_silence_new (false, 1);
  BtEndpoint at = endpoint ("8.8.4.4:1025"), other = endpoint ("8.8.4.5:1025");

  for (size_t i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      uint64_t now_us = steps[i].at_s * SECOND;

      g_test_message ("step %zu", i);
      g_assert_cmpint (eng_silence_allows (silence, &at, now_us), ==, steps[i].allows);
      g_assert_true (eng_silence_allows (silence, &other, now_us));
      if (steps[i].then == CALL)
        eng_silence_called (silence, &at, now_us);
      else if (steps[i].then == ANSWER)
        eng_silence_answered (silence, &at, now_us);
      else if (steps[i].then == FORGET)
        eng_silence_forget (silence);
    }
  eng_silence_free (silence);
}

/* An address has many ports, and many peers only where a setting says so. */
static void
test_ports (void)
{
  for (int many = 0; many < 2; many++)
    {
      EngSilence *silence = eng_silence_new (many == 1, 1);
      BtEndpoint at = endpoint ("8.8.4.4:1025"), beside = endpoint ("8.8.4.4:1026");

      for (unsigned i = 0; i < 3; i++)
        eng_silence_called (silence, &at, START);
      g_assert_false (eng_silence_allows (silence, &at, START));
      g_assert_cmpint (eng_silence_allows (silence, &beside, START), ==, many == 1);
      eng_silence_free (silence);
    }
}

/* Whoever names so many others cannot have a victim forgotten; and an hour later there is room. */
static void
test_full (void)
{
  EngSilence *silence = eng_silence_new (false, 1);
  BtEndpoint victim = endpoint ("8.8.4.4:1025"), late = endpoint ("9.9.9.9:1025");

  for (unsigned i = 0; i < 3; i++)
    eng_silence_called (silence, &victim, START);
  for (uint32_t i = 1; i < BT_LIMIT_CALLED; i++)
    {
      BtEndpoint other = numbered (0x0a000000 + i, 6881);

      g_assert_true (eng_silence_allows (silence, &other, START));
      eng_silence_called (silence, &other, START);
    }
  g_assert_false (eng_silence_allows (silence, &late, START));
  eng_silence_called (silence, &late, START);
  eng_silence_answered (silence, &late, START);
  g_assert_false (eng_silence_allows (silence, &late, START));
  g_assert_false (eng_silence_allows (silence, &victim, START));
  eng_silence_called (silence, &victim, START + HOUR);
  g_assert_true (eng_silence_allows (silence, &late, START + HOUR));
  eng_silence_free (silence);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/silence/steps", test_steps);
  g_test_add_func ("/silence/ports", test_ports);
  g_test_add_func ("/silence/full", test_full);
  return g_test_run ();
}
