/* test-trk-api-texts.c: texts of the API in and out: JSON, XML, headers, forms, lists of hashes. */
#include <string.h>

#include <glib.h>

#include "tracker-server/api/trk-files.h"
#include "tracker-server/api/trk-hash-list.h"
#include "tracker-server/api/trk-json.h"
#include "tracker-server/api/trk-multipart.h"

/* --- JSON --- */

static char *
json_of (const char *text)
{
  TrkJson json;
  g_autoptr (GBytes) bytes = NULL;
  gsize len;
  const char *data;

  trk_json_init (&json);
  trk_json_text (&json, NULL, text);
  bytes = trk_json_end (&json);
  data = g_bytes_get_data (bytes, &len);
  return g_strndup (data, len);
}

static void
test_json_texts (void)
{
  static const struct
  {
    const char *text;
    const char *json;
  } cases[] = {
    { "", "\"\"" },
    { "a\"b\\", "\"a\\\"b\\\\\"" },
    { "\n\t\x01\x7f", "\"\\u000a\\u0009\\u0001\\u007f\"" },
    { "<&>", "\"\\u003c\\u0026\\u003e\"" },
    { "\xc3\xa4", "\"\xc3\xa4\"" },
    { "\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa", "\"\\u2028\\u2029\xe2\x80\xaa\"" },
    { "\xff", "\"\xef\xbf\xbd\"" },
    { "\xe2", "\"\xef\xbf\xbd\"" },
    { "\xe2\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
    { NULL, "null" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *exact = g_strdup (cases[i].text);
      g_autofree char *json = json_of (exact);

      g_assert_cmpstr (json, ==, cases[i].json);
    }
}

static void
test_json_nests (void)
{
  static const uint8_t hash[3] = { 0, 0xab, 0xff };
  TrkJson json;
  g_autoptr (GBytes) bytes = NULL;
  const char *want = "{\"a\":[],\"b\":[1,{},-2],\"c\":{\"d\":true,\"e\":null},\"h\":\"00abff\"}";

  trk_json_init (&json);
  trk_json_open_object (&json, NULL);
  trk_json_open_array (&json, "a");
  trk_json_close_array (&json);
  trk_json_open_array (&json, "b");
  trk_json_number (&json, NULL, 1);
  trk_json_open_object (&json, NULL);
  trk_json_close_object (&json);
  trk_json_signed (&json, NULL, -2);
  trk_json_close_array (&json);
  trk_json_open_object (&json, "c");
  trk_json_bool (&json, "d", true);
  trk_json_null (&json, "e");
  trk_json_close_object (&json);
  trk_json_hash (&json, "h", hash, sizeof hash);
  trk_json_close_object (&json);
  bytes = trk_json_end (&json);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), want, strlen (want));
}

/* --- names --- */

