/* test-bt-json-guard.c: depth, numbers and bytes of JSON, counted before it is parsed. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-json-guard.h"

static BtJsonFault
guard (const char *text, size_t len)
{
  g_autofree char *exact = g_memdup2 (text, len);

  return bt_json_guard (exact, len);
}

#define DEEP "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["

static const struct
{
  const char *name;
  const char *text;
  size_t len; /* 0: to its end */
  BtJsonFault fault;
} cases[] = {
  { "empty", "", 0, BT_JSON_FINE },
  { "object", "{\"a\":[1,2,{}]}", 0, BT_JSON_FINE },
  { "brackets-in-a-string", "\"" DEEP "\"", 0, BT_JSON_FINE },
  { "behind-an-escaped-quote", "\"\\\"" DEEP "\"", 0, BT_JSON_FINE },
  { "behind-an-escaped-backslash", "\"\\\\\"" DEEP, 0, BT_JSON_TOO_DEEP },
  { "open-string", "\"" DEEP, 0, BT_JSON_FINE },
  { "escape-at-the-end", "\"\\", 0, BT_JSON_FINE },
  { "closed-more-than-opened", "]}]}" DEEP, 0, BT_JSON_TOO_DEEP },
  { "commas-of-nothing", ",,,", 0, BT_JSON_FINE },
  { "nul", "[\0]", 3, BT_JSON_NOT_TEXT },
  { "half-a-character", "\"\xc3\"", 0, BT_JSON_NOT_TEXT },
  { "surrogate", "\"\xed\xa0\x80\"", 0, BT_JSON_NOT_TEXT },
};

static void
test_table (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      size_t len = cases[i].len > 0 ? cases[i].len : strlen (cases[i].text);

      g_test_message ("%s", cases[i].name);
      g_assert_cmpint (guard (cases[i].text, len), ==, cases[i].fault);
    }
}

static void
test_depth (void)
{
  g_autofree char *text = g_strnfill (100000, '{');

  g_assert_cmpint (guard (text, BT_LIMIT_JSON_DEPTH), ==, BT_JSON_FINE);
  g_assert_cmpint (guard (text, BT_LIMIT_JSON_DEPTH + 1), ==, BT_JSON_TOO_DEEP);
  g_assert_cmpint (guard (text, 100000), ==, BT_JSON_TOO_DEEP);
}

static void
test_elements (void)
{
  g_autofree char *commas = g_strnfill (BT_LIMIT_JSON_ELEMENTS - 1, ',');
  g_autofree char *most = g_strconcat ("[[", commas, "],[", commas, "]]", NULL);
  g_autofree char *more = g_strconcat ("[", commas, ",]", NULL);

  g_assert_cmpint (guard (most, strlen (most)), ==, BT_JSON_FINE);
  g_assert_cmpint (guard (more, strlen (more)), ==, BT_JSON_TOO_MANY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-guard/table", test_table);
  g_test_add_func ("/json-guard/depth", test_depth);
  g_test_add_func ("/json-guard/elements", test_elements);
  return g_test_run ();
}
