/* bt-http-read-private.h: reading single values of a tracker's bencoded answer, each checked. */
#pragma once

#include "protocol/core/bt-dict.h"
#include "protocol/core/bt-limits.h"
#include "protocol/tracker/bt-announce.h"

/* Reads the value of a key; false on an error. */
typedef bool (*BtReplyRead) (void *answer, const BtBencodeToken *key);

/* Reads the outermost dictionary of @data, value by value, into @answer. False unless the whole is
 * well formed and each value was read. */
bool bt_reply_read (BtBencodeReader *self, const uint8_t *data, size_t len, BtReplyRead read,
                    void *answer, BtError *why);

/* A time; what no time can be is 0 or the most: the peers of such a reply are none the worse. */
bool bt_reply_seconds (BtBencodeReader *self, const char *key, uint32_t *out);
bool bt_reply_bytes (BtBencodeReader *self, const char *key, BtLent *out);
/* Minutes as a number or as its text, or "never" (BEP 31). */
bool bt_reply_retry (BtBencodeReader *self, uint32_t *out);
