/* test-bt-path.c: a stranger's names become names that stay in the folder, on any file system. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-utf8.h"
#include "protocol/torrent/bt-path.h"

#define MAX_PARTS 4
#define PART(text)                                                                                 \
  {                                                                                                \
    text, sizeof (text) - 1                                                                        \
  }

typedef struct
{
  const char *bytes;
  size_t len;
} Part;

static const struct
{
  Part parts[MAX_PARTS]; /* up to the first without bytes */
  const char *want;
  bool kept; /* every part is as it was given */
} rows[] = {
  { { PART ("a"), PART ("b.txt") }, "a/b.txt", true },
  { { PART ("a"), PART (".."), PART ("c") }, "a/c", false },
  { { PART ("/.."), PART ("."), PART ("c") }, "c", false },
  { { PART ("/a/"), PART ("b"), PART ("c") }, "a/b/c", false },
  { { PART ("\\c"), PART ("."), PART ("c") }, "c/c", false },
  { { PART ("abc"), PART ("") }, "abc/_", false },
  { { PART (""), PART ("abc") }, "_/abc", false },
  { { PART ("//\\") }, "", false },
  { { PART ("..") }, "", false },
  { { PART ("temp/../../abc") }, "temp....abc", false },
  { { PART ("../../etc/passwd") }, "....etcpasswd", false },
  { { PART ("\b") }, "_", false },
  { { PART ("\b\r\n\t") }, "_", false },
  { { PART ("a\x01\x02"
            "b\x03") },
    "a_b_",
    false },
  { { PART ("a...b") }, "a...b", true },
  { { PART ("...") }, "...", true },
  { { PART (".hidden") }, ".hidden", true },
  { { PART ("-rf") }, "-rf", true },
  { { PART (" ") }, " ", true },
  { { PART ("\0\0\xed\0\x80") }, "_", false },
  { { PART ("a\0b") }, "a_b", false },
  { { PART ("naïve 日本 💩") }, "naïve 日本 💩", true },

  /* sequences cut short, too long, overlong, surrogates, too large */
  { { PART ("\xc2") }, "_", false },
  { { PART ("\xe2") }, "_", false },
  { { PART ("\xe2\x9f") }, "_", false },
  { { PART ("\xf0\x9f\x92") }, "_", false },
  { { PART ("\xf8\x88\x80\x80\x80") }, "_", false },
  { { PART ("\xc0\xae\xc0\xae") }, "_", false },
  { { PART ("\xe0\x80\xae") }, "_", false },
  { { PART ("\xf0\x80\x80\xae") }, "_", false },
  { { PART ("\xc0\xaf") }, "_", false },
  { { PART ("\xed\xa0\x80") }, "_", false },
  { { PART ("\xf4\x90\x80\x80") }, "_", false },
  { { PART ("\xef\xbf\xbf") }, "_", false },
  { { PART ("a\xff"
            "b\xfe\xfe"
            "c") },
    "a_b_c",
    false },

  /* marks that nobody sees */
  { { PART ("a\xe2\x80\x8e"
            "b") },
    "ab",
    false }, /* U+200E */
  { { PART ("\xe2\x80\xab"
            "b") },
    "b",
    false }, /* U+202B */
  { { PART ("a\xe2\x80\xae"
            "gpj.exe") },
    "agpj.exe",
    false },
  { { PART ("a\xe2\x80\x8b") }, "a", false }, /* U+200B to U+200D */
  { { PART ("a\xe2\x80\x8c") }, "a", false },
  { { PART ("a\xe2\x80\x8d") }, "a", false },
  { { PART ("a\xe2\x81\xa0") }, "a", false }, /* U+2060, 2062, 2066, 2069 */
  { { PART ("a\xe2\x81\xa2") }, "a", false },
  { { PART ("a\xe2\x81\xa6") }, "a", false },
  { { PART ("a\xe2\x81\xa9") }, "a", false },
  { { PART ("a\xd8\x9c") }, "a", false },     /* U+061C */
  { { PART ("a\xef\xbb\xbf") }, "a", false }, /* U+FEFF */
  { { PART ("\xe2\x80\x8e") }, "_", false },
  { { PART (".\xe2\x80\x8e.") }, "", false },
  { { PART ("\x7f") }, "_", false },
  { { PART ("\xc2\x80") }, "_", false },
  { { PART ("\xc2\x9f") }, "_", false },
  { { PART ("\xc2\xa0") }, "\xc2\xa0", true },

  /* names of devices */
  { { PART ("CON") }, "CON_", false },
  { { PART ("nul.txt") }, "nul_.txt", false },
  { { PART ("Com1.tar.gz") }, "Com1_.tar.gz", false },
  { { PART ("lpt9") }, "lpt9_", false },
  { { PART ("com0") }, "com0", true },
  { { PART ("com12") }, "com12", true },
  { { PART ("console") }, "console", true },
  { { PART ("aux"), PART ("prn") }, "aux_/prn_", false },
  { { PART ("c:") }, "c_", false },
  { { PART ("C:\\"), PART ("x") }, "C_/x", false },
  { { PART ("cc:") }, "cc:", true },
};

