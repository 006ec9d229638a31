/* bt-path.c: cleaning by component; the rules are in the header. */
#include "protocol/torrent/bt-path.h"

#include <string.h>

#include "protocol/core/bt-limits.h"
#include "protocol/core/bt-utf8.h"

/* A name over BT_LIMIT_NAME is cut to this, which leaves room for a suffix. */
#define CUT_NAME 240
#define MAX_EXTENSION 16

static bool
is_plain (uint8_t byte)
{
  return byte >= 0x20 && byte < 0x7f && byte != '/' && byte != '\\';
}

/* Marks that nobody sees and that can make a name look like another: zero-width ones, those that
 * change the direction or end a line, tags. */
static bool
is_invisible (uint32_t c)
{
  return (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e)
         || (c >= 0x2060 && c <= 0x2064) || (c >= 0x2066 && c <= 0x206f) || c == 0x061c
         || c == 0xfeff || c == 0x2028 || c == 0x2029 || (c >= 0xe0000 && c <= 0xe007f);
}

static bool
is_bad (uint32_t c)
{
  return c == BT_UTF8_BAD || c < 0x20 || (c >= 0x7f && c < 0xa0) || (c & 0xfffe) == 0xfffe;
}

#define EACH_BYTE(byte) (UINT64_C (0x0101010101010101) * (byte))

/* Whether one of eight bytes below 0x80 is zero: the top bit of such a byte is set. */
static inline uint64_t
zero_bytes (uint64_t group)
{
  return (group - EACH_BYTE (1)) & ~group & EACH_BYTE (0x80);
}

/* is_plain() for eight bytes at once. */
static inline bool
is_plain_group (uint64_t group)
{
  uint64_t odd = group | (group + EACH_BYTE (1)); /* above 0x7e */

  if (((odd | (group - EACH_BYTE (0x20))) & EACH_BYTE (0x80)) != 0)
    return false;
  return (zero_bytes (group ^ EACH_BYTE ('/')) | zero_bytes (group ^ EACH_BYTE ('\\'))) == 0;
}

static size_t
plain_run (const uint8_t *bytes, size_t len)
{
  size_t n = 0;

  for (; len - n >= 8; n += 8)
    {
      uint64_t group;

      memcpy (&group, bytes + n, sizeof group);
      if (!is_plain_group (group))
        break;
    }
  while (n < len && is_plain (bytes[n]))
    n++;
  return n;
}

/* Copies what may stay; a run of what may not becomes one '_'. True when @len bytes had nothing
 * but separators. */
static bool
copy_clean (GString *out, const uint8_t *component, size_t len)
{
  size_t start = out->len;
  bool separators = len > 0;
  bool in_bad = false;

  for (size_t at = 0; at < len;)
    {
      size_t plain = plain_run (component + at, len - at);
      uint32_t c = 0;
      size_t took = plain > 0 ? plain : bt_utf8_decode (component + at, len - at, &c);
      bool bad = plain == 0 && is_bad (c);

      if (c != '/' && c != '\\')
        {
          separators = false;
          if (bad && !in_bad)
            g_string_append_c (out, '_');
          else if (!bad && !is_invisible (c))
            g_string_append_len (out, (const char *) component + at, (gssize) took);
          in_bad = bad;
        }
      at += took;
    }
  if (!separators && out->len == start)
    g_string_append_c (out, '_');
  return separators;
}

/* "com1" */
#define LONGEST_DEVICE 4

/* The length of the part before the first dot when that part names a device; otherwise 0. */
static size_t
device_stem (const char *name, size_t len)
{
  static const char *const devices[] = { "con", "prn", "aux", "nul" };
  const char *dot = memchr (name, '.', MIN (len, LONGEST_DEVICE + 1));
  size_t stem = dot != NULL ? (size_t) (dot - name) : len;

  if (stem > LONGEST_DEVICE)
    return 0;
  if (stem == 2 && g_ascii_isalpha (name[0]) && name[1] == ':')
    return stem;
  if (stem == 4 && g_ascii_isdigit (name[3]) && name[3] != '0'
      && (g_ascii_strncasecmp (name, "com", 3) == 0 || g_ascii_strncasecmp (name, "lpt", 3) == 0))
    return stem;
  for (size_t i = 0; i < G_N_ELEMENTS (devices); i++)
    if (stem == 3 && g_ascii_strncasecmp (name, devices[i], 3) == 0)
      return stem;
  return 0;
}

static void
rename_device (GString *path, size_t start)
{
  size_t stem = device_stem (path->str + start, path->len - start);

  if (stem == 2)
    path->str[start + 1] = '_';
  else if (stem > 0)
    g_string_insert_c (path, (gssize) (start + stem), '_');
}

/* The extension with its dot, or the end of the name when it has none worth keeping. */
static size_t
extension_at (const GString *path, size_t start)
{
  const char *dot = strrchr (path->str + start, '.');

  if (dot == NULL || dot == path->str + start || path->str + path->len - dot > MAX_EXTENSION)
    return path->len;
  return (size_t) (dot - path->str);
}

static void
cut_name (GString *path, size_t start)
{
  size_t extension = extension_at (path, start);
  size_t end = start + CUT_NAME - (path->len - extension);

  while (((uint8_t) path->str[end] & 0xc0) == 0x80)
    end--;
  g_string_erase (path, (gssize) end, (gssize) (extension - end));
}

/* Most names are plain from end to end. */
static void
append_plain (GString *path, const char *component, size_t len)
{
  size_t before = path->len;

  g_string_set_size (path, before + (before > 0) + len);
  if (before > 0)
    path->str[before++] = '/';
  memcpy (path->str + before, component, len);
}

bool
bt_path_append (GString *path, const void *component, size_t len)
{
  const uint8_t *bytes = component;
  size_t before = path->len;
  size_t start;
  const char *text;

  if (len > 2 && len <= BT_LIMIT_NAME && plain_run (bytes, len) == len
      && device_stem (component, len) == 0)
    {
      append_plain (path, component, len);
      return true;
    }
  if (before > 0)
    g_string_append_c (path, '/');
  start = path->len;
  if (copy_clean (path, bytes, len))
    {
      g_string_truncate (path, before);
      return false;
    }
  text = path->str + start;
  if (strcmp (text, ".") == 0 || strcmp (text, "..") == 0)
    {
      g_string_truncate (path, before);
      return false;
    }
  rename_device (path, start);
  if (path->len - start > BT_LIMIT_NAME)
    cut_name (path, start);
  return path->len - start == len && memcmp (path->str + start, bytes, len) == 0;
}

bool
bt_path_fits (const char *component)
{
  g_autoptr (GString) path = g_string_new (NULL);

  return bt_path_append (path, component, strlen (component));
}

bool
bt_path_is_name (const void *component, size_t len)
{
  const char *text = component;
  bool is_dots = len <= 2 && len > 0 && text[0] == '.' && text[len - 1] == '.';

  return len > 0 && len <= BT_LIMIT_NAME && !is_dots && memchr (component, '/', len) == NULL
         && memchr (component, '\0', len) == NULL;
}

void
bt_path_suffix (GString *out, const char *path, unsigned n)
{
  const char *slash = strrchr (path, '/');
  size_t start = slash != NULL ? (size_t) (slash - path) + 1 : 0;
  char suffix[16];
  int len = g_snprintf (suffix, sizeof suffix, " (%u)", n);

  g_string_assign (out, path);
  if (out->len - start + (size_t) len > BT_LIMIT_NAME)
    cut_name (out, start);
  g_string_insert (out, (gssize) extension_at (out, start), suffix);
}
