/* bt-writer-private.h: writing into memory of a fixed size; the mirror of bt-cursor.h.
 *
 * What does not fit is left out whole and sets @full, so that a writer goes on in a straight line
 * and asks once, at the end. Numbers are big-endian. Inline: a tracker writes a packet in some tens
 * of nanoseconds. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <glib.h>

typedef struct
{
  uint8_t *start;
  uint8_t *at;
  uint8_t *end;
  bool full;
} BtWriter;

static inline BtWriter
bt_writer (uint8_t *out, size_t size)
{
  return (BtWriter){ .start = out, .at = out, .end = out + size };
}

/* How much was written, or 0 when something did not fit. */
static inline size_t
bt_writer_len (const BtWriter *w)
{
  return w->full ? 0 : (size_t) (w->at - w->start);
}

static inline size_t
bt_writer_left (const BtWriter *w)
{
  return (size_t) (w->end - w->at);
}

/* The next @len bytes, to be filled; NULL when there are fewer. */
static inline uint8_t *
bt_writer_room (BtWriter *w, size_t len)
{
  uint8_t *at = w->at;

  if (bt_writer_left (w) < len)
    {
      w->full = true;
      w->end = w->at; /* nothing that comes later may slip in */
      return NULL;
    }
  w->at += len;
  return at;
}

static inline void
bt_writer_bytes (BtWriter *w, const void *bytes, size_t len)
{
  uint8_t *at = bt_writer_room (w, len);

  if (at != NULL && len > 0)
    memcpy (at, bytes, len);
}

#define bt_writer_literal(w, text) bt_writer_bytes (w, text, sizeof (text) - 1)

static inline void
bt_writer_uint (BtWriter *w, uint64_t value, size_t len)
{
  uint64_t big = GUINT64_TO_BE (value << (64 - 8 * len));

  bt_writer_bytes (w, &big, len);
}

static inline void
bt_writer_u16 (BtWriter *w, uint16_t value)
{
  bt_writer_uint (w, value, 2);
}

static inline void
bt_writer_u32 (BtWriter *w, uint32_t value)
{
  bt_writer_uint (w, value, 4);
}

static inline void
bt_writer_u64 (BtWriter *w, uint64_t value)
{
  bt_writer_uint (w, value, 8);
}

/* In decimal digits. */
static inline void
bt_writer_decimal (BtWriter *w, uint64_t value)
{
  uint8_t digits[20];
  uint8_t *at = digits + sizeof digits;

  do
    *--at = (uint8_t) ('0' + value % 10);
  while ((value /= 10) > 0);
  bt_writer_bytes (w, at, (size_t) (digits + sizeof digits - at));
}

/* The head of a bencoded string of @len bytes. */
static inline void
bt_writer_head (BtWriter *w, size_t len)
{
  bt_writer_decimal (w, len);
  bt_writer_literal (w, ":");
}

/* A bencoded number that is not negative. */
static inline void
bt_writer_int (BtWriter *w, uint64_t value)
{
  bt_writer_literal (w, "i");
  bt_writer_decimal (w, value);
  bt_writer_literal (w, "e");
}

/* A bencoded string. */
static inline void
bt_writer_string (BtWriter *w, const void *bytes, size_t len)
{
  bt_writer_head (w, len);
  bt_writer_bytes (w, bytes, len);
}
