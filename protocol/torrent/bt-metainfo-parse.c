/* bt-metainfo-parse.c: the info dictionary (BEP 3, 27, 52), and the parse as a whole. */
#include "protocol/torrent/bt-metainfo-private.h"

#include <string.h>

#include "protocol/core/bt-limits.h"
#include "protocol/core/bt-utf8.h"

/* Memory for texts is taken so much at a time, by the size of the torrent: most have less than the
 * least, and a client has hundreds of them in memory. */
#define TEXTS_MIN (2 * BT_KIB)
#define TEXTS_MAX (64 * BT_KIB)

bool
bt_metainfo_fail (BtMetainfoParser *p, BtErrorCode code, size_t offset, const char *key)
{
  return bt_error_set (&p->reader.error, code, offset, key);
}

bool
bt_metainfo_next (BtMetainfoParser *p, BtBencodeToken *out)
{
  return bt_bencode_next (&p->reader, out) && out->type != BT_BENCODE_CLOSE;
}

bool
bt_metainfo_skip (BtMetainfoParser *p)
{
  BtBencodeToken token;

  return bt_bencode_next (&p->reader, &token) && bt_bencode_skip (&p->reader, &token);
}

bool
bt_metainfo_want (BtMetainfoParser *p, BtBencodeType type, const char *key, BtBencodeToken *out)
{
  if (!bt_bencode_next (&p->reader, out))
    return false;
  if (out->type != type)
    return bt_metainfo_fail (p, BT_ERROR_WRONG_TYPE, out->offset, key);
  return true;
}

bool
bt_metainfo_optional (BtMetainfoParser *p, BtBencodeType type, BtBencodeToken *out)
{
  if (!bt_bencode_next (&p->reader, out))
    return false;
  if (out->type == type)
    return true;
  p->self->oddities |= BT_ODD_IGNORED;
  (void) bt_bencode_skip (&p->reader, out); /* the reader keeps the error for the caller */
  return false;
}

bool
bt_metainfo_ok (const BtMetainfoParser *p)
{
  return p->reader.error.code == BT_OK;
}

const char *
bt_metainfo_text (BtMetainfoParser *p, const void *bytes, size_t len)
{
  g_autofree char *valid = NULL;

  if (bt_utf8_valid (bytes, len) && memchr (bytes, 0, len) == NULL)
    return g_string_chunk_insert_len (p->self->texts, bytes, (gssize) len);
  valid = bt_utf8_repair (bytes, len);
  return g_string_chunk_insert (p->self->texts, valid);
}

bool
bt_metainfo_read_text (BtMetainfoParser *p, const char **out)
{
  BtBencodeToken token;

  if (bt_metainfo_optional (p, BT_BENCODE_BYTES, &token))
    *out = bt_metainfo_text (p, token.bytes, token.len);
  return bt_metainfo_ok (p);
}

static bool
read_run (BtMetainfoParser *p, const char *key, BtRun *out)
{
  BtBencodeToken token;

  if (!bt_metainfo_want (p, BT_BENCODE_BYTES, key, &token))
    return false;
  *out = (BtRun){ .at = token.bytes, .len = token.len, .offset = token.offset };
  return true;
}

static bool
read_name (BtMetainfoParser *p)
{
  return read_run (p, "info.name", &p->name);
}

static bool
read_name_utf8 (BtMetainfoParser *p)
{
  BtBencodeToken token;

  if (bt_metainfo_optional (p, BT_BENCODE_BYTES, &token))
    p->name_utf8 = (BtRun){ .at = token.bytes, .len = token.len, .offset = token.offset };
  return bt_metainfo_ok (p);
}

static bool
read_pieces (BtMetainfoParser *p)
{
  return read_run (p, "info.pieces", &p->pieces);
}

static bool
read_piece_length (BtMetainfoParser *p)
{
  BtBencodeToken token;

  if (!bt_metainfo_want (p, BT_BENCODE_INT, "info.piece length", &token))
    return false;
  p->piece_length = token.num;
  p->piece_length_offset = token.offset;
  if (token.num <= 0 || (uint64_t) token.num > BT_LIMIT_PIECE_LENGTH)
    return bt_metainfo_fail (p, BT_ERROR_OUT_OF_RANGE, token.offset, "info.piece length");
  return true;
}

static bool
read_single_length (BtMetainfoParser *p)
{
  uint64_t length;

  if (!bt_metainfo_read_length (p, "info.length", &length))
    return false;
  p->length = (int64_t) length;
  return true;
}

