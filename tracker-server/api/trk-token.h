/* trk-token.h: bearer tokens (RFC 6750): made here once, known afterwards by their SHA-256 alone.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tracker-server/store/trk-store-admin.h"

#define TRK_TOKEN_PREFIX "shoal_"

/* 32 random bytes in base64url without padding, behind the prefix. */
#define TRK_TOKEN_LEN 49u

/* A new one; false when the system gives no random numbers. Overwrite @text after use. */
bool trk_token_make (char text[TRK_TOKEN_LEN + 1], uint8_t hash[TRK_SECRET_HASH_LEN]);

/* The hash of what "Bearer ..." carries; false for what is no token of ours. */
bool trk_token_from_header (const char *credentials, uint8_t hash[TRK_SECRET_HASH_LEN]);
