/* test-bt-bencode.c: what both modes of the reader accept and where they stop; its limits; the
 * writer. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-bencode.h"
#include "protocol/core/bt-limits.h"

#define ALPHABET "26:abcdefghijklmnopqrstuvwxyz"
#define FAILURE "14:failure reason"

static const BtBencodeLimits strict
    = { .max_size = 64 * 1024 * 1024, .max_depth = 100, .max_tokens = 3000000, .strict = true };
static const BtBencodeLimits lenient
    = { .max_size = 64 * 1024 * 1024, .max_depth = 100, .max_tokens = 3000000 };

typedef struct
{
  bool ok;
  uint32_t oddities;
  BtError why;
} Result;

static Result
check (const void *data, size_t len, const BtBencodeLimits *limits)
{
  g_autofree uint8_t *exact = g_memdup2 (data, len);
  Result result = { 0 };

  result.ok = bt_bencode_check (exact, len, limits, &result.oddities, &result.why);
  return result;
}

/* --- what is accepted and where it fails --- */

#define ROW(text) text, sizeof (text) - 1

/* BT_OK and an offset of 0 where the mode accepts; oddities are the lenient reader's. */
static const struct
{
  const char *text;
  size_t len;
  BtErrorCode strict;
  uint64_t strict_at;
  BtErrorCode lenient;
  uint64_t lenient_at;
  uint32_t oddities;
} rows[] = {
  /* well formed */
  { ROW ("i12453e"), BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("i0e"), BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("i-3e"), BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("i9223372036854775807e"), BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("i-9223372036854775807e"), BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("i-9223372036854775808e"), BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("4:spam"), BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("0:"), BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("l4:spam4:eggse"), BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("d3:cow3:moo4:spam4:eggse"), BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("d4:spaml1:a1:bee"), BT_OK, 0, BT_OK, 0, 0 },
  { ROW (ALPHABET), BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("d3:a\0bi1ee"), BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("d1:a0:2:aa0:1:b0:e"), BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("d0:0:1:a0:e"), BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("d1:\x7f\x30:2:\x80x0:e"), BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("de"), BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("le"), BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("lllleeee"), BT_OK, 0, BT_OK, 0, 0 },

  /* messages, as BEP 5, BEP 9 and BEP 10 print them */
  { ROW ("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe"), BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("d1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re"), BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("d1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz123456e1:q9:find_node"
         "1:t2:aa1:y1:qe"),
    BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e1:q9:get_pe"
         "ers1:t2:aa1:y1:qe"),
    BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("d1:rd2:id20:abcdefghij01234567895:token8:aoeusnth6:valuesl6:axje.u6:idhtnmee1:"
         "t2:aa1:y1:re"),
    BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("d1:ad2:id20:abcdefghij012345678912:implied_porti1e9:info_hash20:mnopqrstuvwxyz"
         "1234564:porti6881e5:token8:aoeusnthe1:q13:announce_peer1:t2:aa1:y1:qe"),
    BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("d1:eli201e23:A Generic Error Ocurrede1:t2:aa1:y1:ee"), BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("d8:msg_typei1e5:piecei0e10:total_sizei34256ee"), BT_OK, 0, BT_OK, 0, 0 },
  { ROW ("d1:md11:LT_metadatai1e6:\xb5T_PEXi2ee1:pi6881e1:v13:\xc2\xb5Torrent 1.2e"), BT_OK, 0,
    BT_OK, 0, 0 },

  /* the end comes too soon */
  { ROW (""), BT_ERROR_TRUNCATED, 0, BT_ERROR_TRUNCATED, 0, 0 },
  { ROW ("e"), BT_ERROR_TRUNCATED, 0, BT_ERROR_TRUNCATED, 0, 0 },
  { ROW ("i"), BT_ERROR_TRUNCATED, 1, BT_ERROR_TRUNCATED, 1, 0 },
  { ROW ("i10"), BT_ERROR_TRUNCATED, 3, BT_ERROR_TRUNCATED, 3, 0 },
  { ROW ("i-"), BT_ERROR_TRUNCATED, 2, BT_ERROR_TRUNCATED, 2, 0 },
  { ROW ("l2:.."), BT_ERROR_TRUNCATED, 5, BT_ERROR_TRUNCATED, 5, 0 },
  { ROW ("d1000:"), BT_ERROR_TRUNCATED, 1, BT_ERROR_TRUNCATED, 1, 0 },
  { ROW ("100:.."), BT_ERROR_TRUNCATED, 0, BT_ERROR_TRUNCATED, 0, 0 },
  { ROW ("li1e"), BT_ERROR_TRUNCATED, 4, BT_ERROR_TRUNCATED, 4, 0 },
  { ROW ("4:boa"), BT_ERROR_TRUNCATED, 0, BT_ERROR_TRUNCATED, 0, 0 },
  { ROW ("99999999:foobar"), BT_ERROR_TRUNCATED, 0, BT_ERROR_TRUNCATED, 0, 0 },
  { ROW ("199999999:foobar"), BT_ERROR_TRUNCATED, 0, BT_ERROR_TRUNCATED, 0, 0 },
  { ROW ("9223372036854775807:foobar"), BT_ERROR_TRUNCATED, 0, BT_ERROR_TRUNCATED, 0, 0 },
  { ROW ("d" FAILURE "119:The tracker was unable to process your request.e"), BT_ERROR_TRUNCATED,
    18, BT_ERROR_TRUNCATED, 18, 0 },
  { ROW ("d1:a"), BT_ERROR_TRUNCATED, 4, BT_ERROR_TRUNCATED, 4, 0 },

  /* no digit where one has to stand */
  { ROW ("ie"), BT_ERROR_EXPECTED_DIGIT, 1, BT_ERROR_EXPECTED_DIGIT, 1, 0 },
  { ROW ("i-e"), BT_ERROR_EXPECTED_DIGIT, 2, BT_ERROR_EXPECTED_DIGIT, 2, 0 },
  { ROW ("i+1e"), BT_ERROR_EXPECTED_DIGIT, 1, BT_ERROR_EXPECTED_DIGIT, 1, 0 },
  { ROW ("i 1e"), BT_ERROR_EXPECTED_DIGIT, 1, BT_ERROR_EXPECTED_DIGIT, 1, 0 },
  { ROW ("i--1e"), BT_ERROR_EXPECTED_DIGIT, 2, BT_ERROR_EXPECTED_DIGIT, 2, 0 },
  { ROW ("i35412-5633e"), BT_ERROR_EXPECTED_DIGIT, 6, BT_ERROR_EXPECTED_DIGIT, 6, 0 },
  { ROW ("i92337203t854775807e"), BT_ERROR_EXPECTED_DIGIT, 9, BT_ERROR_EXPECTED_DIGIT, 9, 0 },
  { ROW ("i6z4e"), BT_ERROR_EXPECTED_DIGIT, 2, BT_ERROR_EXPECTED_DIGIT, 2, 0 },
  { ROW ("0o"), BT_ERROR_EXPECTED_DIGIT, 1, BT_ERROR_EXPECTED_DIGIT, 1, 0 },
  { ROW ("df00:"), BT_ERROR_EXPECTED_DIGIT, 1, BT_ERROR_EXPECTED_DIGIT, 1, 0 },
  { ROW ("di5e1:ae"), BT_ERROR_EXPECTED_DIGIT, 1, BT_ERROR_EXPECTED_DIGIT, 1, 0 },
  { ROW ("di2ei0ee"), BT_ERROR_EXPECTED_DIGIT, 1, BT_ERROR_EXPECTED_DIGIT, 1, 0 },
  { ROW ("dlei0ee"), BT_ERROR_EXPECTED_DIGIT, 1, BT_ERROR_EXPECTED_DIGIT, 1, 0 },

  /* numbers in an odd form */
  { ROW ("i01e"), BT_ERROR_NUMBER_FORM, 1, BT_OK, 0, BT_BENCODE_NUMBER_FORM },
  { ROW ("i04e"), BT_ERROR_NUMBER_FORM, 1, BT_OK, 0, BT_BENCODE_NUMBER_FORM },
  { ROW ("i00e"), BT_ERROR_NUMBER_FORM, 1, BT_OK, 0, BT_BENCODE_NUMBER_FORM },
  { ROW ("i-03e"), BT_ERROR_NUMBER_FORM, 2, BT_OK, 0, BT_BENCODE_NUMBER_FORM },
  { ROW ("i-0e"), BT_ERROR_NUMBER_FORM, 0, BT_OK, 0, BT_BENCODE_NUMBER_FORM },
  { ROW ("06:foobar"), BT_ERROR_NUMBER_FORM, 0, BT_OK, 0, BT_BENCODE_NUMBER_FORM },
  { ROW ("00:"), BT_ERROR_NUMBER_FORM, 0, BT_OK, 0, BT_BENCODE_NUMBER_FORM },
  { ROW ("d01:ai1ee"), BT_ERROR_NUMBER_FORM, 1, BT_OK, 0, BT_BENCODE_NUMBER_FORM },

  /* numbers that do not fit */
  { ROW ("i9223372036854775808e"), BT_ERROR_OVERFLOW, 1, BT_ERROR_OVERFLOW, 1, 0 },
  { ROW ("i-9223372036854775809e"), BT_ERROR_OVERFLOW, 2, BT_ERROR_OVERFLOW, 2, 0 },
  { ROW ("i18446744073709551615e"), BT_ERROR_OVERFLOW, 1, BT_ERROR_OVERFLOW, 1, 0 },
  { ROW ("i184467440737095516154e"), BT_ERROR_OVERFLOW, 1, BT_ERROR_OVERFLOW, 1, 0 },
  { ROW ("18446744073709551615:foobar"), BT_ERROR_OVERFLOW, 0, BT_ERROR_OVERFLOW, 0, 0 },
  { ROW ("9223372036854775808:"), BT_ERROR_OVERFLOW, 0, BT_ERROR_OVERFLOW, 0, 0 },
  { ROW ("99999999999999999999:boat"), BT_ERROR_OVERFLOW, 0, BT_ERROR_OVERFLOW, 0, 0 },

  /* no value, no colon */
  { ROW ("-10:foobar"), BT_ERROR_EXPECTED_VALUE, 0, BT_ERROR_EXPECTED_VALUE, 0, 0 },
  { ROW ("x"), BT_ERROR_EXPECTED_VALUE, 0, BT_ERROR_EXPECTED_VALUE, 0, 0 },
  { ROW (" i1e"), BT_ERROR_EXPECTED_VALUE, 0, BT_ERROR_EXPECTED_VALUE, 0, 0 },
  { ROW ("l-e"), BT_ERROR_EXPECTED_VALUE, 1, BT_ERROR_EXPECTED_VALUE, 1, 0 },
  { ROW ("d1:ai1e1:be"), BT_ERROR_EXPECTED_VALUE, 10, BT_ERROR_EXPECTED_VALUE, 10, 0 },
  { ROW ("d1:ae"), BT_ERROR_EXPECTED_VALUE, 4, BT_ERROR_EXPECTED_VALUE, 4, 0 },
  { ROW ("d1000"), BT_ERROR_EXPECTED_COLON, 5, BT_ERROR_EXPECTED_COLON, 5, 0 },
  { ROW ("5"), BT_ERROR_EXPECTED_COLON, 1, BT_ERROR_EXPECTED_COLON, 1, 0 },

  /* the order of keys */
  { ROW ("d1:ai12453e1:b3:aaa1:c3:bbb1:X10:0123456789e"), BT_ERROR_KEY_ORDER, 27, BT_OK, 0,
    BT_BENCODE_UNSORTED },
  { ROW ("d2:aa0:1:a0:e"), BT_ERROR_KEY_ORDER, 7, BT_OK, 0, BT_BENCODE_UNSORTED },
  { ROW ("d1:\x80\x30:1:a0:e"), BT_ERROR_KEY_ORDER, 6, BT_OK, 0, BT_BENCODE_UNSORTED },
  { ROW ("d1:bd1:bd1:b0:1:a0:e1:a0:e1:a0:e"), BT_ERROR_KEY_ORDER, 14, BT_OK, 0,
    BT_BENCODE_UNSORTED },
  { ROW ("d2:aai1e2:aai2ee"), BT_ERROR_KEY_DUPLICATE, 8, BT_ERROR_KEY_DUPLICATE, 8, 0 },
  { ROW ("d2:aai1e002:aai2ee"), BT_ERROR_NUMBER_FORM, 8, BT_ERROR_KEY_DUPLICATE, 8, 0 },
  { ROW ("d0:i1e0:i2ee"), BT_ERROR_KEY_DUPLICATE, 6, BT_ERROR_KEY_DUPLICATE, 6, 0 },
  { ROW ("d1:b0:1:a0:1:b0:e"), BT_ERROR_KEY_ORDER, 6, BT_ERROR_KEY_DUPLICATE, 11, 0 },
  { ROW ("d1:a0:1:b0:1:a0:e"), BT_ERROR_KEY_ORDER, 11, BT_ERROR_KEY_DUPLICATE, 11, 0 },
  { ROW ("d1:ad1:b0:1:a0:1:b0:ee"), BT_ERROR_KEY_ORDER, 10, BT_ERROR_KEY_DUPLICATE, 15, 0 },
  { ROW ("d1:bd1:a0:e1:a0:e"), BT_ERROR_KEY_ORDER, 11, BT_OK, 0, BT_BENCODE_UNSORTED },

  /* something behind the value */
  { ROW ("i1e\n"), BT_ERROR_TRAILING, 3, BT_OK, 0, BT_BENCODE_TRAILING },
  { ROW ("de\r\n\r\n"), BT_ERROR_TRAILING, 2, BT_OK, 0, BT_BENCODE_TRAILING },
  { ROW ("i1ei2e"), BT_ERROR_TRAILING, 3, BT_ERROR_TRAILING, 3, 0 },
  { ROW ("4:spamx"), BT_ERROR_TRAILING, 6, BT_ERROR_TRAILING, 6, 0 },
  { ROW ("dee"), BT_ERROR_TRAILING, 2, BT_ERROR_TRAILING, 2, 0 },
  { ROW ("de\n\0"), BT_ERROR_TRAILING, 3, BT_ERROR_TRAILING, 3, 0 },
};

