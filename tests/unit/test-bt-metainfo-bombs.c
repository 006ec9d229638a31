/* test-bt-metainfo-bombs.c: torrents that are made to cost much, in a child process that may have
 * little: 256 MiB of address space beyond its own, 128 KiB of stack and a few seconds of processor
 * time. Where the work were quadratic, that time would be passed many times over. */
#include <sys/resource.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <glib.h>

#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"
#include "tests/unit/torrent-maker.h"

#define MEMORY (256 * BT_MIB)
#define STACK (128 * BT_KIB)
#define SECONDS 10

typedef GString *(*Make) (void);

static void
repeat (GString *text, const char *unit, size_t n)
{
  for (size_t i = 0; i < n; i++)
    g_string_append (text, unit);
}

static GString *
files_begin (void)
{
  return g_string_new ("d4:infod5:filesl");
}

static GString *
files_end (GString *text)
{
  g_string_append (text, "e4:name1:n12:piece lengthi16777216e6:pieces20:aaaaaaaaaaaaaaaaaaaaee");
  return text;
}

static GString *
make_depth (void)
{
  GString *text = g_string_new (NULL);

  repeat (text, "l", 1000000);
  return text;
}

static GString *
make_info_depth (void)
{
  GString *text = g_string_new ("d4:infod1:a");

  repeat (text, "d1:a", 1000000);
  return text;
}

static GString *
make_tokens (void)
{
  GString *text = g_string_new ("d1:al");

  repeat (text, "0:", 5000000);
  g_string_append (text, "ee");
  return text;
}

static GString *
make_pieces (void)
{
  GString *text = g_string_new ("d4:infod6:lengthi9223372036854775807e4:name1:a12:piece length"
                                "i1e6:pieces20000000:");

  repeat (text, "aaaaaaaaaaaaaaaaaaaa", 1000000);
  g_string_append (text, "ee");
  return text;
}

static GString *
make_piece_length (void)
{
  return g_string_new ("d4:infod6:lengthi9223372036854775807e4:name1:a12:piece length"
                       "i2147483647e6:pieces20:aaaaaaaaaaaaaaaaaaaaee");
}

static GString *
make_string_length (void)
{
  return g_string_new (
      "d4:infod6:lengthi5e4:name1:a12:piece lengthi1e6:pieces9223372036854775807:x");
}

static GString *
make_equal_names (void)
{
  GString *text = files_begin ();

  repeat (text, "d6:lengthi1e4:pathl1:aee", 100000);
  return files_end (text);
}

/* The next names are taken already. */
static GString *
make_taken_names (void)
{
  GString *text = files_begin ();

  for (unsigned i = 2; i < 100000; i++)
    {
      char name[32];

      g_snprintf (name, sizeof name, "a (%u)", i);
      g_string_append_printf (text, "d6:lengthi1e4:pathl%zu:%see", strlen (name), name);
    }
  repeat (text, "d6:lengthi1e4:pathl1:aee", 400);
  return files_end (text);
}

static GString *
make_path_depth (void)
{
  GString *text = files_begin ();

  g_string_append (text, "d6:lengthi1e4:pathl");
  repeat (text, "1:a", 10000);
  g_string_append (text, "ee");
  return files_end (text);
}

/* Long paths without a common start. */
static GString *
make_long_paths (void)
{
  GString *text = files_begin ();
  char *name = g_strnfill (246, 'x');

  for (unsigned i = 0; i < 1000; i++)
    {
      g_string_append_printf (text, "d6:lengthi1e4:pathl255:%09u%s", i, name);
      for (unsigned level = 0; level < 98; level++)
        g_string_append_printf (text, "255:%09u%s", level, name);
      g_string_append (text, "1:aee");
    }
  g_free (name);
  return files_end (text);
}

static GString *
make_many_files (void)
{
  GString *text = files_begin ();

  for (unsigned i = 0; i < 499990; i++)
    g_string_append_printf (text, "d6:lengthi1e4:pathl6:%06uee", i);
  return files_end (text);
}

