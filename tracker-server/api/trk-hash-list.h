/* trk-hash-list.h: lists of info-hashes as text, one in a line.
 *
 * Empty lines and what follows a '#' or a blank are skipped; a v2 hash of 64 digits is cut. Pure.
 */
#pragma once

#include <stddef.h>

#include <glib.h>

/* Appends 20 bytes for each hash. 0 when all was read, else the number of the first bad line. */
size_t trk_hash_list_read (const char *text, size_t len, GByteArray *hashes);
