/* bt-magnet-parse.c: reads magnet URIs (BEP 9, BEP 53).
 *
 * Two passes over the query: the hashes first, which may fail and allocate nothing; then the rest,
 * which cannot fail. */
#include "protocol/torrent/bt-magnet.h"

#include <string.h>

#include "protocol/core/bt-hex.h"
#include "protocol/core/bt-limits.h"
#include "protocol/core/bt-url.h"

#define V1_HEX_LEN (2 * BT_SHA1_LEN)
#define V1_BASE32_LEN BT_BASE32_LEN (BT_SHA1_LEN)
#define URN_PREFIX_LEN 9 /* "urn:btih:" */

/* The longest exact topic that can be right, with every character escaped, is shorter. */
#define MAX_TOPIC 256

static bool
parse_v1 (const char *text, size_t len, uint8_t out[BT_SHA1_LEN])
{
  if (len == V1_HEX_LEN)
    return bt_hex_parse (text, len, out, BT_SHA1_LEN);
  return len == V1_BASE32_LEN && bt_base32_parse (text, len, out, BT_SHA1_LEN);
}

/* A multihash: the code of SHA-256, its length, the hash; all in hex. */
static bool
parse_v2 (const char *text, size_t len, uint8_t out[BT_SHA256_LEN])
{
  return len > 4 && memcmp (text, "1220", 4) == 0
         && bt_hex_parse (text + 4, len - 4, out, BT_SHA256_LEN);
}

/* Notes a hash; false when another one is there. */
static bool
note_hash (bool *has, uint8_t *there, const uint8_t *hash, size_t len)
{
  if (*has && memcmp (there, hash, len) != 0)
    return false;
  *has = true;
  memcpy (there, hash, len);
  return true;
}

static bool
starts_with (const char *text, size_t len, const char *prefix)
{
  size_t prefix_len = strlen (prefix);

  return len >= prefix_len && bt_url_name_equal (text, prefix_len, prefix);
}

/* Reads a decoded exact topic that starts at @offset of the URI; one of another kind is ignored. */
static bool
parse_urn (const char *urn, size_t len, uint64_t offset, BtMagnetHashes *out, BtError *why)
{
  uint8_t hash[BT_SHA256_LEN];
  bool is_v1 = starts_with (urn, len, "urn:btih:");
  bool known;

  if (!is_v1 && !starts_with (urn, len, "urn:btmh:"))
    return true;
  if (is_v1 ? !parse_v1 (urn + URN_PREFIX_LEN, len - URN_PREFIX_LEN, hash)
            : !parse_v2 (urn + URN_PREFIX_LEN, len - URN_PREFIX_LEN, hash))
    return bt_error_set (why, BT_ERROR_BAD_HASH, offset, "xt");
  known = is_v1 ? note_hash (&out->has_v1, out->v1, hash, BT_SHA1_LEN)
                : note_hash (&out->has_v2, out->v2, hash, BT_SHA256_LEN);
  return known || bt_error_set (why, BT_ERROR_TWO_HASHES, offset, "xt");
}

static bool
parse_topic (const BtUrlPair *pair, uint64_t offset, BtMagnetHashes *out, BtError *why)
{
  uint8_t urn[MAX_TOPIC];
  size_t at;

  if (pair->value_len > sizeof urn)
    return parse_urn (pair->value, pair->value_len, offset, out, why);
  if (!bt_url_decode (pair->value, pair->value_len, urn, &at))
    return bt_error_set (why, BT_ERROR_BAD_ESCAPE, offset + at, "xt");
  return parse_urn ((const char *) urn, at, offset, out, why);
}

/* Whether the key is @name, or one of several, numbered: "tr.1". */
static bool
key_is (const BtUrlPair *pair, const char *name)
{
  size_t len = pair->key_len;

  while (len > 0 && pair->key[len - 1] >= '0' && pair->key[len - 1] <= '9')
    len--;
  len = len < pair->key_len && len > 0 && pair->key[len - 1] == '.' ? len - 1 : pair->key_len;
  return bt_url_name_equal (pair->key, len, name);
}

