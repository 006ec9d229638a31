/* bt-hex.c: hexadecimal and base32, both ways (RFC 4648). */
#include "protocol/core/bt-hex.h"

int
bt_hex_value (char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

void
bt_hex_write (const uint8_t *bytes, size_t len, char *out)
{
  static const char digits[] = "0123456789abcdef";

  for (size_t i = 0; i < len; i++)
    {
      *out++ = digits[bytes[i] >> 4];
      *out++ = digits[bytes[i] & 15];
    }
  *out = '\0';
}

bool
bt_hex_parse (const char *text, size_t len, uint8_t *out, size_t out_len)
{
  if (len % 2 != 0 || len / 2 != out_len)
    return false;
  for (size_t i = 0; i < out_len; i++)
    {
      int high = bt_hex_value (text[2 * i]);
      int low = bt_hex_value (text[2 * i + 1]);

      if (high < 0 || low < 0)
        return false;
      out[i] = (uint8_t) (high << 4 | low);
    }
  return true;
}

static int
base32_value (char c)
{
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a';
  if (c >= '2' && c <= '7')
    return c - '2' + 26;
  return -1;
}

void
bt_base32_write (const uint8_t *bytes, size_t len, char *out)
{
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  unsigned pending = 0; /* bits not written yet, in the low end */
  unsigned n_bits = 0;

  for (size_t i = 0; i < len; i++)
    {
      pending = (pending << 8 | bytes[i]) & 0xfff;
      for (n_bits += 8; n_bits >= 5; n_bits -= 5)
        *out++ = digits[pending >> (n_bits - 5) & 31];
    }
  if (n_bits > 0)
    *out++ = digits[pending << (5 - n_bits) & 31];
  *out = '\0';
}

/* The length without padding; @len itself unless the padding is exactly what it must be. */
static size_t
strip_padding (const char *text, size_t len, size_t wanted)
{
  if (len != (wanted + 7) / 8 * 8)
    return len;
  while (len > wanted && text[len - 1] == '=')
    len--;
  return len;
}

bool
bt_base32_parse (const char *text, size_t len, uint8_t *out, size_t out_len)
{
  unsigned pending = 0;
  unsigned n_bits = 0;

  if (out_len > SIZE_MAX / 16)
    return false;
  len = strip_padding (text, len, BT_BASE32_LEN (out_len));
  if (len != BT_BASE32_LEN (out_len))
    return false;
  for (size_t i = 0; i < len; i++)
    {
      int value = base32_value (text[i]);

      if (value < 0)
        return false;
      pending = (pending << 5 | (unsigned) value) & 0xfff;
      n_bits += 5;
      if (n_bits >= 8)
        *out++ = (uint8_t) (pending >> (n_bits -= 8));
    }
  return (pending & ((1u << n_bits) - 1)) == 0;
}
