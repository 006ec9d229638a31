/* bt-utf8.h: strict UTF-8 (RFC 3629, Unicode section 3.9 table 3-7).
 *
 * Overlong forms, surrogates, code points above U+10FFFF and sequences cut short are refused. Any
 * thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What bt_utf8_decode() gives for a byte that starts no valid sequence. */
#define BT_UTF8_BAD UINT32_MAX

/* Reads one code point from @len bytes, at least one, and returns how many bytes it took. A bad
 * sequence gives BT_UTF8_BAD and takes 1 byte. */
size_t bt_utf8_decode (const uint8_t *bytes, size_t len, uint32_t *out);

/* Whether all of it is UTF-8; NUL bytes are. Fast on ASCII. */
bool bt_utf8_valid (const uint8_t *bytes, size_t len);

/* A terminated copy in which each bad byte, and each NUL, is replaced by U+FFFD. (transfer full) */
char *bt_utf8_repair (const uint8_t *bytes, size_t len);
