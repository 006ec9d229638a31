/* trk-classic.c: torrents at the paths and with the members of small trackers. */
#include <string.h>

#include "protocol/core/bt-hex.h"
#include "protocol/digest/btd.h"
#include "protocol/torrent/bt-metainfo.h"
#include "tracker-server/api/trk-handlers-private.h"
#include "tracker-server/api/trk-objects.h"

/* --- writing --- */

/* @pieces: NULL leaves the member out unless it was asked for, and is null then. */
static void
write_torrent (TrkJson *json, const TrkCall *call, const TrkTorrent *torrent, const char *pieces)
{
  trk_json_open_object (json, NULL);
  trk_json_signed (json, "id", torrent->id);
  trk_json_hash (json, "info_hash", torrent->v1 != NULL ? torrent->v1 : torrent->v2,
                 BT_INFO_HASH_LEN);
  trk_json_text (json, "name", torrent->name);
  trk_json_number (json, "size", torrent->size);
  trk_json_number (json, "piece_length", torrent->piece_length);
  if (trk_call_flag (call, "pieces"))
    trk_json_text (json, "pieces", pieces);
  if (torrent->created_at != 0)
    trk_json_signed (json, "created_at", torrent->created_at);
  else
    trk_json_null (json, "created_at");
  trk_json_close_object (json);
}

/* --- list --- */

static void
on_listed (void *data, const TrkProblem *problem, const TrkTorrentPage *page)
{
  g_autoptr (TrkCall) call = data;
  g_auto (TrkJson) json = { 0 };

  if (trk_call_troubled (call, problem))
    return;
  trk_json_init (&json);
  trk_json_open_array (&json, NULL);
  for (size_t i = 0; i < page->n; i++)
    write_torrent (&json, call, &page->torrents[i], NULL);
  trk_json_close_array (&json);
  trk_call_json (call, &json);
}

static void
list (TrkCall *call)
{
  const TrkTorrentQuery query = { .text = trk_call_text (call, "q"),
                                  .states = 1u << TRK_MARK_ALLOWED,
                                  .sort = TRK_SORT_ADDED,
                                  .descending = true,
                                  .offset = trk_call_offset (call),
                                  .limit = trk_call_per_page (call) };

  trk_store_torrent_list (call->api->parts.store, &query, on_listed, trk_call_ref (call));
}

/* --- one, with its pieces on request --- */

static void
answer_one (TrkCall *call, const TrkTorrent *torrent, const char *pieces)
{
  g_auto (TrkJson) json = { 0 };

  trk_json_init (&json);
  write_torrent (&json, call, torrent, pieces);
  trk_call_json (call, &json);
}

static char *
pieces_of (GBytes *bytes)
{
  g_autoptr (BtMetainfo) info = NULL;
  g_autoptr (GByteArray) all = g_byte_array_new ();
  BtError why;

  if (bytes != NULL)
    info = bt_metainfo_parse (bytes, BT_ORIGIN_STRANGER, btd_ops (), &why);
  if (info == NULL || bt_metainfo_info_hash_v1 (info) == NULL)
    return NULL;
  for (uint32_t i = 0; i < bt_metainfo_layout (info)->n_pieces; i++)
    g_byte_array_append (all, bt_metainfo_piece_v1 (info, i), BT_SHA1_LEN);
  return g_base64_encode (all->data, all->len);
}

static void
on_got_again (void *data, const TrkProblem *problem, const TrkTorrent *torrent)
{
  g_autoptr (TrkCall) call = data;

  if (!trk_call_troubled (call, problem) && trk_catalogue_sees (call, torrent))
    answer_one (call, torrent, call->state);
}

static void
on_bytes (void *data, const TrkProblem *problem, GBytes *bytes)
{
  g_autoptr (TrkCall) call = data;

  if (trk_call_troubled (call, problem))
    return;
  call->state = pieces_of (bytes);
  call->drop = g_free;
  trk_catalogue_look_up (call, on_got_again);
}

