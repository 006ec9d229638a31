/* trk-store-world.h: a tracker's store for tests: asks, waits, and says as text what was answered.
 *
 * A problem is said as "!" and its name; nothing as "-". */
#pragma once

#include <glib.h>

#include "tracker-server/store/trk-store-admin.h"
#include "tracker-server/store/trk-store-history.h"
#include "tracker-server/store/trk-store-marks.h"
#include "tracker-server/store/trk-store-torrents.h"

typedef struct
{
  GMainContext *context;
  BtioReactor *reactor;
  char *folder;
  char *path; /* of the database, in a folder below it that is yet to be made */
  TrkLists *lists;
  TrkStoreConfig config;
  TrkStore *store;       /* NULL: closed */
  TrkStoreFound found;   /* when it was opened */
  GHashTable *primed;    /* of what it showed then: hashes in hexadecimal, and their counts */
  unsigned n_unanswered; /* requests */
  char *said;            /* the last answer; never NULL */
  TrkTrouble trouble;    /* of the last problem */
  int sys_errno;
  int64_t id;        /* of the last torrent or token */
  GString *all;      /* what was said by requests that nobody waited for */
  bool is_listening; /* to them */
} TrkStoreWorld;

extern const TrkActor trk_store_somebody;

void trk_store_world_init (TrkStoreWorld *w);
void trk_store_world_clear (TrkStoreWorld *w);

/* What being opened is answered by: "ok" or a problem. */
const char *trk_store_world_open (TrkStoreWorld *w);
void trk_store_world_close (TrkStoreWorld *w);
void trk_store_world_reopen (TrkStoreWorld *w);

/* Waits for all answers. */
const char *trk_store_world_wait (TrkStoreWorld *w);

/* A hash that is @n in all its bytes. Good until the next three calls. */
const uint8_t *trk_store_hash (unsigned n);

/* Lent until the next answer. */
const char *trk_store_done (TrkStoreWorld *w);
void trk_store_on_done (void *data, const TrkProblem *problem);

/* Adds a torrent with hashes of trk_store_hash(), 0: none. "new 1". */
const char *trk_store_put (TrkStoreWorld *w, unsigned v1, unsigned v2, const char *name);
const char *trk_store_put_torrent (TrkStoreWorld *w, const TrkTorrent *torrent, const char *files,
                                   GBytes *bytes);
TrkTorrent trk_store_torrent (unsigned v1, unsigned v2, const char *name);

/* "1 name allowed 0". */
const char *trk_store_get (TrkStoreWorld *w, int64_t id);
const char *trk_store_get_hash (TrkStoreWorld *w, const uint8_t *hash, size_t len);
/* "2: first, second". */
const char *trk_store_list (TrkStoreWorld *w, const TrkTorrentQuery *query);
const char *trk_store_bytes (TrkStoreWorld *w, int64_t id);
const char *trk_store_remove (TrkStoreWorld *w, int64_t id);
const char *trk_store_judge (TrkStoreWorld *w, int64_t id, TrkMark state);

/* "ok". */
const char *trk_store_mark (TrkStoreWorld *w, const uint8_t *hash, TrkMark mark);
/* "2: 01 allowed, 02 denied". */
const char *trk_store_marks (TrkStoreWorld *w, TrkMark mark, uint64_t offset, uint32_t limit);
/* "2 new, 1 changed". */
const char *trk_store_import (TrkStoreWorld *w, const uint8_t *hashes, size_t n, TrkMark mark);

const char *trk_store_set (TrkStoreWorld *w, const char *key, const char *value);
const char *trk_store_setting (TrkStoreWorld *w, const char *key);
/* "a=1, b=2". */
const char *trk_store_settings (TrkStoreWorld *w);

/* "token 1". */
const char *trk_store_token (TrkStoreWorld *w, const char *name, TrkScope scope, unsigned secret,
                             int64_t expires_at);
/* "1 name admin". */
const char *trk_store_check_token (TrkStoreWorld *w, unsigned secret, int64_t now);
/* "1 name admin used 5, 2 ... revoked". */
const char *trk_store_tokens (TrkStoreWorld *w);
const char *trk_store_revoke (TrkStoreWorld *w, int64_t id);

/* "2 who what subject detail; 1 ...". */
const char *trk_store_audit (TrkStoreWorld *w, int64_t before, uint32_t limit);

const char *trk_store_sample (TrkStoreWorld *w, int64_t at, uint64_t peers, uint64_t announces);
/* "60 p10 a5, 120 p11 a6". */
const char *trk_store_samples (TrkStoreWorld *w, TrkSpan span, int64_t from, int64_t until,
                               uint32_t limit);

const char *trk_store_flushed (TrkStoreWorld *w);
const char *trk_store_backed_up (TrkStoreWorld *w, const char *path);
const char *trk_store_checked (TrkStoreWorld *w);
TrkStoreFigures trk_store_figures (TrkStoreWorld *w);

/* How often a hash was completed, as the store showed when it was opened. */
uint64_t trk_store_primed (TrkStoreWorld *w, const uint8_t *hash);

/* The word for a problem: "corrupt". */
const char *trk_store_trouble_name (TrkTrouble trouble);

/* Statements on the file of a closed store. */
void trk_store_run_sql (const char *path, const char *sql);
int64_t trk_store_ask_sql (const char *path, const char *sql);
