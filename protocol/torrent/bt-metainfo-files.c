/* bt-metainfo-files.c: the torrent's name and the v1 list of files (BEP 3, BEP 47). */
#include "protocol/torrent/bt-metainfo-private.h"

#include <string.h>

#include "protocol/core/bt-limits.h"
#include "protocol/torrent/bt-path.h"

uint32_t
bt_metainfo_attr (const BtBencodeToken *token)
{
  uint32_t attr = 0;

  for (size_t i = 0; i < token->len; i++)
    switch (token->bytes[i])
      {
      case 'p':
        attr |= BT_FILE_PAD;
        break;
      case 'x':
        attr |= BT_FILE_EXECUTABLE;
        break;
      case 'h':
        attr |= BT_FILE_HIDDEN;
        break;
      case 'l':
        attr |= BT_FILE_SYMLINK;
        break;
      default:
        break;
      }
  return attr;
}

bool
bt_metainfo_read_length (BtMetainfoParser *p, const char *key, uint64_t *out)
{
  BtBencodeToken token;

  if (!bt_metainfo_want (p, BT_BENCODE_INT, key, &token))
    return false;
  if (token.num < 0)
    return bt_metainfo_fail (p, BT_ERROR_OUT_OF_RANGE, token.offset, key);
  *out = (uint64_t) token.num;
  return true;
}

/* What the dictionary of one file has given so far. */
typedef struct
{
  BtFile file;
  bool has_length;
  bool has_utf8; /* the path is that of "path.utf-8", which wins */
} FileEntry;

/* Reads the components of a list, whose opening token was taken: cleaned into p->path, as they
 * stand into p->components. @changed: whether both differ. */
static bool
read_components (BtMetainfoParser *p, const char *key, size_t *n, bool *changed)
{
  BtBencodeToken token;

  g_string_truncate (p->path, 0);
  *n = 0;
  *changed = false;
  while (bt_metainfo_next (p, &token))
    {
      if (token.type != BT_BENCODE_BYTES)
        return bt_metainfo_fail (p, BT_ERROR_WRONG_TYPE, token.offset, key);
      if (*n == BT_LIMIT_PATH_DEPTH)
        return bt_metainfo_fail (p, BT_ERROR_PATH_DEPTH, token.offset, key);
      p->components[(*n)++] = (BtRun){ token.bytes, token.len, token.offset };
      *changed |= !bt_path_append (p->path, token.bytes, token.len);
    }
  return bt_metainfo_ok (p);
}

const char *
bt_metainfo_keep_path (BtMetainfoParser *p)
{
  return g_string_chunk_insert_len (p->self->texts, p->path->str, (gssize) p->path->len);
}

/* Joins what is safe; false, and @path as it was, when something is not. */
static bool
append_components (GString *path, const BtRun *components, size_t n)
{
  size_t before = path->len;

  for (size_t i = 0; i < n; i++)
    {
      if (!bt_path_is_name (components[i].at, components[i].len))
        {
          g_string_truncate (path, before);
          return false;
        }
      if (i > 0)
        g_string_append_c (path, '/');
      g_string_append_len (path, (const char *) components[i].at, (gssize) components[i].len);
    }
  return n > 0;
}

const char *
bt_metainfo_keep_cleaned (BtMetainfoParser *p, size_t n_components, uint32_t *attr)
{
  size_t len = p->path->len;
  const char *path;

  g_string_append_c (p->path, '\0');
  if (append_components (p->path, p->components, n_components))
    *attr |= BT_FILE_RAW;
  path = bt_metainfo_keep_path (p);
  g_string_truncate (p->path, len);
  return path;
}

/* A link with a target that makes no sense is one that leads nowhere. */
bool
bt_metainfo_read_target (BtMetainfoParser *p, BtFile *file)
{
  bool changed = false;
  size_t n;
  BtBencodeToken token;

  if (!bt_metainfo_optional (p, BT_BENCODE_LIST, &token))
    return bt_metainfo_ok (p);
  if (!read_components (p, "info.files.symlink path", &n, &changed))
    return false;
  if (changed || p->path->len == 0)
    p->self->oddities |= BT_ODD_LINK;
  else
    file->target = bt_metainfo_keep_path (p);
  return true;
}

static bool
take_path (BtMetainfoParser *p, FileEntry *entry)
{
  BtFile *file = &entry->file;
  bool changed;
  size_t n;

  if (!read_components (p, "info.files.path", &n, &changed))
    return false;
  if (p->path->len == 0)
    {
      g_string_assign (p->path, "_");
      changed = true;
    }
  file->attr &= ~(uint32_t) (BT_FILE_CLEANED | BT_FILE_RAW);
  file->attr |= changed ? BT_FILE_CLEANED : 0;
  file->path = changed ? bt_metainfo_keep_cleaned (p, n, &file->attr) : bt_metainfo_keep_path (p);
  return true;
}

