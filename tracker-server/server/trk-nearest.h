/* trk-nearest.h: which known word somebody may have meant. */
#pragma once

/* The word of @words, which ends with NULL, that is nearest to @word; NULL when none is near.
 * Lent. */
const char *trk_nearest (const char *word, const char *const *words);
