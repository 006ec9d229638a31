/* trk-framing.c: counting the headers that say how long a body is. */
#include "tracker-server/api/trk-framing.h"

#include <string.h>

#include <glib.h>

#include "protocol/core/bt-limits.h"

/* Digits of a length that is read; 10^15 is beyond every limit. */
#define DIGITS_MAX 15u

static void
take_length (TrkFraming *self, const char *value)
{
  size_t len = strlen (value);
  uint64_t length = 0;

  self->n_lengths++;
  if (len == 0 || len > DIGITS_MAX || strspn (value, "0123456789") != len)
    self->odd_length = true;
  for (const char *at = value; !self->odd_length && *at != '\0'; at++)
    length = 10 * length + (uint64_t) (*at - '0');
  self->length = length;
}

void
trk_framing_take (TrkFraming *self, const char *name, const char *value)
{
  self->n_lines++;
  if (g_ascii_strcasecmp (name, "Content-Length") == 0)
    take_length (self, value);
  else if (g_ascii_strcasecmp (name, "Transfer-Encoding") == 0)
    {
      self->n_codings++;
      self->odd_coding = self->odd_coding || g_ascii_strcasecmp (value, "chunked") != 0;
    }
  else if (g_ascii_strcasecmp (name, "Host") == 0)
    self->n_hosts++;
  else if (g_ascii_strcasecmp (name, "Content-Type") == 0)
    self->n_types++;
  else if (g_ascii_strcasecmp (name, "Authorization") == 0)
    self->n_passwords++;
  else if (g_ascii_strcasecmp (name, "Upgrade") == 0)
    self->upgrade = true;
}

bool
trk_framing_is_clear (const TrkFraming *self)
{
  return self->n_lines <= BT_LIMIT_HTTP_LINES && self->n_lengths <= 1 && self->n_codings <= 1
         && self->n_lengths + self->n_codings <= 1 && self->n_hosts <= 1 && self->n_types <= 1
         && self->n_passwords <= 1 && !self->odd_length && !self->odd_coding;
}
