/* test-bt-metainfo.c: v1 torrents and what stands around the info dictionary: what is accepted and
 * what is refused, with the exact code and key. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-hex.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"
#include "tests/unit/torrent-maker.h"

/* A file of 5 bytes, with more keys of the info dictionary before or behind. */
#define INFO(before, behind)                                                                       \
  "{'info' {" before "'length' 5 'name' 'a' 'piece length' 16384 'pieces' @20 " behind "}}"
#define GOOD INFO ("", "")
/* The same with keys around the info dictionary. */
#define OUTER(before, behind)                                                                      \
  "{" before "'info' {'length' 5 'name' 'a' 'piece length' 16384 'pieces' @20}" behind "}"
/* A list of files with @total bytes in @pieces bytes of hashes. */
#define FILES(list, pieces)                                                                        \
  "{'info' {'files' [" list "] 'name' 'n' 'piece length' 16384 'pieces' " pieces "}}"
#define FILE(path, length) "{'length' " length " 'path' ['" path "']}"

static BtMetainfo *
parse (const char *notation, BtError *why)
{
  g_autoptr (GBytes) bytes = maker_bencode (notation);

  return bt_metainfo_parse (bytes, BT_ORIGIN_STRANGER, btd_ops (), why);
}

/* --- accepted --- */

