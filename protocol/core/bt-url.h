/* bt-url.h: percent escapes and query strings (RFC 3986 sections 2.1 and 3.4).
 *
 * Magnet URIs and HTTP trackers use them. Nothing is resolved or fetched. Any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/* One "key=value" of a query, as it stands: not decoded, pointing into the query. */
typedef struct
{
  const char *key;
  size_t key_len;
  const char *value; /* empty when there is no '=' */
  size_t value_len;
} BtUrlPair;

/* Walks a query. A plain value; the text is lent and must stay. */
typedef struct
{
  const char *next; /* NULL after the last pair */
  const char *end;
  size_t left; /* pairs that may still be given */
} BtUrlQuery;

/* Starts at the text after the '?'. At most @max_pairs pairs are given, empty ones included. */
void bt_url_query_init (BtUrlQuery *self, const char *text, size_t len, size_t max_pairs);

/* The next pair; pairs are parted by '&', empty ones skipped. False at the end. */
bool bt_url_query_next (BtUrlQuery *self, BtUrlPair *out);

/* Whether the query had more pairs than the limit, once next() has returned false. */
bool bt_url_query_cut (const BtUrlQuery *self);

/* Whether @len bytes are @name, which is in lower case; letters of either case match. */
bool bt_url_name_equal (const char *text, size_t len, const char *name);

/* Decodes escapes into @out, which has room for @len bytes and may be @text itself; returns how
 * many were written. On a broken escape @out is undefined and the result is false; @at then says
 * where the '%' is, else how many bytes were written. */
bool bt_url_decode (const char *text, size_t len, uint8_t *out, size_t *at);

/* The same for people's text: a broken escape stays as it is and, if @plus_is_space, '+' becomes a
 * space. Returns how many bytes were written, never more than @len. */
size_t bt_url_decode_loosely (const char *text, size_t len, bool plus_is_space, uint8_t *out);

/* Appends @len bytes with everything but the unreserved characters (letters, digits, "-._~")
 * escaped, in upper-case hex. */
void bt_url_encode (GString *out, const uint8_t *bytes, size_t len);

/* Whether @text reads "scheme://" and more, with the scheme among the NULL-terminated lower-case
 * @schemes, and is UTF-8 without spaces and control characters. */
bool bt_url_is_clean (const char *text, size_t len, const char *const *schemes);
