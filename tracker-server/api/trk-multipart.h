/* trk-multipart.h: the parts of a form with files (RFC 7578, 2046 section 5.1).
 *
 * Everything is lent from the body. Pure; any thread; O(length). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A boundary is no longer (RFC 2046). */
#define TRK_BOUNDARY_MAX 70u
#define TRK_PARTS_MAX 16u
#define TRK_PART_HEAD_MAX 4096u

typedef struct
{
  const char *name; /* not terminated, as the other one; NULL: unsaid */
  size_t name_len;
  const uint8_t *data;
  size_t len;
} TrkPart;

/* Reads the boundary out of a Content-Type of multipart/form-data into @out; false when it has none
 * that is fit. */
bool trk_multipart_boundary (const char *content_type, char out[TRK_BOUNDARY_MAX + 1]);

/* Cuts the body; returns how many parts there are, or 0 for a body that is not whole, has too many
 * parts or a head that is too long. */
size_t trk_multipart_parse (const uint8_t *body, size_t len, const char *boundary,
                            TrkPart parts[TRK_PARTS_MAX]);
