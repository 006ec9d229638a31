/* trk-files.c: a torrent to take away: the .torrent with this tracker in it, the magnet, the feed.
 */
#include <string.h>

#include "protocol/core/bt-buffer.h"
#include "protocol/core/bt-url.h"
#include "protocol/digest/btd.h"
#include "protocol/torrent/bt-builder.h"
#include "protocol/torrent/bt-magnet.h"
#include "protocol/torrent/bt-metainfo.h"
#include "protocol/torrent/bt-patch.h"
#include "tracker-server/api/trk-files.h"
#include "tracker-server/api/trk-handlers-private.h"
#include "tracker-server/api/trk-objects.h"

#define FEED_LEN 50u

/* --- the .torrent --- */

/* This tracker first; the others behind it, unless the torrent is for one tracker alone. */
static GBytes *
with_trackers (const BtMetainfo *info, char **urls, BtError *why)
{
  g_autoptr (GArray) trackers = g_array_new (FALSE, FALSE, sizeof (BtTracker));
  g_auto (BtBuffer) announce = { 0 };
  g_auto (BtBuffer) list = { 0 };
  BtPatch patches[2] = { { .key = "announce" }, { .key = "announce-list" } };
  size_t n;
  const BtTracker *old = bt_metainfo_trackers (info, &n);
  gsize len;
  const void *data = g_bytes_get_data (bt_metainfo_bytes (info), &len);

  for (char **url = urls; *url != NULL; url++)
    g_array_append_val (trackers, ((BtTracker){ .url = *url }));
  for (size_t i = 0; i < n && !bt_metainfo_is_private (info); i++)
    if (!g_strv_contains ((const char *const *) urls, old[i].url))
      g_array_append_val (trackers, ((BtTracker){ .url = old[i].url, .tier = old[i].tier + 1 }));
  bt_buffer_init (&announce, BT_LIMIT_TORRENT_SIZE);
  bt_buffer_init (&list, BT_LIMIT_TORRENT_SIZE);
  bt_builder_write_trackers ((const BtTracker *) (void *) trackers->data, trackers->len, &announce,
                             &list);
  patches[0].value = announce.data;
  patches[0].len = announce.len;
  patches[1].value = list.len > 0 ? list.data : NULL;
  patches[1].len = list.len;
  return bt_patch_dict (data, len, patches, G_N_ELEMENTS (patches), why);
}

char *
trk_files_disposition (const char *name)
{
  GString *out = g_string_new ("attachment; filename=\"");

  for (const char *at = name; *at != '\0'; at++)
    g_string_append_c (out, g_ascii_isalnum (*at) || strchr ("-_. ", *at) != NULL ? *at : '_');
  g_string_append (out, ".torrent\"; filename*=UTF-8''");
  bt_url_encode (out, (const uint8_t *) name, strlen (name));
  g_string_append (out, ".torrent");
  return g_string_free (out, FALSE);
}

static void
on_bytes (void *data, const TrkProblem *problem, GBytes *bytes)
{
  g_autoptr (TrkCall) call = data;
  g_autoptr (BtMetainfo) info = NULL;
  g_autoptr (GBytes) torrent = NULL;
  g_auto (GStrv) urls = NULL;
  BtError why;

  if (trk_call_troubled (call, problem))
    return;
  if (bytes != NULL)
    info = bt_metainfo_parse (bytes, BT_ORIGIN_STRANGER, btd_ops (), &why);
  if (info != NULL)
    {
      urls = trk_call_announce_urls (call);
      torrent = with_trackers (info, urls, &why);
    }
  if (torrent == NULL)
    {
      trk_call_fail (call, SOUP_STATUS_NOT_FOUND, "no_file",
                     "the file of this torrent is not kept");
      return;
    }
  trk_call_answer (call, call->route->status, call->route->type, g_steal_pointer (&torrent));
}

static void
on_seen (void *data, const TrkProblem *problem, const TrkTorrent *torrent)
{
  g_autoptr (TrkCall) call = data;
  g_autofree char *disposition = NULL;
  TrkTorrentKey key;

  if (trk_call_troubled (call, problem) || !trk_catalogue_sees (call, torrent))
    return;
  disposition = trk_files_disposition (torrent->name);
  trk_call_header (call, "Content-Disposition", disposition);
  key = (TrkTorrentKey){ .id = torrent->id };
  trk_store_torrent_bytes (call->api->parts.store, &key, on_bytes, trk_call_ref (call));
}

static void
get_file (TrkCall *call)
{
  trk_catalogue_look_up (call, on_seen);
}

/* --- magnet --- */

static char *
magnet_of (const TrkTorrent *torrent, char **urls)
{
  g_autoptr (BtMagnet) magnet = bt_magnet_new ();

  if (torrent->v1 != NULL)
    bt_magnet_set_v1 (magnet, torrent->v1);
  if (torrent->v2 != NULL)
    bt_magnet_set_v2 (magnet, torrent->v2);
  bt_magnet_set_name (magnet, torrent->name, strlen (torrent->name));
  bt_magnet_set_length (magnet, torrent->size);
  for (char **url = urls; *url != NULL; url++)
    (void) bt_magnet_add_tracker (magnet, *url, strlen (*url)); /* one that is no URL is left out */
  return bt_magnet_write (magnet);
}

