/* bt-bencode.h: reading and writing bencode (BEP 3), without copies and without recursion.
 *
 * The reader is pulled: each call yields the next token, checked against limits, pointing into the
 * caller's bytes. Strict mode is for the network: sorted keys, canonical numbers, nothing after the
 * value. Lenient mode is for torrent files: those three are noted in @oddities and read on; a key
 * that stands twice in a dictionary is refused in both. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/core/bt-buffer.h"
#include "protocol/core/bt-error.h"

/* How deep the reader's own stack goes; limits may ask for less. */
#define BT_BENCODE_MAX_DEPTH 100

typedef struct
{
  size_t max_size; /* bytes of the whole input, below 4 GiB */
  uint32_t max_depth;
  uint32_t max_tokens;
  bool strict;
} BtBencodeLimits;

typedef enum
{
  BT_BENCODE_INT,
  BT_BENCODE_BYTES,
  BT_BENCODE_LIST,
  BT_BENCODE_DICT,
  BT_BENCODE_KEY,  /* of a dictionary; its value is the next token */
  BT_BENCODE_CLOSE /* of the innermost list or dictionary */
} BtBencodeType;

/* What a lenient reader has met. */
typedef enum
{
  BT_BENCODE_UNSORTED = 1 << 0,
  BT_BENCODE_NUMBER_FORM = 1 << 1,
  BT_BENCODE_TRAILING = 1 << 2
} BtBencodeOddity;

typedef struct
{
  BtBencodeType type;
  size_t offset;        /* of the token's first byte in the input */
  const uint8_t *bytes; /* BYTES and KEY: the content, borrowed from the input */
  size_t len;
  int64_t num; /* INT */
} BtBencodeToken;

/* One open list or dictionary. */
typedef struct
{
  const uint8_t *last_key; /* NULL before the first */
  size_t last_len;
  uint32_t keys_from; /* its first entry in the reader's keys */
  bool dict;
  bool want_value; /* a key was read and its value was not */
  bool unsorted;
} BtBencodeLevel;

typedef struct
{
  const uint8_t *data;
  size_t len;
  size_t at;
  BtBencodeLimits limits;
  uint32_t tokens;
  uint32_t oddities; /* BtBencodeOddity */
  uint32_t depth;
  bool done;
  BtBencodeLevel level[BT_BENCODE_MAX_DEPTH];
  uint32_t *keys; /* where each key of the open dictionaries starts */
  size_t n_keys;
  size_t size_keys;
  BtError error;
} BtBencodeReader;

/* Borrows @data until clear. Input over max_size fails at the first token. */
void bt_bencode_init (BtBencodeReader *reader, const void *data, size_t len,
                      const BtBencodeLimits *limits);
void bt_bencode_clear (BtBencodeReader *reader);

/* Reads one token. False at the end of the value and on an error; bt_bencode_finish() tells which.
 * O(1) amortised, but for the close of an unsorted dictionary, which sorts its keys. */
bool bt_bencode_next (BtBencodeReader *reader, BtBencodeToken *out);

/* Reads the whole value of which @first is the first token. False on an error. */
bool bt_bencode_skip (BtBencodeReader *reader, const BtBencodeToken *first);

/* True when one whole value was read, with nothing after it that the mode refuses. */
bool bt_bencode_finish (BtBencodeReader *reader, BtError *why);

/* Reads through @data and says whether it is one well-formed value. */
bool bt_bencode_check (const void *data, size_t len, const BtBencodeLimits *limits,
                       uint32_t *oddities, BtError *why);

/* Orders two keys as bencode does: raw bytes, the shorter first. Like memcmp. */
int bt_bencode_key_compare (const void *a, size_t a_len, const void *b, size_t b_len);

static inline bool
bt_bencode_token_is (const BtBencodeToken *token, const char *text, size_t len)
{
  return token->len == len && __builtin_memcmp (token->bytes, text, len) == 0;
}
/* Compares a key with a literal. */
#define bt_bencode_is(token, literal) bt_bencode_token_is (token, literal, sizeof (literal) - 1)

/* The writer: canonical as long as the caller gives the keys in order. What does not fit sets the
 * buffer's @full. */
void bt_bencode_write_int (BtBuffer *out, int64_t value);
void bt_bencode_write_bytes (BtBuffer *out, const void *data, size_t len);
void bt_bencode_write_text (BtBuffer *out, const char *text);
/* The head of a string whose @len bytes the caller appends next. */
void bt_bencode_write_head (BtBuffer *out, size_t len);
void bt_bencode_open_dict (BtBuffer *out);
void bt_bencode_open_list (BtBuffer *out);
void bt_bencode_close (BtBuffer *out);
