/* trk-hash-list.c: reading lists of hashes. */
#include "tracker-server/api/trk-hash-list.h"

#include <stdbool.h>
#include <string.h>

#include "protocol/core/bt-hex.h"
#include "protocol/tracker/bt-announce.h"

#define HEX_V1 40u
#define HEX_V2 64u

static bool
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\r';
}

/* False for a line that is neither empty, a comment nor a hash. */
static bool
read_line (const char *line, const char *end, GByteArray *hashes)
{
  uint8_t hash[HEX_V2 / 2];
  const char *at = line;
  const char *stop;

  while (at < end && is_blank (*at))
    at++;
  for (stop = at; stop < end && !is_blank (*stop) && *stop != '#'; stop++)
    continue;
  if (stop == at)
    return true;
  if (((size_t) (stop - at) != HEX_V1 && (size_t) (stop - at) != HEX_V2)
      || !bt_hex_parse (at, (size_t) (stop - at), hash, (size_t) (stop - at) / 2))
    return false;
  g_byte_array_append (hashes, hash, BT_INFO_HASH_LEN);
  return true;
}

size_t
trk_hash_list_read (const char *text, size_t len, GByteArray *hashes)
{
  const char *end = len > 0 ? text + len : text;
  size_t number = 0;

  while (text < end)
    {
      const char *eol = memchr (text, '\n', (size_t) (end - text));
      const char *stop = eol != NULL ? eol : end;

      number++;
      if (!read_line (text, stop, hashes))
        return number;
      text = eol != NULL ? eol + 1 : end;
    }
  return 0;
}
