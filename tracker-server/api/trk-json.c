/* trk-json.c: a writer of JSON. */
#include "tracker-server/api/trk-json.h"

#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-hex.h"
#include "protocol/core/bt-utf8.h"

/* The longest hash in bytes. */
#define HASH_MAX 32u

void
trk_json_init (TrkJson *self)
{
  *self = (TrkJson){ .text = g_string_new (NULL) };
}

void
trk_json_clear (TrkJson *self)
{
  if (self->text != NULL)
    g_string_free (self->text, TRUE);
  self->text = NULL;
}

GBytes *
trk_json_end (TrkJson *self)
{
  return g_string_free_to_bytes (g_steal_pointer (&self->text));
}

/* --- texts --- */

static void
put_char (GString *out, unsigned char c)
{
  if (c == '"' || c == '\\')
    {
      g_string_append_c (out, '\\');
      g_string_append_c (out, (char) c);
    }
  else if (c < 0x20 || c == 0x7f || c == '<' || c == '>' || c == '&')
    g_string_append_printf (out, "\\u%04x", c);
  else
    g_string_append_c (out, (char) c);
}

/* U+2028 and U+2029 end a line of a script. */
static bool
is_separator (const char *at)
{
  return memcmp (at, "\xe2\x80", 2) == 0 && (at[2] == '\xa8' || at[2] == '\xa9');
}

static void
put_text (GString *out, const char *text)
{
  g_autofree char *repaired = NULL;

  if (!bt_utf8_valid ((const uint8_t *) text, strlen (text)))
    {
      repaired = bt_utf8_repair ((const uint8_t *) text, strlen (text));
      text = repaired;
    }
  g_string_append_c (out, '"');
  for (const char *at = text; *at != '\0'; at++)
    if (*at == '\xe2' && is_separator (at))
      {
        g_string_append (out, at[2] == '\xa8' ? "\\u2028" : "\\u2029");
        at += 2;
      }
    else
      put_char (out, (unsigned char) *at);
  g_string_append_c (out, '"');
}

/* --- values --- */

static void
begin (TrkJson *self, const char *name)
{
  if (self->comma)
    g_string_append_c (self->text, ',');
  self->comma = true;
  if (name == NULL)
    return;
  put_text (self->text, name);
  g_string_append_c (self->text, ':');
}

static void
open_value (TrkJson *self, const char *name, char bracket)
{
  begin (self, name);
  g_string_append_c (self->text, bracket);
  self->comma = false;
}

static void
close_value (TrkJson *self, char bracket)
{
  g_string_append_c (self->text, bracket);
  self->comma = true;
}

void
trk_json_open_object (TrkJson *self, const char *name)
{
  open_value (self, name, '{');
}

void
trk_json_close_object (TrkJson *self)
{
  close_value (self, '}');
}

void
trk_json_open_array (TrkJson *self, const char *name)
{
  open_value (self, name, '[');
}

void
trk_json_close_array (TrkJson *self)
{
  close_value (self, ']');
}

void
trk_json_text (TrkJson *self, const char *name, const char *text)
{
  if (text == NULL)
    {
      trk_json_null (self, name);
      return;
    }
  begin (self, name);
  put_text (self->text, text);
}

void
trk_json_hash (TrkJson *self, const char *name, const uint8_t *hash, size_t len)
{
  char hex[2 * HASH_MAX + 1];

  bt_assert (len <= HASH_MAX);
  if (hash != NULL)
    bt_hex_write (hash, len, hex);
  trk_json_text (self, name, hash != NULL ? hex : NULL);
}

void
trk_json_number (TrkJson *self, const char *name, uint64_t number)
{
  begin (self, name);
  g_string_append_printf (self->text, "%" G_GUINT64_FORMAT, number);
}

void
trk_json_signed (TrkJson *self, const char *name, int64_t number)
{
  begin (self, name);
  g_string_append_printf (self->text, "%" G_GINT64_FORMAT, number);
}

void
trk_json_bool (TrkJson *self, const char *name, bool value)
{
  begin (self, name);
  g_string_append (self->text, value ? "true" : "false");
}

void
trk_json_null (TrkJson *self, const char *name)
{
  begin (self, name);
  g_string_append (self->text, "null");
}