static const struct
{
  const char *notation;
  const char *want;
} accepted[] = {
  { GOOD, "v1 a: a(5)" },
  { INFO ("'attr' 'xh' ", ""), "v1 a: a(5)xh" },
  { INFO ("'attr' 'plq' ", ""), "v1 a: a(5)" },
  { INFO ("'attr' 7 ", ""), "v1 a: a(5) | ignored" },
  { INFO ("", "'unknown' {'x' [1]}"), "v1 a: a(5)" },
  { "{'info' {'pieces' @20 'length' 5 'name' 'a' 'piece length' 16384}}", "v1 a: a(5) | unsorted" },
  { "{'info' {'length' =i005e; 'name' 'a' 'piece length' 16384 'pieces' @20}}",
    "v1 a: a(5) | number-form" },
  { GOOD "=\n;", "v1 a: a(5) | trailing" },
  { "{'info' {'length' 5 'name' 'a' 'piece length' 3 'pieces' @40}}", "v1 a: a(5) | piece-length" },
  { "{'info' {'length' 5 'name' 'a' 'piece length' 1 'pieces' @100}}", "v1 a: a(5)" },
  { "{'info' {'length' 5 'name' 'a' 'piece length' 1073741824 'pieces' @20}}", "v1 a: a(5)" },
  { "{'info' {'length' 16384 'name' 'a' 'piece length' 16384 'pieces' @20}}", "v1 a: a(16384)" },
  { "{'info' {'length' 16385 'name' 'a' 'piece length' 16384 'pieces' @40}}", "v1 a: a(16385)" },
  { FILES (FILE ("a", "5"), "@20"), "v1 n/: a(5)" },
  { FILES (FILE ("a", "5") FILE ("b", "16380"), "@40"), "v1 n/: a(5) b(16380)" },
  { FILES (FILE ("a", "0") FILE ("b", "5") FILE ("c", "0"), "@20"), "v1 n/: a(0) b(5) c(0)" },
  { FILES ("{'length' 5 'path' ['a' 'b' 'c.txt']}", "@20"), "v1 n/: a/b/c.txt(5)" },
  { FILES ("{'attr' 'x' 'length' 5 'mtime' 3 'path' ['a']}", "@20"), "v1 n/: a(5)x" },
  { FILES ("{'attr' [] 'length' 5 'path' ['a']}", "@20"), "v1 n/: a(5) | ignored" },
  { FILES ("{'path' ['a'] 'length' 5}", "@20"), "v1 n/: a(5) | unsorted" },

  /* pads (BEP 47) */
  { FILES (FILE ("a", "5") "{'attr' 'p' 'length' 16379 'path' ['.pad' '16379']}" FILE ("b", "1"),
           "@40"),
    "v1 n/: a(5) .pad/16379(16379)p b(1)" },
  { FILES (FILE ("a", "5") "{'attr' 'p' 'length' 9}", "@20"), "v1 n/: a(5) .pad(9)p" },
  { FILES (
        "{'attr' 'p' 'length' 9 'path' ['x']}{'attr' 'p' 'length' 9 'path' ['x']}" FILE ("x", "1"),
        "@20"),
    "v1 n/: x(9)p x(9)p x(1)" },

  /* the twin in UTF-8 wins, wherever it stands */
  { "{'info' {'length' 5 'name' '\\xe4' 'name.utf-8' '\\xc3\\xa4' 'piece length' 16384 'pieces' "
    "@20}}",
    "v1 \xc3\xa4: \xc3\xa4(5)" },
  { "{'info' {'length' 5 'name' 'b' 'name.utf-8' '' 'piece length' 16384 'pieces' @20}}",
    "v1 b: b(5)" },
  { "{'info' {'length' 5 'name.utf-8' 'c' 'piece length' 16384 'pieces' @20}}", "v1 c: c(5)" },
  { FILES ("{'length' 5 'path' ['\\xe4'] 'path.utf-8' ['\\xc3\\xa4']}", "@20"),
    "v1 n/: \xc3\xa4(5)" },
  { FILES ("{'length' 5 'path.utf-8' ['\\xc3\\xa4'] 'path' ['\\xe4']}", "@20"),
    "v1 n/: \xc3\xa4(5) | unsorted" },
  { FILES ("{'length' 5 'path.utf-8' ['u']}", "@20"), "v1 n/: u(5)" },
  { FILES ("{'length' 5 'path' ['a'] 'path.utf-8' 7}", "@20"), "v1 n/: a(5) | ignored" },
  { "{'info' {'length' 5 'name' 'a' 'name.utf-8' 7 'piece length' 16384 'pieces' @20}}",
    "v1 a: a(5) | ignored" },

  /* BEP 30 is where "pieces" is not */
  { INFO ("", "'root hash' @20"), "v1 a: a(5)" },

  /* a v2 tree that no version announces is none */
  { INFO ("'file tree' {'a' {'' {'length' 5 'pieces root' @32}}} ", ""), "v1 a: a(5)" },
  { "{'info' {'length' 5 'meta version' 1 'name' 'a' 'piece length' 16384 'pieces' @20}}",
    "v1 a: a(5)" },
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

/* --- refused --- */

#define BIG "9223372036854775807"

static const struct
{
  const char *notation;
  BtErrorCode code;
  const char *key;
} refused[] = {
  { "", BT_ERROR_TRUNCATED, NULL },
  { "[]", BT_ERROR_WRONG_TYPE, NULL },
  { "5", BT_ERROR_WRONG_TYPE, NULL },
  { "'info'", BT_ERROR_WRONG_TYPE, NULL },
  { "{}", BT_ERROR_MISSING_KEY, "info" },
  { "{'info' {}}", BT_ERROR_NO_FILES, "info" },
  { "{'info' []}", BT_ERROR_WRONG_TYPE, "info" },
  { "{'info' 'x'}", BT_ERROR_WRONG_TYPE, "info" },
  { "{'info' 1}", BT_ERROR_WRONG_TYPE, "info" },
  { GOOD "=x;", BT_ERROR_TRAILING, NULL },
  { "{'info' {'a' 1 'a' 2}}", BT_ERROR_KEY_DUPLICATE, NULL },
  { INFO ("'length' 5 ", ""), BT_ERROR_KEY_DUPLICATE, NULL },
  { GOOD GOOD, BT_ERROR_TRAILING, NULL },

  /* name */
  { "{'info' {'length' 5 'piece length' 16384 'pieces' @20}}", BT_ERROR_MISSING_KEY, "info.name" },
  { "{'info' {'length' 5 'name' 7 'piece length' 16384 'pieces' @20}}", BT_ERROR_WRONG_TYPE,
    "info.name" },
  { "{'info' {'length' 5 'name' ['a'] 'piece length' 16384 'pieces' @20}}", BT_ERROR_WRONG_TYPE,
    "info.name" },

  /* piece length */
  { "{'info' {'length' 5 'name' 'a' 'pieces' @20}}", BT_ERROR_MISSING_KEY, "info.piece length" },
  { "{'info' {'length' 5 'name' 'a' 'piece length' '16384' 'pieces' @20}}", BT_ERROR_WRONG_TYPE,
    "info.piece length" },
  { "{'info' {'length' 5 'name' 'a' 'piece length' 0 'pieces' @20}}", BT_ERROR_OUT_OF_RANGE,
    "info.piece length" },
  { "{'info' {'length' 5 'name' 'a' 'piece length' -16384 'pieces' @20}}", BT_ERROR_OUT_OF_RANGE,
    "info.piece length" },
  { "{'info' {'length' 5 'name' 'a' 'piece length' 1073741825 'pieces' @20}}",
    BT_ERROR_OUT_OF_RANGE, "info.piece length" },
  { "{'info' {'length' 5 'name' 'a' 'piece length' 2147483647 'pieces' @20}}",
    BT_ERROR_OUT_OF_RANGE, "info.piece length" },
  { "{'info' {'length' 5 'name' 'a' 'piece length' " BIG " 'pieces' @20}}", BT_ERROR_OUT_OF_RANGE,
    "info.piece length" },
  { "{'info' {'length' 5 'name' 'a' 'piece length' =i9223372036854775808e; 'pieces' @20}}",
    BT_ERROR_OVERFLOW, NULL },

  /* pieces */
  { "{'info' {'length' 5 'name' 'a' 'piece length' 16384}}", BT_ERROR_MISSING_KEY, "info.pieces" },
  { "{'info' {'length' 5 'name' 'a' 'piece length' 16384 'pieces' 20}}", BT_ERROR_WRONG_TYPE,
    "info.pieces" },
  { "{'info' {'length' 5 'name' 'a' 'piece length' 16384 'pieces' @0}}", BT_ERROR_PIECE_COUNT,
    "info.pieces" },
  { "{'info' {'length' 5 'name' 'a' 'piece length' 16384 'pieces' @19}}", BT_ERROR_WRONG_LENGTH,
    "info.pieces" },
  { "{'info' {'length' 5 'name' 'a' 'piece length' 16384 'pieces' @21}}", BT_ERROR_WRONG_LENGTH,
    "info.pieces" },
  { "{'info' {'length' 5 'name' 'a' 'piece length' 16384 'pieces' @40}}", BT_ERROR_PIECE_COUNT,
    "info.pieces" },
  { "{'info' {'length' 16385 'name' 'a' 'piece length' 16384 'pieces' @20}}", BT_ERROR_PIECE_COUNT,
    "info.pieces" },
  { "{'info' {'length' 5 'name' 'a' 'piece length' 16384 'root hash' @20}}", BT_ERROR_MERKLE_V1,
    "info.root hash" },

  /* lengths */
  { "{'info' {'length' 0 'name' 'a' 'piece length' 16384 'pieces' @0}}", BT_ERROR_EMPTY_TORRENT,
    "info" },
  { "{'info' {'length' -1 'name' 'a' 'piece length' 16384 'pieces' @20}}", BT_ERROR_OUT_OF_RANGE,
    "info.length" },
  { "{'info' {'length' '5' 'name' 'a' 'piece length' 16384 'pieces' @20}}", BT_ERROR_WRONG_TYPE,
    "info.length" },
  { "{'info' {'length' " BIG " 'name' 'a' 'piece length' 16384 'pieces' @20}}",
    BT_ERROR_TOO_MANY_PIECES, "info" },
  { "{'info' {'length' 4194305 'name' 'a' 'piece length' 1 'pieces' @20}}",
    BT_ERROR_TOO_MANY_PIECES, "info" },
  { INFO ("'files' [" FILE ("b", "5") "] ", ""), BT_ERROR_BOTH_FORMS, "info.files" },
  { "{'info' {'name' 'a' 'piece length' 16384 'pieces' @20}}", BT_ERROR_NO_FILES, "info" },

  /* the list of files */
  { FILES ("", "@0"), BT_ERROR_EMPTY_TORRENT, "info" },
  { FILES (FILE ("a", "0"), "@0"), BT_ERROR_EMPTY_TORRENT, "info" },
  { FILES ("5", "@20"), BT_ERROR_WRONG_TYPE, "info.files" },
  { FILES ("['a']", "@20"), BT_ERROR_WRONG_TYPE, "info.files" },
  { "{'info' {'files' {} 'name' 'n' 'piece length' 16384 'pieces' @20}}", BT_ERROR_WRONG_TYPE,
    "info.files" },
  { FILES ("{'path' ['a']}", "@20"), BT_ERROR_MISSING_KEY, "info.files.length" },
  { FILES ("{'length' 5}", "@20"), BT_ERROR_MISSING_KEY, "info.files.path" },
  { FILES ("{}", "@20"), BT_ERROR_MISSING_KEY, "info.files.path" },
  { FILES ("{'length' 5 'path' 'a'}", "@20"), BT_ERROR_WRONG_TYPE, "info.files.path" },
  { FILES ("{'length' 5 'path' [5]}", "@20"), BT_ERROR_WRONG_TYPE, "info.files.path" },
  { FILES ("{'length' 5 'path' ['a' ['b']]}", "@20"), BT_ERROR_WRONG_TYPE, "info.files.path" },
  { FILES ("{'length' 5 'path.utf-8' 7}", "@20"), BT_ERROR_MISSING_KEY, "info.files.path" },
  { FILES ("{'length' 5 'path.utf-8' [7]}", "@20"), BT_ERROR_WRONG_TYPE, "info.files.path" },
  { FILES ("{'length' '5' 'path' ['a']}", "@20"), BT_ERROR_WRONG_TYPE, "info.files.length" },
  { FILES (FILE ("a", "-1"), "@20"), BT_ERROR_OUT_OF_RANGE, "info.files.length" },
  { FILES (FILE ("a", "5") FILE ("b", "-5"), "@20"), BT_ERROR_OUT_OF_RANGE, "info.files.length" },
  { FILES (FILE ("a", BIG) FILE ("b", BIG), "@20"), BT_ERROR_TOTAL_OVERFLOW, "info.files" },
  { FILES (FILE ("a", BIG) FILE ("b", BIG) FILE ("c", "2"), "@20"), BT_ERROR_TOTAL_OVERFLOW,
    "info.files" },
  { FILES (FILE ("a", "1") FILE ("b", BIG), "@20"), BT_ERROR_TOTAL_OVERFLOW, "info.files" },
  { FILES ("{'attr' 'l' 'length' 0 'path' ['l'] 'symlink path' [5]}", "@20"), BT_ERROR_WRONG_TYPE,
    "info.files.symlink path" },

  /* versions */
  { "{'info' {'meta version' 0}}", BT_ERROR_META_VERSION, "info.meta version" },
  { "{'info' {'meta version' -2}}", BT_ERROR_META_VERSION, "info.meta version" },
  { "{'info' {'meta version' 3}}", BT_ERROR_META_VERSION, "info.meta version" },
  { "{'info' {'meta version' '2'}}", BT_ERROR_WRONG_TYPE, "info.meta version" },
  { "{'info' {'files' 7 'meta version' 3}}", BT_ERROR_META_VERSION, "info.meta version" },
  { "{'info' {'file tree' 7 'length' {} 'meta version' 4 'name' 5}}", BT_ERROR_META_VERSION,
    "info.meta version" },
  { "{'info' {'file tree' 7 'meta version' 2 'name' 5}}", BT_ERROR_WRONG_TYPE, "info.file tree" },
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

static void
test_places (void)
{
  BtError why;

  g_assert_null (parse (FILES (FILE ("a", "5") FILE ("b", "5") "{'length' 1}", "@20"), &why));
  g_assert_cmpuint (why.item, ==, 2);
  g_assert_cmpuint (why.offset, ==,
                    strlen ("d4:infod5:filesl") + 2 * strlen ("d6:lengthi5e4:pathl1:aee"));
  g_assert_null (parse ("{'info' {'length' 5 'name' 'a' 'piece length' 0}}", &why));
  g_assert_cmpuint (why.offset, ==, strlen ("d4:infod6:lengthi5e4:name1:a12:piece length"));
}

/* Whatever is cut off the end, the rest is refused. */
static void
test_cut (void)
{
  g_autoptr (GBytes) whole = maker_bencode (OUTER ("'announce' 'http://t/a'", "'nodes' [['h' 1]]"));
  size_t size = g_bytes_get_size (whole);

  for (size_t len = 0; len < size; len++)
    {
      g_autoptr (GBytes) part = maker_exact (g_bytes_get_data (whole, NULL), len);
      BtError why = { 0 };

      g_assert_null (bt_metainfo_parse (part, BT_ORIGIN_OWN, btd_ops (), &why));
      g_assert_cmpint (why.code, !=, BT_OK);
    }
}

/* --- around the info dictionary --- */

static char *
describe_outer (const BtMetainfo *metainfo)
{
  GString *out = g_string_new (NULL);
  size_t n;

  const BtTracker *trackers = bt_metainfo_trackers (metainfo, &n);
  for (size_t i = 0; i < n; i++)
    g_string_append_printf (out, "%u:%s ", trackers[i].tier, trackers[i].url);
  const BtWebSeed *seeds = bt_metainfo_web_seeds (metainfo, &n);
  for (size_t i = 0; i < n; i++)
    g_string_append_printf (out, "%s:%s ", seeds[i].single ? "single" : "seed", seeds[i].url);
  const BtNode *nodes = bt_metainfo_nodes (metainfo, &n);
  for (size_t i = 0; i < n; i++)
    g_string_append_printf (out, "%s:%u ", nodes[i].host, nodes[i].port);
  if (bt_metainfo_comment (metainfo) != NULL)
    g_string_append_printf (out, "comment=%s ", bt_metainfo_comment (metainfo));
  if (bt_metainfo_created_by (metainfo) != NULL)
    g_string_append_printf (out, "by=%s ", bt_metainfo_created_by (metainfo));
  if (bt_metainfo_source (metainfo) != NULL)
    g_string_append_printf (out, "source=%s ", bt_metainfo_source (metainfo));
  if (bt_metainfo_update_url (metainfo) != NULL)
    g_string_append_printf (out, "update=%s ", bt_metainfo_update_url (metainfo));
  if (bt_metainfo_creation_date (metainfo) != 0)
    g_string_append_printf (out, "date=%" G_GINT64_FORMAT " ",
                            bt_metainfo_creation_date (metainfo));
  if (bt_metainfo_is_private (metainfo))
    g_string_append (out, "private ");
  return g_string_free (out, FALSE);
}

static const struct
{
  const char *notation;
  const char *want;
  uint32_t oddities;
} outer[] = {
  { OUTER ("", ""), "", 0 },

  /* trackers (BEP 3, 12) */
  { OUTER ("'announce' 'http://t/a'", ""), "0:http://t/a ", 0 },
  { OUTER ("'announce' ' udp://t:1 '", ""), "0:udp://t:1 ", 0 },
  { OUTER ("'announce' ''", ""), "", 0 },
  { OUTER ("'announce' 5", ""), "", BT_ODD_IGNORED },
  { OUTER ("'announce' 'nothing'", ""), "", BT_ODD_URL },
  { OUTER ("'announce' 'http://a b/'", ""), "", BT_ODD_URL },
  { OUTER ("'announce' 'http://a\\x00b/'", ""), "", BT_ODD_URL },
  { OUTER ("'announce' 'http://\\xff/'", ""), "", BT_ODD_URL },
  { OUTER ("'announce' 'javascript:alert(1)'", ""), "", BT_ODD_URL },
  { OUTER ("'announce' 'magnet:?xt=urn:btih:abc123'", ""), "", BT_ODD_URL },
  { OUTER ("'announce' 'http://t/a' 'announce-list' [['http://b/'] ['http://c/' 'wss://d/']]", ""),
    "0:http://b/ 1:http://c/ 1:wss://d/ ", 0 },
  { OUTER ("'announce' 'http://t/a' 'announce-list' []", ""), "0:http://t/a ", 0 },
  { OUTER ("'announce' 'http://t/a' 'announce-list' [[] ['']]", ""), "0:http://t/a ", 0 },
  { OUTER ("'announce' 'http://t/a' 'announce-list' 'x'", ""), "0:http://t/a ", BT_ODD_IGNORED },
  { OUTER ("'announce-list' [['http://b/'] ['http://b/'] [] ['http://c/']]", ""),
    "0:http://b/ 1:http://c/ ", 0 },
  { OUTER ("'announce-list' ['http://b/' ['http://c/']]", ""), "0:http://b/ 1:http://c/ ", 0 },
  { OUTER ("'announce-list' [5 {'a' []} [6 ['http://z/'] 'http://c/']]", ""), "0:http://c/ ",
    BT_ODD_IGNORED },
  { OUTER ("'announce-list' [['udp://b:1/' 'x']]", ""), "0:udp://b:1/ ", BT_ODD_URL },
  { OUTER ("'announce-list' [['http://b/']] 'announce' 'http://t/'", ""), "0:http://b/ ",
    BT_ODD_UNSORTED },
  { OUTER ("'announce-list' [[]] 'announce' 'http://t/'", ""), "0:http://t/ ", BT_ODD_UNSORTED },

  /* web seeds (BEP 17, 19) */
  { OUTER ("", "'url-list' 'http://w/'"), "seed:http://w/ ", 0 },
  { OUTER ("", "'url-list' ['http://w/' '' 'ftp://x/']"), "seed:http://w/ seed:ftp://x/ ", 0 },
  { OUTER ("", "'url-list' ['http://w/' 5 ['http://n/']]"), "seed:http://w/ ", 0 },
  { OUTER ("", "'url-list' ''"), "", 0 },
  { OUTER ("", "'url-list' 5"), "", BT_ODD_IGNORED },
  { OUTER ("", "'url-list' {'a' 'http://w/'}"), "", BT_ODD_IGNORED },
  { OUTER ("", "'url-list' 'udp://w/'"), "", BT_ODD_URL },
  { OUTER ("'httpseeds' ['http://w/?a=b']", ""), "single:http://w/?a=b ", 0 },
  { OUTER ("'httpseeds' 'http://w/'", ""), "single:http://w/ ", 0 },

  /* nodes (BEP 5) */
  { OUTER ("", "'nodes' [['h.example' 6881] ['::1' 1] ['1.2.3.4' 65535]]"),
    "h.example:6881 ::1:1 1.2.3.4:65535 ", 0 },
  { OUTER ("", "'nodes' [['h' 0] ['h' 65536] ['h' -1] ['h' '1'] ['h'] [1 'h'] ['' 5] [] 7 'x'"
               " {'h' 1} ['h' 5 6]]"),
    "h:5 ", 0 },
  { OUTER ("", "'nodes' 'h:5'"), "", BT_ODD_IGNORED },

  /* words */
  { OUTER ("'comment' 'c' 'created by' 'b' 'creation date' 1234567890", ""),
    "comment=c by=b date=1234567890 ", 0 },
  { OUTER ("'comment' 'c\\xff' 'comment.utf-8' 'ü'", ""), "comment=ü ", 0 },
  { OUTER ("'comment' 'c\\xff\\x00'", ""), "comment=c\xef\xbf\xbd\xef\xbf\xbd ", 0 },
  { OUTER ("'comment' 5 'created by' [] 'creation date' 'x'", ""), "", BT_ODD_IGNORED },
  { OUTER ("'creation date' -5", ""), "", 0 },
  { INFO ("", "'private' 1"), "private ", 0 },
  { INFO ("", "'private' 0"), "", 0 },
  { INFO ("", "'private' 2"), "private ", 0 },
  { INFO ("", "'private' '1'"), "", BT_ODD_IGNORED },
  { INFO ("", "'source' 's' 'update-url' 'http://u/'"), "source=s update=http://u/ ", 0 },
  { INFO ("", "'source' 1"), "", BT_ODD_IGNORED },
  { OUTER ("", "'private' 1"), "", 0 },
};

static void
test_outer (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (outer); i++)
    {
      BtError why = { 0 };
      g_autoptr (BtMetainfo) metainfo = parse (outer[i].notation, &why);
      g_autofree char *text = NULL;

      g_test_message ("%s", outer[i].notation);
      g_assert_cmpstr (bt_error_code_name (why.code), ==, "ok");
      text = describe_outer (metainfo);
      g_assert_cmpstr (text, ==, outer[i].want);
      g_assert_cmpuint (bt_metainfo_oddities (metainfo), ==, outer[i].oddities);
    }
}

/* No list is longer than its limit, and no URL. */
static void
test_outer_limits (void)
{
  g_autoptr (GString) text = g_string_new ("{'announce-list' [[");
  g_autoptr (BtMetainfo) metainfo = NULL;
  size_t n;

  for (unsigned i = 0; i < 2000; i++)
    g_string_append_printf (text, "'http://%u/'", i);
  g_string_append (text,
                   "]] 'info' {'length' 5 'name' 'a' 'piece length' 16384 'pieces' @20} 'nodes' [");
  for (unsigned i = 0; i < 2000; i++)
    g_string_append_printf (text, "['h' %u]", i + 1);
  g_string_append_printf (text, "] 'url-list' ['http://%0*d/' 'http://%0*d/'", BT_LIMIT_URL - 8, 1,
                          BT_LIMIT_URL - 7, 1);
  for (unsigned i = 0; i < 2000; i++)
    g_string_append_printf (text, "'http://%u/'", i);
  g_string_append (text, "]}");
  metainfo = parse (text->str, NULL);
  g_assert_nonnull (metainfo);
  (void) bt_metainfo_trackers (metainfo, &n); /* the number is what is asked */
  g_assert_cmpuint (n, ==, BT_LIMIT_TRACKERS);
  (void) bt_metainfo_nodes (metainfo, &n);
  g_assert_cmpuint (n, ==, BT_LIMIT_NODES);
  g_assert_cmpuint (strlen (bt_metainfo_web_seeds (metainfo, &n)[0].url), ==, BT_LIMIT_URL);
  g_assert_cmpuint (n, ==, BT_LIMIT_WEB_SEEDS);
  g_assert_cmpuint (bt_metainfo_oddities (metainfo), ==, BT_ODD_URL);
}

/* --- hashes and bytes --- */

static void
test_info_hash (void)
{
  static const char info[] = "d6:lengthi5e4:name1:a12:piece lengthi16384e6:pieces20:"
                             "aaaaaaaaaaaaaaaaaaaae";
  BtError why = { 0 };
  g_autoptr (BtMetainfo) metainfo = parse (OUTER ("'announce' 'http://t/'", ""), &why);
  uint8_t want[BT_SHA1_LEN];
  const uint8_t *bytes;
  size_t len;

  btd_ops ()->hash (BT_SHA1, &(BtDigestMessage){ (const uint8_t *) info, sizeof info - 1, want },
                    1);
  g_assert_cmpmem (bt_metainfo_info_hash_v1 (metainfo), BT_SHA1_LEN, want, BT_SHA1_LEN);
  g_assert_null (bt_metainfo_info_hash_v2 (metainfo));
  bytes = bt_metainfo_info (metainfo, &len);
  g_assert_cmpmem (bytes, len, info, sizeof info - 1);
  g_assert_cmpmem (bt_metainfo_piece_v1 (metainfo, 0), BT_SHA1_LEN, "aaaaaaaaaaaaaaaaaaaa", 20);
  g_assert_null (bt_metainfo_piece_v2 (metainfo, 0));
}

/* The info dictionary alone gives the same torrent; nothing may stand behind it. */
static void
test_info_only (void)
{
  g_autoptr (BtMetainfo) whole = parse (GOOD, NULL);
  g_autoptr (GBytes) info
      = maker_bencode ("{'length' 5 'name' 'a' 'piece length' 16384 'pieces' @20}");
  g_autoptr (GBytes) newline
      = maker_bencode ("{'length' 5 'name' 'a' 'piece length' 16384 'pieces' @20}=\n;");
  g_autoptr (BtMetainfo) metainfo
      = bt_metainfo_parse_info (info, BT_ORIGIN_STRANGER, btd_ops (), NULL);
  BtError why = { 0 };

  g_assert_nonnull (metainfo);
  g_assert_cmpmem (bt_metainfo_info_hash_v1 (metainfo), BT_SHA1_LEN,
                   bt_metainfo_info_hash_v1 (whole), BT_SHA1_LEN);
  g_assert_true (bt_metainfo_bytes (metainfo) == info);
  g_assert_null (bt_metainfo_parse_info (newline, BT_ORIGIN_STRANGER, btd_ops (), &why));
  g_assert_cmpint (why.code, ==, BT_ERROR_TRAILING);
  g_assert_null (
      bt_metainfo_parse_info (bt_metainfo_bytes (whole), BT_ORIGIN_STRANGER, btd_ops (), &why));
  g_assert_cmpint (why.code, ==, BT_ERROR_NO_FILES);
}

static void
test_counts (void)
{
  g_autoptr (BtMetainfo) metainfo = parse (
      FILES (FILE ("a", "5") "{'attr' 'p' 'length' 16379}" FILE ("b", "7") FILE ("c", "0"), "@40"),
      NULL);
  const BtLayout *layout = bt_metainfo_layout (metainfo);

  g_assert_cmpuint (bt_metainfo_content_size (metainfo), ==, 12);
  g_assert_cmpuint (bt_metainfo_n_real_files (metainfo), ==, 3);
  g_assert_cmpuint (layout->n_files, ==, 4);
  g_assert_cmpuint (layout->n_pieces, ==, 2);
  g_assert_cmpuint (layout->end, ==, 16384 + 7);
}

static void
test_references (void)
{
  BtMetainfo *metainfo = parse (GOOD, NULL);
  BtMetainfo *other = bt_metainfo_ref (metainfo);

  bt_metainfo_unref (metainfo);
  g_assert_cmpstr (bt_metainfo_name (other), ==, "a");
  bt_metainfo_unref (other);
  bt_metainfo_unref (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metainfo/accepted", test_accepted);
  g_test_add_func ("/metainfo/refused", test_refused);
  g_test_add_func ("/metainfo/places", test_places);
  g_test_add_func ("/metainfo/cut", test_cut);
  g_test_add_func ("/metainfo/outer", test_outer);
  g_test_add_func ("/metainfo/outer-limits", test_outer_limits);
  g_test_add_func ("/metainfo/info-hash", test_info_hash);
  g_test_add_func ("/metainfo/info-only", test_info_only);
  g_test_add_func ("/metainfo/counts", test_counts);
  g_test_add_func ("/metainfo/references", test_references);
  return g_test_run ();
}
