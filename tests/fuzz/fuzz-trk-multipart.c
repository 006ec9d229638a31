/* fuzz-trk-multipart.c: parts lie in the body, one behind the other; the first byte says how long
 * the boundary is that follows it. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "tests/fuzz/fuzz-target.h"
#include "tracker-server/api/trk-multipart.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  char boundary[TRK_BOUNDARY_MAX + 1] = { 0 };
  TrkPart parts[TRK_PARTS_MAX];
  g_autofree char *type = g_strndup ((const char *) data, len);
  const uint8_t *at;
  size_t n;

  (void) trk_multipart_boundary (type, boundary); /* any answer will do */
  memset (boundary, 0, sizeof boundary);
  if (len < 1 || data[0] == 0 || data[0] > TRK_BOUNDARY_MAX || len < 1u + data[0])
    return 0;
  memcpy (boundary, data + 1, data[0]);
  at = data + 1 + data[0];
  n = trk_multipart_parse (at, len - 1 - data[0], boundary, parts);
  bt_assert (n <= TRK_PARTS_MAX);
  for (size_t i = 0; i < n; i++)
    {
      bt_assert (parts[i].data >= at && parts[i].data + parts[i].len <= data + len);
      at = parts[i].data + parts[i].len;
    }
  return 0;
}