static void
test_disposition (void)
{
  static const struct
  {
    const char *name;
    const char *want;
  } cases[] = {
    { "a b", "attachment; filename=\"a b.torrent\"; filename*=UTF-8''a%20b.torrent" },
    { "\"\r\n;", "attachment; filename=\"____.torrent\"; filename*=UTF-8''%22%0D%0A%3B.torrent" },
    { "\xc3\xa4/\\",
      "attachment; filename=\"____.torrent\"; filename*=UTF-8''%C3%A4%2F%5C.torrent" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *got = trk_files_disposition (cases[i].name);

      g_assert_cmpstr (got, ==, cases[i].want);
    }
}

static void
test_xml (void)
{
  static const struct
  {
    const char *text;
    const char *want;
  } cases[] = {
    { "a<b>&\"'", "a&#60;b&#62;&#38;&#34;&#39;" },
    { "\x01\t", "\xef\xbf\xbd\t" },
    { "\xff", "\xef\xbf\xbd" },
    { "\xef\xbf\xbe", "\xef\xbf\xbd" },
    { "\xf0\x9f\x90\x9f", "\xf0\x9f\x90\x9f" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      trk_files_xml (out, cases[i].text);
      g_assert_cmpstr (out->str, ==, cases[i].want);
    }
}

/* --- forms --- */

static void
test_boundaries (void)
{
  static const struct
  {
    const char *type;
    const char *boundary; /* NULL: none */
  } cases[] = {
    { "multipart/form-data; boundary=abc", "abc" },
    { "multipart/form-data;charset=utf-8; BOUNDARY=\"a b;c\"", NULL },
    { "multipart/form-data; boundary=\"a b\"", "a b" },
    { "multipart/form-data; boundary=\"a \"", NULL },
    { "multipart/form-data; boundary=", NULL },
    { "multipart/form-data; boundary=\"", NULL },
    { "multipart/form-data; boundary=a\xc3\xa4", NULL },
    { "multipart/form-data", NULL },
    { "multipart/form-data; xboundary=abc", NULL },
  };
  g_autofree char *longest = g_strnfill (TRK_BOUNDARY_MAX + 1, 'x');
  g_autofree char *type = g_strconcat ("a; boundary=", longest, NULL);
  char boundary[TRK_BOUNDARY_MAX + 1];

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      bool found = trk_multipart_boundary (cases[i].type, boundary);

      g_test_message ("%s", cases[i].type);
      g_assert_cmpint (found, ==, cases[i].boundary != NULL);
      if (found)
        g_assert_cmpstr (boundary, ==, cases[i].boundary);
    }
  g_assert_false (trk_multipart_boundary (type, boundary));
  type[strlen (type) - 1] = '\0';
  g_assert_true (trk_multipart_boundary (type, boundary));
}

#define PART "Content-Disposition: form-data; name=\"n\"\r\n\r\n"

static void
test_parts (void)
{
  static const struct
  {
    const char *body;
    size_t n;
    const char *last; /* the last part's data */
  } cases[] = {
    { "--b\r\n" PART "data\r\n--b--\r\n", 1, "data" },
    { "--b\r\n" PART "data\r\n--b--", 1, "data" },
    { "--b\r\n" PART "\r\n--b--", 1, "" },
    { "--b\r\n" PART "--b--", 1, "" },
    { "--b\r\n" PART "a\r\n--c\r\n--b--", 1, "a\r\n--c" },
    { "--b\r\n" PART "a\r\n--b\r\nX: y\r\n" PART "z\r\n--b--", 2, "z" },
    { "--b\r\n\r\nanonymous\r\n--b--", 1, "anonymous" },
    { "--b--", 0, NULL },
    { "--b", 0, NULL },
    { "--", 0, NULL },
    { "", 0, NULL },
    { "--b\r\n" PART "data", 0, NULL },
    { "--b\r\n" PART "data\r\n--b", 0, NULL },
    { "--b\r\n" PART "data\r\n--bX", 0, NULL },
    { "--b\r\nContent-Disposition: form-data", 0, NULL },
    { "x--b\r\n" PART "data\r\n--b--", 0, NULL },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      size_t len = strlen (cases[i].body);
      g_autofree uint8_t *exact = g_memdup2 (cases[i].body, len);
      TrkPart parts[TRK_PARTS_MAX];
      size_t n = trk_multipart_parse (exact, len, "b", parts);

      g_test_message ("%zu: %s", i, cases[i].body);
      g_assert_cmpuint (n, ==, cases[i].n);
      if (n > 0)
        g_assert_cmpmem (parts[n - 1].data, parts[n - 1].len, cases[i].last,
                         strlen (cases[i].last));
    }
}

static void
test_too_many_parts (void)
{
  g_autoptr (GString) body = g_string_new (NULL);
  TrkPart parts[TRK_PARTS_MAX];

  for (unsigned i = 0; i < TRK_PARTS_MAX; i++)
    g_string_append (body, "--b\r\n" PART "x\r\n");
  g_string_append (body, "--b--");
  g_assert_cmpuint (trk_multipart_parse ((uint8_t *) body->str, body->len, "b", parts), ==,
                    TRK_PARTS_MAX);
  g_assert_cmpmem (parts[0].name, parts[0].name_len, "n", 1);
  g_string_prepend (body, "--b\r\n" PART "x\r\n");
  g_assert_cmpuint (trk_multipart_parse ((uint8_t *) body->str, body->len, "b", parts), ==, 0);
}

/* --- lists of hashes --- */

#define V1 "0123456789abcdefABCDEF0123456789abcdef01"

static void
test_hash_lists (void)
{
  static const struct
  {
    const char *text;
    size_t line; /* the bad one; 0: none */
    size_t n;
  } cases[] = {
    { "", 0, 0 },
    { "\n\r\n # nothing\n", 0, 0 },
    { V1, 0, 1 },
    { V1 "\n" V1 "\n", 0, 2 },
    { " \t" V1 " a comment\r\n" V1 "#another", 0, 2 },
    { V1 "0123456789abcdef01234567\n", 0, 1 },
    { V1 "0\n", 1, 0 },
    { "\n\nx", 3, 0 },
    { V1 V1, 1, 0 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      size_t len = strlen (cases[i].text);
      g_autofree char *exact = g_memdup2 (cases[i].text, len);
      g_autoptr (GByteArray) hashes = g_byte_array_new ();

      g_test_message ("%zu", i);
      g_assert_cmpuint (trk_hash_list_read (exact, len, hashes), ==, cases[i].line);
      if (cases[i].line == 0)
        g_assert_cmpuint (hashes->len, ==, 20 * cases[i].n);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api/json/texts", test_json_texts);
  g_test_add_func ("/api/json/nests", test_json_nests);
  g_test_add_func ("/api/files/disposition", test_disposition);
  g_test_add_func ("/api/files/xml", test_xml);
  g_test_add_func ("/api/multipart/boundaries", test_boundaries);
  g_test_add_func ("/api/multipart/parts", test_parts);
  g_test_add_func ("/api/multipart/too-many", test_too_many_parts);
  g_test_add_func ("/api/hash-list/table", test_hash_lists);
  return g_test_run ();
}
