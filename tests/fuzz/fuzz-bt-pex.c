/* fuzz-bt-pex.c: a message that was read is written and read again, and names the same peers. */
#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/peer/bt-pex.h"
#include "tests/fuzz/fuzz-target.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  g_auto (BtBuffer) out = { 0 };
  BtPexMessage first;
  BtPexMessage second;
  BtError why = { 0 };

  if (!bt_pex_parse (data, len, &first, &why))
    {
      bt_assert (why.code != BT_OK);
      return 0;
    }
  bt_assert (first.n_added <= BT_LIMIT_PEX_ADDED && first.n_dropped <= BT_LIMIT_PEX_DROPPED);
  bt_buffer_init (&out, BT_LIMIT_WIRE_MESSAGE);
  bt_pex_write (&first, &out);
  bt_assert (!out.full && bt_pex_parse (out.data, out.len, &second, NULL));
  bt_assert (first.n_added == second.n_added && first.n_dropped == second.n_dropped);
  return 0;
}
