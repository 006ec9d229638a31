/* bt-extension.c: ids and names, what a peer has said, and writing a handshake (BEP 10). */
#include "protocol/peer/bt-extension.h"

#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-bencode.h"
#include "protocol/core/bt-utf8.h"

static const char *const names[BT_EXTENSION_COUNT] = {
  [BT_EXTENSION_METADATA] = "ut_metadata",   [BT_EXTENSION_PEX] = "ut_pex",
  [BT_EXTENSION_DONT_HAVE] = "lt_donthave",  [BT_EXTENSION_UPLOAD_ONLY] = "upload_only",
  [BT_EXTENSION_HOLEPUNCH] = "ut_holepunch",
};

/* As bencode wants the keys of m. */
static const BtExtension sorted[BT_EXTENSION_COUNT]
    = { BT_EXTENSION_DONT_HAVE, BT_EXTENSION_UPLOAD_ONLY, BT_EXTENSION_HOLEPUNCH,
        BT_EXTENSION_METADATA, BT_EXTENSION_PEX };

const char *
bt_extension_name (BtExtension extension)
{
  bt_assert (extension < BT_EXTENSION_COUNT);
  return names[extension];
}

uint8_t
bt_extension_own_id (BtExtension extension)
{
  bt_assert (extension < BT_EXTENSION_COUNT);
  return (uint8_t) (extension + 1);
}

bool
bt_extension_of_id (uint8_t id, uint32_t enabled, BtExtension *out)
{
  if (id == BT_EXTENSION_HANDSHAKE_ID || id > BT_EXTENSION_COUNT)
    return false;
  if ((enabled & BT_EXTENSION_BIT (id - 1)) == 0)
    return false;
  *out = (BtExtension) (id - 1);
  return true;
}

void
bt_extension_offer (BtExtensionHandshake *handshake, uint32_t enabled, uint32_t before)
{
  handshake->named = (enabled | before) & (BT_EXTENSION_BIT (BT_EXTENSION_COUNT) - 1);
  for (int i = 0; i < BT_EXTENSION_COUNT; i++)
    handshake->ids[i]
        = (enabled & BT_EXTENSION_BIT (i)) != 0 ? bt_extension_own_id ((BtExtension) i) : 0;
}

uint8_t
bt_extension_peer_id (const BtExtensionPeer *self, BtExtension extension)
{
  bt_assert (extension < BT_EXTENSION_COUNT);
  return self->ids[extension];
}

/* Whether a code point may reach a screen: no control character, and none that changes the
 * direction of what stands around it. */
static bool
is_displayable (uint32_t c)
{
  if (c == BT_UTF8_BAD || c < ' ' || (c >= 0x7f && c < 0xa0))
    return false;
  return !(c >= 0x200b && c <= 0x200f) && !(c >= 0x2028 && c <= 0x202e)
         && !(c >= 0x2060 && c <= 0x206f) && c != 0xfeff && c != 0x061c;
}

/* Copies what can be shown, as far as it fits whole. */
static void
set_client (BtExtensionPeer *self, const char *text, size_t len)
{
  const uint8_t *at = (const uint8_t *) text;
  size_t used = 0;

  while (len > 0)
    {
      uint32_t c;
      size_t n = bt_utf8_decode (at, len, &c);

      if (is_displayable (c))
        {
          if (used + n >= sizeof self->client)
            break;
          memcpy (self->client + used, at, n);
          used += n;
        }
      at += n;
      len -= n;
    }
  self->client[used] = '\0';
}

static void
update_address (BtEndpoint *self, const BtEndpoint *said)
{
  if (said->family != BT_FAMILY_NONE)
    *self = *said;
}

void
bt_extension_peer_update (BtExtensionPeer *self, const BtExtensionHandshake *handshake)
{
  uint32_t fields = handshake->fields;

  self->shook = true;
  for (int i = 0; i < BT_EXTENSION_COUNT; i++)
    if ((handshake->named & BT_EXTENSION_BIT (i)) != 0)
      self->ids[i] = handshake->ids[i];
  if ((fields & BT_EXTENSION_HAS_CLIENT) != 0)
    set_client (self, handshake->client, handshake->client_len);
  if ((fields & BT_EXTENSION_HAS_PORT) != 0)
    self->port = handshake->port;
  if ((fields & BT_EXTENSION_HAS_REQQ) != 0)
    self->reqq = handshake->reqq;
  if ((fields & BT_EXTENSION_HAS_METADATA_SIZE) != 0)
    self->metadata_size = handshake->metadata_size;
  if ((fields & BT_EXTENSION_HAS_UPLOAD_ONLY) != 0)
    self->upload_only = handshake->upload_only;
  update_address (&self->yourip, &handshake->yourip);
  update_address (&self->ipv4, &handshake->ipv4);
  update_address (&self->ipv6, &handshake->ipv6);
}

static void
write_number (BtBuffer *out, const char *key, uint32_t value)
{
  bt_bencode_write_text (out, key);
  bt_bencode_write_int (out, value);
}

static void
write_address (BtBuffer *out, const char *key, const BtEndpoint *address)
{
  if (address->family == BT_FAMILY_NONE)
    return;
  bt_bencode_write_text (out, key);
  bt_bencode_write_bytes (out, address->addr, bt_endpoint_addr_len (address));
}

static void
write_names (const BtExtensionHandshake *self, BtBuffer *out)
{
  bt_bencode_write_text (out, "m");
  bt_bencode_open_dict (out);
  for (size_t i = 0; i < BT_EXTENSION_COUNT; i++)
    if ((self->named & BT_EXTENSION_BIT (sorted[i])) != 0)
      write_number (out, names[sorted[i]], self->ids[sorted[i]]);
  bt_bencode_close (out);
}

void
bt_extension_write (const BtExtensionHandshake *self, BtBuffer *out)
{
  bt_bencode_open_dict (out);
  write_address (out, "ipv4", &self->ipv4);
  write_address (out, "ipv6", &self->ipv6);
  write_names (self, out);
  if ((self->fields & BT_EXTENSION_HAS_METADATA_SIZE) != 0)
    write_number (out, "metadata_size", self->metadata_size);
  if ((self->fields & BT_EXTENSION_HAS_PORT) != 0)
    write_number (out, "p", self->port);
  if ((self->fields & BT_EXTENSION_HAS_REQQ) != 0)
    write_number (out, "reqq", self->reqq);
  if ((self->fields & BT_EXTENSION_HAS_UPLOAD_ONLY) != 0)
    write_number (out, "upload_only", self->upload_only);
  if ((self->fields & BT_EXTENSION_HAS_CLIENT) != 0)
    {
      bt_bencode_write_text (out, "v");
      bt_bencode_write_bytes (out, self->client, self->client_len);
    }
  write_address (out, "yourip", &self->yourip);
  bt_bencode_close (out);
}
