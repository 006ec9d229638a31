/* eng-router.c: see the header. */
#include "client-core/discovery/eng-router.h"

#include <string.h>

#define MAPPED_WORDS 7u
#define FAILED_WORDS 3u
/* What stands for a field that is empty. */
#define NONE "-"

static const char *const verbs[] = { "map", "unmap" };
static const char *const protocols[] = { "nobody", "nat-pmp", "upnp" };
static const char *const problems[]
    = { "fine", "no-route", "silence", "refused", "taken", "nonsense", "system" };

/* --- words --- */

static bool
read_name (const char *word, const char *const *names, size_t n, unsigned *out)
{
  for (size_t i = 0; i < n; i++)
    if (strcmp (word, names[i]) == 0)
      {
        *out = (unsigned) i;
        return true;
      }
  return false;
}

static bool
read_number (const char *word, uint64_t min, uint64_t max, uint64_t *out)
{
  return g_ascii_string_to_unsigned (word, 10, min, max, out, NULL);
}

static bool
read_v4 (const char *word, BtEndpoint *out)
{
  return bt_endpoint_parse_address (word, strlen (word), out) && out->family == BT_FAMILY_V4;
}

/* One word of ASCII that fits. */
static bool
is_plain (const char *word, size_t size)
{
  size_t len = strlen (word);

  for (size_t i = 0; i < len; i++)
    if (!g_ascii_isgraph (word[i]))
      return false;
  return len > 0 && len < size;
}

static const char *
or_none (const char *word)
{
  return word != NULL && word[0] != '\0' ? word : NONE;
}

static const char *
unless_none (const char *word)
{
  return strcmp (word, NONE) != 0 ? word : NULL;
}

/* --- orders --- */

GStrv
eng_router_order_write (const EngRouterOrder *order)
{
  GStrv words = g_new0 (char *, ENG_ROUTER_WORDS + 1);
  char gateway[BT_ENDPOINT_TEXT];
  char local[BT_ENDPOINT_TEXT];
  unsigned n = 0;

  (void) bt_endpoint_write_address (&order->gateway, gateway); /* the lengths are not asked for */
  (void) bt_endpoint_write_address (&order->local, local);
  words[n++] = g_strdup (verbs[order->unmap]);
  words[n++] = g_strdup (protocols[order->by]);
  words[n++] = g_strdup (gateway);
  words[n++] = g_strdup (local);
  words[n++] = g_strdup (or_none (order->interface));
  words[n++] = g_strdup_printf ("%u", order->internal);
  words[n++] = g_strdup_printf ("%u", order->external);
  words[n++] = g_strdup_printf ("%" G_GUINT64_FORMAT, order->seed);
  words[n++] = g_strdup (or_none (order->control));
  words[n++] = g_strdup (or_none (order->service));
  return words;
}

bool
eng_router_order_parse (char *const *words, EngRouterOrder *out)
{
  EngRouterOrder order = { 0 };
  unsigned verb;
  unsigned by;
  uint64_t internal;
  uint64_t external;

  if (!read_name (words[0], verbs, G_N_ELEMENTS (verbs), &verb)
      || !read_name (words[1], protocols, G_N_ELEMENTS (protocols), &by)
      || !read_v4 (words[2], &order.gateway) || !read_v4 (words[3], &order.local)
      || !read_number (words[5], 1, UINT16_MAX, &internal)
      || !read_number (words[6], 1, UINT16_MAX, &external)
      || !read_number (words[7], 0, UINT64_MAX, &order.seed))
    return false;
  order.unmap = verb == 1;
  order.by = (EngMappedBy) by;
  order.interface = unless_none (words[4]);
  order.internal = (uint16_t) internal;
  order.external = (uint16_t) external;
  order.control = unless_none (words[8]);
  order.service = unless_none (words[9]);
  if ((order.control == NULL) != (order.service == NULL))
    return false;
  *out = order;
  return true;
}

/* --- answers --- */

