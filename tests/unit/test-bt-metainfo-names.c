/* test-bt-metainfo-names.c: hostile and colliding names, and links, in whole torrents. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"
#include "tests/unit/torrent-maker.h"

#define FILES(list) "{'info' {'files' [" list "] 'name' 'n' 'piece length' 16384 'pieces' @20}}"
#define FILE(path) "{'length' 1 'path' [" path "]}"
#define LINK(path, target) "{'attr' 'l' 'length' 0 'path' [" path "] 'symlink path' [" target "]}"
#define NAME(name) "{'info' {'length' 5 'name' " name " 'piece length' 16384 'pieces' @20}}"

static BtMetainfo *
parse (const char *notation, BtError *why)
{
  g_autoptr (GBytes) bytes = maker_bencode (notation);

  return bt_metainfo_parse (bytes, BT_ORIGIN_STRANGER, btd_ops (), why);
}

static const struct
{
  const char *notation;
  const char *want;
} rows[] = {
  /* the torrent's own name */
  { NAME ("'temp/../../abc'"), "v1 temp....abc: temp....abc(5) | names" },
  { NAME ("'a\\x00b'"), "v1 a_b: a_b(5) | names" },
  { NAME ("''"), "v1 _: _(5) | names" },
  { NAME ("'con'"), "v1 con_: con_(5) | names" },

  /* names that cannot stay */
  { FILES (FILE ("'a' '..' 'c'")), "v1 n/: a/c(1)c | names" },
  { FILES (FILE ("'/..' '.' 'c'")), "v1 n/: c(1)c | names" },
  { FILES (FILE ("'..'")), "v1 n/: _(1)c | names" },
  { FILES (FILE ("")), "v1 n/: _(1)c | names" },
  { FILES (FILE ("'..'") FILE ("'.'")), "v1 n/: _(1)c _ (2)(1)cs | names" },
  { FILES (FILE ("'NUL'")), "v1 n/: NUL_(1)c | names" },
  { FILES ("{'length' 1 'path' ['..'] 'path.utf-8' ['a']}"), "v1 n/: a(1)" },
  { FILES ("{'length' 1 'path' ['a'] 'path.utf-8' ['..']}"), "v1 n/: _(1)c | names" },

  /* the same name twice, letter case aside */
  { FILES (FILE ("'a'") FILE ("'a'") FILE ("'a'")), "v1 n/: a(1) a (2)(1)cs a (3)(1)cs | names" },
  { FILES (FILE ("'a.txt'") FILE ("'A.TXT'")), "v1 n/: a.txt(1) A (2).TXT(1)cs | names" },
  { FILES (FILE ("'d' 'a'") FILE ("'D' 'a'")), "v1 n/: d/a(1) D/a (2)(1)cs | names" },
  { FILES (FILE ("'d' 'a'") FILE ("'e' 'a'")), "v1 n/: d/a(1) e/a(1)" },
  { FILES (FILE ("'Ä'") FILE ("'ä'")), "v1 n/: Ä(1) ä (2)(1)cs | names" },
  { FILES (FILE ("'Σ'") FILE ("'σ'") FILE ("'ς'")), "v1 n/: Σ(1) σ (2)(1)cs ς (3)(1)cs | names" },
  { FILES (FILE ("'a'") FILE ("'a (2)'") FILE ("'a'")), "v1 n/: a(1) a (2)(1) a (3)(1)cs | names" },
  { FILES (FILE ("'a'") FILE ("'a'") FILE ("'a (2)'")),
    "v1 n/: a(1) a (2)(1)cs a (2) (2)(1)cs | names" },
  { FILES (FILE ("'a\\x01'") FILE ("'a_'")), "v1 n/: a_(1)c a_ (2)(1)cs | names" },

  /* a file named like a folder gives way, wherever it stands */
  { FILES (FILE ("'a'") FILE ("'a' 'b'")), "v1 n/: a (2)(1)cs a/b(1) | names" },
  { FILES (FILE ("'a' 'b'") FILE ("'A'")), "v1 n/: a/b(1) A (2)(1)cs | names" },
  { FILES (FILE ("'a' 'b' 'c'") FILE ("'a' 'b'")), "v1 n/: a/b/c(1) a/b (2)(1)cs | names" },
  { FILES (FILE ("'a'") FILE ("'a (2)' 'b'") FILE ("'a'")),
    "v1 n/: a(1) a (2)/b(1) a (3)(1)cs | names" },

  /* names that ascend need no look, but for folders, and places that come again */
  { FILES (FILE ("'a'") FILE ("'B'") FILE ("'c'")), "v1 n/: a(1) B(1) c(1)" },
  { FILES (FILE ("'B'") FILE ("'a'") FILE ("'b'")), "v1 n/: B(1) a(1) b (2)(1)cs | names" },
  { FILES (FILE ("'d' 'a'") FILE ("'e' 'a'") FILE ("'D' 'A'")),
    "v1 n/: d/a(1) e/a(1) D/A (2)(1)cs | names" },
  { FILES (FILE ("'d' 'a'") FILE ("'d' 'b'") FILE ("'d' 'b' 'c'")),
    "v1 n/: d/a(1) d/b (2)(1)cs d/b/c(1) | names" },
  { FILES (FILE ("'d' 'a'") "{'attr' 'p' 'length' 1}" FILE ("'d' 'A'")),
    "v1 n/: d/a(1) .pad(1)p d/A (2)(1)cs | names" },

  /* pads take part in nothing */
  { FILES (FILE ("'p'") "{'attr' 'p' 'length' 3 'path' ['p']}"
                        "{'attr' 'p' 'length' 3 'path' ['p' 'q']}"),
    "v1 n/: p(1) p(3)p p/q(3)p" },
  { FILES (FILE ("'p'") "{'attr' 'p' 'length' 3 'path' ['..']}"), "v1 n/: p(1) _(3)pc" },

  /* links */
  { FILES (FILE ("'a'") LINK ("'l'", "'a'")), "v1 n/: a(1) l(0)l -> a" },
  { FILES (LINK ("'l'", "'d' 'a'") FILE ("'d' 'a'")), "v1 n/: l(0)l -> d/a d/a(1)" },
  { FILES (LINK ("'l'", "'d'") FILE ("'d' 'a'")), "v1 n/: l(0)l -> d d/a(1)" },
  { FILES (FILE ("'a'") LINK ("'l'", "'m'") LINK ("'m'", "'a'")),
    "v1 n/: a(1) l(0)l -> m m(0)l -> a" },
  { FILES (FILE ("'a'") "{'attr' 'l' 'length' 7 'path' ['l'] 'symlink path' ['a']}"),
    "v1 n/: a(1) l(0)l -> a" },
  { FILES (FILE ("'a'") "{'attr' 'l' 'path' ['l'] 'symlink path' ['a']}"),
    "v1 n/: a(1) l(0)l -> a" },
  { FILES (FILE ("'a'") "{'attr' 'l' 'path' ['l']}"), "v1 n/: a(1) l(0)l | link" },
  { FILES (FILE ("'a'") LINK ("'l'", "")), "v1 n/: a(1) l(0)l | link" },
  { FILES (FILE ("'a'") "{'attr' 'l' 'path' ['l'] 'symlink path' 'a'}"),
    "v1 n/: a(1) l(0)l | ignored link" },
  { FILES (FILE ("'a'") LINK ("'l'", "'b'")), "v1 n/: a(1) l(0)l | link" },
  { FILES (FILE ("'a'") LINK ("'l'", "'a' 'b'")), "v1 n/: a(1) l(0)l | link" },
  { FILES (FILE ("'a'") LINK ("'l'", "'..' 'a'")), "v1 n/: a(1) l(0)l | link" },
  { FILES (FILE ("'etc' 'passwd'") LINK ("'l'", "'/etc/passwd'")),
    "v1 n/: etc/passwd(1) l(0)l | link" },
  { FILES (FILE ("'a'") LINK ("'l'", "'l'")), "v1 n/: a(1) l(0)l | link" },
  { FILES (FILE ("'a'") LINK ("'l'", "'m'") LINK ("'m'", "'l'")),
    "v1 n/: a(1) l(0)l m(0)l | link" },
  { FILES (FILE ("'a'") LINK ("'l'", "'m'") LINK ("'m'", "'nothing'")),
    "v1 n/: a(1) l(0)l m(0)l | link" },
  { FILES (FILE ("'a'") LINK ("'a'", "'a'")), "v1 n/: a(1) a (2)(0)lcs -> a | names" },
  { FILES (FILE ("'l' 'a'") LINK ("'l'", "'l' 'a'")), "v1 n/: l/a(1) l (2)(0)lcs -> l/a | names" },
  { FILES (FILE ("'a'") "{'length' 1 'path' ['b'] 'symlink path' ['a']}"),
    "v1 n/: a(1) b(1) -> a" },
};

