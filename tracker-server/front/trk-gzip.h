/* trk-gzip.h: bodies made smaller for whoever takes them so (RFC 1952). One thread. */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct TrkGzip TrkGzip;

/* (transfer full) */
TrkGzip *trk_gzip_new (void);
/* Accepts NULL. */
void trk_gzip_free (TrkGzip *self);

/* Packs a body into @out, which has room for @size bytes. Returns the packed length, or 0 when it
 * would not be shorter than both the body and @size: then the body goes as it is. */
size_t trk_gzip_pack (TrkGzip *self, const uint8_t *body, size_t len, uint8_t *out, size_t size);