char *
eng_router_answer_write (const EngRouterAnswer *answer)
{
  char address[BT_ENDPOINT_TEXT] = NONE;

  if (answer->problem != ENG_MAPPING_FINE)
    return g_strdup_printf ("failed %s %u\n", problems[answer->problem], answer->code);
  if (answer->address.family != BT_FAMILY_NONE)
    (void) bt_endpoint_write_address (&answer->address, address); /* its length is not asked for */
  return g_strdup_printf ("mapped %s %u %u %s %s %s\n", protocols[answer->by], answer->port,
                          answer->lease_s, address, or_none (answer->control),
                          or_none (answer->service));
}

/* What UPnP has to be called by, or nothing of it. */
static bool
read_service (char *const *words, EngRouterAnswer *out)
{
  if (out->by != ENG_MAPPED_BY_UPNP)
    return unless_none (words[0]) == NULL && unless_none (words[1]) == NULL;
  if (!is_plain (words[0], sizeof out->control) || !is_plain (words[1], sizeof out->service))
    return false;
  (void) g_strlcpy (out->control, words[0], sizeof out->control); /* they fit */
  (void) g_strlcpy (out->service, words[1], sizeof out->service);
  return true;
}

static bool
read_mapped (char *const *words, EngRouterAnswer *out)
{
  EngRouterAnswer answer = { .problem = ENG_MAPPING_FINE };
  unsigned by;
  uint64_t port;
  uint64_t lease_s;

  if (!read_name (words[1], protocols, G_N_ELEMENTS (protocols), &by) || by == ENG_MAPPED_BY_NOBODY
      || !read_number (words[2], 1, UINT16_MAX, &port)
      || !read_number (words[3], 1, ENG_ROUTER_LEASE_MAX_S, &lease_s)
      || (unless_none (words[4]) != NULL && !read_v4 (words[4], &answer.address)))
    return false;
  answer.by = (EngMappedBy) by;
  answer.port = (uint16_t) port;
  answer.lease_s = (uint32_t) lease_s;
  if (!read_service (words + 5, &answer))
    return false;
  *out = answer;
  return true;
}

static bool
read_failed (char *const *words, EngRouterAnswer *out)
{
  unsigned problem;
  uint64_t code;

  if (!read_name (words[1], problems, G_N_ELEMENTS (problems), &problem)
      || problem == ENG_MAPPING_FINE || !read_number (words[2], 0, UINT16_MAX, &code))
    return false;
  *out = (EngRouterAnswer){ .problem = (EngMappingProblem) problem, .code = (unsigned) code };
  return true;
}

void
eng_router_answer_parse (const char *text, size_t len, EngRouterAnswer *out)
{
  g_autofree char *copy = g_strndup (len > 0 ? text : "", len);
  const char *line = g_str_has_prefix (copy, "found\n") ? copy + strlen ("found\n") : copy;
  const char *end = strchr (line, '\n');
  g_autofree char *only
      = end != NULL && end[1] == '\0' ? g_strndup (line, (size_t) (end - line)) : g_strdup ("");
  g_auto (GStrv) words = g_strsplit (only, " ", MAPPED_WORDS + 1);
  unsigned n = g_strv_length (words);

  *out = (EngRouterAnswer){ .problem = len > 0 ? ENG_MAPPING_NONSENSE : ENG_MAPPING_SILENCE };
  if (strlen (copy) != len)
    return;
  if (n == MAPPED_WORDS && strcmp (words[0], "mapped") == 0)
    (void) read_mapped (words, out); /* if it is none, it is nonsense */
  else if (n == FAILED_WORDS && strcmp (words[0], "failed") == 0)
    (void) read_failed (words, out);
}

/* --- URLs --- */

bool
eng_router_is_of (const char *url, const BtEndpoint *device)
{
  g_autoptr (GUri) uri = NULL;
  const char *host;
  BtEndpoint named;

  if (!is_plain (url, ENG_ROUTER_URL_MAX))
    return false;
  uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  host = uri != NULL ? g_uri_get_host (uri) : NULL;
  return host != NULL && strcmp (g_uri_get_scheme (uri), "http") == 0
         && g_uri_get_userinfo (uri) == NULL && read_v4 (host, &named)
         && bt_endpoint_same_address (&named, device);
}
