/* fuzz-bt-path.c: whatever the components are, which are parted by newlines, the path stays in its
 * folder; its suffixed form does as well; and what is clean stays as it is. */
#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-limits.h"
#include "protocol/core/bt-utf8.h"
#include "protocol/torrent/bt-path-set.h"
#include "protocol/torrent/bt-path.h"
#include "tests/fuzz/fuzz-target.h"

static void
check_component (const char *at, size_t len)
{
  g_autoptr (GString) again = g_string_new (NULL);

  bt_assert (len > 0 && len <= BT_LIMIT_NAME);
  bt_assert (memchr (at, '\\', len) == NULL);
  bt_assert (!(len == 1 && at[0] == '.') && !(len == 2 && at[0] == '.' && at[1] == '.'));
  bt_assert (bt_path_append (again, at, len));
}

static void
check_path (const char *path, size_t len)
{
  bt_assert (strlen (path) == len && bt_utf8_valid ((const uint8_t *) path, len));
  while (len > 0)
    {
      const char *slash = memchr (path, '/', len);
      size_t part = slash != NULL ? (size_t) (slash - path) : len;

      check_component (path, part);
      bt_assert (slash == NULL || part + 1 < len);
      path += part + (slash != NULL);
      len -= part + (slash != NULL);
    }
}

/* A name is found under its own spelling, whatever that is. */
static void
check_set (const char *path, size_t len)
{
  const char *base = strrchr (path, '/') != NULL ? strrchr (path, '/') + 1 : path;
  size_t base_len = len - (size_t) (base - path);
  BtPathSet set;

  bt_path_set_init (&set, 0, len);
  bt_assert (bt_path_set_add (&set, 3, base, base_len, 5) == NULL);
  bt_assert (*bt_path_set_add (&set, 3, base, base_len, 6) == 5);
  bt_path_set_clear (&set);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  g_autoptr (GString) path = g_string_new (NULL);
  g_autoptr (GString) suffixed = g_string_new (NULL);

  for (;;)
    {
      const uint8_t *newline = len > 0 ? memchr (data, '\n', len) : NULL;
      size_t part = newline != NULL ? (size_t) (newline - data) : len;
      size_t before = path->len;
      bool kept = bt_path_append (path, part > 0 ? data : (const uint8_t *) "", part);

      if (kept)
        bt_assert (memcmp (path->str + path->len - part, data, part) == 0);
      bt_assert (path->len == before || path->len > before);
      if (newline == NULL)
        break;
      data = newline + 1;
      len -= part + 1;
    }
  check_path (path->str, path->len);
  if (path->len > 0)
    {
      bt_path_suffix (suffixed, path->str, (unsigned) (2 + path->len));
      check_path (suffixed->str, suffixed->len);
      check_set (path->str, path->len);
    }
  return 0;
}
