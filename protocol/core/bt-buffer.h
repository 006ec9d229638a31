/* bt-buffer.h: bytes that grow up to a maximum, and never beyond.
 *
 * An append that would pass the maximum appends nothing and sets @full; the writer goes on in a
 * straight line and asks once, at the end. Owns its memory: init, then clear or steal. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

typedef struct
{
  uint8_t *data;
  size_t len;
  size_t size; /* allocated */
  size_t max;  /* the most that @len may reach */
  bool full;   /* something did not fit: what is here is not whole */
} BtBuffer;

void bt_buffer_init (BtBuffer *buffer, size_t max);
void bt_buffer_clear (BtBuffer *buffer);

/* Room for @len more bytes at the end, to be filled by the caller at once; NULL when over the
 * maximum. The room counts as written. */
uint8_t *bt_buffer_extend (BtBuffer *buffer, size_t len);

bool bt_buffer_append (BtBuffer *buffer, const void *data, size_t len);
bool bt_buffer_append_text (BtBuffer *buffer, const char *text);
bool bt_buffer_append_u8 (BtBuffer *buffer, uint8_t value);
bool bt_buffer_append_u16 (BtBuffer *buffer, uint16_t value); /* big-endian, like the others */
bool bt_buffer_append_u32 (BtBuffer *buffer, uint32_t value);
bool bt_buffer_append_u64 (BtBuffer *buffer, uint64_t value);

/* Drops @len bytes from the front. */
void bt_buffer_consume (BtBuffer *buffer, size_t len);

/* Hands the bytes over and leaves the buffer empty (transfer full). */
GBytes *bt_buffer_steal_bytes (BtBuffer *buffer);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BtBuffer, bt_buffer_clear)
