/* trk-token.c: making and reading tokens. */
#include "tracker-server/api/trk-token.h"

#include <string.h>
#include <sys/random.h>

#include <glib.h>

#include "protocol/digest/btd.h"

#define SECRET_LEN 32u

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void
hash_text (const char *text, uint8_t hash[TRK_SECRET_HASH_LEN])
{
  const BtDigestMessage message
      = { .data = (const uint8_t *) text, .len = TRK_TOKEN_LEN, .out = hash };

  btd_ops ()->hash (BT_SHA256, &message, 1);
}

bool
trk_token_make (char text[TRK_TOKEN_LEN + 1], uint8_t hash[TRK_SECRET_HASH_LEN])
{
  uint8_t secret[SECRET_LEN + 1] = { 0 }; /* six bits at a time may look one byte further */
  char *out = text + strlen (TRK_TOKEN_PREFIX);

  if (getrandom (secret, SECRET_LEN, 0) != (ssize_t) SECRET_LEN)
    return false;
  memcpy (text, TRK_TOKEN_PREFIX, strlen (TRK_TOKEN_PREFIX));
  for (size_t bit = 0; bit < (size_t) 8 * SECRET_LEN; bit += 6)
    {
      unsigned pair = (unsigned) secret[bit / 8] << 8 | secret[bit / 8 + 1];

      *out++ = alphabet[pair >> (10 - bit % 8) & 63];
    }
  *out = '\0';
  explicit_bzero (secret, sizeof secret);
  hash_text (text, hash);
  return true;
}

bool
trk_token_from_header (const char *credentials, uint8_t hash[TRK_SECRET_HASH_LEN])
{
  static const char scheme[] = "Bearer ";
  const char *text = credentials + strlen (scheme);
  size_t prefix = strlen (TRK_TOKEN_PREFIX);

  if (g_ascii_strncasecmp (credentials, scheme, strlen (scheme)) != 0)
    return false;
  text += strspn (text, " ");
  if (strlen (text) != TRK_TOKEN_LEN || strncmp (text, TRK_TOKEN_PREFIX, prefix) != 0
      || strspn (text + prefix, alphabet) != TRK_TOKEN_LEN - prefix)
    return false;
  hash_text (text, hash);
  return true;
}
