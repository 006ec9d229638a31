/* trk-marks.c: the operator's lists of hashes: shown, changed, imported. */
#include <string.h>

#include "protocol/core/bt-hex.h"
#include "tracker-server/api/trk-handlers-private.h"
#include "tracker-server/api/trk-hash-list.h"
#include "tracker-server/api/trk-objects.h"
#include "tracker-server/store/trk-store-marks.h"

/* --- list --- */

static void
write_mark (TrkJson *json, const TrkMarkRow *row)
{
  trk_json_open_object (json, NULL);
  trk_json_hash (json, "info_hash", row->hash, BT_INFO_HASH_LEN);
  trk_json_text (json, "mark", trk_mark_names[row->mark]);
  trk_json_text (json, "note", row->note != NULL ? row->note : "");
  trk_json_signed (json, "added_at", row->added_at);
  trk_json_close_object (json);
}

static void
on_listed (void *data, const TrkProblem *problem, const TrkMarkPage *page)
{
  g_autoptr (TrkCall) call = data;
  g_auto (TrkJson) json = { 0 };

  if (trk_call_troubled (call, problem))
    return;
  trk_json_init (&json);
  trk_json_open_object (&json, NULL);
  trk_json_open_array (&json, "marks");
  for (size_t i = 0; i < page->n; i++)
    write_mark (&json, &page->rows[i]);
  trk_json_close_array (&json);
  trk_json_number (&json, "total", page->total);
  trk_json_signed (&json, "page", trk_call_number (call, "page", 1));
  trk_json_number (&json, "per_page", trk_call_per_page (call));
  trk_json_close_object (&json);
  trk_call_json (call, &json);
}

static void
list (TrkCall *call)
{
  trk_store_mark_list (
      call->api->parts.store, (TrkMark) trk_call_choice (call, "mark", TRK_MARK_NONE),
      trk_call_offset (call), trk_call_per_page (call), on_listed, trk_call_ref (call));
}

/* --- one --- */

/* A v2 hash is cut; else it was answered. */
static bool
hash_of (TrkCall *call, uint8_t hash[BT_INFO_HASH_LEN])
{
  size_t len = strlen (call->key);

  if ((len == (size_t) 2 * BT_SHA1_LEN || len == (size_t) 2 * BT_SHA256_LEN)
      && bt_hex_parse (call->key, (size_t) 2 * BT_INFO_HASH_LEN, hash, BT_INFO_HASH_LEN))
    return true;
  trk_call_fail (call, SOUP_STATUS_NOT_FOUND, "not_found", "this is no info-hash");
  return false;
}

static void
on_set (void *data, const TrkProblem *problem)
{
  g_autoptr (TrkCall) call = data;

  if (!trk_call_troubled (call, problem))
    trk_call_nothing (call);
}

static void
set (TrkCall *call, TrkMark mark, const char *note)
{
  char address[BT_ENDPOINT_TEXT];
  TrkActor actor = trk_call_actor (call, address);
  uint8_t hash[BT_INFO_HASH_LEN];

  if (hash_of (call, hash))
    trk_store_mark_set (call->api->parts.store, hash, mark, note, &actor, on_set,
                        trk_call_ref (call));
}

static void
put (TrkCall *call)
{
  set (call, (TrkMark) trk_choice (trk_mark_names, trk_call_member (call, "mark")),
       trk_call_member (call, "note"));
}

static void
take_off (TrkCall *call)
{
  set (call, TRK_MARK_NONE, NULL);
}

/* --- import --- */

static void
on_imported (void *data, const TrkProblem *problem, uint64_t n_new, uint64_t n_changed)
{
  g_autoptr (TrkCall) call = data;
  g_auto (TrkJson) json = { 0 };

  if (trk_call_troubled (call, problem))
    return;
  trk_json_init (&json);
  trk_json_open_object (&json, NULL);
  trk_json_number (&json, "new", n_new);
  trk_json_number (&json, "changed", n_changed);
  trk_json_close_object (&json);
  trk_call_json (call, &json);
}

static void
import (TrkCall *call)
{
  g_autoptr (GByteArray) hashes = g_byte_array_new ();
  char address[BT_ENDPOINT_TEXT];
  TrkActor actor = trk_call_actor (call, address);
  g_autofree char *message = NULL;
  size_t line = trk_hash_list_read ((const char *) call->body->data, call->body->len, hashes);

  if (line != 0)
    {
      message = g_strdup_printf ("line %zu is no info-hash", line);
      trk_call_fail (call, SOUP_STATUS_BAD_REQUEST, "line", message);
      return;
    }
  trk_store_mark_import (call->api->parts.store, hashes->data, hashes->len / BT_INFO_HASH_LEN,
                         (TrkMark) trk_call_choice (call, "mark", TRK_MARK_ALLOWED),
                         trk_call_text (call, "note"), &actor, on_imported, trk_call_ref (call));
}

/* --- the table --- */

static const TrkField list_query[]
    = { { "mark", TRK_TYPE_TEXT, 0, 0, 16, trk_mark_names, NULL, "Only of this kind" },
        TRK_FIELD_PAGE,
        TRK_FIELD_PER_PAGE,
        { .name = NULL } };
static const TrkField import_query[]
    = { { "mark", TRK_TYPE_TEXT, 0, 0, 16, trk_mark_names, NULL,
          "Allowed unless told; none takes them off" },
        { "note", TRK_TYPE_TEXT, TRK_FIELD_LINE, 0, TRK_NOTE_MAX, NULL, NULL, "Why" },
        { .name = NULL } };

const TrkApiRoute trk_routes_marks[]
    = { { .method = "GET",
          .path = "/api/v1/marks",
          .name = "listMarks",
          .need = TRK_NEEDS_ADMIN,
          .query = list_query,
          .status = 200,
          .type = "application/json",
          .output = &trk_object_marks,
          .others = { 400 },
          .handle = list,
          .help = "What is allowed and denied by hash" },
        { .method = "POST",
          .path = "/api/v1/marks",
          .name = "importMarks",
          .need = TRK_NEEDS_ADMIN,
          .body = TRK_BODY_TEXT,
          .query = import_query,
          .status = 200,
          .type = "application/json",
          .output = &trk_object_imported,
          .others = { 400 },
          .handle = import,
          .help = "Marks hashes, one in a line; empty lines and what follows a # are skipped" },
        { .method = "PUT",
          .path = "/api/v1/marks/{hash}",
          .name = "setMark",
          .need = TRK_NEEDS_ADMIN,
          .body = TRK_BODY_JSON,
          .input = &trk_object_mark_change,
          .status = 204,
          .others = { 400, 404 },
          .handle = put,
          .help = "Marks a hash" },
        { .method = "DELETE",
          .path = "/api/v1/marks/{hash}",
          .name = "removeMark",
          .need = TRK_NEEDS_ADMIN,
          .status = 204,
          .others = { 404 },
          .handle = take_off,
          .help = "Takes a mark off, which may be none" },
        { .method = NULL } };
