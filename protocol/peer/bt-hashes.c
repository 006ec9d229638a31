/* bt-hashes.c: 32 bytes of a root, four numbers, and hashes (BEP 52). */
#include "protocol/peer/bt-hashes.h"

#include <string.h>

#include "protocol/core/bt-cursor.h"
#include "protocol/core/bt-limits.h"
#include "protocol/peer/bt-wire-format-private.h"
#include "protocol/torrent/bt-merkle.h"

static bool
is_allowed (const BtHashRequest *r)
{
  return r->base <= BT_MERKLE_MAX_HEIGHT && r->proof <= BT_MERKLE_MAX_HEIGHT && r->length >= 2
         && r->length <= BT_LIMIT_HASHES && (r->length & (r->length - 1)) == 0
         && r->index % r->length == 0;
}

bool
bt_hash_request_parse (const uint8_t *data, size_t len, BtHashRequest *out)
{
  BtCursor c = { data, data + len, false };
  const uint8_t *root = bt_cursor_take (&c, BT_SHA256_LEN);
  BtHashRequest r = { .base = bt_cursor_u32 (&c) };

  r.index = bt_cursor_u32 (&c);
  r.length = bt_cursor_u32 (&c);
  r.proof = bt_cursor_u32 (&c);
  if (c.bad || bt_cursor_left (&c) > 0 || !is_allowed (&r))
    return false;
  memcpy (r.root, root, sizeof r.root);
  *out = r;
  return true;
}

void
bt_hash_request_write (const BtHashRequest *self, uint8_t out[BT_HASH_REQUEST_LEN])
{
  const uint32_t numbers[] = { self->base, self->index, self->length, self->proof };

  memcpy (out, self->root, sizeof self->root);
  out += sizeof self->root;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    out = bt_wire_write_u32 (out, numbers[i]);
}

bool
bt_hash_request_equal (const BtHashRequest *a, const BtHashRequest *b)
{
  return a->base == b->base && a->index == b->index && a->length == b->length
         && a->proof == b->proof && memcmp (a->root, b->root, sizeof a->root) == 0;
}

unsigned
bt_hash_request_levels (const BtHashRequest *self)
{
  return (unsigned) __builtin_ctz (self->length);
}

/* The layers below the node of the run follow from the run itself, but count. */
size_t
bt_hash_request_n_uncles (const BtHashRequest *self)
{
  unsigned follow = bt_hash_request_levels (self) - 1;

  return self->proof > follow ? self->proof - follow : 0;
}

bool
bt_hashes_parse (const uint8_t *data, size_t len, BtHashes *out)
{
  BtHashes h;

  if (len < BT_HASH_REQUEST_LEN || !bt_hash_request_parse (data, BT_HASH_REQUEST_LEN, &h.request))
    return false;
  h.n_uncles = bt_hash_request_n_uncles (&h.request);
  if (len - BT_HASH_REQUEST_LEN != (h.request.length + h.n_uncles) * BT_SHA256_LEN)
    return false;
  h.hashes = data + BT_HASH_REQUEST_LEN;
  h.uncles = h.hashes + (size_t) h.request.length * BT_SHA256_LEN;
  *out = h;
  return true;
}

bool
bt_hashes_lead_to (const BtHashes *self, const BtDigestOps *ops, const uint8_t *top,
                   unsigned height, uint8_t *scratch)
{
  const BtHashRequest *r = &self->request;
  unsigned levels = bt_hash_request_levels (r);
  uint8_t node[BT_SHA256_LEN];

  if (height < levels || self->n_uncles != height - levels)
    return false;
  memcpy (scratch, self->hashes, (size_t) r->length * BT_SHA256_LEN);
  bt_merkle_subroot (ops, scratch, r->length, r->base, levels, node);
  return bt_merkle_check (ops, node, (r->index >> levels) & ((UINT64_C (1) << self->n_uncles) - 1),
                          self->uncles, self->n_uncles, top);
}