static void
test_rows (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Result exact = check (rows[i].text, rows[i].len, &strict);
      Result loose = check (rows[i].text, rows[i].len, &lenient);

      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (exact.ok, ==, rows[i].strict == BT_OK);
      g_assert_cmpstr (bt_error_code_name (exact.why.code), ==,
                       bt_error_code_name (rows[i].strict));
      g_assert_cmpuint (exact.why.offset, ==, rows[i].strict_at);
      g_assert_cmpuint (exact.oddities, ==, 0);
      g_assert_cmpint (loose.ok, ==, rows[i].lenient == BT_OK);
      g_assert_cmpstr (bt_error_code_name (loose.why.code), ==,
                       bt_error_code_name (rows[i].lenient));
      g_assert_cmpuint (loose.why.offset, ==, rows[i].lenient_at);
      g_assert_cmpuint (loose.oddities, ==, rows[i].oddities);
    }
}

/* Whatever is cut off a well-formed value, it is not one any more. */
static void
test_prefixes (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    for (size_t len = 0; rows[i].strict == BT_OK && len < rows[i].len; len++)
      {
        Result result = check (rows[i].text, len, &lenient);

        g_assert_false (result.ok);
        g_assert_cmpint (result.why.code, !=, BT_OK);
        g_assert_cmpuint (result.why.offset, <=, len);
      }
}

