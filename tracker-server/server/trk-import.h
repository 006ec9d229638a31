/* trk-import.h: lists of torrents and configurations of other trackers, read into what ours has.
 *
 * Pure: text in, hashes, settings and notes out. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

#include "tracker-server/swarm/trk-lists.h"

/* Of the notes, so that a file of another kind does not flood the terminal. */
#define TRK_IMPORT_NOTES_MAX 100u

/* A list that a configuration names. */
typedef struct
{
  char *path;
  TrkMark mark;
} TrkImportList;

typedef struct
{
  GByteArray *hashes;  /* 20 bytes each */
  GPtrArray *settings; /* of char *: "NAME=VALUE" */
  GArray *lists;       /* of TrkImportList: still to be read */
  GPtrArray *notes;    /* of char *: what was not understood, sentences without a full stop */
  unsigned n_notes;    /* more than there are when there were too many */
} TrkImport;

void trk_import_init (TrkImport *self);
void trk_import_clear (TrkImport *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TrkImport, trk_import_clear)

/* Whether this looks like a configuration of opentracker rather than a list of hashes. */
bool trk_import_is_opentracker (const char *text);

/* Takes a list: a hash of 40 or 64 hexadecimal digits in each line, then perhaps a blank and words
 * of any kind; # begins a comment. @path is what it is called. */
void trk_import_hashes (TrkImport *self, const char *path, const char *text);

/* Takes opentracker's configuration. Paths in it are made absolute against the folder of @path. */
void trk_import_opentracker (TrkImport *self, const char *path, const char *text);