static bool
read_path (BtMetainfoParser *p, FileEntry *entry)
{
  BtBencodeToken token;

  if (entry->has_utf8)
    return bt_metainfo_skip (p);
  return bt_metainfo_want (p, BT_BENCODE_LIST, "info.files.path", &token) && take_path (p, entry);
}

static bool
read_path_utf8 (BtMetainfoParser *p, FileEntry *entry)
{
  BtBencodeToken token;

  if (!bt_metainfo_optional (p, BT_BENCODE_LIST, &token))
    return bt_metainfo_ok (p);
  entry->has_utf8 = true;
  return take_path (p, entry);
}

static bool
read_file_key (BtMetainfoParser *p, const BtBencodeToken *key, FileEntry *entry)
{
  BtBencodeToken token;

  if (bt_bencode_is (key, "length"))
    return entry->has_length
           = bt_metainfo_read_length (p, "info.files.length", &entry->file.length);
  if (bt_bencode_is (key, "path"))
    return read_path (p, entry);
  if (bt_bencode_is (key, "path.utf-8"))
    return read_path_utf8 (p, entry);
  if (bt_bencode_is (key, "symlink path"))
    return bt_metainfo_read_target (p, &entry->file);
  if (!bt_bencode_is (key, "attr"))
    return bt_metainfo_skip (p);
  if (bt_metainfo_optional (p, BT_BENCODE_BYTES, &token))
    entry->file.attr |= bt_metainfo_attr (&token);
  return bt_metainfo_ok (p);
}

/* A pad needs no path (BEP 47), and a link no length. */
static bool
check_file (BtMetainfoParser *p, FileEntry *entry, size_t offset)
{
  BtFile *file = &entry->file;

  if (file->path == NULL && (file->attr & BT_FILE_PAD) != 0)
    file->path = ".pad";
  if (file->path == NULL)
    return bt_metainfo_fail (p, BT_ERROR_MISSING_KEY, offset, "info.files.path");
  if ((file->attr & BT_FILE_SYMLINK) != 0)
    file->length = 0;
  else if (!entry->has_length)
    return bt_metainfo_fail (p, BT_ERROR_MISSING_KEY, offset, "info.files.length");
  return true;
}

static bool
read_file (BtMetainfoParser *p, size_t offset)
{
  BtBencodeToken key;
  FileEntry entry = { 0 };

  while (bt_metainfo_next (p, &key))
    if (!read_file_key (p, &key, &entry))
      return false;
  if (!bt_metainfo_ok (p) || !check_file (p, &entry, offset))
    return false;
  g_array_append_val (p->v1_files, entry.file);
  return true;
}

bool
bt_metainfo_read_files (BtMetainfoParser *p)
{
  BtBencodeToken token;

  if (!bt_metainfo_want (p, BT_BENCODE_LIST, "info.files", &token))
    return false;
  p->v1_files = g_array_new (FALSE, FALSE, sizeof (BtFile));
  while (bt_metainfo_next (p, &token))
    {
      if (token.type != BT_BENCODE_DICT)
        return bt_metainfo_fail (p, BT_ERROR_WRONG_TYPE, token.offset, "info.files");
      if (!read_file (p, token.offset))
        {
          p->reader.error.item = p->v1_files->len;
          return false;
        }
    }
  return bt_metainfo_ok (p);
}

/* The name for the disk. One of which nothing may stay is called by the info-hash. */
bool
bt_metainfo_take_name (BtMetainfoParser *p)
{
  static const char digits[] = "0123456789abcdef";
  BtMetainfo *self = p->self;
  const uint8_t *hash = (self->format & BT_FORMAT_V1) != 0 ? self->hash_v1 : self->hash_v2;
  BtRun name = p->name_utf8.len > 0 ? p->name_utf8 : p->name;
  BtFile file = { 0 };
  bool kept;

  if (name.at == NULL)
    return bt_metainfo_fail (p, BT_ERROR_MISSING_KEY, BT_NOWHERE, "info.name");
  g_string_truncate (p->path, 0);
  kept = bt_path_append (p->path, name.at, name.len);
  if (!kept)
    self->oddities |= BT_ODD_NAMES;
  for (size_t i = 0; p->path->len < 2 * BT_SHA1_LEN && (i > 0 || p->path->len == 0); i++)
    {
      g_string_append_c (p->path, digits[hash[i] >> 4]);
      g_string_append_c (p->path, digits[hash[i] & 15]);
    }
  p->components[0] = name;
  file.path = kept ? bt_metainfo_keep_path (p) : bt_metainfo_keep_cleaned (p, 1, &file.attr);
  self->name = file.path;
  self->raw_name = bt_file_raw_path (&file);
  return true;
}
