/* bt-patch.h: changing keys of a bencoded dictionary and leaving every other byte as it is.
 *
 * A torrent may hold keys that we do not know; an edit must not lose them, and the info dictionary
 * must keep its bytes, or the info-hash would change. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/core/bt-error.h"

typedef struct
{
  const char *key;
  const void *value; /* bencoded; NULL takes the key out */
  size_t len;
} BtPatch;

/* A copy of the dictionary @dict with @patches applied and its keys sorted; patches name different
 * keys. NULL when @dict is not a well-formed dictionary. (transfer full) */
GBytes *bt_patch_dict (const void *dict, size_t len, const BtPatch *patches, size_t n_patches,
                       BtError *why);