static void
test_rows (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      BtError why = { 0 };
      g_autoptr (BtMetainfo) metainfo = parse (rows[i].notation, &why);
      g_autofree char *text = NULL;

      g_test_message ("%s", rows[i].notation);
      g_assert_cmpstr (bt_error_code_name (why.code), ==, "ok");
      text = maker_describe (metainfo);
      g_assert_cmpstr (text, ==, rows[i].want);
    }
}

/* A name of which nothing may stay becomes the info-hash. */
static void
test_no_name (void)
{
  static const char *const names[] = { "'..'", "'.'", "'//'", "'/../'" };

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *notation = g_strdup_printf (NAME ("%s"), names[i]);
      g_autoptr (BtMetainfo) metainfo = parse (notation, NULL);
      const uint8_t *hash = bt_metainfo_info_hash_v1 (metainfo);
      g_autoptr (GString) want = g_string_new (NULL);

      for (size_t at = 0; at < BT_SHA1_LEN; at++)
        g_string_append_printf (want, "%02x", hash[at]);
      g_assert_cmpstr (bt_metainfo_name (metainfo), ==, want->str);
      g_assert_cmpuint (bt_metainfo_oddities (metainfo), ==, BT_ODD_NAMES);
    }
}

/* In v2 names meet as well. */
static void
test_tree (void)
{
  g_autoptr (BtMetainfo) metainfo
      = parse ("{'info' {'file tree' {'..' {'' {'length' 1 'pieces root' @32}}"
               " 'A' {'' {'length' 1 'pieces root' @32}} 'a' {'' {'length' 1 'pieces root' @32}}"
               " 'd' {'..' {'' {'length' 1 'pieces root' @32}} 'x' {'' {'length' 1 'pieces root' "
               "@32}}}}"
               " 'meta version' 2 'name' 'n' 'piece length' 16384}}",
               NULL);
  g_autofree char *text = maker_describe (metainfo);

  g_assert_cmpstr (text, ==, "v2 n/: _(1)c A(1) a (2)(1)cs d (2)(1)cs d/x(1) | names");
}