static void
on_got (void *data, const TrkProblem *problem, const TrkTorrent *torrent)
{
  g_autoptr (TrkCall) call = data;
  TrkTorrentKey key;

  if (trk_call_troubled (call, problem) || !trk_catalogue_sees (call, torrent))
    return;
  if (!trk_call_flag (call, "pieces"))
    {
      answer_one (call, torrent, NULL);
      return;
    }
  key = (TrkTorrentKey){ .id = torrent->id };
  trk_store_torrent_bytes (call->api->parts.store, &key, on_bytes, trk_call_ref (call));
}

static void
get (TrkCall *call)
{
  trk_catalogue_look_up (call, on_got);
}

/* --- new --- */

static void
on_added_got (void *data, const TrkProblem *problem, const TrkTorrent *torrent)
{
  g_autoptr (TrkCall) call = data;

  if (!trk_call_troubled (call, problem) && torrent != NULL)
    answer_one (call, torrent, NULL);
}

static void
on_added (void *data, const TrkProblem *problem, TrkAddedHow how, int64_t id)
{
  g_autoptr (TrkCall) call = data;
  const TrkTorrentKey key = { .id = id };

  if (trk_call_troubled (call, problem))
    return;
  if (how == TRK_ADDED_THERE)
    trk_call_fail_there (call, id);
  else
    trk_store_torrent_get (call->api->parts.store, &key, on_added_got, trk_call_ref (call));
}

/* Its hash is all that is known of it. */
static void
add_bare (TrkCall *call)
{
  JsonObject *object = trk_call_object (call);
  const char *hex = trk_call_member (call, "info_hash");
  size_t len = strlen (hex) / 2;
  uint8_t hash[BT_SHA256_LEN];
  char address[BT_ENDPOINT_TEXT];
  TrkActor actor = trk_call_actor (call, address);
  const TrkTorrent torrent
      = { .v1 = len == BT_SHA1_LEN ? hash : NULL,
          .v2 = len == BT_SHA256_LEN ? hash : NULL,
          .name = trk_call_member (call, "name"),
          .size = (uint64_t) json_object_get_int_member (object, "size"),
          .piece_length = (uint64_t) json_object_get_int_member (object, "piece_length"),
          .n_files = 1,
          .registered_at = g_get_real_time () / G_USEC_PER_SEC,
          .registered_by = call->caller.token_id,
          .state = call->caller.may >= TRK_NEEDS_REGISTER ? TRK_MARK_ALLOWED : TRK_MARK_PENDING };

  (void) bt_hex_parse (hex, strlen (hex), hash, len); /* its form was checked */
  trk_store_torrent_add (call->api->parts.store, &torrent, NULL, NULL, &actor, on_added,
                         trk_call_ref (call));
}

/* --- the table --- */

static const TrkField list_query[]
    = { { "q", TRK_TYPE_TEXT, 0, 0, TRK_QUERY_MAX, NULL, NULL, "As in the list" },
        TRK_FIELD_PAGE,
        TRK_FIELD_PER_PAGE,
        { .name = NULL } };
static const TrkField one_query[]
    = { { "pieces", TRK_TYPE_BOOL, 0, 0, 0, NULL, NULL, "Whether hashes of pieces are wanted" },
        { .name = NULL } };

const TrkApiRoute trk_routes_classic[]
    = { { .method = "GET",
          .path = "/torrents/",
          .name = "listTorrentsClassic",
          .query = list_query,
          .status = 200,
          .type = "application/json",
          .output = &trk_object_classic_torrents,
          .others = { 400 },
          .handle = list,
          .help = "Torrents, as small trackers list them" },
        { .method = "POST",
          .path = "/torrents/",
          .name = "registerClassic",
          .need = TRK_NEEDS_BY_SETTING,
          .body = TRK_BODY_JSON,
          .input = &trk_object_classic_new,
          .status = 201,
          .type = "application/json",
          .output = &trk_object_classic_torrent,
          .others = { 400, 409 },
          .handle = add_bare,
          .help = "Registers a hash with a name; there is no .torrent of it" },
        { .method = "GET",
          .path = "/torrents/{id}",
          .name = "getTorrentClassic",
          .query = one_query,
          .status = 200,
          .type = "application/json",
          .output = &trk_object_classic_torrent,
          .others = { 400, 404 },
          .handle = get,
          .help = "A torrent, as small trackers show it" },
        { .method = NULL } };
