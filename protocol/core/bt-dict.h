/* bt-dict.h: reading a bencoded dictionary of a stranger's, value by value, each checked.
 *
 * A refusal is kept as the reader's own error, so that it reads no further; what the error names is
 * the key that the caller says. */
#pragma once

#include "protocol/core/bt-bencode.h"

/* Begins with @data, whose value must be a dictionary. End with bt_dict_close() in any case. */
bool bt_dict_open (BtBencodeReader *reader, const uint8_t *data, size_t len,
                   const BtBencodeLimits *limits);
/* Whether all of it was well formed and, in @ok, to the caller's liking; @why may be NULL. */
bool bt_dict_close (BtBencodeReader *reader, bool ok, BtError *why);

/* The next key of the innermost dictionary, or false at its end and on an error. */
bool bt_dict_next_key (BtBencodeReader *reader, BtBencodeToken *key);
/* Says why the value at @offset is refused. Returns false. */
bool bt_dict_refuse (BtBencodeReader *reader, BtErrorCode code, size_t offset, const char *key);
/* Reads a value of one type and names @key when it is another. */
bool bt_dict_value (BtBencodeReader *reader, BtBencodeType type, const char *key,
                    BtBencodeToken *out);
/* A number from 0 to @max. */
bool bt_dict_number (BtBencodeReader *reader, const char *key, int64_t max, int64_t *out);
bool bt_dict_u32 (BtBencodeReader *reader, const char *key, uint32_t max, uint32_t *out);
/* Reads over a value of any type. */
bool bt_dict_skip (BtBencodeReader *reader);
