/* trk-secret.c: getrandom(2). */
#include "tracker-server/server/trk-secret.h"

#include <errno.h>
#include <stdint.h>
#include <sys/random.h>

bool
trk_secret_random (void *bytes, size_t len)
{
  for (uint8_t *at = bytes; len > 0;)
    {
      ssize_t n = getrandom (at, len, 0);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return false;
      at += n;
      len -= (size_t) n;
    }
  return true;
}