static bool
read_meta_version (BtMetainfoParser *p)
{
  BtBencodeToken token;

  if (!bt_metainfo_want (p, BT_BENCODE_INT, "info.meta version", &token))
    return false;
  p->meta_version = token.num;
  if (token.num < 1 || token.num > 2)
    return bt_metainfo_fail (p, BT_ERROR_META_VERSION, token.offset, "info.meta version");
  return true;
}

static bool
read_private (BtMetainfoParser *p)
{
  BtBencodeToken token;

  if (bt_metainfo_optional (p, BT_BENCODE_INT, &token))
    p->self->is_private = token.num != 0; /* when in doubt, keep it private */
  return bt_metainfo_ok (p);
}

static bool
read_source (BtMetainfoParser *p)
{
  return bt_metainfo_read_text (p, &p->self->source);
}

static bool
read_update_url (BtMetainfoParser *p)
{
  return bt_metainfo_read_text (p, &p->self->update_url);
}

static bool
read_single_attr (BtMetainfoParser *p)
{
  BtBencodeToken token;

  if (bt_metainfo_optional (p, BT_BENCODE_BYTES, &token))
    p->single_attr = bt_metainfo_attr (&token) & ~(uint32_t) (BT_FILE_PAD | BT_FILE_SYMLINK);
  return bt_metainfo_ok (p);
}

/* BEP 30 hid a tree of SHA-1 behind one hash, in the place of "pieces"; it never spread, and BEP 52
 * took its place. */
static bool
read_root_hash (BtMetainfoParser *p)
{
  p->has_root_hash = true;
  return bt_metainfo_skip (p);
}

static const BtMetainfoKey info_keys[] = {
  { "attr", read_single_attr },
  { "file tree", bt_metainfo_read_tree },
  { "files", bt_metainfo_read_files },
  { "length", read_single_length },
  { "meta version", read_meta_version },
  { "name", read_name },
  { "name.utf-8", read_name_utf8 },
  { "piece length", read_piece_length },
  { "pieces", read_pieces },
  { "private", read_private },
  { "root hash", read_root_hash },
  { "source", read_source },
  { "update-url", read_update_url },
};

/* Reads a dictionary whose opening token was taken: known keys by the table, others not at all. */
bool
bt_metainfo_read_dict (BtMetainfoParser *p, const BtMetainfoKey *keys, size_t n)
{
  BtBencodeToken token;

  while (bt_metainfo_next (p, &token))
    {
      size_t i = 0;

      while (i < n && !bt_bencode_token_is (&token, keys[i].key, strlen (keys[i].key)))
        i++;
      if (!(i < n ? keys[i].read (p) : bt_metainfo_skip (p)))
        return false;
    }
  return bt_metainfo_ok (p);
}

bool
bt_metainfo_read_info (BtMetainfoParser *p)
{
  BtBencodeToken token;

  if (!bt_metainfo_want (p, BT_BENCODE_DICT, "info", &token))
    return false;
  p->info_offset = token.offset;
  if (!bt_metainfo_read_dict (p, info_keys, G_N_ELEMENTS (info_keys)))
    return false;
  p->self->info = p->reader.data + token.offset;
  p->self->info_len = p->reader.at - token.offset;
  return true;
}

static void
note_reader_oddities (BtMetainfoParser *p)
{
  uint32_t odd = p->reader.oddities;

  p->self->oddities |= ((odd & BT_BENCODE_UNSORTED) != 0 ? BT_ODD_UNSORTED : 0)
                       | ((odd & BT_BENCODE_NUMBER_FORM) != 0 ? BT_ODD_NUMBER_FORM : 0)
                       | ((odd & BT_BENCODE_TRAILING) != 0 ? BT_ODD_TRAILING : 0);
}

static void
hash_info (BtMetainfoParser *p)
{
  BtMetainfo *self = p->self;

  if ((self->format & BT_FORMAT_V1) != 0)
    p->ops->hash (BT_SHA1, &(BtDigestMessage){ self->info, self->info_len, self->hash_v1 }, 1);
  if ((self->format & BT_FORMAT_V2) != 0)
    p->ops->hash (BT_SHA256, &(BtDigestMessage){ self->info, self->info_len, self->hash_v2 }, 1);
}

/* Which halves are there. */
static bool
find_format (BtMetainfoParser *p)
{
  bool v1 = p->pieces.at != NULL || p->v1_files != NULL || p->length >= 0;
  bool v2 = p->meta_version == 2;

  if (v2 && p->v2_files == NULL)
    return bt_metainfo_fail (p, BT_ERROR_MISSING_KEY, BT_NOWHERE, "info.file tree");
  if (!v1 && !v2)
    return bt_metainfo_fail (p, BT_ERROR_NO_FILES, BT_NOWHERE, "info");
  if (v1 && p->pieces.at == NULL && p->has_root_hash)
    return bt_metainfo_fail (p, BT_ERROR_MERKLE_V1, BT_NOWHERE, "info.root hash");
  if (v1 && p->pieces.at == NULL)
    return bt_metainfo_fail (p, BT_ERROR_MISSING_KEY, BT_NOWHERE, "info.pieces");
  p->self->format = (v1 ? BT_FORMAT_V1 : 0) | (v2 ? BT_FORMAT_V2 : 0);
  return true;
}

