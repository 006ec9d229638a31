/* cli-values.c: sizes, numbers, URLs, and what a mistyped word may have meant. */
#include "cli/cli-values.h"

#include <string.h>

/* 0 when it is no unit. */
static uint64_t
unit_factor (const char *unit)
{
  static const char letters[] = "kmgtp";
  const char *letter;
  uint64_t base = 1024;
  uint64_t factor = 1;

  if (*unit == '\0' || g_ascii_strcasecmp (unit, "b") == 0)
    return 1;
  letter = strchr (letters, g_ascii_tolower (*unit));
  if (letter == NULL)
    return 0;
  if (g_ascii_strcasecmp (unit + 1, "b") == 0)
    base = 1000;
  else if (unit[1] != '\0' && g_ascii_strcasecmp (unit + 1, "ib") != 0
           && g_ascii_strcasecmp (unit + 1, "i") != 0)
    return 0;
  for (const char *at = letters; at <= letter; at++)
    factor *= base;
  return factor;
}

bool
cli_parse_size (const char *text, uint64_t *out)
{
  const char *start = text + strspn (text, " ");
  char *end;
  double number;
  uint64_t factor;

  if (!g_ascii_isdigit (*start))
    return false;
  number = g_ascii_strtod (start, &end);
  if (start[0] == '0' && g_ascii_tolower (start[1]) == 'x')
    return false;
  end += strspn (end, " ");
  factor = unit_factor (end);
  if (factor == 0 || number * (double) factor > 9e18)
    return false;
  *out = (uint64_t) (number * (double) factor + 0.5);
  return true;
}

bool
cli_parse_uint (const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, min, max, &value, NULL))
    return false;
  *out = value;
  return true;
}

bool
cli_parse_duration (const char *text, uint64_t *out_us)
{
  static const struct
  {
    char unit;
    uint64_t seconds;
  } units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
  char *end;
  guint64 number;

  if (!g_ascii_isdigit (text[0]))
    return false;
  number = g_ascii_strtoull (text, &end, 10);
  for (size_t i = 0; i < G_N_ELEMENTS (units); i++)
    if (end[0] == units[i].unit && end[1] == '\0' && number < 1000000)
      {
        *out_us = number * units[i].seconds * G_USEC_PER_SEC;
        return true;
      }
  return false;
}

char *
cli_listen_text (const char *bind, int port)
{
  const char *at = bind != NULL ? bind : "";
  bool bare_ipv6 = at[0] != '[' && strchr (at, ':') != NULL;

  return g_strdup_printf (bare_ipv6 ? "[%s]:%d" : "%s:%d", at, port);
}

static bool
is_url (const char *url, const char *const *schemes)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  return host != NULL && *host != '\0' && g_strv_contains (schemes, g_uri_get_scheme (uri));
}

bool
cli_is_tracker_url (const char *url)
{
  static const char *const schemes[] = { "http", "https", "udp", NULL };

  return is_url (url, schemes);
}

bool
cli_is_http_url (const char *url)
{
  static const char *const schemes[] = { "http", "https", NULL };

  return is_url (url, schemes);
}

bool
cli_is_web_url (const char *url)
{
  static const char *const schemes[] = { "http", "https", "ftp", NULL };

  return is_url (url, schemes);
}

/* Edit distance, by one row; words of more than 63 bytes are far from everything. */
static unsigned
distance (const char *a, const char *b)
{
  unsigned row[64];
  size_t len = strlen (b);

  if (strlen (a) >= G_N_ELEMENTS (row) || len >= G_N_ELEMENTS (row))
    return G_MAXUINT;
  for (unsigned j = 0; j <= len; j++)
    row[j] = j;
  for (unsigned i = 0; a[i] != '\0'; i++)
    {
      unsigned corner = row[0];

      row[0] = i + 1;
      for (unsigned j = 0; j < len; j++)
        {
          unsigned swap = corner + (a[i] != b[j]);

          corner = row[j + 1];
          row[j + 1] = MIN (swap, MIN (row[j], corner) + 1);
        }
    }
  return row[len];
}

const char *
cli_nearest (const char *word, const char *const *words)
{
  const char *best = NULL;
  unsigned best_distance = 3;

  for (; *words != NULL; words++)
    {
      unsigned d = distance (word, *words);

      if (d < best_distance && d < strlen (*words))
        {
          best = *words;
          best_distance = d;
        }
    }
  return best;
}
