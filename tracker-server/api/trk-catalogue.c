/* trk-catalogue.c: torrents as the API lists, shows, changes and removes them. */
#include <string.h>

#include "tracker-server/api/trk-handlers-private.h"
#include "tracker-server/api/trk-objects.h"

#define TAG_SEPARATORS " "

uint64_t
trk_call_offset (const TrkCall *call)
{
  return (uint64_t) (trk_call_number (call, "page", 1) - 1) * trk_call_per_page (call);
}

uint32_t
trk_call_per_page (const TrkCall *call)
{
  return (uint32_t) trk_call_number (call, "per_page", TRK_PER_PAGE_USUAL);
}

/* --- counts --- */

static TrkCounts
counts_of (TrkSwarms *swarms, const uint8_t *hash)
{
  TrkCounts counts = { 0 };
  TrkHold hold;

  if (hash == NULL)
    return counts;
  trk_swarms_enter (swarms, hash, false, trk_call_now_us () / G_USEC_PER_SEC, &hold);
  if (hold.swarm != NULL)
    counts = trk_swarm_counts (hold.swarm);
  trk_swarms_leave (swarms, &hold);
  return counts;
}

TrkCounts
trk_catalogue_counts (TrkApi *api, const TrkTorrent *torrent)
{
  TrkCounts v1 = counts_of (api->parts.swarms, torrent->v1);
  TrkCounts v2 = counts_of (api->parts.swarms, torrent->v2); /* its first 20 bytes */

  return v1.seeders + v1.leechers >= v2.seeders + v2.leechers ? v1 : v2;
}

/* --- writing --- */

static void
write_tags (TrkJson *json, const char *tags)
{
  g_auto (GStrv) words = g_strsplit (tags != NULL ? tags : "", TAG_SEPARATORS, -1);

  trk_json_open_array (json, "tags");
  for (char **word = words; *word != NULL; word++)
    if (**word != '\0')
      trk_json_text (json, NULL, *word);
  trk_json_close_array (json);
}

static void
number_or_null (TrkJson *json, const char *name, int64_t number)
{
  if (number != 0)
    trk_json_signed (json, name, number);
  else
    trk_json_null (json, name);
}

void
trk_catalogue_write (TrkJson *json, const char *name, TrkCall *call, const TrkTorrent *torrent)
{
  TrkCounts counts = trk_catalogue_counts (call->api, torrent);

  trk_json_open_object (json, name);
  trk_json_signed (json, "id", torrent->id);
  trk_json_hash (json, "info_hash", torrent->v1, BT_SHA1_LEN);
  trk_json_hash (json, "info_hash_v2", torrent->v2, BT_SHA256_LEN);
  trk_json_text (json, "name", torrent->name);
  trk_json_number (json, "size", torrent->size);
  trk_json_number (json, "piece_length", torrent->piece_length);
  trk_json_number (json, "files", torrent->n_files);
  trk_json_bool (json, "private", torrent->is_private);
  trk_json_text (json, "comment", torrent->comment != NULL ? torrent->comment : "");
  trk_json_text (json, "category", torrent->category != NULL ? torrent->category : "");
  write_tags (json, torrent->tags);
  number_or_null (json, "created_at", torrent->created_at);
  trk_json_signed (json, "registered_at", torrent->registered_at);
  number_or_null (json, "registered_by", trk_call_is_admin (call) ? torrent->registered_by : 0);
  trk_json_text (json, "state", trk_mark_names[torrent->state]);
  trk_json_number (json, "completed", torrent->completed);
  trk_json_number (json, "seeders", counts.seeders);
  trk_json_number (json, "leechers", counts.leechers);
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
  trk_json_open_object (&json, NULL);
  trk_json_open_array (&json, "torrents");
  for (size_t i = 0; i < page->n; i++)
    trk_catalogue_write (&json, NULL, call, &page->torrents[i]);
  trk_json_close_array (&json);
  trk_json_number (&json, "total", page->total);
  trk_json_signed (&json, "page", trk_call_number (call, "page", 1));
  trk_json_number (&json, "per_page", trk_call_per_page (call));
  trk_json_close_object (&json);
  trk_call_json (call, &json);
}