/* A query of the longest URI has fewer pairs than bytes, so the walk needs no limit of its own. */
static bool
parse_hashes (const char *text, const char *query, size_t len, BtMagnetHashes *out, BtError *why)
{
  BtUrlQuery it;
  BtUrlPair pair;

  bt_url_query_init (&it, query, len, BT_LIMIT_MAGNET);
  while (bt_url_query_next (&it, &pair))
    if (key_is (&pair, "xt") && !parse_topic (&pair, (uint64_t) (pair.value - text), out, why))
      return false;
  if (!out->has_v1 && !out->has_v2)
    return bt_error_set (why, BT_ERROR_NO_HASH, BT_NOWHERE, "xt");
  return true;
}

static void
parse_length (BtMagnet *self, const char *text, size_t len)
{
  uint64_t value = 0;

  for (size_t i = 0; i < len; i++)
    {
      unsigned digit = (unsigned) (uint8_t) text[i] - '0';

      if (digit > 9 || value > (UINT64_MAX - digit) / 10)
        return;
      value = value * 10 + digit;
    }
  if (len > 0)
    bt_magnet_set_length (self, value);
}

/* Takes one parameter; @value is decoded. Of a name, a length and a selection the first that says
 * something counts. */
static void
take_value (BtMagnet *self, const BtUrlPair *pair, const char *value, size_t len)
{
  if (key_is (pair, "dn") && self->name == NULL)
    bt_magnet_set_name (self, value, len);
  else if (key_is (pair, "xl") && !self->has_length)
    parse_length (self, value, len);
  else if (key_is (pair, "tr"))
    (void) bt_magnet_add_tracker (self, value, len); /* what makes no sense is left out */
  else if (key_is (pair, "ws"))
    (void) bt_magnet_add_web_seed (self, value, len);
  else if (key_is (pair, "x.pe"))
    (void) bt_magnet_add_peer (self, value, len);
  else if (key_is (pair, "so") && self->select_only.n_ranges == 0)
    bt_select_only_parse (&self->select_only, value, len);
}

/* Only in a name does '+' stand for a space: sites that treat the link as a form write it so. */
static void
parse_rest (BtMagnet *self, const char *query, size_t len)
{
  g_autofree uint8_t *value = g_malloc (len + 1);
  BtUrlQuery it;
  BtUrlPair pair;

  bt_url_query_init (&it, query, len, BT_LIMIT_MAGNET);
  while (bt_url_query_next (&it, &pair))
    {
      size_t n = bt_url_decode_loosely (pair.value, pair.value_len, key_is (&pair, "dn"), value);

      take_value (self, &pair, (const char *) value, n);
    }
}

/* Where the query starts: after "magnet:?" or "magnet:///?"; NULL when it is no magnet URI. */
static const char *
find_query (const char *text, size_t len)
{
  static const char scheme[] = "magnet:";
  size_t i = sizeof scheme - 1;

  if (!starts_with (text, len, scheme))
    return NULL;
  while (i < len && i < sizeof scheme - 1 + 3 && text[i] == '/')
    i++;
  return i < len && text[i] == '?' ? text + i + 1 : NULL;
}

/* Reads what names the torrent, from a bare hash or from the query. */
static bool
parse_identity (const char *text, size_t len, const char *query, BtMagnetHashes *out, BtError *why)
{
  if (query != NULL)
    return parse_hashes (text, query, (size_t) (text + len - query), out, why);
  out->has_v1 = parse_v1 (text, len, out->v1);
  return out->has_v1 || bt_error_set (why, BT_ERROR_NOT_MAGNET, 0, NULL);
}

BtMagnet *
bt_magnet_parse (const char *text, size_t len, BtError *why)
{
  BtMagnetHashes hashes = { 0 };
  const char *query;
  BtMagnet *self;

  if (len > BT_LIMIT_MAGNET)
    {
      (void) bt_error_set (why, BT_ERROR_TOO_LARGE, BT_LIMIT_MAGNET, NULL); /* always false */
      return NULL;
    }
  query = find_query (text, len);
  if (!parse_identity (text, len, query, &hashes, why))
    return NULL;
  self = bt_magnet_new ();
  self->hashes = hashes;
  if (query != NULL)
    parse_rest (self, query, (size_t) (text + len - query));
  return self;
}
