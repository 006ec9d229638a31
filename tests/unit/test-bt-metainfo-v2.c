/* test-bt-metainfo-v2.c: v2 trees, piece layers and the halves of hybrids (BEP 52). */
#include <string.h>

#include <glib.h>

#include "protocol/digest/btd.h"
#include "protocol/torrent/bt-metainfo-layers.h"
#include "tests/unit/torrent-maker.h"

/* What stands behind the tree in a v2 info dictionary. */
#define TAIL "'meta version' 2 'name' 'n' 'piece length' 16384"
#define V2(tree) "{'info' {'file tree' " tree TAIL "}}"
#define LAYERS(tree, layers) "{'info' {'file tree' " tree TAIL "} 'piece layers' " layers "}"
#define LEAF(length) "{'' {'length' " length " 'pieces root' @32}}"
#define TWO "{'' {'length' 20000 'pieces root' R2}}"
#define THREE "{'' {'length' 40000 'pieces root' R3}}"
#define EMPTY "{'' {'length' 0}}"

static BtMetainfo *
parse (const char *notation, BtError *why)
{
  g_autoptr (GBytes) bytes = maker_bencode (notation);

  return bt_metainfo_parse (bytes, BT_ORIGIN_OWN, btd_ops (), why);
}

/* --- trees and layers --- */

static const struct
{
  const char *notation;
  const char *want;
} accepted[] = {
  { V2 ("{'n' " LEAF ("5") "}"), "v2 n: n(5)" },
  { V2 ("{'a' " LEAF ("5") "}"), "v2 n/: a(5)" },
  { V2 ("{'a' " LEAF ("16384") "}"), "v2 n/: a(16384)" },
  { V2 ("{'n' {'a' " LEAF ("5") "}}"), "v2 n/: n/a(5)" },
  { V2 ("{'a' {'b' {'c' " LEAF ("5") "} 'd' " EMPTY "} 'e' " LEAF ("1") "}"),
    "v2 n/: a/b/c(5) a/d(0) e(1)" },
  { V2 ("{'a' {'' {'length' 0 'pieces root' @32}} 'b' " LEAF ("1") "}"), "v2 n/: a(0) b(1)" },
  { V2 ("{'a' {'' {'attr' 'xh' 'length' 5 'pieces root' @32 'unknown' []}}}"), "v2 n/: a(5)xh" },
  { V2 ("{'a' " LEAF ("5") " 'l' {'' {'attr' 'l' 'length' 0 'symlink path' ['a']}}}"),
    "v2 n/: a(5) l(0)l -> a" },
  { V2 ("{'a' " LEAF ("5") " 'l' {'' {'attr' 'l' 'symlink path' ['a']}}}"),
    "v2 n/: a(5) l(0)l -> a" },
  { V2 ("{'a' {'b' {}} 'c' " LEAF ("5") " 'd' {}}"), "v2 n/: c(5)" },
  { V2 ("{'m' {} 'n' " LEAF ("5") "}"), "v2 n/: n(5)" },
  { LAYERS ("{'a' " TWO "}", "{R2 L2}"), "v2 n/: a(20000)" },
  { LAYERS ("{'a' " TWO " 'b' " TWO " 'c' " LEAF ("3") "}", "{R2 L2}"),
    "v2 n/: a(20000) b(20000) c(3)" },
  { LAYERS ("{'a' " THREE "}", "{R3 L3}"), "v2 n/: a(40000)" },
  { V2 ("{'a' " TWO "}"), "v2 n/: a(20000)" },
  { LAYERS ("{'a' " TWO "}", "{}"), "v2 n/: a(20000)" },
  { LAYERS ("{'a' " TWO " 'b' " THREE "}", "{R3 L3}"), "v2 n/: a(20000) b(40000)" },
  { LAYERS ("{'a' " LEAF ("5") "}", "{}"), "v2 n/: a(5)" },
  { "{'piece layers' {R2 L2} 'info' {'file tree' {'a' " TWO "} " TAIL "}}",
    "v2 n/: a(20000) | unsorted" },
  { "{'info' {'meta version' 2 'file tree' {'a' " LEAF ("5") "} 'name' 'n' 'piece length' 16384}}",
    "v2 n/: a(5) | unsorted" },
};