/* What is not allowed only administrators see. */
static unsigned
states_of (const TrkCall *call)
{
  if (!trk_call_is_admin (call))
    return 1u << TRK_MARK_ALLOWED;
  return trk_call_text (call, "state") != NULL ? 1u << trk_call_choice (call, "state", 0) : 0;
}

static void
list (TrkCall *call)
{
  const TrkTorrentQuery query = { .text = trk_call_text (call, "q"),
                                  .category = trk_call_text (call, "category"),
                                  .states = states_of (call),
                                  .sort = (TrkSort) trk_call_choice (call, "sort", TRK_SORT_ADDED),
                                  .descending = trk_call_choice (call, "order", 1) == 1,
                                  .offset = trk_call_offset (call),
                                  .limit = trk_call_per_page (call) };

  trk_store_torrent_list (call->api->parts.store, &query, on_listed, trk_call_ref (call));
}

/* --- one --- */

bool
trk_catalogue_sees (TrkCall *call, const TrkTorrent *torrent)
{
  if (torrent != NULL && (torrent->state == TRK_MARK_ALLOWED || trk_call_is_admin (call)))
    return true;
  trk_call_fail (call, SOUP_STATUS_NOT_FOUND, "not_found", "there is no such torrent");
  return false;
}

static void
on_got (void *data, const TrkProblem *problem, const TrkTorrent *torrent)
{
  g_autoptr (TrkCall) call = data;
  g_auto (TrkJson) json = { 0 };

  if (trk_call_troubled (call, problem) || !trk_catalogue_sees (call, torrent))
    return;
  trk_json_init (&json);
  trk_catalogue_write (&json, NULL, call, torrent);
  trk_call_json (call, &json);
}

/* Reads the path's key; else answered. */
static bool
key_of (TrkCall *call, uint8_t hash[BT_SHA256_LEN], TrkTorrentKey *key)
{
  return trk_call_torrent_key (call, hash, key) || trk_catalogue_sees (call, NULL);
}

void
trk_catalogue_look_up (TrkCall *call, TrkTorrentGot got)
{
  uint8_t hash[BT_SHA256_LEN];
  TrkTorrentKey key;

  if (key_of (call, hash, &key))
    trk_store_torrent_get (call->api->parts.store, &key, got, trk_call_ref (call));
}

static void
get (TrkCall *call)
{
  trk_catalogue_look_up (call, on_got);
}

/* --- changes --- */

static void
on_changed (void *data, const TrkProblem *problem)
{
  g_autoptr (TrkCall) call = data;

  if (!trk_call_troubled (call, problem))
    trk_catalogue_look_up (call, on_got);
}

/* The words of a list as the store has them; NULL when one of them is no word. (transfer full)
 * (nullable) */
static char *
join_tags (JsonArray *list)
{
  GString *tags = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      const char *tag = json_array_get_string_element (list, i);

      if (tag[0] == '\0' || strpbrk (tag, TAG_SEPARATORS) != NULL)
        return g_string_free (tags, TRUE);
      g_string_append_printf (tags, "%s%s", i > 0 ? TAG_SEPARATORS : "", tag);
    }
  return g_string_free (tags, FALSE);
}

/* What a body asks for; false when it was answered. @tags owns the edit's. */
static bool
read_edit (TrkCall *call, TrkTorrentEdit *edit, char **tags)
{
  JsonObject *object = trk_call_object (call);
  const char *state = trk_call_member (call, "state");
  bool has_tags = json_object_has_member (object, "tags");

  *edit = (TrkTorrentEdit){ .category = trk_call_member (call, "category") };
  if (state != NULL)
    edit->state = (TrkMark) trk_choice (trk_mark_names, state);
  if (has_tags)
    edit->tags = *tags = join_tags (json_object_get_array_member (object, "tags"));
  if (json_object_get_size (object) > 0 && (edit->tags != NULL || !has_tags))
    return true;
  trk_call_fail (call, SOUP_STATUS_BAD_REQUEST, "value",
                 has_tags ? "a tag is a word" : "nothing is to be changed");
  return false;
}