/* --- tokens --- */

static void
test_tokens (void)
{
  static const char text[] = "d1:ai-7e2:bcl0:4:spamd1:xleeee";
  static const struct
  {
    BtBencodeType type;
    size_t offset;
    const char *bytes;
    int64_t num;
  } want[] = {
    { BT_BENCODE_DICT, 0, NULL, 0 },     { BT_BENCODE_KEY, 1, "a", 0 },
    { BT_BENCODE_INT, 4, NULL, -7 },     { BT_BENCODE_KEY, 8, "bc", 0 },
    { BT_BENCODE_LIST, 12, NULL, 0 },    { BT_BENCODE_BYTES, 13, "", 0 },
    { BT_BENCODE_BYTES, 15, "spam", 0 }, { BT_BENCODE_DICT, 21, NULL, 0 },
    { BT_BENCODE_KEY, 22, "x", 0 },      { BT_BENCODE_LIST, 25, NULL, 0 },
    { BT_BENCODE_CLOSE, 26, NULL, 0 },   { BT_BENCODE_CLOSE, 27, NULL, 0 },
    { BT_BENCODE_CLOSE, 28, NULL, 0 },   { BT_BENCODE_CLOSE, 29, NULL, 0 },
  };
  BtBencodeReader reader;
  BtBencodeToken token;

  bt_bencode_init (&reader, text, sizeof text - 1, &strict);
  for (size_t i = 0; i < G_N_ELEMENTS (want); i++)
    {
      g_assert_true (bt_bencode_next (&reader, &token));
      g_assert_cmpint (token.type, ==, want[i].type);
      g_assert_cmpuint (token.offset, ==, want[i].offset);
      if (want[i].bytes != NULL)
        g_assert_cmpmem (token.bytes, token.len, want[i].bytes, strlen (want[i].bytes));
      if (want[i].type == BT_BENCODE_INT)
        g_assert_cmpint (token.num, ==, want[i].num);
    }
  g_assert_false (bt_bencode_next (&reader, &token));
  g_assert_true (bt_bencode_finish (&reader, NULL));
  bt_bencode_clear (&reader);
}