static GString *
make_same_tracker (void)
{
  GString *text = g_string_new ("d13:announce-listll");

  for (unsigned i = 0; i < 990; i++)
    g_string_append_printf (text, "14:http://%06u/", i);
  repeat (text, "14:http://000989/", 1000000);
  g_string_append (text, "ee4:infod6:lengthi5e4:name1:a12:piece lengthi16384e6:pieces20:"
                         "aaaaaaaaaaaaaaaaaaaaee");
  return text;
}

static GString *
make_links (void)
{
  GString *text = files_begin ();

  g_string_append (text, "d6:lengthi1e4:pathl1:aee");
  for (unsigned i = 0; i < 200000; i++)
    g_string_append_printf (text, "d4:attr1:l4:pathl6:%06ue12:symlink pathl6:%06uee", i, i + 1);
  return files_end (text);
}

static GString *
make_unsorted (void)
{
  GString *text = g_string_new ("d");

  for (unsigned i = 0; i < 1000000; i++)
    g_string_append_printf (text, "7:%07ui0e", 9999999 - i);
  g_string_append (text, "4:infodee");
  return text;
}

/* As large as a tree may be, of empty folders but for the last. */
static GString *
make_tree (void)
{
  GString *text = g_string_new ("d4:infod9:file treed");

  for (unsigned i = 0; i < 400000; i++)
    g_string_append_printf (text, "6:%06ud0:d6:lengthi0eee", i);
  g_string_append (text, "e12:meta versioni2e4:name1:n12:piece lengthi16384eee");
  return text;
}

static const struct
{
  const char *name;
  Make make;
  const char *code;
} bombs[] = {
  { "depth", make_depth, "wrong-type" },
  { "info-depth", make_info_depth, "depth" },
  { "tokens", make_tokens, "tokens" },
  { "pieces", make_pieces, "too-many-pieces" },
  { "piece-length", make_piece_length, "out-of-range" },
  { "string-length", make_string_length, "truncated" },
  { "equal-names", make_equal_names, "collisions" },
  { "taken-names", make_taken_names, "collisions" },
  { "path-depth", make_path_depth, "path-depth" },
  { "long-paths", make_long_paths, "ok" },
  { "many-files", make_many_files, "ok" },
  { "same-tracker", make_same_tracker, "ok" },
  { "links", make_links, "ok" },
  { "unsorted", make_unsorted, "no-files" },
  { "tree", make_tree, "empty-torrent" },
};

/* The sanitizers' shadow needs all the address space there is. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* The bytes of address space that this process has now. */
static uint64_t
address_space (void)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    return BT_MIB * 256;
  return g_ascii_strtoull (text, NULL, 10) * 4096;
}

static void
limit (int what, uint64_t value)
{
  const struct rlimit to = { value, value };

  g_assert_cmpint (setrlimit (what, &to), ==, 0);
}

static void
test_bomb (const void *data)
{
  size_t i = GPOINTER_TO_SIZE (data);

  if (g_test_subprocess ())
    {
      GString *text = bombs[i].make ();
      g_autoptr (GBytes) torrent = maker_exact (text->str, text->len);
      g_autoptr (BtMetainfo) metainfo = NULL;
      BtError why = { 0 };
      clock_t begun;

      g_string_free (text, TRUE);
      if (!SANITIZED)
        {
          limit (RLIMIT_AS, address_space () + MEMORY);
          limit (RLIMIT_STACK, STACK);
        }
      limit (RLIMIT_CPU, SANITIZED ? 6 * SECONDS : SECONDS);
      begun = clock ();
      metainfo = bt_metainfo_parse (torrent, BT_ORIGIN_STRANGER, btd_ops (), &why);
      g_test_message ("%ld ms", (long) ((clock () - begun) * 1000 / CLOCKS_PER_SEC));
      printf ("result %s\n", metainfo != NULL ? "ok" : bt_error_code_name (why.code));
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_autofree char *want = g_strdup_printf ("*result %s\n*", bombs[i].code);
  g_test_trap_assert_stdout (want);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (bombs); i++)
    {
      g_autofree char *path = g_strdup_printf ("/metainfo-bombs/%s", bombs[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_bomb);
    }
  return g_test_run ();
}