static bool
append (GString *path, const Part *part)
{
  g_autofree char *exact = g_memdup2 (part->bytes, part->len + (part->len == 0));

  return bt_path_append (path, exact, part->len);
}

static void
test_rows (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GString) path = g_string_new (NULL);
      bool kept = true;

      for (size_t part = 0; part < MAX_PARTS && rows[i].parts[part].bytes != NULL; part++)
        kept &= append (path, &rows[i].parts[part]);
      g_assert_cmpstr (path->str, ==, rows[i].want);
      g_assert_cmpuint (path->len, ==, strlen (rows[i].want));
      g_assert_cmpint (kept, ==, rows[i].kept);
      if (rows[i].parts[1].bytes == NULL && strlen (rows[i].parts[0].bytes) == rows[i].parts[0].len)
        g_assert_cmpint (bt_path_fits (rows[i].parts[0].bytes), ==, rows[i].kept);
    }
}

/* --- long names --- */

static const struct
{
  const char *unit;
  unsigned n;
  const char *extension;
  size_t want; /* bytes */
  const char *end;
} lengths[] = {
  { "a", 255, "", 255, "aaa" },
  { "a", 256, "", 240, "aaa" },
  { "a", 251, ".txt", 255, "a.txt" },
  { "a", 300, ".txt", 240, "a.txt" },
  { "a", 300, ".an-extension-that-is-long", 240, "aaa" },
  { "a", 300, ".123456789012345", 240, "a.123456789012345" },
  { "a", 300, ".1234567890123456", 240, "aaa" },
  { "\xc3\xa4", 128, "", 240, "\xc3\xa4" },
  { "\xe6\x97\xa5", 100, "", 240, "\xe6\x97\xa5" },
  { "\xf0\x9f\x92\xa9", 64, ".x", 238, "\xf0\x9f\x92\xa9.x" },
  { "a\xc3\xa4", 100, ".mp4", 239, "a.mp4" },
  { "a", 1000000, ".txt", 240, "a.txt" },
  { "\x01", 1000000, "", 1, "_" },
};

static char *
long_name (size_t i)
{
  GString *name = g_string_new (NULL);

  for (unsigned n = 0; n < lengths[i].n; n++)
    g_string_append (name, lengths[i].unit);
  g_string_append (name, lengths[i].extension);
  return g_string_free (name, FALSE);
}

static void
test_lengths (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *name = long_name (i);
      g_autoptr (GString) path = g_string_new ("folder");
      bool kept = bt_path_append (path, name, strlen (name));

      g_test_message ("%zu", i);
      g_assert_cmpuint (path->len - strlen ("folder/"), ==, lengths[i].want);
      g_assert_true (g_str_has_suffix (path->str, lengths[i].end));
      g_assert_true (g_str_has_prefix (path->str, "folder/"));
      g_assert_true (bt_utf8_valid ((const uint8_t *) path->str, path->len));
      g_assert_cmpint (kept, ==, strlen (name) == lengths[i].want);
    }
}

/* --- suffixes --- */