static void
test_is (void)
{
  BtBencodeToken token = { .bytes = (const uint8_t *) "infox", .len = 4 };

  g_assert_true (bt_bencode_is (&token, "info"));
  g_assert_false (bt_bencode_is (&token, "infox"));
  g_assert_false (bt_bencode_is (&token, "inf"));
  g_assert_false (bt_bencode_is (&token, "inFo"));
}

static void
test_int_values (void)
{
  static const struct
  {
    const char *text;
    int64_t value;
  } ints[] = {
    { "i12453e", 12453 },
    { "i0e", 0 },
    { "i-3e", -3 },
    { "i9223372036854775807e", INT64_MAX },
    { "i-9223372036854775807e", -INT64_MAX },
    { "i-9223372036854775808e", INT64_MIN },
    { "i007e", 7 },
    { "i-0e", 0 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (ints); i++)
    {
      BtBencodeReader reader;
      BtBencodeToken token;

      bt_bencode_init (&reader, ints[i].text, strlen (ints[i].text), &lenient);
      g_assert_true (bt_bencode_next (&reader, &token));
      g_assert_cmpint (token.num, ==, ints[i].value);
      bt_bencode_clear (&reader);
    }
}

/* Skipping leaves the reader behind the value, whatever it was. */
static void
test_skip (void)
{
  static const char *const values[]
      = { "i1e", "3:abc", "le", "de", "lllelee1:xe", "d1:ad1:bleee", "d1:bi1e1:ai2ee" };

  for (size_t i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *text = g_strdup_printf ("l%s4:spame", values[i]);
      BtBencodeReader reader;
      BtBencodeToken token;

      bt_bencode_init (&reader, text, strlen (text), &lenient);
      g_assert_true (bt_bencode_next (&reader, &token));
      g_assert_true (bt_bencode_next (&reader, &token));
      g_assert_true (bt_bencode_skip (&reader, &token));
      g_assert_true (bt_bencode_next (&reader, &token));
      g_assert_true (bt_bencode_is (&token, "spam"));
      g_assert_false (bt_bencode_finish (&reader, NULL));
      bt_bencode_clear (&reader);
    }
}

static void
test_skip_broken (void)
{
  BtBencodeReader reader;
  BtBencodeToken token;
  BtError why = { 0 };

  bt_bencode_init (&reader, "ld1:a", 5, &strict);
  g_assert_true (bt_bencode_next (&reader, &token));
  g_assert_false (bt_bencode_skip (&reader, &token));
  g_assert_false (bt_bencode_finish (&reader, &why));
  g_assert_cmpint (why.code, ==, BT_ERROR_TRUNCATED);
  g_assert_false (bt_bencode_next (&reader, &token));
  bt_bencode_clear (&reader);
}

/* --- limits --- */

static char *
repeat (const char *head, const char *unit, size_t n, const char *tail)
{
  GString *text = g_string_new (head);

  for (size_t i = 0; i < n; i++)
    g_string_append (text, unit);
  g_string_append (text, tail);
  return g_string_free (text, FALSE);
}

static const struct
{
  const char *head;
  const char *unit;
  size_t n;
  const char *tail;
  BtErrorCode code;
  uint64_t at;
} bombs[] = {
  { "", "l", 100, "", BT_ERROR_TRUNCATED, 100 },
  { "", "l", 101, "", BT_ERROR_DEPTH, 100 },
  { "", "l", 1024, "", BT_ERROR_DEPTH, 100 },
  { "", "l", 1000000, "", BT_ERROR_DEPTH, 100 },
  { "", "d1:a", 100000, "", BT_ERROR_DEPTH, 400 },
  { "", "d", 1000000, "", BT_ERROR_EXPECTED_DIGIT, 1 },
  { "l", "0:", 999999, "e", BT_OK, 0 },
  { "l", "0:", 2999999, "e", BT_OK, 0 },
  { "l", "0:", 3000000, "e", BT_ERROR_TOKENS, 1 + 2 * 2999999 },
  { "l", "le", 3000000, "e", BT_ERROR_TOKENS, 1 + 2 * 2999999 },
  { "", "0", 1000000, ":", BT_OK, 0 },
  { "i", "9", 1000000, "e", BT_ERROR_OVERFLOW, 1 },
  { "d", "1:a0:", 100000, "e", BT_ERROR_KEY_DUPLICATE, 6 },
  { "d1:b0:", "1:a0:", 100000, "e", BT_ERROR_KEY_DUPLICATE, 11 },
};

static void
test_bombs (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (bombs); i++)
    {
      g_autofree char *text = repeat (bombs[i].head, bombs[i].unit, bombs[i].n, bombs[i].tail);
      Result result = check (text, strlen (text), &lenient);

      g_assert_cmpint (result.ok, ==, bombs[i].code == BT_OK);
      g_assert_cmpstr (bt_error_code_name (result.why.code), ==,
                       bt_error_code_name (bombs[i].code));
      g_assert_cmpuint (result.why.offset, ==, bombs[i].at);
    }
}

