/* bt-http-read-private.h: reading single values of a tracker's bencoded answer, each checked. */
#pragma once

#include "protocol/core/bt-bencode.h"
#include "protocol/core/bt-limits.h"
#include "protocol/tracker/bt-announce.h"

/* Where the reader stands: behind a key, about to read its value. */
typedef struct
{
  BtBencodeReader reader;
  BtError *why;
} BtReplyReader;

/* Reads the value of a key; false on an error. */
typedef bool (*BtReplyRead) (void *answer, const BtBencodeToken *key);

/* Reads the outermost dictionary of @data, value by value, into @answer. False unless the whole is
 * well formed and each value was read. */
bool bt_reply_read (BtReplyReader *self, const uint8_t *data, size_t len, BtReplyRead read,
                    void *answer, BtError *why);

/* The next key of the innermost dictionary, or false at its end and on an error. */
bool bt_reply_next_key (BtReplyReader *self, BtBencodeToken *key);
/* Says why @token is refused. */
bool bt_reply_refuse (BtReplyReader *self, BtErrorCode code, const BtBencodeToken *token,
                      const char *key);
/* Reads a value of one type and names @key when it is another. */
bool bt_reply_value (BtReplyReader *self, BtBencodeType type, const char *key, BtBencodeToken *out);
bool bt_reply_number (BtReplyReader *self, const char *key, int64_t max, int64_t *out);
/* A time; what no time can be is 0 or the most: the peers of such a reply are none the worse. */
bool bt_reply_seconds (BtReplyReader *self, const char *key, uint32_t *out);
bool bt_reply_bytes (BtReplyReader *self, const char *key, BtLent *out);
/* Minutes as a number or as its text, or "never" (BEP 31). */
bool bt_reply_retry (BtReplyReader *self, uint32_t *out);
/* Reads over a value of any type. */
bool bt_reply_skip (BtReplyReader *self);
