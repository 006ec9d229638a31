/* trk-gzip.c: GIO's compressor, kept between bodies. */
#include "tracker-server/front/trk-gzip.h"

#include <gio/gio.h>

/* Light work: a scrape's hashes do not shrink anyway. */
#define LEVEL 1

struct TrkGzip
{
  GConverter *converter;
};

TrkGzip *
trk_gzip_new (void)
{
  TrkGzip *self = g_new0 (TrkGzip, 1);

  self->converter = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, LEVEL));
  return self;
}

void
trk_gzip_free (TrkGzip *self)
{
  if (self == NULL)
    return;
  g_object_unref (self->converter);
  g_free (self);
}

size_t
trk_gzip_pack (TrkGzip *self, const uint8_t *body, size_t len, uint8_t *out, size_t size)
{
  GConverterResult result = G_CONVERTER_CONVERTED;
  size_t room = MIN (size, len);
  size_t at = 0;
  size_t done = 0;

  g_converter_reset (self->converter);
  while (result == G_CONVERTER_CONVERTED && done < room)
    {
      size_t n_read = 0;
      size_t n_written = 0;

      result = g_converter_convert (self->converter, body + at, len - at, out + done, room - done,
                                    G_CONVERTER_INPUT_AT_END, &n_read, &n_written, NULL);
      at += n_read;
      done += n_written;
    }
  return result == G_CONVERTER_FINISHED ? done : 0;
}
