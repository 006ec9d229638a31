/* test-bt-builder.c: the exact bytes of small torrents of each format, and that our own parser
 * reads back what was written. */
#include <string.h>

#include <glib.h>

#include "protocol/digest/btd.h"
#include "protocol/torrent/bt-builder.h"
#include "tests/unit/torrent-maker.h"

#define H20 "aaaaaaaaaaaaaaaaaaaa"
#define H32 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static const uint8_t *
bytes (const char *text)
{
  return (const uint8_t *) text;
}

static void
assert_written (const BtBuilder *builder, const char *want)
{
  g_autoptr (GBytes) torrent = bt_builder_write (builder, NULL);
  g_autoptr (GBytes) again = bt_builder_write (builder, NULL);
  g_autoptr (BtMetainfo) metainfo = NULL;
  BtError why = { 0 };

  g_assert_nonnull (torrent);
  g_assert_cmpmem (g_bytes_get_data (torrent, NULL), g_bytes_get_size (torrent), want,
                   strlen (want));
  g_assert_true (g_bytes_equal (torrent, again));
  metainfo = bt_metainfo_parse (torrent, BT_ORIGIN_STRANGER, btd_ops (), &why);
  g_assert_cmpstr (bt_error_code_name (why.code), ==, "ok");
  g_assert_cmpuint (bt_metainfo_oddities (metainfo), ==, 0);
}

static void
test_v1_single (void)
{
  BtFile file = { .path = "a", .length = 5 };
  BtBuilder builder = { .format = BT_FORMAT_V1,
                        .name = "a",
                        .single_file = true,
                        .piece_length = 16384,
                        .files = &file,
                        .n_files = 1,
                        .pieces_v1 = bytes (H20),
                        .n_pieces = 1 };

  assert_written (&builder,
                  "d4:infod6:lengthi5e4:name1:a12:piece lengthi16384e6:pieces20:" H20 "ee");
}

static void
test_v1_words (void)
{
  static const BtTracker trackers[]
      = { { "http://a/", 0 }, { "http://b/", 0 }, { "udp://c:1", 1 } };
  static const BtWebSeed seeds[]
      = { { "http://s/", true }, { "http://w/", false }, { "http://x/", false } };
  static const BtNode nodes[] = { { "h", 1 }, { "::1", 65535 } };
  BtFile files[] = { { .path = "b/c", .length = 1 }, { .path = "a", .length = 0 } };
  BtBuilder builder = { .format = BT_FORMAT_V1,
                        .name = "n",
                        .piece_length = 32768,
                        .files = files,
                        .n_files = 2,
                        .pieces_v1 = bytes (H20),
                        .n_pieces = 1,
                        .is_private = true,
                        .source = "s",
                        .trackers = trackers,
                        .n_trackers = 3,
                        .web_seeds = seeds,
                        .n_web_seeds = 3,
                        .nodes = nodes,
                        .n_nodes = 2,
                        .comment = "c",
                        .created_by = "b",
                        .creation_date = 12 };

  assert_written (
      &builder,
      "d8:announce9:http://a/13:announce-listll9:http://a/9:http://b/el9:udp://c:1ee7:comment1:c"
      "10:created by1:b13:creation datei12e9:httpseedsl9:http://s/e4:infod5:filesl"
      "d6:lengthi1e4:pathl1:b1:ceed6:lengthi0e4:pathl1:aeee4:name1:n12:piece lengthi32768e"
      "6:pieces20:" H20 "7:privatei1e6:source1:se5:nodesll1:hi1eel3:::1i65535eee8:url-list"
      "l9:http://w/9:http://x/ee");
}

static void
test_one_tracker (void)
{
  static const BtTracker tracker = { "http://a/", 0 };
  BtFile file = { .path = "a", .length = 5 };
  BtBuilder builder = { .format = BT_FORMAT_V1,
                        .name = "a",
                        .single_file = true,
                        .piece_length = 16384,
                        .files = &file,
                        .n_files = 1,
                        .pieces_v1 = bytes (H20),
                        .n_pieces = 1,
                        .trackers = &tracker,
                        .n_trackers = 1 };

  assert_written (&builder, "d8:announce9:http://a/4:infod6:lengthi5e4:name1:a12:piece length"
                            "i16384e6:pieces20:" H20 "ee");
}