static void
test_accepted (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (accepted); i++)
    {
      BtError why = { 0 };
      g_autoptr (BtMetainfo) metainfo = parse (accepted[i].notation, &why);
      g_autofree char *text = NULL;

      g_test_message ("%s", accepted[i].notation);
      g_assert_cmpstr (bt_error_code_name (why.code), ==, "ok");
      text = maker_describe (metainfo);
      g_assert_cmpstr (text, ==, accepted[i].want);
    }
}

#define PIECE_LENGTH(length)                                                                       \
  "{'info' {'file tree' {'a' " LEAF ("5") "} 'meta version' 2 'name' 'n' 'piece length' " length   \
                                          "}}"

static const struct
{
  const char *notation;
  BtErrorCode code;
  const char *key;
} refused[] = {
  { "{'info' {" TAIL "}}", BT_ERROR_MISSING_KEY, "info.file tree" },
  { V2 ("[]"), BT_ERROR_WRONG_TYPE, "info.file tree" },
  { V2 ("'a'"), BT_ERROR_WRONG_TYPE, "info.file tree" },
  { V2 ("5"), BT_ERROR_WRONG_TYPE, "info.file tree" },
  { PIECE_LENGTH ("32767"), BT_ERROR_NOT_POWER_OF_TWO, "info.piece length" },
  { PIECE_LENGTH ("16385"), BT_ERROR_NOT_POWER_OF_TWO, "info.piece length" },
  { PIECE_LENGTH ("8192"), BT_ERROR_OUT_OF_RANGE, "info.piece length" },
  { PIECE_LENGTH ("1"), BT_ERROR_OUT_OF_RANGE, "info.piece length" },
  { PIECE_LENGTH ("2147483647"), BT_ERROR_OUT_OF_RANGE, "info.piece length" },
  { PIECE_LENGTH ("2147483648"), BT_ERROR_OUT_OF_RANGE, "info.piece length" },
  { PIECE_LENGTH ("-16384"), BT_ERROR_OUT_OF_RANGE, "info.piece length" },
  { PIECE_LENGTH ("'16384'"), BT_ERROR_WRONG_TYPE, "info.piece length" },

  /* the shape of the tree */
  { V2 ("{}"), BT_ERROR_EMPTY_TORRENT, "info" },
  { V2 ("{'a' {}}"), BT_ERROR_EMPTY_TORRENT, "info" },
  { V2 ("{'a' 5}"), BT_ERROR_WRONG_TYPE, "info.file tree" },
  { V2 ("{'a' []}"), BT_ERROR_WRONG_TYPE, "info.file tree" },
  { V2 ("{'a' {'' 5}}"), BT_ERROR_WRONG_TYPE, "info.file tree" },
  { V2 ("{'' {'length' 5 'pieces root' @32}}"), BT_ERROR_TREE_SHAPE, "info.file tree" },
  { V2 ("{'' {'a' " LEAF ("5") "}}"), BT_ERROR_TREE_SHAPE, "info.file tree" },
  { V2 ("{'a' {'' {'length' 5 'pieces root' @32} 'b' " LEAF ("5") "}}"), BT_ERROR_TREE_SHAPE,
    "info.file tree" },
  { V2 ("{'a' {'b' " LEAF ("5") " '' {'length' 5 'pieces root' @32}}}"), BT_ERROR_TREE_SHAPE,
    "info.file tree" },
  { V2 ("{'b' " LEAF ("5") " 'a' " LEAF ("5") "}"), BT_ERROR_TREE_ORDER, "info.file tree" },
  { V2 ("{'a' {'c' " LEAF ("5") " 'b' " LEAF ("5") "}}"), BT_ERROR_TREE_ORDER, "info.file tree" },
  { V2 ("{'a' {'' {'pieces root' @32 'length' 5}}}"), BT_ERROR_TREE_ORDER, "info.file tree" },
  { V2 ("{'a' " LEAF ("5") " 'a' " LEAF ("5") "}"), BT_ERROR_KEY_DUPLICATE, NULL },
  { V2 ("{'a' {'' {'attr' 'p' 'length' 5 'pieces root' @32}}}"), BT_ERROR_TREE_SHAPE,
    "info.file tree.attr" },

  /* the files in it */
  { V2 ("{'a' {'' {}}}"), BT_ERROR_MISSING_KEY, "info.file tree.length" },
  { V2 ("{'a' {'' {'pieces root' @32}}}"), BT_ERROR_MISSING_KEY, "info.file tree.length" },
  { V2 ("{'a' {'' {'length' 5}}}"), BT_ERROR_MISSING_KEY, "info.file tree.pieces root" },
  { V2 ("{'a' {'' {'length' 5 'pieces root' '\\x00'*32}}}"), BT_ERROR_OUT_OF_RANGE,
    "info.file tree.pieces root" },
  { V2 ("{'a' {'' {'length' -5 'pieces root' @32}}}"), BT_ERROR_OUT_OF_RANGE,
    "info.file tree.length" },
  { V2 ("{'a' {'' {'length' '5' 'pieces root' @32}}}"), BT_ERROR_WRONG_TYPE,
    "info.file tree.length" },
  { V2 ("{'a' {'' {'length' 5 'pieces root' @31}}}"), BT_ERROR_WRONG_LENGTH,
    "info.file tree.pieces root" },
  { V2 ("{'a' {'' {'length' 5 'pieces root' @64}}}"), BT_ERROR_WRONG_LENGTH,
    "info.file tree.pieces root" },
  { V2 ("{'a' {'' {'length' 5 'pieces root' 32}}}"), BT_ERROR_WRONG_TYPE,
    "info.file tree.pieces root" },
  { V2 ("{'a' " EMPTY "}"), BT_ERROR_EMPTY_TORRENT, "info" },
  { V2 ("{'a' " LEAF ("9223372036854775807") "'b' " LEAF ("1") "}"), BT_ERROR_TOTAL_OVERFLOW,
    "info.files" },

  /* layers */
  { LAYERS ("{'a' " TWO "}", "{R3 L3}"), BT_ERROR_LAYER_EXTRA, "piece layers" },
  { LAYERS ("{'a' " TWO "}", "{R2 @64}"), BT_ERROR_LAYER_MISMATCH, "piece layers" },
  { LAYERS ("{'a' " TWO "}", "{R2 L3}"), BT_ERROR_WRONG_LENGTH, "piece layers" },
  { LAYERS ("{'a' " TWO "}", "{R2 @63}"), BT_ERROR_WRONG_LENGTH, "piece layers" },
  { LAYERS ("{'a' " TWO "}", "{R2 @0}"), BT_ERROR_WRONG_LENGTH, "piece layers" },
  { LAYERS ("{'a' " TWO "}", "{R2 5}"), BT_ERROR_WRONG_LENGTH, "piece layers" },
  { LAYERS ("{'a' " TWO "}", "{@31 L2 R2 L2}"), BT_ERROR_WRONG_LENGTH, "piece layers" },
  { LAYERS ("{'a' " TWO "}", "[]"), BT_ERROR_WRONG_TYPE, "piece layers" },
  { LAYERS ("{'a' " TWO "}", "5"), BT_ERROR_WRONG_TYPE, "piece layers" },
  { LAYERS ("{'a' " TWO "}", "{R2 L2 R3 L3}"), BT_ERROR_LAYER_EXTRA, "piece layers" },
  { LAYERS ("{'a' " LEAF ("5") "}", "{R2 L2}"), BT_ERROR_LAYER_EXTRA, "piece layers" },
  { LAYERS ("{'a' " TWO " 'b' {'' {'length' 40000 'pieces root' R2}}}", "{R2 L2}"),
    BT_ERROR_WRONG_LENGTH, "piece layers" },
};