/* --- as the torrent spells them --- */

#define TREE(nodes)                                                                                \
  "{'info' {'file tree' {" nodes "} 'meta version' 2 'name' 'n' 'piece length' 16384}}"
#define NODE(name) name " {'' {'length' 1 'pieces root' @32}} "

/* What a disk can have as well as the cleaned path: one a file, "-" where there is none. */
static const struct
{
  const char *notation;
  const char *want;
} raws[] = {
  { FILES (FILE ("'a'") FILE ("'b' 'c'")), "n: - -" },
  { FILES (FILE ("'con'") FILE ("'a' 'aux.c'") FILE ("'aux' 'a'")), "n: con a/aux.c aux/a" },
  { FILES (FILE ("'x\\x5cy'") FILE ("'a\x01'") FILE ("'\xff'")), "n: x\\y a\001 \377" },
  { FILES (FILE ("'A'") FILE ("'a'") FILE ("'a'")), "n: - a a" },
  { FILES (FILE ("'NUL'") FILE ("'nul'")), "n: NUL nul" },
  { FILES (FILE ("'d' 'a'") FILE ("'D' 'a'")), "n: - D/a" },
  { FILES (FILE ("'a'") FILE ("'a' 'b'")), "n: a -" },
  { FILES ("{'length' 1 'path' ['con'] 'path.utf-8' ['a']}"), "n: -" },
  { FILES ("{'length' 1 'path' ['a'] 'path.utf-8' ['con']}"), "n: con" },

  /* what could lead out of the folder, or is no name */
  { FILES (FILE ("'..' 'con'") FILE ("'.' 'con'") FILE ("'' 'con'")), "n: - - -" },
  { FILES (FILE ("'a/con'") FILE ("'con' '..'") FILE ("'/con'")), "n: - - -" },
  { FILES (FILE ("'a\x00'") FILE ("") FILE ("'con'*86")), "n: - - -" },
  { FILES (FILE ("'..'") FILE ("'.'")), "n: - -" },

  /* the torrent's own name */
  { NAME ("'con'"), "con: con" },
  { NAME ("'a\\x5cb'"), "a\\b: a\\b" },
  { NAME ("'a/b'"), "-: -" },
  { NAME ("'..'"), "-: -" },
  { NAME ("'a'"), "-: -" },

  /* trees of v2 */
  { TREE (NODE ("'A'") NODE ("'a'") "'aux' {" NODE ("'con'") NODE ("'x'") "}"),
    "n: - a aux/con aux/x" },
  { TREE ("'..' {" NODE ("'con'") "}" NODE ("'con'")), "n: - con" },
};