static void
test_v2 (void)
{
  BtFile files[] = { { .path = "a", .length = 5, .root = bytes (H32) },
                     { .path = "b/c/d", .length = 0 },
                     { .path = "b/e", .length = 1, .root = bytes (H32) },
                     { .path = "f", .length = 0 } };
  BtBuilder builder = {
    .format = BT_FORMAT_V2, .name = "n", .piece_length = 16384, .files = files, .n_files = 4
  };

  assert_written (&builder,
                  "d4:infod9:file treed1:ad0:d6:lengthi5e11:pieces root32:" H32 "ee1:bd1:cd1:dd0:"
                  "d6:lengthi0eeee1:ed0:d6:lengthi1e11:pieces root32:" H32 "eee1:fd0:d6:lengthi0e"
                  "eee12:meta versioni2e4:name1:n12:piece lengthi16384ee12:piece layersdee");
}

static void
test_hybrid (void)
{
  BtFile files[] = { { .path = "a", .length = 5, .root = bytes (H32) },
                     { .path = "b", .length = 0 },
                     { .path = "c", .length = 16384, .root = bytes (H32) },
                     { .path = "d", .length = 1, .root = bytes (H32) } };
  BtBuilder builder = { .format = BT_FORMAT_HYBRID,
                        .name = "n",
                        .piece_length = 16384,
                        .files = files,
                        .n_files = 4,
                        .pieces_v1 = bytes (H20 H20 H20),
                        .n_pieces = 3 };

  assert_written (
      &builder,
      "d4:infod9:file treed1:ad0:d6:lengthi5e11:pieces root32:" H32 "ee1:bd0:d6:lengthi0eee1:cd0:"
      "d6:lengthi16384e11:pieces root32:" H32 "ee1:dd0:d6:lengthi1e11:pieces root32:" H32 "eee"
      "5:filesld6:lengthi5e4:pathl1:aeed6:lengthi0e4:pathl1:beed4:attr1:p6:lengthi16379e4:path"
      "l4:.pad5:16379eed6:lengthi16384e4:pathl1:ceed6:lengthi1e4:pathl1:deee12:meta versioni2e"
      "4:name1:n12:piece lengthi16384e6:pieces60:" H20 H20 H20 "e12:piece layersdee");
}

static void
test_hybrid_single (void)
{
  BtFile file = { .path = "ignored", .length = 5, .root = bytes (H32) };
  BtBuilder builder = { .format = BT_FORMAT_HYBRID,
                        .name = "a",
                        .single_file = true,
                        .piece_length = 16384,
                        .files = &file,
                        .n_files = 1,
                        .pieces_v1 = bytes (H20),
                        .n_pieces = 1 };

  assert_written (&builder, "d4:infod9:file treed1:ad0:d6:lengthi5e11:pieces root32:" H32
                            "eee6:lengthi5e12:meta versioni2e4:name1:a12:piece lengthi16384e"
                            "6:pieces20:" H20 "e12:piece layersdee");
}

/* The same content in two files has one layer; layers are sorted by root. */
static void
test_layers (void)
{
  static const MakerFile files[] = { { "a", 70000 }, { "b", 40000 }, { "c", 70000 } };
  g_autoptr (GBytes) torrent = maker_torrent (BT_FORMAT_V2, "n", 16384, files, 3);
  g_autoptr (BtMetainfo) metainfo
      = bt_metainfo_parse (torrent, BT_ORIGIN_STRANGER, btd_ops (), NULL);
  const BtFile *parsed;

  g_assert_nonnull (metainfo);
  parsed = bt_metainfo_layout (metainfo)->files;
  g_assert_cmpuint (bt_metainfo_oddities (metainfo), ==, 0);
  g_assert_true (parsed[0].layer == parsed[2].layer);
  g_assert_true (parsed[0].layer != parsed[1].layer);
}

