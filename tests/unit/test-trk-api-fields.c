/* test-trk-api-fields.c: values against tables of fields, paths against tables of routes. */
#include <string.h>

#include <glib.h>

#include "tracker-server/api/trk-objects.h"
#include "tracker-server/api/trk-route.h"

static const char *const colours[] = { "red", "blue", NULL };

static void
test_texts (void)
{
  static const TrkField number = { .name = "n", .type = TRK_TYPE_NUMBER, .min = 1, .max = 10 };
  static const TrkField line
      = { .name = "l", .type = TRK_TYPE_TEXT, .flags = TRK_FIELD_LINE, .max = 4 };
  static const TrkField choice
      = { .name = "c", .type = TRK_TYPE_TEXT, .max = 16, .choices = colours };
  static const TrkField flag = { .name = "f", .type = TRK_TYPE_BOOL };
  static const TrkField hash = { .name = "h", .type = TRK_TYPE_HASH };
  static const struct
  {
    const TrkField *field;
    const char *text;
    bool fits;
  } cases[] = {
    { &number, "1", true },
    { &number, "10", true },
    { &number, "0", false },
    { &number, "11", false },
    { &number, "", false },
    { &number, "1 ", false },
    { &number, "+1", false },
    { &number, "99999999999999999999", false },
    { &line, "", true },
    { &line, "abcd", true },
    { &line, "abcde", false },
    { &line, "a\n", false },
    { &line, "\xc2\x85", false },
    { &line, "\xff", false },
    { &choice, "red", true },
    { &choice, "blue", true },
    { &choice, "green", false },
    { &choice, "", false },
    { &flag, "true", true },
    { &flag, "false", true },
    { &flag, "1", false },
    { &hash, "0123456789abcdefABCDEF0123456789abcdef01", true },
    { &hash, "0123456789abcdefABCDEF0123456789abcdef0", false },
    { &hash, "0123456789abcdefABCDEF0123456789abcdef0g", false },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s: %s", cases[i].field->name, cases[i].text);
      g_assert_cmpint (trk_field_fits_text (cases[i].field, cases[i].text), ==, cases[i].fits);
    }
}

static void
test_objects (void)
{
  static const struct
  {
    const TrkObject *object;
    const char *json;
    const char *bad; /* NULL: it fits */
  } cases[] = {
    { &trk_object_change, "{\"state\":\"denied\"}", NULL },
    { &trk_object_change, "{\"state\":\"none\"}", "state" },
    { &trk_object_change, "{\"state\":null}", "state" },
    { &trk_object_change, "{\"state\":[]}", "state" },
    { &trk_object_change, "{}", NULL },
    { &trk_object_change, "{\"category\":\"a b\",\"tags\":[\"c\"]}", NULL },
    { &trk_object_change, "{\"category\":null}", "category" },
    { &trk_object_change, "{\"category\":\"a\\nb\"}", "category" },
    { &trk_object_change, "{\"tags\":\"a\"}", "tags" },
    { &trk_object_change, "{\"tags\":[1]}", "tags" },
    { &trk_object_change, "[]", "" },
    { &trk_object_change, "{\"state\":\"denied\",\"x\":1}", "x" },
    { &trk_object_token_wish, "{\"name\":\"a\",\"scope\":\"read\",\"expires_at\":null}", NULL },
    { &trk_object_token_wish, "{\"name\":\"\",\"scope\":\"read\"}", "name" },
    { &trk_object_token_wish, "{\"name\":\"a\",\"scope\":\"read\",\"expires_at\":1.5}",
      "expires_at" },
    { &trk_object_token_wish, "{\"name\":\"a\",\"scope\":\"read\",\"expires_at\":true}",
      "expires_at" },
    { &trk_object_settings_change, "{}", NULL },
    { &trk_object_settings_change, "{\"a\":\"b\",\"c\":null}", NULL },
    { &trk_object_settings_change, "{\"a\":1}", "" },
    { &trk_object_settings_change, "{\"a\":{\"b\":\"c\"}}", "" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) node = json_from_string (cases[i].json, NULL);
      g_autofree char *bad = NULL;

      g_test_message ("%s", cases[i].json);
      g_assert_cmpint (trk_object_fits (cases[i].object, node, &bad), ==, cases[i].bad == NULL);
      g_assert_cmpstr (bad, ==, cases[i].bad);
    }
}

