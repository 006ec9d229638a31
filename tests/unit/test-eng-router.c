/* test-eng-router.c: what shoal-map-port is told and says, as both write it and as nobody should.
 */
#include <string.h>

#include <glib.h>

#include "client-core/discovery/eng-router.h"

#define URL "http://192.168.7.1:5000/c?a=1&b=2"
#define SERVICE "urn:schemas-upnp-org:service:WANIPConnection:1"

static const uint8_t gateway[] = { 192, 168, 7, 1 };
static const uint8_t local[] = { 192, 168, 7, 2 };
static const uint8_t outside[] = { 80, 1, 2, 1 };

static void
test_order (void)
{
  const EngRouterOrder order = { .unmap = true,
                                 .by = ENG_MAPPED_BY_UPNP,
                                 .gateway = bt_endpoint_v4 (gateway, 0),
                                 .local = bt_endpoint_v4 (local, 0),
                                 .interface = "lan0",
                                 .internal = 6881,
                                 .external = 65535,
                                 .seed = UINT64_MAX,
                                 .control = URL,
                                 .service = SERVICE };
  g_auto (GStrv) words = eng_router_order_write (&order);
  EngRouterOrder read;

  g_assert_cmpuint (g_strv_length (words), ==, ENG_ROUTER_WORDS);
  g_assert_true (eng_router_order_parse (words, &read));
  g_assert_true (read.unmap);
  g_assert_cmpint (read.by, ==, order.by);
  g_assert_true (bt_endpoint_equal (&read.gateway, &order.gateway));
  g_assert_true (bt_endpoint_equal (&read.local, &order.local));
  g_assert_cmpstr (read.interface, ==, order.interface);
  g_assert_cmpuint (read.internal, ==, order.internal);
  g_assert_cmpuint (read.external, ==, order.external);
  g_assert_cmpuint (read.seed, ==, order.seed);
  g_assert_cmpstr (read.control, ==, URL);
  g_assert_cmpstr (read.service, ==, SERVICE);
}

/* One word of an order is another one. */
static const struct
{
  size_t at;
  const char *word;
  bool ok;
} changes[] = {
  { 0, "map", true },  { 0, "Map", false }, { 0, "", false },      { 1, "nobody", true },
  { 1, "igd", false }, { 2, "::1", false }, { 2, "-", false },     { 3, "1.2.3", false },
  { 4, "-", true },    { 5, "0", false },   { 5, "65536", false }, { 6, "-1", false },
  { 6, "1x", false },  { 7, "", false },    { 8, "-", false },     { 9, "-", false },
};

static void
test_orders_that_are_none (void)
{
  const EngRouterOrder order = { .gateway = bt_endpoint_v4 (gateway, 0),
                                 .local = bt_endpoint_v4 (local, 0),
                                 .internal = 1,
                                 .external = 1,
                                 .control = URL,
                                 .service = SERVICE };

  for (size_t i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_auto (GStrv) words = eng_router_order_write (&order);
      EngRouterOrder read;

      g_free (words[changes[i].at]);
      words[changes[i].at] = g_strdup (changes[i].word);
      g_assert_cmpint (eng_router_order_parse (words, &read), ==, changes[i].ok);
    }
}

static void
check_answer (const EngRouterAnswer *answer, const char *before)
{
  g_autofree char *line = eng_router_answer_write (answer);
  g_autofree char *text = g_strconcat (before, line, NULL);
  EngRouterAnswer read;

  eng_router_answer_parse (text, strlen (text), &read);
  g_assert_cmpint (read.problem, ==, answer->problem);
  g_assert_cmpuint (read.code, ==, answer->code);
  g_assert_cmpint (read.by, ==, answer->by);
  g_assert_cmpuint (read.port, ==, answer->port);
  g_assert_cmpuint (read.lease_s, ==, answer->lease_s);
  g_assert_true (bt_endpoint_equal (&read.address, &answer->address));
  g_assert_cmpstr (read.control, ==, answer->control);
  g_assert_cmpstr (read.service, ==, answer->service);
}

static void
test_answers (void)
{
  check_answer (&(EngRouterAnswer){ .by = ENG_MAPPED_BY_UPNP,
                                    .port = 49152,
                                    .lease_s = 3600,
                                    .address = bt_endpoint_v4 (outside, 0),
                                    .control = URL,
                                    .service = SERVICE },
                "found\n");
  check_answer (&(EngRouterAnswer){ .by = ENG_MAPPED_BY_NAT_PMP, .port = 1, .lease_s = 1 }, "");
  check_answer (&(EngRouterAnswer){ .problem = ENG_MAPPING_REFUSED, .code = 606 }, "found\n");
  check_answer (&(EngRouterAnswer){ .problem = ENG_MAPPING_TAKEN, .code = 718 }, "");
}

