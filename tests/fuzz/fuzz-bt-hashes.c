/* fuzz-bt-hashes.c: a message of hashes that was read is written again as it was, and judged
 * whatever it brings. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"
#include "protocol/peer/bt-hashes.h"
#include "tests/fuzz/fuzz-target.h"

static const BtDigestOps *
ops (void)
{
  static const BtDigestOps *chosen;

  if (chosen == NULL)
    chosen = btd_ops ();
  return chosen;
}

static void
check_request (const uint8_t *data, size_t len)
{
  uint8_t again[BT_HASH_REQUEST_LEN];
  BtHashRequest request;

  if (!bt_hash_request_parse (data, len, &request))
    return;
  bt_assert (len == sizeof again && request.length >= 2 && request.length <= BT_LIMIT_HASHES);
  bt_assert (request.index % request.length == 0);
  bt_hash_request_write (&request, again);
  bt_assert (memcmp (again, data, sizeof again) == 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  g_autofree uint8_t *scratch = NULL;
  BtHashes hashes;

  check_request (data, len);
  if (!bt_hashes_parse (data, len, &hashes))
    return 0;
  check_request (data, BT_HASH_REQUEST_LEN);
  bt_assert (hashes.uncles + hashes.n_uncles * BT_SHA256_LEN == data + len);
  scratch = g_malloc ((size_t) hashes.request.length * BT_SHA256_LEN);
  for (unsigned height = 0; height < 60; height++)
    (void) bt_hashes_lead_to (&hashes, ops (), hashes.request.root, height, scratch); /* or not */
  return 0;
}