static void
test_limits (void)
{
  g_autofree char *zeros = repeat ("l", "0:", 5119, "e");
  g_autofree char *lists = repeat ("", "l", 1024, "");
  BtBencodeLimits limits = { .max_size = 20000, .max_depth = 8, .max_tokens = 1000 };
  Result result = check (zeros, strlen (zeros), &limits);

  g_assert_cmpint (result.why.code, ==, BT_ERROR_TOKENS);
  g_assert_cmpuint (result.why.offset, ==, 1 + 2 * 999);
  result = check (lists, strlen (lists), &limits);
  g_assert_cmpint (result.why.code, ==, BT_ERROR_DEPTH);
  g_assert_cmpuint (result.why.offset, ==, 8);
  limits.max_size = 5;
  result = check ("4:spam", 6, &limits);
  g_assert_cmpint (result.why.code, ==, BT_ERROR_TOO_LARGE);
  result = check ("3:spa", 5, &limits);
  g_assert_true (result.ok);
  limits.max_depth = 0;
  result = check ("3:spa", 5, &limits);
  g_assert_true (result.ok);
  result = check ("le", 2, &limits);
  g_assert_cmpint (result.why.code, ==, BT_ERROR_DEPTH);
}

/* Keys in reverse order, at every level of a deep dictionary. The work is n log n in all; were it
 * n^2, this test would not end. */
