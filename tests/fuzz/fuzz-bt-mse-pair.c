/* fuzz-bt-mse-pair.c: two machines that talk, over lines that cut what they say anywhere. The input
 * is their seeds and options, and then the length of each piece, for one line and the other by
 * turns. However it is cut, they meet, unless they want different methods. */
#include "tests/fuzz/fuzz-mse.h"
#include "tests/fuzz/fuzz-target.h"

/* Moves at most @max bytes from one to the other; how many. */
static size_t
move (BtMse *from, BtMse *to, size_t max)
{
  size_t len;
  const uint8_t *bytes = bt_mse_peek_output (from, &len);
  size_t n = MIN (len, max);

  n = n > 0 ? bt_mse_input (to, bytes, n) : 0;
  bt_mse_sent (from, n);
  fuzz_serve (from);
  fuzz_serve (to);
  return n;
}

static void
run_to_the_end (BtMse *a, BtMse *b)
{
  while (move (a, b, SIZE_MAX) + move (b, a, SIZE_MAX) > 0)
    continue;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  static const uint8_t first[BT_MSE_FIRST_MAX] = "first";
  BtMseConfig ours, theirs;
  BtMse a, b;

  if (len < 4)
    return 0;
  ours = fuzz_config (data[0] & 0x7f, data[1]);
  theirs = fuzz_config (data[2] & 0x7f, data[3]);
  bt_mse_init_outgoing (&a, &ours, fuzz_skey, first, data[1] % (BT_MSE_FIRST_MAX + 1), 0);
  bt_mse_init_incoming (&b, &theirs, 0);
  fuzz_serve (&a);
  for (size_t i = 4; i < len; i++)
    (void) ((i & 1) == 0 ? move (&a, &b, data[i]) : move (&b, &a, data[i]));
  run_to_the_end (&a, &b);
  if ((ours.methods & theirs.methods) == 0)
    {
      bt_assert (b.error == BT_MSE_ERROR_METHOD);
      return 0;
    }
  bt_assert (a.state == BT_MSE_DONE && b.state == BT_MSE_DONE && a.method == b.method);
  /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): the padding is at the end, and zeroed */
  bt_assert (memcmp (&a.ciphers.in, &b.ciphers.out, sizeof a.ciphers.in) == 0);
  bt_assert (a.method == BT_MSE_RC4 || b.ciphers.in_left == a.first_len);
  return 0;
}