static void
patch (TrkCall *call)
{
  uint8_t hash[BT_SHA256_LEN];
  char address[BT_ENDPOINT_TEXT];
  TrkActor actor = trk_call_actor (call, address);
  g_autofree char *tags = NULL;
  TrkTorrentEdit edit;
  TrkTorrentKey key;

  if (read_edit (call, &edit, &tags) && key_of (call, hash, &key))
    trk_store_torrent_edit (call->api->parts.store, &key, &edit, &actor, on_changed,
                            trk_call_ref (call));
}

static void
on_removed (void *data, const TrkProblem *problem)
{
  g_autoptr (TrkCall) call = data;

  if (!trk_call_troubled (call, problem))
    trk_call_nothing (call);
}

static void
remove_torrent (TrkCall *call)
{
  uint8_t hash[BT_SHA256_LEN];
  char address[BT_ENDPOINT_TEXT];
  TrkActor actor = trk_call_actor (call, address);
  TrkTorrentKey key;

  if (key_of (call, hash, &key))
    trk_store_torrent_remove (call->api->parts.store, &key, &actor, on_removed,
                              trk_call_ref (call));
}

/* --- the table --- */

static const char *const orders[] = { "asc", "desc", NULL };

static const TrkField list_query[]
    = { { "q", TRK_TYPE_TEXT, 0, 0, TRK_QUERY_MAX, NULL, NULL,
          "Words, each of which begins a word of name, files, comment, category or tags" },
        { "category", TRK_TYPE_TEXT, 0, 0, TRK_CATEGORY_MAX, NULL, NULL, "Only of this category" },
        { "state", TRK_TYPE_TEXT, 0, 0, 16, trk_mark_names, NULL,
          "For administrators; others see what is "
          "allowed" },
        { "sort", TRK_TYPE_TEXT, 0, 0, 16, trk_sort_names, NULL,
          "By when it was added unless "
          "told" },
        { "order", TRK_TYPE_TEXT, 0, 0, 16, orders, NULL, "Descending unless told" },
        TRK_FIELD_PAGE,
        TRK_FIELD_PER_PAGE,
        { .name = NULL } };

const TrkApiRoute trk_routes_catalogue[]
    = { { .method = "GET",
          .path = "/api/v1/torrents",
          .name = "listTorrents",
          .query = list_query,
          .status = 200,
          .type = "application/json",
          .output = &trk_object_torrents,
          .others = { 400 },
          .handle = list,
          .help = "Torrents of the catalogue, searched and sorted" },
        { .method = "GET",
          .path = "/api/v1/torrents/{key}",
          .name = "getTorrent",
          .status = 200,
          .type = "application/json",
          .output = &trk_object_torrent,
          .others = { 404 },
          .handle = get,
          .help = "A torrent by its id, v1 or v2 hash" },
        { .method = "PATCH",
          .path = "/api/v1/torrents/{key}",
          .name = "changeTorrent",
          .need = TRK_NEEDS_ADMIN,
          .body = TRK_BODY_JSON,
          .input = &trk_object_change,
          .status = 200,
          .type = "application/json",
          .output = &trk_object_torrent,
          .others = { 400, 404 },
          .handle = patch,
          .help = "Allows, denies or defers a torrent, changes its category and tags" },
        { .method = "DELETE",
          .path = "/api/v1/torrents/{key}",
          .name = "removeTorrent",
          .need = TRK_NEEDS_ADMIN,
          .status = 204,
          .others = { 404 },
          .handle = remove_torrent,
          .help = "Takes a torrent out of the catalogue; how often it was completed stays known" },
        { .method = NULL } };
