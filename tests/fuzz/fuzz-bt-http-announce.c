/* fuzz-bt-http-announce.c: any query of an announce: refused by name, or read as something that,
 * written again, is read as the same. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/tracker/bt-http-announce.h"
#include "tests/fuzz/fuzz-target.h"

static void
check_same (const BtAnnounceRequest *a, const BtAnnounceRequest *b)
{
  bt_assert (memcmp (a->info_hash, b->info_hash, sizeof a->info_hash) == 0);
  bt_assert (memcmp (a->peer_id, b->peer_id, sizeof a->peer_id) == 0);
  bt_assert (a->port == b->port && a->event == b->event);
  bt_assert (a->uploaded == b->uploaded && a->downloaded == b->downloaded && a->left == b->left);
  bt_assert (a->corrupt == b->corrupt && a->redundant == b->redundant);
  bt_assert (a->numwant == b->numwant && a->has_key == b->has_key && a->key == b->key);
  bt_assert (a->compact == b->compact && a->no_peer_id == b->no_peer_id);
  bt_assert (a->supports_crypto == b->supports_crypto && a->requires_crypto == b->requires_crypto);
  bt_assert (bt_endpoint_equal (&a->ipv4, &b->ipv4) && bt_endpoint_equal (&a->ipv6, &b->ipv6));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  g_autoptr (GString) url = g_string_new (NULL);
  BtAnnounceRequest first;
  BtAnnounceRequest second;
  BtTrackerProblem problem = bt_http_announce_parse ((const char *) data, len, &first);

  bt_assert (problem < BT_TRACKER_PROBLEMS);
  if (problem != BT_TRACKER_FINE)
    return 0;
  bt_assert (first.port != 0 || first.event == BT_ANNOUNCE_STOPPED);
  bt_assert (first.uploaded <= INT64_MAX && first.downloaded <= INT64_MAX);
  bt_assert (first.left <= BT_LEFT_UNKNOWN && first.numwant >= -1);
  bt_http_announce_url (url, "?", &first);
  bt_assert (bt_http_announce_parse (url->str + 1, url->len - 1, &second) == BT_TRACKER_FINE);
  check_same (&first, &second);
  return 0;
}