static const struct
{
  const char *path;
  unsigned n;
  const char *want;
} suffixes[] = {
  { "name.ext", 2, "name (2).ext" },
  { "name", 2, "name (2)" },
  { "a/b.c/name.ext", 17, "a/b.c/name (17).ext" },
  { "a.b/name", 500, "a.b/name (500)" },
  { ".hidden", 2, ".hidden (2)" },
  { "a.tar.gz", 2, "a.tar (2).gz" },
  { "name.", 2, "name (2)." },
  { "name.an extension too long", 2, "name.an extension too long (2)" },
  { "n", 4294967295u, "n (4294967295)" },
};

static void
test_suffixes (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autoptr (GString) out = g_string_new ("something else");

      bt_path_suffix (out, suffixes[i].path, suffixes[i].n);
      g_assert_cmpstr (out->str, ==, suffixes[i].want);
    }
}

/* A suffix does not make a name longer than a name may be. */
static void
test_long_suffixes (void)
{
  static const char *const units[] = { "a", "\xc3\xa4", "\xf0\x9f\x92\xa9" };

  for (size_t unit = 0; unit < G_N_ELEMENTS (units); unit++)
    for (size_t n = 230; n <= 251; n++)
      {
        g_autoptr (GString) path = g_string_new ("folder/");
        g_autoptr (GString) out = g_string_new (NULL);

        while (path->len < strlen ("folder/") + n)
          g_string_append (
              path, path->len + strlen (units[unit]) <= strlen ("folder/") + n ? units[unit] : "b");
        g_string_append (path, ".ext");
        bt_path_suffix (out, path->str, 123);
        g_assert_cmpuint (out->len - strlen ("folder/"), <=, 255);
        g_assert_true (g_str_has_suffix (out->str, " (123).ext"));
        g_assert_true (bt_utf8_valid ((const uint8_t *) out->str, out->len));
        if (n + strlen (" (123).ext") <= 240)
          g_assert_cmpuint (out->len, ==, path->len + strlen (" (123)"));
      }
}

/* --- what a hostile torrent may try --- */

static void
assert_safe (const char *path, size_t len)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);

  g_assert_cmpuint (strlen (path), ==, len);
  g_assert_true (bt_utf8_valid ((const uint8_t *) path, len));
  for (size_t i = 0; len > 0 && parts[i] != NULL; i++)
    {
      g_assert_cmpstr (parts[i], !=, "");
      g_assert_cmpstr (parts[i], !=, ".");
      g_assert_cmpstr (parts[i], !=, "..");
      g_assert_null (strchr (parts[i], '\\'));
      g_assert_cmpuint (strlen (parts[i]), <=, 255);
    }
}

/* Names from the bytes that matter, all of those up to a length and many longer ones. */
static void
test_hostile (void)
{
  static const char alphabet[] = { '.', '/', '\\', 'a', ' ', '\0', '\xe2', '\x80', '\x8e', ':' };
  GRand *rand = g_rand_new_with_seed (1);

  for (unsigned i = 0; i < 1000000; i++)
    {
      char name[16];
      size_t len = (size_t) g_rand_int_range (rand, 0, sizeof name);
      g_autoptr (GString) path = g_string_new (NULL);
      g_autoptr (GString) again = g_string_new (NULL);

      for (size_t at = 0; at < len; at++)
        name[at] = alphabet[g_rand_int_range (rand, 0, sizeof alphabet)];
      (void) bt_path_append (path, name, len / 2); /* checked by its result */
      (void) bt_path_append (path, name + len / 2, len - len / 2);
      assert_safe (path->str, path->len);
      if (strchr (path->str, '/') == NULL && path->len > 0)
        g_assert_true (bt_path_append (again, path->str, path->len));
    }
  g_rand_free (rand);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/path/rows", test_rows);
  g_test_add_func ("/path/lengths", test_lengths);
  g_test_add_func ("/path/suffixes", test_suffixes);
  g_test_add_func ("/path/long-suffixes", test_long_suffixes);
  g_test_add_func ("/path/hostile", test_hostile);
  return g_test_run ();
}
