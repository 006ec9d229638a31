/* bt-metainfo-private.h: the parts of the metainfo parser and what they share.
 *
 * Flow: bt-metainfo-outer.c reads the outer dictionary, bt-metainfo-parse.c the info dictionary;
 * bt-metainfo-files.c reads names and the v1 list of files; bt-metainfo-tree.c the v2 tree;
 * bt-metainfo-check.c makes one list of the two and checks counts; bt-metainfo-names.c tells equal
 * names apart; bt-metainfo.c answers for the result. */
#pragma once

#include "protocol/core/bt-bencode.h"
#include "protocol/core/bt-limits.h"
#include "protocol/torrent/bt-metainfo.h"

struct _BtMetainfo
{
  int refs; /* atomic */
  GBytes *bytes;
  const uint8_t *info;
  size_t info_len;
  uint8_t hash_v1[BT_SHA1_LEN];
  uint8_t hash_v2[BT_SHA256_LEN];
  BtFormat format;
  uint32_t oddities;

  GStringChunk *texts; /* owns every string below */
  const char *name;
  const char *raw_name;
  bool single_file;
  BtFile *files;
  BtLayout layout;
  uint64_t content_size;
  size_t n_real_files;
  const uint8_t *pieces_v1; /* in @bytes */

  GArray *trackers; /* of BtTracker */
  GArray *web_seeds;
  GArray *nodes;
  const char *comment;
  const char *created_by;
  const char *source;
  const char *update_url;
  int64_t creation_date;
  bool is_private;
};

/* A run of bytes in the input; @at is NULL when the key was absent. */
typedef struct
{
  const uint8_t *at;
  size_t len;
  size_t offset;
} BtRun;

typedef struct
{
  BtBencodeReader reader;
  BtMetainfo *self;
  const BtDigestOps *ops;
  bool info_only;
  unsigned n_urls; /* of trackers, looked at in one list */

  /* What the info dictionary held, kept until its end. */
  BtRun name;
  BtRun name_utf8;
  BtRun pieces;
  BtRun layers; /* the whole value of "piece layers" */
  int64_t piece_length;
  size_t piece_length_offset;
  size_t info_offset;
  int64_t length; /* of a v1 single file; -1 when absent */
  int64_t meta_version;
  uint32_t single_attr;
  bool has_root_hash; /* BEP 30 */
  GArray *v1_files;   /* of BtFile; NULL when absent */
  GArray *v2_files;
  bool tree_is_single;                   /* the tree holds one file, at the top */
  GString *path;                         /* scratch */
  BtRun components[BT_LIMIT_PATH_DEPTH]; /* of a path, as they stand */
} BtMetainfoParser;

/* A key of a dictionary, and what reads its whole value. */
typedef struct
{
  const char *key;
  bool (*read) (BtMetainfoParser *p);
} BtMetainfoKey;

/* Errors end the parse: they go to the reader, so that one place reports them. */
bool bt_metainfo_fail (BtMetainfoParser *p, BtErrorCode code, size_t offset, const char *key);

/* Reads the next token and demands a type. */
bool bt_metainfo_want (BtMetainfoParser *p, BtBencodeType type, const char *key,
                       BtBencodeToken *out);

/* Reads an optional value: true when it has the type; otherwise it is passed over and noted. Look
 * at the reader's error after false. */
bool bt_metainfo_optional (BtMetainfoParser *p, BtBencodeType type, BtBencodeToken *out);

/* Reads past one whole value. */
bool bt_metainfo_skip (BtMetainfoParser *p);

/* Reads the next element of a list or the next key; false at the close and on an error. */
bool bt_metainfo_next (BtMetainfoParser *p, BtBencodeToken *out);

/* A copy in the metainfo's texts, made valid UTF-8. */
const char *bt_metainfo_text (BtMetainfoParser *p, const void *bytes, size_t len);

/* Reads an optional text into *@out. */
bool bt_metainfo_read_text (BtMetainfoParser *p, const char **out);

/* Whether nothing has failed so far. */
bool bt_metainfo_ok (const BtMetainfoParser *p);

/* Reads a dictionary whose opening token was taken: known keys by the table, others not at all. */
bool bt_metainfo_read_dict (BtMetainfoParser *p, const BtMetainfoKey *keys, size_t n);

/* bt-metainfo-parse.c, bt-metainfo-outer.c */
bool bt_metainfo_read_info (BtMetainfoParser *p);
bool bt_metainfo_read_outer (BtMetainfoParser *p);

/* bt-metainfo-files.c */
bool bt_metainfo_read_files (BtMetainfoParser *p);
uint32_t bt_metainfo_attr (const BtBencodeToken *token);
bool bt_metainfo_read_target (BtMetainfoParser *p, BtFile *file);
bool bt_metainfo_read_length (BtMetainfoParser *p, const char *key, uint64_t *out);
bool bt_metainfo_take_name (BtMetainfoParser *p);
/* A copy of p->path in the metainfo's texts. */
const char *bt_metainfo_keep_path (BtMetainfoParser *p);
/* The same of a path that was cleaned, with p->components behind it where they do for a disk:
 * BT_FILE_RAW in @attr. */
const char *bt_metainfo_keep_cleaned (BtMetainfoParser *p, size_t n_components, uint32_t *attr);

/* bt-metainfo-tree.c */
bool bt_metainfo_read_tree (BtMetainfoParser *p);
bool bt_metainfo_read_layers (BtMetainfoParser *p);

/* bt-metainfo-names.c */
bool bt_metainfo_name_files (BtMetainfoParser *p);

/* bt-metainfo-check.c */
bool bt_metainfo_assemble (BtMetainfoParser *p);