static void
test_refused (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      BtError why = { 0 };

      g_test_message ("%s", refused[i].notation);
      g_assert_null (parse (refused[i].notation, &why));
      g_assert_cmpstr (bt_error_code_name (why.code), ==, bt_error_code_name (refused[i].code));
      g_assert_cmpstr (why.key, ==, refused[i].key);
    }
}

/* --- hybrids --- */

#define A5 "{'length' 5 'path' ['a']}"
#define B7 "{'length' 7 'path' ['b']}"
#define E0 "{'length' 0 'path' ['e']}"
#define PAD(length) "{'attr' 'p' 'length' " length " 'path' ['.pad' 'x']}"
#define TREE_AB "{'a' " LEAF ("5") " 'b' " LEAF ("7") "}"
#define HYBRID(tree, list, pieces)                                                                 \
  "{'info' {'file tree' " tree " 'files' [" list "] 'meta version' 2 'name' 'n'"                   \
  " 'piece length' 16384 'pieces' " pieces "}}"
#define HYBRID_ONE(tree, length)                                                                   \
  "{'info' {'file tree' " tree " 'length' " length " 'meta version' 2 'name' 'n'"                  \
  " 'piece length' 16384 'pieces' @20}}"

static const struct
{
  const char *notation;
  const char *want; /* NULL: the halves do not match */
} hybrids[] = {
  { HYBRID (TREE_AB, A5 PAD ("16379") B7, "@40"), "hybrid n/: a(5) .pad/x(16379)p b(7)" },
  { HYBRID (TREE_AB, A5 PAD ("16379") B7 PAD ("16377"), "@40"),
    "hybrid n/: a(5) .pad/x(16379)p b(7) .pad/x(16377)p" },
  { HYBRID (TREE_AB, A5 PAD ("16000") PAD ("379") B7, "@40"),
    "hybrid n/: a(5) .pad/x(16000)p .pad/x(379)p b(7)" },
  { HYBRID (TREE_AB, PAD ("0") A5 PAD ("16379") PAD ("0") B7, "@40"),
    "hybrid n/: .pad/x(0)p a(5) .pad/x(16379)p .pad/x(0)p b(7)" },
  { HYBRID ("{'a' " LEAF ("5") " 'e' " EMPTY "}", A5 E0, "@20"), "hybrid n/: a(5) e(0)" },
  { HYBRID ("{'a' " LEAF ("16384") " 'b' " LEAF ("7") "}", "{'length' 16384 'path' ['a']}" B7,
            "@40"),
    "hybrid n/: a(16384) b(7)" },
  { HYBRID_ONE ("{'n' " LEAF ("5") "}", "5"), "hybrid n: n(5)" },

  /* another length, name, order; one too many on either side */
  { HYBRID (TREE_AB, "{'length' 6 'path' ['a']}" PAD ("16378") B7, "@40"), NULL },
  { HYBRID (TREE_AB, "{'length' 5 'path' ['A']}" PAD ("16379") B7, "@40"), NULL },
  { HYBRID (TREE_AB, B7 PAD ("16377") A5, "@40"), NULL },
  { HYBRID (TREE_AB, A5 PAD ("16379") B7 E0, "@40"), NULL },
  { HYBRID (TREE_AB, A5, "@20"), NULL },
  { HYBRID (TREE_AB, A5 PAD ("16379"), "@20"), NULL },

  /* pads that are missing, too short, too long, or make pieces of nothing */
  { HYBRID (TREE_AB, A5 B7, "@20"), NULL },
  { HYBRID (TREE_AB, A5 PAD ("16378") B7, "@40"), NULL },
  { HYBRID (TREE_AB, A5 PAD ("16380") B7, "@40"), NULL },
  { HYBRID (TREE_AB, A5 PAD ("32763") B7, "@60"), NULL },
  { HYBRID (TREE_AB, A5 PAD ("16379") PAD ("16384") B7, "@60"), NULL },
  { HYBRID (TREE_AB, A5 PAD ("16379") PAD ("16383") PAD ("1") B7, "@60"), NULL },
  { HYBRID (TREE_AB, PAD ("16384") A5 PAD ("16379") B7, "@60"), NULL },
  { HYBRID (TREE_AB, PAD ("5") A5 PAD ("16379") B7, "@40"), NULL },
  { HYBRID (TREE_AB, A5 PAD ("16379") B7 PAD ("16378"), "@40"), NULL },

  /* one file here, a list there */
  { HYBRID_ONE ("{'a' " LEAF ("5") "}", "5"), NULL },
  { HYBRID_ONE ("{'n' " LEAF ("5") "}", "6"), NULL },
  { HYBRID_ONE ("{'n' {'a' " LEAF ("5") "}}", "5"), NULL },
  { HYBRID ("{'n' " LEAF ("5") "}", "{'length' 5 'path' ['n']}", "@20"), NULL },
};