static bool
parse (BtMetainfoParser *p)
{
  bool read = p->info_only ? bt_metainfo_read_info (p) : bt_metainfo_read_outer (p);

  if (!read || !bt_bencode_finish (&p->reader, NULL))
    return false;
  if (p->info_only && p->reader.at < p->reader.len) /* the hash would not cover it */
    return bt_metainfo_fail (p, BT_ERROR_TRAILING, p->reader.at, NULL);
  note_reader_oddities (p);
  if (p->self->info == NULL)
    return bt_metainfo_fail (p, BT_ERROR_MISSING_KEY, BT_NOWHERE, "info");
  if (!find_format (p))
    return false;
  hash_info (p);
  return bt_metainfo_assemble (p);
}

/* A torrent of a later version is that before it is anything else (BEP 52): what failed above may
 * be right there. */
static void
look_for_version (BtMetainfoParser *p)
{
  BtBencodeReader reader;
  BtBencodeToken token;

  bt_bencode_init (&reader, p->reader.data + p->info_offset, p->reader.len - p->info_offset,
                   &p->reader.limits);
  (void) bt_bencode_next (&reader, &token); /* the dictionary was there */
  while (bt_bencode_next (&reader, &token) && token.type == BT_BENCODE_KEY)
    {
      bool version = bt_bencode_is (&token, "meta version");

      if (!bt_bencode_next (&reader, &token) || !bt_bencode_skip (&reader, &token))
        break;
      if (version && token.type == BT_BENCODE_INT && token.num > 2)
        bt_metainfo_fail (p, BT_ERROR_META_VERSION, p->info_offset + token.offset,
                          "info.meta version");
    }
  bt_bencode_clear (&reader);
}

static BtMetainfo *
metainfo_new (GBytes *bytes)
{
  BtMetainfo *self = g_new0 (BtMetainfo, 1);

  self->refs = 1;
  self->bytes = g_bytes_ref (bytes);
  self->texts = g_string_chunk_new (CLAMP (g_bytes_get_size (bytes) / 16, TEXTS_MIN, TEXTS_MAX));
  self->trackers = g_array_new (FALSE, FALSE, sizeof (BtTracker));
  self->web_seeds = g_array_new (FALSE, FALSE, sizeof (BtWebSeed));
  self->nodes = g_array_new (FALSE, FALSE, sizeof (BtNode));
  return self;
}

static BtMetainfo *
parse_bytes (GBytes *bytes, bool info_only, BtOrigin origin, const BtDigestOps *ops, BtError *why)
{
  bool own = origin == BT_ORIGIN_OWN;
  BtBencodeLimits limits = {
    .max_size = own ? BT_LIMIT_OWN_TORRENT_SIZE : BT_LIMIT_TORRENT_SIZE,
    .max_tokens = own ? BT_LIMIT_OWN_TORRENT_TOKENS : BT_LIMIT_TORRENT_TOKENS,
    .max_depth = BT_LIMIT_TORRENT_DEPTH,
  };
  BtMetainfoParser p = { .self = metainfo_new (bytes),
                         .ops = ops,
                         .info_only = info_only,
                         .info_offset = SIZE_MAX,
                         .length = -1,
                         .path = g_string_sized_new (256) };
  gsize len;
  const void *data = g_bytes_get_data (bytes, &len);

  bt_bencode_init (&p.reader, data, len, &limits);
  if (!parse (&p))
    {
      if (p.info_offset < len)
        look_for_version (&p);
      if (why != NULL)
        *why = p.reader.error;
      g_clear_pointer (&p.self, bt_metainfo_unref);
    }
  bt_bencode_clear (&p.reader);
  g_clear_pointer (&p.v1_files, g_array_unref);
  g_clear_pointer (&p.v2_files, g_array_unref);
  g_string_free (p.path, TRUE);
  return p.self;
}

BtMetainfo *
bt_metainfo_parse (GBytes *torrent, BtOrigin origin, const BtDigestOps *ops, BtError *why)
{
  return parse_bytes (torrent, false, origin, ops, why);
}

BtMetainfo *
bt_metainfo_parse_info (GBytes *info, BtOrigin origin, const BtDigestOps *ops, BtError *why)
{
  return parse_bytes (info, true, origin, ops, why);
}
