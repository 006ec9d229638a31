/* trk-announce-route.c: announces as JSON. */
#include <string.h>

#include "protocol/core/bt-hex.h"
#include "tracker-server/api/trk-announce-route.h"
#include "tracker-server/api/trk-handlers-private.h"
#include "tracker-server/api/trk-objects.h"

/* --- a turn of the worker --- */

static void
begin (TrkCall *call)
{
  trk_worker_begin (call->api->worker, trk_call_now_us ());
}

static void
end (TrkCall *call)
{
  trk_worker_end (call->api->worker);
}

/* --- JSON --- */

bool
trk_announce_read_peer_id (const char *text, uint8_t out[BT_PEER_ID_LEN])
{
  size_t len = strlen (text);

  if (len == BT_PEER_ID_LEN)
    memcpy (out, text, BT_PEER_ID_LEN);
  return len == BT_PEER_ID_LEN
         || (len == (size_t) 2 * BT_PEER_ID_LEN && bt_hex_parse (text, len, out, BT_PEER_ID_LEN));
}

static BtAnnounceEvent
event_of (const char *text)
{
  static const char *const events[] = { "", "completed", "started", "stopped", "paused", NULL };

  return (BtAnnounceEvent) trk_choice (events, text);
}

static uint64_t
counter (JsonObject *object, const char *name, uint64_t usual)
{
  return (uint64_t) json_object_get_int_member_with_default (object, name, (gint64) usual);
}

/* Whether a bitfield in base64 has no piece missing; the spare bits of its last byte do not count
 * beyond what nobody knows: the number of pieces. */
static bool
is_full (const char *base64)
{
  gsize len;
  g_autofree guchar *bits = g_base64_decode (base64, &len);

  for (gsize i = 0; i + 1 < len; i++)
    if (bits[i] != 0xff)
      return false;
  return len > 1 && (bits[len - 1] & 0x80) != 0
         && (guchar) (bits[len - 1] | (bits[len - 1] - 1)) == 0xff;
}

static bool
read_request (TrkCall *call, BtAnnounceRequest *request)
{
  JsonObject *object = trk_call_object (call);
  const char *pieces = trk_call_member (call, "pieces");

  bt_announce_request_init (request);
  request->port = (uint16_t) json_object_get_int_member (object, "port");
  request->event = event_of (trk_call_member (call, "event"));
  request->uploaded = counter (object, "uploaded", 0);
  request->downloaded = counter (object, "downloaded", 0);
  request->left = counter (object, "left", BT_LEFT_UNKNOWN);
  request->numwant = (int32_t) json_object_get_int_member_with_default (object, "numwant", -1);
  if (request->left == BT_LEFT_UNKNOWN && pieces != NULL && is_full (pieces))
    request->left = 0;
  return bt_hex_parse (trk_call_member (call, "info_hash"), (size_t) 2 * BT_INFO_HASH_LEN,
                       request->info_hash, BT_INFO_HASH_LEN)
         && trk_announce_read_peer_id (trk_call_member (call, "peer_id"), request->peer_id);
}

static void
write_peers (TrkJson *json, const BtLent *compact, size_t len)
{
  char text[BT_ENDPOINT_TEXT];

  for (size_t at = 0; at + len <= compact->len; at += len)
    {
      BtEndpoint peer = len == BT_COMPACT_V4_LEN
                            ? bt_endpoint_read_compact_v4 (compact->bytes + at)
                            : bt_endpoint_read_compact_v6 (compact->bytes + at);

      bt_endpoint_write_address (&peer, text);
      trk_json_open_object (json, NULL);
      trk_json_text (json, "ip", text);
      trk_json_number (json, "port", peer.port);
      trk_json_null (json, "peer_id");
      trk_json_close_object (json);
    }
}

static void
write_reply (TrkCall *call, const BtAnnounceReply *reply)
{
  g_auto (TrkJson) json = { 0 };
  char text[BT_ENDPOINT_TEXT];

  trk_json_init (&json);
  trk_json_open_object (&json, NULL);
  trk_json_number (&json, "interval", reply->interval_s);
  trk_json_number (&json, "min_interval", reply->min_interval_s);
  trk_json_signed (&json, "complete", MAX (reply->complete, 0));
  trk_json_signed (&json, "incomplete", MAX (reply->incomplete, 0));
  trk_json_signed (&json, "downloaded", MAX (reply->downloaded, 0));
  bt_endpoint_write_address (&reply->external, text);
  trk_json_text (&json, "external_ip", reply->external.family != BT_FAMILY_NONE ? text : NULL);
  trk_json_open_array (&json, "peers");
  write_peers (&json, &reply->peers_v4, BT_COMPACT_V4_LEN);
  write_peers (&json, &reply->peers_v6, BT_COMPACT_V6_LEN);
  trk_json_close_array (&json);
  trk_json_close_object (&json);
  trk_call_json (call, &json);
}

static void
fail (TrkCall *call, TrkOutcome outcome, const BtAnnounceReply *reply)
{
  g_autofree char *reason = g_strndup ((const char *) reply->failure.bytes, reply->failure.len);
  g_autofree char *retry = g_strdup_printf ("%u", reply->interval_s);

  if (reply->interval_s != 0)
    trk_call_header (call, "Retry-After", retry);
  if (outcome == TRK_REFUSED)
    trk_call_fail (call, SOUP_STATUS_FORBIDDEN, "refused", reason);
  else if (outcome == TRK_FULL)
    trk_call_fail (call, SOUP_STATUS_SERVICE_UNAVAILABLE, "full", reason);
  else
    trk_call_fail (call, SOUP_STATUS_BAD_REQUEST, "announce", reason);
}

static void
announce (TrkCall *call)
{
  BtAnnounceRequest request;
  BtAnnounceReply reply;
  TrkOutcome outcome;

  if (!read_request (call, &request))
    {
      trk_call_fail (call, SOUP_STATUS_BAD_REQUEST, "announce",
                     "a peer id is of 20 characters or 40 hexadecimal digits");
      return;
    }
  bt_announce_reply_init (&reply);
  begin (call);
  outcome = trk_worker_announce (call->api->worker, &request, &call->from.remote, &reply);
  end (call);
  if (outcome == TRK_ANSWERED && reply.failure.bytes == NULL)
    write_reply (call, &reply);
  else
    fail (call, outcome, &reply);
}

/* --- the table --- */

const TrkApiRoute trk_routes_announce[] = { { .method = "POST",
                                              .path = "/api/v1/announce",
                                              .name = "announce",
                                              .body = TRK_BODY_JSON,
                                              .input = &trk_object_announce,
                                              .status = 200,
                                              .type = "application/json",
                                              .output = &trk_object_announced,
                                              .others = { 400, 403 },
                                              .handle = announce,
                                              .help = "Announces a peer and gives it others" },
                                            { .method = "POST",
                                              .path = "/peers/announce",
                                              .name = "announceClassic",
                                              .body = TRK_BODY_JSON,
                                              .input = &trk_object_announce,
                                              .status = 200,
                                              .type = "application/json",
                                              .output = &trk_object_announced,
                                              .others = { 400, 403 },
                                              .handle = announce,
                                              .help = "The same where small trackers have it" },
                                            { .method = NULL } };