static void
test_hybrids (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (hybrids); i++)
    {
      BtError why = { 0 };
      g_autoptr (BtMetainfo) metainfo = parse (hybrids[i].notation, &why);
      g_autofree char *text = NULL;

      g_test_message ("%s", hybrids[i].notation);
      g_assert_cmpstr (bt_error_code_name (why.code), ==,
                       hybrids[i].want != NULL ? "ok" : "hybrid-mismatch");
      text = metainfo != NULL ? maker_describe (metainfo) : NULL;
      g_assert_cmpstr (text, ==, hybrids[i].want);
    }
}

static const struct
{
  const char *notation;
  BtErrorCode code;
} hybrids_refused[] = {
  { "{'info' {'file tree' {'n' " LEAF ("5") "} 'length' 5 'meta version' 2 'name' 'n'"
                                            " 'piece length' 16384}}",
    BT_ERROR_MISSING_KEY },
  { "{'info' {'file tree' {'n' " LEAF ("5") "} 'meta version' 2 'name' 'n' 'piece length' 16384"
                                            " 'pieces' @20}}",
    BT_ERROR_NO_FILES },
  { "{'info' {'length' 5 'meta version' 2 'name' 'n' 'piece length' 16384 'pieces' @20}}",
    BT_ERROR_MISSING_KEY },
  { HYBRID (TREE_AB, A5 PAD ("16379") B7, "@20"), BT_ERROR_PIECE_COUNT },
};

