/* fuzz-bt-error.c: whatever was reported, the code has a name and the place is kept. */
#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-error.h"
#include "tests/fuzz/fuzz-target.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  uint64_t offset = 0;
  BtError why;

  if (len < 1 + sizeof offset)
    return 0;
  memcpy (&offset, data + 1, sizeof offset);
  bt_assert (!bt_error_set (&why, (BtErrorCode) (data[0] % BT_ERROR_COUNT), offset, NULL));
  bt_assert (strlen (bt_error_code_name (why.code)) > 0);
  bt_assert (why.offset == offset && why.item == BT_NOWHERE);
  return 0;
}
