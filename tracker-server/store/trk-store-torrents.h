/* trk-store-torrents.h: the catalogue: torrents, their bytes, and finding them.
 *
 * A torrent has an id that is never used again, and one or two hashes. Its state goes for both, cut
 * to 20 bytes, unless a mark says otherwise (trk-store-marks.h). See trk-store.h for threads. */
#pragma once

#include <glib.h>

#include "tracker-server/store/trk-store.h"

/* Limits of what is kept, in bytes. */
#define TRK_NAME_MAX 4096u
#define TRK_COMMENT_MAX 65536u
#define TRK_CATEGORY_MAX 256u
#define TRK_TAGS_MAX 4096u
#define TRK_FILE_NAMES_MAX (1u << 20) /* what is longer is cut: no search finds it */
#define TRK_TORRENT_BYTES_MAX (64u << 20)
#define TRK_QUERY_MAX 1024u /* what is longer is cut */

/* Texts are UTF-8. */
typedef struct
{
  int64_t id;
  const uint8_t *v1; /* 20 bytes; NULL for none */
  const uint8_t *v2; /* 32 bytes; NULL for none */
  const char *name;
  uint64_t size; /* of the files, in bytes */
  uint64_t piece_length;
  uint64_t n_files;
  bool is_private;
  const char *comment;  /* (nullable), as the next ones: NULL is kept as "" and comes back as it */
  const char *category; /* one word of the operator's */
  const char *tags;     /* separated by blanks */
  int64_t created_at;   /* seconds since 1970; 0: unknown */
  int64_t registered_at;
  int64_t registered_by; /* a token's id; 0: none */
  TrkMark state;         /* not TRK_MARK_NONE */
  uint64_t completed;    /* by either hash; what is committed, a second behind at most */
} TrkTorrent;

/* How a torrent is named: by its id, or by a hash of 20 bytes (v1, or v2 cut) or 32. Lent. */
typedef struct
{
  int64_t id;          /* 0: by hash */
  const uint8_t *hash; /* (nullable) */
  size_t hash_len;
} TrkTorrentKey;

typedef enum
{
  TRK_ADDED_NEW,
  TRK_ADDED_THERE, /* a torrent with these hashes was there, and stays as it was */
  TRK_ADDED_MERGED /* a half of it was there, or both, or its hashes alone: the older one's id and
                      count stay, and the stricter state; the rest is the new one's */
} TrkAddedHow;

typedef void (*TrkTorrentAdded) (void *data, const TrkProblem *problem, TrkAddedHow how,
                                 int64_t id);

/* Adds a torrent; id and completed are not looked at. @file_names are searched, separated by line
 * ends; (nullable). @bytes is the .torrent, (nullable) for one of which the hashes alone are known.
 * TRK_TROUBLE_INVALID: over a limit, not UTF-8, no hash. TRK_TROUBLE_CONFLICT: one hash is of a
 * torrent that has another second hash. */
void trk_store_torrent_add (TrkStore *store, const TrkTorrent *torrent, const char *file_names,
                            GBytes *bytes, const TrkActor *actor, TrkTorrentAdded added,
                            void *data);

/* @torrent is NULL when there is none. */
typedef void (*TrkTorrentGot) (void *data, const TrkProblem *problem, const TrkTorrent *torrent);
void trk_store_torrent_get (TrkStore *store, const TrkTorrentKey *key, TrkTorrentGot got,
                            void *data);

/* @bytes is NULL when there is no torrent, or no .torrent of it. Lent: take a reference. */
typedef void (*TrkTorrentBytes) (void *data, const TrkProblem *problem, GBytes *bytes);
void trk_store_torrent_bytes (TrkStore *store, const TrkTorrentKey *key, TrkTorrentBytes got,
                              void *data);

typedef enum
{
  TRK_SORT_ADDED,
  TRK_SORT_NAME, /* without regard to case */
  TRK_SORT_SIZE,
  TRK_SORT_COMPLETED
} TrkSort;

/* What is sought. Lent. */
typedef struct
{
  const char *text;     /* (nullable): all. Words of which each has to begin a word of a torrent's
                           name, files, comment, category or tags; any text will do */
  const char *category; /* (nullable): any */
  unsigned states;      /* bits 1 << TrkMark; 0: any */
  TrkSort sort;
  bool descending;
  uint64_t offset;
  uint32_t limit; /* at most TRK_PAGE_MAX; 0 gives the total alone */
} TrkTorrentQuery;

typedef struct
{
  const TrkTorrent *torrents;
  size_t n;
  uint64_t total; /* that were found, on all pages */
} TrkTorrentPage;

typedef void (*TrkTorrentsListed) (void *data, const TrkProblem *problem,
                                   const TrkTorrentPage *page);
void trk_store_torrent_list (TrkStore *store, const TrkTorrentQuery *query,
                             TrkTorrentsListed listed, void *data);

/* The torrent, its bytes and its words; how often it was completed stays known.
 * TRK_TROUBLE_NOT_FOUND. */
void trk_store_torrent_remove (TrkStore *store, const TrkTorrentKey *key, const TrkActor *actor,
                               TrkDone done, void *data);

/* What becomes of a torrent. Lent; UTF-8. */
typedef struct
{
  TrkMark state;        /* TRK_MARK_NONE: stays */
  const char *category; /* (nullable): stays, as the next one */
  const char *tags;
} TrkTorrentEdit;

/* All of it or nothing; what is searched is changed with it. TRK_TROUBLE_NOT_FOUND;
 * TRK_TROUBLE_INVALID: over a limit, not UTF-8. */
void trk_store_torrent_edit (TrkStore *store, const TrkTorrentKey *key, const TrkTorrentEdit *edit,
                             const TrkActor *actor, TrkDone done, void *data);

/* TRK_TROUBLE_NOT_FOUND. */
void trk_store_torrent_set_state (TrkStore *store, const TrkTorrentKey *key, TrkMark state,
                                  const TrkActor *actor, TrkDone done, void *data);