static void
test_unsorted_large (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Result result;

  for (unsigned level = 0; level < 90; level++)
    {
      g_string_append_c (text, 'd');
      for (unsigned i = 0; i < 5000; i++)
        g_string_append_printf (text, "8:%08u0:", 99999999 - i);
      g_string_append (text, "1:-");
    }
  g_string_append (text, "le");
  for (unsigned level = 0; level < 90; level++)
    g_string_append_c (text, 'e');
  result = check (text->str, text->len, &lenient);
  g_assert_true (result.ok);
  g_assert_cmpuint (result.oddities, ==, BT_BENCODE_UNSORTED);

  /* and the last of them twice */
  g_string_truncate (text, text->len - 1);
  g_string_append (text, "8:999999990:e");
  result = check (text->str, text->len, &lenient);
  g_assert_cmpint (result.why.code, ==, BT_ERROR_KEY_DUPLICATE);
  g_assert_cmpuint (result.why.offset, ==, text->len - 13);
}

/* --- the writer --- */

static void
test_key_compare (void)
{
  static const char *const sorted[] = { "", "A", "a", "aa", "ab", "b", "\x80", "\xff", "\xff\xff" };

  for (size_t i = 0; i < G_N_ELEMENTS (sorted); i++)
    for (size_t j = 0; j < G_N_ELEMENTS (sorted); j++)
      {
        int order
            = bt_bencode_key_compare (sorted[i], strlen (sorted[i]), sorted[j], strlen (sorted[j]));

        g_assert_cmpint ((order > 0) - (order < 0), ==, (i > j) - (i < j));
      }
}