static void
test_hybrids_refused (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (hybrids_refused); i++)
    {
      BtError why = { 0 };

      g_test_message ("%s", hybrids_refused[i].notation);
      g_assert_null (parse (hybrids_refused[i].notation, &why));
      g_assert_cmpstr (bt_error_code_name (why.code), ==,
                       bt_error_code_name (hybrids_refused[i].code));
    }
}

/* --- what the getters answer --- */

static void
test_pieces (void)
{
  g_autoptr (BtMetainfo) metainfo
      = parse (LAYERS ("{'a' " TWO " 'b' " LEAF ("5") " 'c' " TWO "}", "{R2 L2}"), NULL);
  const BtLayout *layout = bt_metainfo_layout (metainfo);

  g_assert_cmpuint (layout->n_pieces, ==, 5);
  g_assert_true (bt_metainfo_piece_v2 (metainfo, 0) == layout->files[0].layer);
  g_assert_true (bt_metainfo_piece_v2 (metainfo, 1) == layout->files[0].layer + BT_SHA256_LEN);
  g_assert_true (bt_metainfo_piece_v2 (metainfo, 2) == layout->files[1].root);
  g_assert_true (bt_metainfo_piece_v2 (metainfo, 4) == layout->files[2].layer + BT_SHA256_LEN);
  g_assert_true (layout->files[0].layer == layout->files[2].layer);
  g_assert_null (bt_metainfo_piece_v1 (metainfo, 0));
  g_assert_null (bt_metainfo_info_hash_v1 (metainfo));
  g_assert_cmpuint (bt_metainfo_content_size (metainfo), ==, 40005);
  g_assert_cmpuint (layout->end, ==, 3 * 16384 + 20000);
}

