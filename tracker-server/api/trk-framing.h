/* trk-framing.h: whether the head of a request says without doubt where its body ends.
 *
 * A proxy and a server that read the same head in two ways can be made to disagree on where the
 * next request begins (RFC 9112 section 11.2). So a head that could be read in two ways is refused.
 * Pure; any thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Headers of a request, one after the other as they came. */
typedef struct
{
  unsigned n_lines;
  unsigned n_lengths; /* Content-Length */
  unsigned n_codings; /* Transfer-Encoding */
  unsigned n_hosts;
  unsigned n_types;     /* Content-Type */
  unsigned n_passwords; /* Authorization */
  bool odd_length;      /* a length that is no plain number */
  bool odd_coding;      /* a coding other than "chunked" */
  bool upgrade;         /* to another protocol */
  uint64_t length;
} TrkFraming;

/* Takes one header into account. */
void trk_framing_take (TrkFraming *self, const char *name, const char *value);

/* Whether there is no doubt. */
bool trk_framing_is_clear (const TrkFraming *self);
