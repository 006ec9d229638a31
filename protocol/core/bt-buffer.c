/* bt-buffer.c: growing by half again, up to the maximum. */
#include "protocol/core/bt-buffer.h"

#include <string.h>

#include "protocol/core/bt-assert.h"

void
bt_buffer_init (BtBuffer *buffer, size_t max)
{
  *buffer = (BtBuffer){ .max = max };
}

void
bt_buffer_clear (BtBuffer *buffer)
{
  g_free (buffer->data);
  bt_buffer_init (buffer, buffer->max);
}

static void
grow (BtBuffer *buffer, size_t need)
{
  size_t size = buffer->size + buffer->size / 2;

  size = MIN (MAX (MAX (size, need), 64), buffer->max);
  buffer->data = g_realloc (buffer->data, size);
  buffer->size = size;
}

uint8_t *
bt_buffer_extend (BtBuffer *buffer, size_t len)
{
  uint8_t *at;

  if (len > buffer->max - buffer->len)
    {
      buffer->full = true;
      return NULL;
    }
  if (buffer->len + len > buffer->size)
    grow (buffer, buffer->len + len);
  at = buffer->data + buffer->len;
  buffer->len += len;
  return at;
}

bool
bt_buffer_append (BtBuffer *buffer, const void *data, size_t len)
{
  uint8_t *at;

  if (len == 0)
    return true;
  at = bt_buffer_extend (buffer, len);
  if (at == NULL)
    return false;
  memcpy (at, data, len);
  return true;
}

bool
bt_buffer_append_text (BtBuffer *buffer, const char *text)
{
  return bt_buffer_append (buffer, text, strlen (text));
}

static bool
append_uint (BtBuffer *buffer, uint64_t value, size_t len)
{
  uint8_t *at = bt_buffer_extend (buffer, len);

  for (size_t i = 0; at != NULL && i < len; i++)
    at[i] = (uint8_t) (value >> 8 * (len - 1 - i));
  return at != NULL;
}

bool
bt_buffer_append_u8 (BtBuffer *buffer, uint8_t value)
{
  return append_uint (buffer, value, 1);
}

bool
bt_buffer_append_u16 (BtBuffer *buffer, uint16_t value)
{
  return append_uint (buffer, value, 2);
}

bool
bt_buffer_append_u32 (BtBuffer *buffer, uint32_t value)
{
  return append_uint (buffer, value, 4);
}

bool
bt_buffer_append_u64 (BtBuffer *buffer, uint64_t value)
{
  return append_uint (buffer, value, 8);
}

void
bt_buffer_consume (BtBuffer *buffer, size_t len)
{
  bt_assert (len <= buffer->len);
  buffer->len -= len;
  if (buffer->len > 0)
    memmove (buffer->data, buffer->data + len, buffer->len);
}

GBytes *
bt_buffer_steal_bytes (BtBuffer *buffer)
{
  GBytes *bytes = g_bytes_new_take (buffer->data, buffer->len);

  bt_buffer_init (buffer, buffer->max);
  return bytes;
}