/* Without its piece layers, as peers hand it over. */
static void
test_info_only (void)
{
  g_autoptr (GBytes) info
      = maker_bencode ("{'file tree' {'a' " TWO " 'b' " LEAF ("5") "} " TAIL "}");
  g_autoptr (BtMetainfo) metainfo
      = bt_metainfo_parse_info (info, BT_ORIGIN_STRANGER, btd_ops (), NULL);
  uint8_t want[BT_SHA256_LEN];

  g_assert_nonnull (metainfo);
  g_assert_null (bt_metainfo_piece_v2 (metainfo, 0));
  g_assert_nonnull (bt_metainfo_piece_v2 (metainfo, 2));
  btd_ops ()->hash (
      BT_SHA256, &(BtDigestMessage){ g_bytes_get_data (info, NULL), g_bytes_get_size (info), want },
      1);
  g_assert_cmpmem (bt_metainfo_info_hash_v2 (metainfo), sizeof want, want, sizeof want);
}

/* --- layers that are missing --- */

static const struct
{
  const char *notation;
  size_t lacks;
  bool needs;
} bare[] = {
  { V2 ("{'a' " TWO " 'b' " THREE " 'c' " LEAF ("5") "}"), 2, true },
  { LAYERS ("{'a' " TWO " 'b' " THREE "}", "{}"), 2, true },
  { LAYERS ("{'a' " TWO " 'b' " THREE " 'c' " TWO "}", "{R3 L3}"), 2, true },
  { LAYERS ("{'a' " TWO " 'b' " THREE "}", "{R2 L2 R3 L3}"), 0, false },
  { V2 ("{'c' " LEAF ("5") "}"), 0, false },
  { "{'info' {'file tree' {'n' " TWO "} 'length' 20000 'meta version' 2 'name' 'n'"
    " 'piece length' 16384 'pieces' @40}}",
    1, false },
  { "{'info' {'file tree' {'n' " TWO "} 'length' 20000 'meta version' 2 'name' 'n'"
    " 'piece length' 16384 'pieces' @40} 'piece layers' {}}",
    1, false },
};

static void
test_missing (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (bare); i++)
    {
      g_autoptr (BtMetainfo) metainfo = parse (bare[i].notation, NULL);

      g_test_message ("%s", bare[i].notation);
      g_assert_nonnull (metainfo);
      g_assert_cmpuint (bt_metainfo_lacks_layers (metainfo), ==, bare[i].lacks);
      g_assert_cmpint (bt_metainfo_needs_layers (metainfo), ==, bare[i].needs);
    }
}

#define OF_THREE "{'a' " TWO " 'b' " THREE " 'c' " TWO "}"
#define AROUND(layers)                                                                             \
  "{'announce' 'http://t.example/a' 'comment' 'kept' 'info' {'file tree' " OF_THREE TAIL           \
  "} " layers " 'x' ['unknown' 5]}"