static void
test_writer (void)
{
  static const char want[] = "d0:le1:ai-9223372036854775808e1:bi9223372036854775807e"
                             "1:ci0e1:di10e1:e10:0123456789e";
  g_auto (BtBuffer) out;

  bt_buffer_init (&out, 1000);
  bt_bencode_open_dict (&out);
  bt_bencode_write_text (&out, "");
  bt_bencode_open_list (&out);
  bt_bencode_close (&out);
  bt_bencode_write_text (&out, "a");
  bt_bencode_write_int (&out, INT64_MIN);
  bt_bencode_write_text (&out, "b");
  bt_bencode_write_int (&out, INT64_MAX);
  bt_bencode_write_text (&out, "c");
  bt_bencode_write_int (&out, 0);
  bt_bencode_write_text (&out, "d");
  bt_bencode_write_int (&out, 10);
  bt_bencode_write_bytes (&out, "e", 1);
  bt_bencode_write_head (&out, 10);
  bt_buffer_append (&out, "0123456789", 10);
  bt_bencode_close (&out);
  g_assert_cmpmem (out.data, out.len, want, sizeof want - 1);
  g_assert_false (out.full);
  g_assert_true (bt_bencode_check (out.data, out.len, &strict, NULL, NULL));
}

static void
test_writer_full (void)
{
  for (size_t max = 0; max <= 8; max++)
    {
      g_auto (BtBuffer) out;

      bt_buffer_init (&out, max);
      bt_bencode_open_list (&out);
      bt_bencode_write_text (&out, "spam");
      bt_bencode_close (&out);
      g_assert_cmpint (out.full, ==, max < 8);
      g_assert_cmpuint (out.len, <=, max);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bencode/rows", test_rows);
  g_test_add_func ("/bencode/prefixes", test_prefixes);
  g_test_add_func ("/bencode/tokens", test_tokens);
  g_test_add_func ("/bencode/is", test_is);
  g_test_add_func ("/bencode/int-values", test_int_values);
  g_test_add_func ("/bencode/skip", test_skip);
  g_test_add_func ("/bencode/skip-broken", test_skip_broken);
  g_test_add_func ("/bencode/bombs", test_bombs);
  g_test_add_func ("/bencode/limits", test_limits);
  g_test_add_func ("/bencode/unsorted-large", test_unsorted_large);
  g_test_add_func ("/bencode/key-compare", test_key_compare);
  g_test_add_func ("/bencode/writer", test_writer);
  g_test_add_func ("/bencode/writer-full", test_writer_full);
  return g_test_run ();
}