static void
on_magnet (void *data, const TrkProblem *problem, const TrkTorrent *torrent)
{
  g_autoptr (TrkCall) call = data;
  g_auto (GStrv) urls = NULL;
  g_autofree char *magnet = NULL;
  g_auto (TrkJson) json = { 0 };

  if (trk_call_troubled (call, problem) || !trk_catalogue_sees (call, torrent))
    return;
  urls = trk_call_announce_urls (call);
  magnet = magnet_of (torrent, urls);
  trk_json_init (&json);
  trk_json_open_object (&json, NULL);
  trk_json_text (&json, "magnet", magnet);
  trk_json_close_object (&json);
  trk_call_json (call, &json);
}

static void
get_magnet (TrkCall *call)
{
  trk_catalogue_look_up (call, on_magnet);
}

/* --- RSS --- */

void
trk_files_xml (GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c == '<' || c == '>' || c == '&' || c == '"' || c == '\'')
        g_string_append_printf (out, "&#%u;", c);
      else if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xfffe || c == 0xffff
               || c == 0x7f)
        g_string_append (out, "\xef\xbf\xbd"); /* XML has no way to write these */
      else
        g_string_append_unichar (out, c);
    }
}

static void
add_element (GString *out, const char *name, const char *text)
{
  g_string_append_printf (out, "<%s>", name);
  trk_files_xml (out, text);
  g_string_append_printf (out, "</%s>\n", name);
}

static void
add_item (GString *out, const TrkTorrent *torrent, const char *base)
{
  g_autofree char *link
      = g_strdup_printf ("%s/api/v1/torrents/%" G_GINT64_FORMAT "/torrent", base, torrent->id);
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (torrent->registered_at);
  g_autofree char *date_text
      = date != NULL ? soup_date_time_to_string (date, SOUP_DATE_HTTP) : g_strdup ("");

  g_string_append (out, "<item>\n");
  add_element (out, "title", torrent->name);
  add_element (out, "link", link);
  g_string_append_printf (out, "<guid isPermaLink=\"false\">%" G_GINT64_FORMAT "</guid>\n",
                          torrent->id);
  add_element (out, "pubDate", date_text);
  if (torrent->category != NULL && torrent->category[0] != '\0')
    add_element (out, "category", torrent->category);
  if (torrent->comment != NULL && torrent->comment[0] != '\0')
    add_element (out, "description", torrent->comment);
  g_string_append (out, "<enclosure type=\"application/x-bittorrent\" length=\"0\" url=\"");
  trk_files_xml (out, link);
  g_string_append (out, "\"/>\n</item>\n");
}

static void
on_newest (void *data, const TrkProblem *problem, const TrkTorrentPage *page)
{
  g_autoptr (TrkCall) call = data;
  g_autofree char *base = NULL;
  GString *out;

  if (trk_call_troubled (call, problem))
    return;
  base = trk_call_base_url (call);
  out = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\">\n"
                      "<channel>\n");
  add_element (out, "title", call->api->parts.settings->name);
  add_element (out, "link", base);
  add_element (out, "description", call->api->parts.settings->name);
  for (size_t i = 0; i < page->n; i++)
    add_item (out, &page->torrents[i], base);
  g_string_append (out, "</channel>\n</rss>\n");
  trk_call_answer (call, call->route->status, call->route->type, g_string_free_to_bytes (out));
}

static void
get_feed (TrkCall *call)
{
  const TrkTorrentQuery query = { .text = trk_call_text (call, "q"),
                                  .category = trk_call_text (call, "category"),
                                  .states = 1u << TRK_MARK_ALLOWED,
                                  .sort = TRK_SORT_ADDED,
                                  .descending = true,
                                  .limit = FEED_LEN };

  trk_store_torrent_list (call->api->parts.store, &query, on_newest, trk_call_ref (call));
}

/* --- the table --- */

static const TrkField feed_query[]
    = { { "q", TRK_TYPE_TEXT, 0, 0, TRK_QUERY_MAX, NULL, NULL, "As in the list" },
        { "category", TRK_TYPE_TEXT, 0, 0, TRK_CATEGORY_MAX, NULL, NULL, "Only of this category" },
        { .name = NULL } };

const TrkApiRoute trk_routes_files[] = { { .method = "GET",
                                           .path = "/api/v1/torrents/{key}/torrent",
                                           .name = "getTorrentFile",
                                           .status = 200,
                                           .type = "application/x-bittorrent",
                                           .others = { 404 },
                                           .handle = get_file,
                                           .help = "The .torrent, with this tracker as its first" },
                                         { .method = "GET",
                                           .path = "/api/v1/torrents/{key}/magnet",
                                           .name = "getMagnet",
                                           .status = 200,
                                           .type = "application/json",
                                           .output = &trk_object_magnet,
                                           .others = { 404 },
                                           .handle = get_magnet,
                                           .help = "A magnet link with this tracker in it" },
                                         { .method = "GET",
                                           .path = "/rss",
                                           .name = "getFeed",
                                           .query = feed_query,
                                           .status = 200,
                                           .type = "application/rss+xml; charset=utf-8",
                                           .others = { 400 },
                                           .handle = get_feed,
                                           .help = "The newest torrents as a feed" },
                                         { .method = NULL } };