/* They go where they belong, and every other byte stays. */
static void
test_join (void)
{
  static const char *const cases[]
      = { AROUND (""), AROUND ("'piece layers' {}"), AROUND ("'piece layers' {R3 L3}"),
          AROUND ("'piece layers' {R2 L2}") };
  g_autoptr (GBytes) whole = maker_bencode (AROUND ("'piece layers' {R3 L3 R2 L2}"));
  g_autoptr (BtMetainfo) of = bt_metainfo_parse (whole, BT_ORIGIN_OWN, btd_ops (), NULL);
  const BtFile *files = bt_metainfo_layout (of)->files;

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (BtMetainfo) metainfo = parse (cases[i], NULL);
      const BtPieceLayer layers[]
          = { { files[0].root, files[0].layer, 2 }, { files[1].root, files[1].layer, 3 } };
      bool has_three = i == 2;
      bool has_two = i == 3;
      g_autoptr (BtMetainfo) joined = bt_metainfo_join_layers (
          metainfo, layers + has_two, (size_t) (2 - has_two - has_three), btd_ops ());

      g_test_message ("%s", cases[i]);
      g_assert_nonnull (joined);
      g_assert_cmpuint (bt_metainfo_lacks_layers (joined), ==, 0);
      g_assert_true (g_bytes_equal (bt_metainfo_bytes (joined), whole));
    }
}

/* What is not true, or of no file, is not put there. */
static void
test_join_refused (void)
{
  g_autoptr (BtMetainfo) whole = parse (LAYERS (OF_THREE, "{R2 L2 R3 L3}"), NULL);
  g_autoptr (BtMetainfo) metainfo = parse (V2 (OF_THREE), NULL);
  g_autoptr (BtMetainfo) other = parse (V2 ("{'a' " TWO "}"), NULL);
  const BtFile *files = bt_metainfo_layout (whole)->files;
  const BtPieceLayer false_one = { files[1].root, files[0].layer, 2 };
  const BtPieceLayer true_one = { files[1].root, files[1].layer, 3 };

  g_assert_true (bt_metainfo_is_layer (metainfo, 1, files[1].layer, btd_ops ()));
  g_assert_false (bt_metainfo_is_layer (metainfo, 0, files[1].layer + 32, btd_ops ()));
  g_assert_null (bt_metainfo_join_layers (metainfo, &false_one, 1, btd_ops ()));
  g_assert_null (bt_metainfo_join_layers (other, &true_one, 1, btd_ops ()));
}

/* The longest paths that the depth of bencode leaves: one folder in the other. */
static void
test_depth (void)
{
  for (unsigned depth = 90; depth < 110; depth++)
    {
      g_autoptr (GString) text = g_string_new ("{'info' {'file tree' {");
      g_autoptr (BtMetainfo) metainfo = NULL;
      BtError why = { 0 };

      for (unsigned i = 0; i < depth; i++)
        g_string_append (text, "'f' {");
      g_string_append (text, "'' {'length' 5 'pieces root' @32}");
      for (unsigned i = 0; i < depth; i++)
        g_string_append (text, "}");
      g_string_append (text, "}" TAIL "}}");
      metainfo = parse (text->str, &why);
      g_assert_cmpint (metainfo != NULL, ==, why.code == BT_OK);
      g_assert_cmpstr (bt_error_code_name (why.code), ==, depth <= 96 ? "ok" : "depth");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metainfo-v2/accepted", test_accepted);
  g_test_add_func ("/metainfo-v2/refused", test_refused);
  g_test_add_func ("/metainfo-v2/hybrids", test_hybrids);
  g_test_add_func ("/metainfo-v2/hybrids-refused", test_hybrids_refused);
  g_test_add_func ("/metainfo-v2/pieces", test_pieces);
  g_test_add_func ("/metainfo-v2/info-only", test_info_only);
  g_test_add_func ("/metainfo-v2/missing", test_missing);
  g_test_add_func ("/metainfo-v2/join", test_join);
  g_test_add_func ("/metainfo-v2/join-refused", test_join_refused);
  g_test_add_func ("/metainfo-v2/depth", test_depth);
  return g_test_run ();
}