static const struct
{
  const char *text;
  EngMappingProblem problem;
} texts[] = {
  { "", ENG_MAPPING_SILENCE },
  { "found\n", ENG_MAPPING_NONSENSE },
  { "found\nmapped nat-pmp 1 60 - - -", ENG_MAPPING_NONSENSE },
  { "mapped nat-pmp 1 60 - - -\n", ENG_MAPPING_FINE },
  { "mapped nat-pmp 1 60 - - -\n\n", ENG_MAPPING_NONSENSE },
  { "mapped nat-pmp 1 60 - - - -\n", ENG_MAPPING_NONSENSE },
  { "mapped nat-pmp 0 60 - - -\n", ENG_MAPPING_NONSENSE },
  { "mapped nat-pmp 65536 60 - - -\n", ENG_MAPPING_NONSENSE },
  { "mapped nat-pmp 1 0 - - -\n", ENG_MAPPING_NONSENSE },
  { "mapped nat-pmp 1 86401 - - -\n", ENG_MAPPING_NONSENSE },
  { "mapped nat-pmp 1 60 ::1 - -\n", ENG_MAPPING_NONSENSE },
  { "mapped nat-pmp 1 60 - http://1.2.3.4/ x\n", ENG_MAPPING_NONSENSE },
  { "mapped nobody 1 60 - - -\n", ENG_MAPPING_NONSENSE },
  { "mapped upnp 1 60 - http://1.2.3.4/ \n", ENG_MAPPING_NONSENSE },
  { "mapped upnp 1 60 - http://1.2.3.4/ \x7f\n", ENG_MAPPING_NONSENSE },
  { "mapped upnp 1 60 - http://1.2.3.4/ x\n", ENG_MAPPING_FINE },
  { "failed fine 0\n", ENG_MAPPING_NONSENSE },
  { "failed taken\n", ENG_MAPPING_NONSENSE },
  { "failed refused 65536\n", ENG_MAPPING_NONSENSE },
  { "failed silence 0\n", ENG_MAPPING_SILENCE },
};

static void
test_texts (void)
{
  static const char with_nul[] = "mapped nat-pmp 1 60 - - -\n\0";
  EngRouterAnswer read;

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      size_t len = strlen (texts[i].text);
      g_autofree char *exact = g_memdup2 (texts[i].text, len);

      g_test_message ("%s", texts[i].text);
      eng_router_answer_parse (exact, len, &read);
      g_assert_cmpint (read.problem, ==, texts[i].problem);
    }
  eng_router_answer_parse (with_nul, sizeof with_nul - 1, &read);
  g_assert_cmpint (read.problem, ==, ENG_MAPPING_NONSENSE);
}

static void
test_long_words (void)
{
  g_autoptr (GString) text = g_string_new ("mapped upnp 1 60 - ");
  EngRouterAnswer read;

  while (text->len < ENG_ROUTER_URL_MAX + 19)
    g_string_append_c (text, 'x');
  g_string_append (text, " x\n");
  eng_router_answer_parse (text->str, text->len, &read);
  g_assert_cmpint (read.problem, ==, ENG_MAPPING_NONSENSE);
}

static const struct
{
  const char *url;
  bool ok;
} urls[] = {
  { "http://192.168.7.1:5000/d.xml", true },
  { "http://192.168.7.1", true },
  { "http://192.168.7.2/", false },
  { "http://192.168.7.1.example/", false },
  { "http://192.168.7.2@192.168.7.1/", false },
  { "http://192.168.7.1@192.168.7.2/", false },
  { "http://0300.168.7.1/", false },
  { "http://3232237313/", false },
  { "http://router/", false },
  { "http://[::1]/", false },
  { "https://192.168.7.1/", false },
  { "file://192.168.7.1/", false },
  { "http://192.168.7.1/a b", false },
  { "http://192.168.7.1/\n", false },
  { "//192.168.7.1/", false },
  { "/c", false },
  { "", false },
};

static void
test_urls (void)
{
  const BtEndpoint device = bt_endpoint_v4 (gateway, 0);

  for (size_t i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_test_message ("%s", urls[i].url);
      g_assert_cmpint (eng_router_is_of (urls[i].url, &device), ==, urls[i].ok);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/router/order", test_order);
  g_test_add_func ("/router/orders-that-are-none", test_orders_that_are_none);
  g_test_add_func ("/router/answers", test_answers);
  g_test_add_func ("/router/texts", test_texts);
  g_test_add_func ("/router/long-words", test_long_words);
  g_test_add_func ("/router/urls", test_urls);
  return g_test_run ();
}