/* What our own reader would not take is not written. */
static void
test_too_large (void)
{
  g_autofree uint8_t *pieces = g_malloc0 (256 * 1024 * 1024);
  BtFile file = { .path = "a", .length = 1 };
  BtBuilder builder = { .format = BT_FORMAT_V1,
                        .name = "a",
                        .single_file = true,
                        .piece_length = 16384,
                        .files = &file,
                        .n_files = 1,
                        .pieces_v1 = pieces,
                        .n_pieces = 256 * 1024 * 1024 / 20 };
  BtError why = { 0 };

  g_assert_null (bt_builder_write (&builder, &why));
  g_assert_cmpint (why.code, ==, BT_ERROR_TOO_LARGE);
}

/* --- there and back --- */

static const struct
{
  const char *name;
  uint64_t piece_length;
  MakerFile files[6]; /* up to the first without a length and a path */
  size_t n;
  const char *v1;
  const char *v2;
  const char *hybrid;
} trips[] = {
  { "one",
    16384,
    { { NULL, 100000 } },
    1,
    "v1 one: one(100000)",
    "v2 one: one(100000)",
    "hybrid one: one(100000)" },
  { "n",
    32768,
    { { "a", 5 }, { "a.txt", 70000 }, { "b/a", 0 }, { "b/c/x", 32768 }, { "b/c.d", 32769 } },
    5,
    "v1 n/: a(5) a.txt(70000) b/a(0) b/c/x(32768) b/c.d(32769)",
    "v2 n/: a(5) a.txt(70000) b/a(0) b/c/x(32768) b/c.d(32769)",
    "hybrid n/: a(5) .pad/32763(32763)p a.txt(70000) b/a(0) .pad/28304(28304)p b/c/x(32768)"
    " b/c.d(32769)" },
  { "ü", 16384, { { "ä/ö", 1 } }, 1, "v1 ü/: ä/ö(1)", "v2 ü/: ä/ö(1)", "hybrid ü/: ä/ö(1)" },
};

static void
test_trips (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (trips); i++)
    for (int format = BT_FORMAT_V1; format <= BT_FORMAT_HYBRID; format++)
      {
        g_autoptr (GBytes) torrent = maker_torrent (
            (BtFormat) format, trips[i].name, trips[i].piece_length, trips[i].files, trips[i].n);
        BtError why = { 0 };
        g_autoptr (BtMetainfo) metainfo
            = bt_metainfo_parse (torrent, BT_ORIGIN_STRANGER, btd_ops (), &why);
        const char *const want[] = { "", trips[i].v1, trips[i].v2, trips[i].hybrid };
        g_autofree char *text = NULL;

        g_assert_cmpstr (bt_error_code_name (why.code), ==, "ok");
        text = maker_describe (metainfo);
        g_assert_cmpstr (text, ==, want[format]);
      }
}

/* Component by component, raw bytes: as a v2 tree is sorted. */
static void
test_order (void)
{
  static const char *const sorted[]
      = { "A",  "a",  "a/b",    "a/b/c", "a/c",   "a b", "a-b",     "a.txt",
          "a0", "aa", "b/\x01", "b/z",   "b\x01", "z",   "\xc3\xa4" };

  for (size_t i = 0; i < G_N_ELEMENTS (sorted); i++)
    for (size_t j = 0; j < G_N_ELEMENTS (sorted); j++)
      {
        int order = bt_builder_compare_paths (sorted[i], sorted[j]);

        g_test_message ("%s %s", sorted[i], sorted[j]);
        g_assert_cmpint ((order > 0) - (order < 0), ==, (i > j) - (i < j));
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/builder/v1-single", test_v1_single);
  g_test_add_func ("/builder/v1-words", test_v1_words);
  g_test_add_func ("/builder/one-tracker", test_one_tracker);
  g_test_add_func ("/builder/v2", test_v2);
  g_test_add_func ("/builder/hybrid", test_hybrid);
  g_test_add_func ("/builder/hybrid-single", test_hybrid_single);
  g_test_add_func ("/builder/layers", test_layers);
  g_test_add_func ("/builder/too-large", test_too_large);
  g_test_add_func ("/builder/trips", test_trips);
  g_test_add_func ("/builder/order", test_order);
  return g_test_run ();
}
