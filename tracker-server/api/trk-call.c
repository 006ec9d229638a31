/* trk-call.c: the life of a request and what handlers ask of it. */
#include <string.h>
#include <time.h>

#include "protocol/core/bt-hex.h"
#include "tracker-server/api/trk-call-private.h"
#include "tracker-server/api/trk-host.h"

TrkCall *
trk_call_new (TrkApi *api, SoupServerMessage *message, const TrkOrigin *from)
{
  TrkCall *call = g_new0 (TrkCall, 1);

  call->refs = 1;
  call->api = api;
  call->message = g_object_ref (message);
  call->from = *from;
  call->body = g_byte_array_new ();
  call->link.data = call;
  g_queue_push_tail_link (&api->calls, &call->link);
  return call;
}

TrkCall *
trk_call_ref (TrkCall *call)
{
  call->refs++;
  return call;
}

void
trk_call_unref (TrkCall *call)
{
  if (--call->refs > 0)
    return;
  trk_call_end (call);
  if (call->drop != NULL)
    call->drop (call->state);
  g_clear_pointer (&call->query, g_hash_table_unref);
  g_clear_pointer (&call->json, json_node_unref);
  g_byte_array_unref (call->body);
  g_free (call->caller.name);
  g_free (call);
}

void
trk_call_end (TrkCall *call)
{
  if (call->api != NULL)
    {
      g_queue_unlink (&call->api->calls, &call->link);
      call->api->held_len -= call->body->len;
      call->api->answers_len -= call->answer_len;
    }
  call->api = NULL;
  call->done = true;
  g_byte_array_set_size (call->body, 0);
  g_clear_object (&call->message);
}

bool
trk_call_is_live (const TrkCall *call)
{
  return call->api != NULL && !call->done;
}

void
trk_call_pause (TrkCall *call)
{
  if (call->paused || call->message == NULL)
    return;
  call->paused = true;
  soup_server_message_pause (call->message);
}

void
trk_call_resume (TrkCall *call)
{
  if (!call->paused || call->message == NULL)
    return;
  call->paused = false;
  soup_server_message_unpause (call->message);
}

uint64_t
trk_call_now_us (void)
{
  struct timespec now;

  (void) clock_gettime (CLOCK_BOOTTIME, &now); /* exists since Linux 2.6.39 */
  return (uint64_t) now.tv_sec * G_USEC_PER_SEC + (uint64_t) now.tv_nsec / 1000;
}

/* --- values --- */

const char *
trk_call_text (const TrkCall *call, const char *name)
{
  return call->query != NULL ? g_hash_table_lookup (call->query, name) : NULL;
}

int64_t
trk_call_number (const TrkCall *call, const char *name, int64_t usual)
{
  const char *text = trk_call_text (call, name);
  gint64 number = usual;

  if (text != NULL)
    (void) g_ascii_string_to_signed (text, 10, INT64_MIN, INT64_MAX, &number, NULL); /* checked */
  return number;
}

bool
trk_call_flag (const TrkCall *call, const char *name)
{
  return g_strcmp0 (trk_call_text (call, name), "true") == 0;
}

unsigned
trk_call_choice (const TrkCall *call, const char *name, unsigned usual)
{
  const char *text = trk_call_text (call, name);

  return text != NULL ? trk_choice (trk_field_find (call->route->query, name)->choices, text)
                      : usual;
}

JsonObject *
trk_call_object (const TrkCall *call)
{
  return json_node_get_object (call->json);
}

const char *
trk_call_member (const TrkCall *call, const char *name)
{
  return json_object_get_string_member_with_default (trk_call_object (call), name, NULL);
}

bool
trk_call_is_admin (const TrkCall *call)
{
  return call->caller.may == TRK_NEEDS_ADMIN;
}

bool
trk_call_torrent_key (const TrkCall *call, uint8_t hash[BT_SHA256_LEN], TrkTorrentKey *key)
{
  size_t len = strlen (call->key);
  gint64 id;

  *key = (TrkTorrentKey){ 0 };
  if (len == (size_t) 2 * BT_SHA1_LEN || len == (size_t) 2 * BT_SHA256_LEN)
    {
      key->hash = hash;
      key->hash_len = len / 2;
      return bt_hex_parse (call->key, len, hash, len / 2);
    }
  if (!g_ascii_string_to_signed (call->key, 10, 1, INT64_MAX, &id, NULL))
    return false;
  key->id = id;
  return true;
}

TrkActor
trk_call_actor (const TrkCall *call, char address[BT_ENDPOINT_TEXT])
{
  bt_endpoint_write_address (&call->from.remote, address);
  return (TrkActor){ .who = call->caller.name != NULL ? call->caller.name : "anyone",
                     .detail = call->from.remote.family != BT_FAMILY_NONE ? address : NULL };
}

/* --- how this tracker is reached --- */

static const char *
host_header (const TrkCall *call)
{
  return soup_message_headers_get_one (soup_server_message_get_request_headers (call->message),
                                       "Host");
}

/* The first endpoint's port; 0 for none. */
static uint16_t
first_port (char **endpoints)
{
  BtEndpoint endpoint;

  if (endpoints == NULL || endpoints[0] == NULL || !trk_settings_endpoint (endpoints[0], &endpoint))
    return 0;
  return endpoint.port;
}

/* The name in a Host header or a URL, with the brackets that it needs. (transfer full) */
static char *
host_text (const char *name, size_t len)
{
  bool brackets = memchr (name, ':', len) != NULL;

  return g_strdup_printf ("%s%.*s%s", brackets ? "[" : "", (int) len, name, brackets ? "]" : "");
}

/* At the administration's door the port is not the one that clients use. */
static char *
base_from_host (const TrkCall *call)
{
  const TrkSettings *settings = call->api->parts.settings;
  uint16_t port = first_port (settings->http);
  const char *header = host_header (call);
  g_autofree char *name = NULL;
  TrkHost host;

  if (header == NULL || !trk_host_parse (header, &host))
    return g_strdup ("http://localhost");
  name = host_text (host.name, host.len);
  if (call->from.door == TRK_DOOR_PUBLIC || port == 0)
    port = host.port;
  return port != 0 ? g_strdup_printf ("http://%s:%u", name, port)
                   : g_strdup_printf ("http://%s", name);
}

char *
trk_call_base_url (const TrkCall *call)
{
  const char *url = call->api->parts.settings->url;

  return url != NULL && url[0] != '\0' ? g_strdup (url) : base_from_host (call);
}

GStrv
trk_call_announce_urls (const TrkCall *call)
{
  g_autofree char *base = trk_call_base_url (call);
  g_autoptr (GUri) uri = g_uri_parse (base, G_URI_FLAGS_NONE, NULL);
  uint16_t udp = first_port (call->api->parts.settings->udp);
  GStrvBuilder *urls = g_strv_builder_new ();
  g_autofree char *http = g_strconcat (base, "/announce", NULL);
  GStrv list;

  g_strv_builder_add (urls, http);
  if (uri != NULL && udp != 0)
    {
      g_autofree char *name = host_text (g_uri_get_host (uri), strlen (g_uri_get_host (uri)));
      g_autofree char *text = g_strdup_printf ("udp://%s:%u/announce", name, udp);

      g_strv_builder_add (urls, text);
    }
  list = g_strv_builder_end (urls);
  g_strv_builder_unref (urls);
  return list;
}