static void
test_routes (void)
{
  static const struct
  {
    const char *method;
    const char *path;
    TrkApiRouted routed;
    const char *name;
    const char *key;
  } cases[] = {
    { "GET", "/api/v1/torrents", TRK_API_FOUND, "listTorrents", "" },
    { "HEAD", "/api/v1/torrents", TRK_API_FOUND, "listTorrents", "" },
    { "POST", "/api/v1/torrents", TRK_API_FOUND, "registerTorrent", "" },
    { "PUT", "/api/v1/torrents", TRK_API_OTHER_METHOD, NULL, NULL },
    { "get", "/api/v1/torrents", TRK_API_OTHER_METHOD, NULL, NULL },
    { "GET", "/api/v1/torrents/", TRK_API_UNKNOWN, NULL, NULL },
    { "GET", "/api/v1/torrents/x", TRK_API_FOUND, "getTorrent", "x" },
    { "GET", "/api/v1/torrents/%2e%2e", TRK_API_FOUND, "getTorrent", "%2e%2e" },
    { "GET", "/api/v1/torrents/x/peers", TRK_API_FOUND, "listPeers", "x" },
    { "GET", "/api/v1/torrents//peers", TRK_API_UNKNOWN, NULL, NULL },
    { "GET", "/api/v1/torrents/x/y", TRK_API_UNKNOWN, NULL, NULL },
    { "GET", "/api/v1/torrents/x/peers/", TRK_API_UNKNOWN, NULL, NULL },
    { "POST", "/peers/announce", TRK_API_FOUND, "announceClassic", "" },
    { "GET", "/peers/announce", TRK_API_FOUND, "listPeersClassic", "announce" },
    { "GET", "/torrents/", TRK_API_FOUND, "listTorrentsClassic", "" },
    { "GET", "/torrents", TRK_API_UNKNOWN, NULL, NULL },
    { "GET", "", TRK_API_UNKNOWN, NULL, NULL },
    { "GET", "/", TRK_API_UNKNOWN, NULL, NULL },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const TrkApiRoute *route = NULL;
      char key[TRK_KEY_MAX + 1];

      g_test_message ("%s %s", cases[i].method, cases[i].path);
      g_assert_cmpint (trk_route_find (cases[i].method, cases[i].path, &route, key), ==,
                       cases[i].routed);
      if (cases[i].routed != TRK_API_FOUND)
        continue;
      g_assert_cmpstr (route->name, ==, cases[i].name);
      g_assert_cmpstr (key, ==, cases[i].key);
    }
}

static void
test_long_paths (void)
{
  g_autofree char *key = g_strnfill (TRK_KEY_MAX + 1, 'a');
  g_autofree char *path = g_strconcat ("/api/v1/torrents/", key, NULL);
  const TrkApiRoute *route = NULL;
  char found[TRK_KEY_MAX + 1];

  g_assert_cmpint (trk_route_find ("GET", path, &route, found), ==, TRK_API_UNKNOWN);
  path[strlen (path) - 1] = '\0';
  g_assert_cmpint (trk_route_find ("GET", path, &route, found), ==, TRK_API_FOUND);
}

/* Whatever the table says can be said: names differ, and no list of statuses runs over. */
static void
test_table (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  size_t n;
  const TrkApiTable *tables = trk_route_tables (&n);

  for (size_t i = 0; i < n; i++)
    for (const TrkApiRoute *route = tables[i].rows; route->method != NULL; route++)
      {
        g_test_message ("%s", route->name);
        g_assert_true (g_hash_table_add (names, g_strdup (route->name)));
        g_assert_nonnull (route->handle);
        g_assert_nonnull (route->help);
        g_assert_cmpuint (route->status, >=, 200);
        g_assert_cmpint ((route->body & TRK_BODY_JSON) != 0, ==, route->input != NULL);
        g_assert_cmpint (route->status == 204 || route->status == 202, ==, route->type == NULL);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api/fields/texts", test_texts);
  g_test_add_func ("/api/fields/objects", test_objects);
  g_test_add_func ("/api/route/table", test_routes);
  g_test_add_func ("/api/route/long", test_long_paths);
  g_test_add_func ("/api/route/rows", test_table);
  return g_test_run ();
}
