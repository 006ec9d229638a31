/* eng-roster.h: what a profile keeps of each of its torrents: all that a list shows of it and all
 * that a person has said of it, small enough to be there for every torrent at all times.
 *
 * What is large stays in the database until it is asked for: see eng-profile.h. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "client-core/store/eng-names.h"

typedef enum
{
  ENG_ROSTER_PAUSED = 1 << 0,
  ENG_ROSTER_SEQUENTIAL = 1 << 1,
  ENG_ROSTER_EDGES_FIRST = 1 << 2,
  ENG_ROSTER_NO_TRACKERS = 1 << 3, /* none is asked, but for those that the person names */
  ENG_ROSTER_PREALLOCATE = 1 << 4,
  ENG_ROSTER_READ_ONLY = 1 << 5,
  ENG_ROSTER_SUPER_SEED = 1 << 6,
  ENG_ROSTER_CHOOSE = 1 << 7,   /* a magnet that waits for a choice of files */
  ENG_ROSTER_METADATA = 1 << 8, /* the metainfo is kept */
  ENG_ROSTER_PRIVATE = 1 << 9,  /* BEP 27 */
  ENG_ROSTER_FORCED = 1 << 10,  /* it needs no turn */
  ENG_ROSTER_DELETING = 1 << 11 /* it has left; its files go, then the row */
} EngRosterFlag;

/* A tracker that the person has added, or taken away. */
typedef struct
{
  char *url;
  unsigned tier;
  bool dropped;
} EngRosterTracker;

/* Owns its strings. Wall time is in seconds since 1970. */
typedef struct
{
  uint64_t id;
  bool has_v1;
  bool has_v2;
  uint8_t v1[20];
  uint8_t v2[32];
  char *name;
  char *folder;     /* that holds its file or folder */
  int64_t position; /* in the queue: the smaller one is before */
  unsigned flags;   /* EngRosterFlag */
  int64_t added_at;
  int64_t completed_at; /* 0: not yet */
  uint64_t down_Bps;    /* limits; 0: none */
  uint64_t up_Bps;
  uint64_t downloaded; /* bytes of blocks in all sessions */
  uint64_t uploaded;
  uint64_t total; /* bytes: of all, and of what is wanted, with what lacks of both */
  uint64_t left;
  uint64_t wanted;
  uint64_t wanted_left;
  GArray *trackers; /* of EngRosterTracker; NULL: none */
} EngRosterRow;

/* (transfer full) */
EngRosterRow *eng_roster_row_copy (const EngRosterRow *from);
void eng_roster_row_free (EngRosterRow *row); /* accepts NULL */

/* Puts a tracker there, or changes the one of that URL. */
void eng_roster_row_set_tracker (EngRosterRow *row, const char *url, unsigned tier, bool dropped);

/* What is read when a torrent is needed. Owns what it points to. */
typedef struct
{
  GBytes *metainfo;   /* a .torrent; NULL: not here yet */
  char *magnet;       /* a URI; NULL: it came as a .torrent */
  GBytes *priorities; /* one byte a file of the layout; NULL: all are normal */
  EngNames names;     /* of files; the store knows them from eng_store_name() */
} EngRosterSource;

void eng_roster_source_clear (EngRosterSource *source);
/* (transfer full) */
EngRosterSource *eng_roster_source_copy (const EngRosterSource *from);
void eng_roster_source_free (EngRosterSource *source); /* accepts NULL */
