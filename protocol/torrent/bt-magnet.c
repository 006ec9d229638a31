/* bt-magnet.c: the magnet as an object, and its canonical text; bt-magnet-parse.c reads it. */
#include "protocol/torrent/bt-magnet.h"

#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-hex.h"
#include "protocol/core/bt-host-port.h"
#include "protocol/core/bt-limits.h"
#include "protocol/core/bt-url.h"
#include "protocol/core/bt-utf8.h"

BtMagnet *
bt_magnet_new (void)
{
  BtMagnet *self = g_new0 (BtMagnet, 1);

  self->trackers = g_ptr_array_new_with_free_func (g_free);
  self->web_seeds = g_ptr_array_new_with_free_func (g_free);
  self->peers = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
bt_magnet_free (BtMagnet *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_ptr_array_unref (self->trackers);
  g_ptr_array_unref (self->web_seeds);
  g_ptr_array_unref (self->peers);
  bt_select_only_clear (&self->select_only);
  g_free (self);
}

void
bt_magnet_set_v1 (BtMagnet *self, const uint8_t hash[BT_SHA1_LEN])
{
  memcpy (self->hashes.v1, hash, BT_SHA1_LEN);
  self->hashes.has_v1 = true;
}

void
bt_magnet_set_v2 (BtMagnet *self, const uint8_t hash[BT_SHA256_LEN])
{
  memcpy (self->hashes.v2, hash, BT_SHA256_LEN);
  self->hashes.has_v2 = true;
}

void
bt_magnet_set_name (BtMagnet *self, const char *name, size_t len)
{
  char *copy = len > 0 ? bt_utf8_repair ((const uint8_t *) name, len) : NULL;

  g_free (self->name);
  self->name = copy;
}

void
bt_magnet_set_length (BtMagnet *self, uint64_t length)
{
  self->has_length = true;
  self->length = length;
}

/* Adds a copy of text without NULs unless it is there or the list is full. */
static bool
add_once (GPtrArray *list, const char *text, size_t len, size_t limit)
{
  if (list->len >= limit)
    return false;
  for (size_t i = 0; i < list->len; i++)
    {
      const char *there = g_ptr_array_index (list, i);

      if (strncmp (there, text, len) == 0 && there[len] == '\0')
        return false;
    }
  g_ptr_array_add (list, g_strndup (text, len));
  return true;
}

bool
bt_magnet_add_tracker (BtMagnet *self, const char *url, size_t len)
{
  static const char *const schemes[] = { "http", "https", "udp", "ws", "wss", NULL };

  return len <= BT_LIMIT_URL && bt_url_is_clean (url, len, schemes)
         && add_once (self->trackers, url, len, BT_LIMIT_TRACKERS);
}

bool
bt_magnet_add_web_seed (BtMagnet *self, const char *url, size_t len)
{
  static const char *const schemes[] = { "http", "https", "ftp", NULL };

  return len <= BT_LIMIT_URL && bt_url_is_clean (url, len, schemes)
         && add_once (self->web_seeds, url, len, BT_LIMIT_WEB_SEEDS);
}

bool
bt_magnet_add_peer (BtMagnet *self, const char *host_port, size_t len)
{
  char text[BT_ENDPOINT_TEXT];
  BtHostPort parsed;

  if (!bt_host_port_parse (host_port, len, &parsed))
    return false;
  if (parsed.endpoint.family != BT_FAMILY_NONE)
    {
      len = bt_endpoint_write (&parsed.endpoint, text);
      host_port = text;
    }
  return add_once (self->peers, host_port, len, BT_LIMIT_MAGNET_PEERS);
}

/* Takes back what was appended since @start if the whole has become too long. */
static void
keep_if_fits (GString *out, size_t start)
{
  if (out->len > BT_LIMIT_MAGNET)
    g_string_truncate (out, start);
}

static void
write_hashes (GString *out, const BtMagnetHashes *hashes)
{
  char hex[2 * BT_SHA256_LEN + 1];

  if (hashes->has_v1)
    {
      bt_hex_write (hashes->v1, BT_SHA1_LEN, hex);
      g_string_append (out, "xt=urn:btih:");
      g_string_append (out, hex);
    }
  if (hashes->has_v2)
    {
      bt_hex_write (hashes->v2, BT_SHA256_LEN, hex);
      g_string_append (out, hashes->has_v1 ? "&xt=urn:btmh:1220" : "xt=urn:btmh:1220");
      g_string_append (out, hex);
    }
}

static void
write_escaped (GString *out, const char *key, const char *value)
{
  size_t start = out->len;

  g_string_append (out, key);
  bt_url_encode (out, (const uint8_t *) value, strlen (value));
  keep_if_fits (out, start);
}

static void
write_list (GString *out, const char *key, const GPtrArray *values)
{
  for (size_t i = 0; i < values->len; i++)
    write_escaped (out, key, g_ptr_array_index (values, i));
}

static void
write_length (GString *out, uint64_t length)
{
  size_t start = out->len;

  g_string_append_printf (out, "&xl=%" G_GUINT64_FORMAT, length);
  keep_if_fits (out, start);
}

/* Addresses stand as they are: BEP 9 shows them so, and not every reader decodes them. */
static void
write_peers (GString *out, const GPtrArray *peers)
{
  for (size_t i = 0; i < peers->len; i++)
    {
      size_t start = out->len;

      g_string_append (out, "&x.pe=");
      g_string_append (out, g_ptr_array_index (peers, i));
      keep_if_fits (out, start);
    }
}

static void
write_select_only (GString *out, const BtSelectOnly *select_only)
{
  size_t start = out->len;

  if (select_only->n_ranges == 0)
    return;
  g_string_append (out, "&so=");
  bt_select_only_write (select_only, out);
  keep_if_fits (out, start);
}

char *
bt_magnet_write (const BtMagnet *self)
{
  GString *out = g_string_new ("magnet:?");

  bt_assert (self->hashes.has_v1 || self->hashes.has_v2);
  write_hashes (out, &self->hashes);
  if (self->name != NULL)
    write_escaped (out, "&dn=", self->name);
  if (self->has_length)
    write_length (out, self->length);
  write_list (out, "&tr=", self->trackers);
  write_list (out, "&ws=", self->web_seeds);
  write_peers (out, self->peers);
  write_select_only (out, &self->select_only);
  return g_string_free (out, FALSE);
}
