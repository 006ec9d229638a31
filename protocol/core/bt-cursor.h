/* bt-cursor.h: reading big-endian values from bytes that a stranger sent.
 *
 * A read past the end sets @bad and yields zero, so a decoder reads its fields in a straight line
 * and asks once, at the end. Borrows the bytes. Nothing is read by casting, so any alignment and
 * any byte order of the machine will do. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct
{
  const uint8_t *at;
  const uint8_t *end;
  bool bad;
} BtCursor;

static inline size_t
bt_cursor_left (const BtCursor *c)
{
  return (size_t) (c->end - c->at);
}

/* The next @len bytes, borrowed; NULL and @bad when there are fewer. */
static inline const uint8_t *
bt_cursor_take (BtCursor *c, size_t len)
{
  const uint8_t *at = c->at;

  if (bt_cursor_left (c) < len)
    {
      c->bad = true;
      c->at = c->end;
      return NULL;
    }
  if (len > 0) /* an empty input may have no address to add to */
    c->at += len;
  return at;
}

static inline uint64_t
bt_cursor_uint (BtCursor *c, size_t len)
{
  const uint8_t *at = bt_cursor_take (c, len);
  uint64_t value = 0;

  for (size_t i = 0; at != NULL && i < len; i++)
    value = value << 8 | at[i];
  return value;
}

static inline uint8_t
bt_cursor_u8 (BtCursor *c)
{
  return (uint8_t) bt_cursor_uint (c, 1);
}

static inline uint16_t
bt_cursor_u16 (BtCursor *c)
{
  return (uint16_t) bt_cursor_uint (c, 2);
}

static inline uint32_t
bt_cursor_u32 (BtCursor *c)
{
  return (uint32_t) bt_cursor_uint (c, 4);
}

static inline uint64_t
bt_cursor_u64 (BtCursor *c)
{
  return bt_cursor_uint (c, 8);
}