static char *
describe_raws (const BtMetainfo *metainfo)
{
  const BtLayout *layout = bt_metainfo_layout (metainfo);
  GString *text = g_string_new (NULL);
  const char *name = bt_metainfo_raw_name (metainfo);

  if (name == NULL)
    name = strcmp (bt_metainfo_name (metainfo), "n") == 0 ? "n" : "-";
  g_string_append_printf (text, "%s:", name);
  for (size_t i = 0; i < layout->n_files; i++)
    {
      const char *raw = bt_file_raw_path (&layout->files[i]);

      g_string_append_printf (text, " %s", raw != NULL ? raw : "-");
    }
  return g_string_free (text, FALSE);
}

static void
test_raws (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (raws); i++)
    {
      BtError why = { 0 };
      g_autoptr (BtMetainfo) metainfo = parse (raws[i].notation, &why);
      g_autofree char *text = NULL;

      g_test_message ("%s", raws[i].notation);
      g_assert_cmpstr (bt_error_code_name (why.code), ==, "ok");
      text = describe_raws (metainfo);
      g_assert_cmpstr (text, ==, raws[i].want);
    }
}

static GBytes *
equal_names (unsigned n, const char *extra)
{
  g_autoptr (GString) text = g_string_new ("{'info' {'files' [");

  for (unsigned i = 0; i < n; i++)
    g_string_append (text, "{'length' 1 'path' ['same.txt']}");
  g_string_append_printf (text, "%s] 'name' 'n' 'piece length' 16384 'pieces' @20}}", extra);
  return maker_bencode (text->str);
}

static void
test_collisions (void)
{
  g_autoptr (GBytes) most = equal_names (1 + BT_LIMIT_COLLISIONS, "");
  g_autoptr (GBytes) more = equal_names (2 + BT_LIMIT_COLLISIONS, "");
  g_autoptr (BtMetainfo) metainfo = bt_metainfo_parse (most, BT_ORIGIN_OWN, btd_ops (), NULL);
  BtError why = { 0 };

  g_assert_nonnull (metainfo);
  g_assert_cmpstr (bt_metainfo_layout (metainfo)->files[BT_LIMIT_COLLISIONS].path, ==,
                   "same (501).txt");
  g_assert_null (bt_metainfo_parse (more, BT_ORIGIN_OWN, btd_ops (), &why));
  g_assert_cmpint (why.code, ==, BT_ERROR_COLLISIONS);
  g_assert_cmpuint (why.item, ==, 1 + BT_LIMIT_COLLISIONS);
}

/* A name of the full length keeps within it. */
static void
test_long_names (void)
{
  g_autoptr (BtMetainfo) metainfo
      = parse (FILES (FILE ("'a'*255") FILE ("'a'*255") FILE ("'a'*300 'b'")), NULL);
  const BtFile *files = bt_metainfo_layout (metainfo)->files;

  g_assert_cmpuint (strlen (files[0].path), ==, 255);
  g_assert_cmpuint (strlen (files[1].path), ==, 244);
  g_assert_true (g_str_has_suffix (files[1].path, "aaa (2)"));
  g_assert_cmpuint (strlen (files[2].path), ==, 242);
}

static void
test_path_depth (void)
{
  for (unsigned depth = BT_LIMIT_PATH_DEPTH - 1; depth <= BT_LIMIT_PATH_DEPTH + 1; depth++)
    {
      g_autoptr (GString) path = g_string_new (NULL);
      g_autofree char *notation = NULL;
      g_autoptr (BtMetainfo) metainfo = NULL;
      BtError why = { 0 };

      for (unsigned i = 0; i < depth; i++)
        g_string_append (path, "'f' ");
      notation = g_strdup_printf (FILES (FILE ("%s")), path->str);
      metainfo = parse (notation, &why);
      g_assert_cmpint (metainfo != NULL, ==, why.code == BT_OK);
      g_assert_cmpstr (bt_error_code_name (why.code), ==,
                       depth <= BT_LIMIT_PATH_DEPTH ? "ok" : "path-depth");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metainfo-names/rows", test_rows);
  g_test_add_func ("/metainfo-names/no-name", test_no_name);
  g_test_add_func ("/metainfo-names/tree", test_tree);
  g_test_add_func ("/metainfo-names/raws", test_raws);
  g_test_add_func ("/metainfo-names/collisions", test_collisions);
  g_test_add_func ("/metainfo-names/long-names", test_long_names);
  g_test_add_func ("/metainfo-names/path-depth", test_path_depth);
  return g_test_run ();
}
