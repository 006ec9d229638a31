/* bt-hex.h: bytes as text: hexadecimal and base32 (RFC 4648 sections 6 and 8).
 *
 * Both readers are strict: every character counts, in either case, and nothing is skipped. Any
 * thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The value of a hexadecimal digit, or -1. */
int bt_hex_value (char c);

/* Writes 2 * @len lower-case digits and a closing NUL. */
void bt_hex_write (const uint8_t *bytes, size_t len, char *out);

/* Reads exactly 2 * @out_len digits. On failure @out is undefined. */
bool bt_hex_parse (const char *text, size_t len, uint8_t *out, size_t out_len);

/* How many characters, without padding, hold @len bytes. */
#define BT_BASE32_LEN(len) (((len) *8 + 4) / 5)

/* Writes BT_BASE32_LEN (len) upper-case characters, no padding, and a closing NUL. */
void bt_base32_write (const uint8_t *bytes, size_t len, char *out);

/* Reads exactly @out_len bytes, with all of their padding or none. Bits left over must be zero. On
 * failure @out is undefined. */
bool bt_base32_parse (const char *text, size_t len, uint8_t *out, size_t out_len);
