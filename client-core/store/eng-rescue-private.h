/* eng-rescue-private.h: what can be read of a damaged profile goes into a new one.
 *
 *     a new database beside it <- row by row what both old and new find sound -> synced
 *     -> the old one is renamed, with the date -> the new one takes its name
 *
 * A kill in between loses neither: what was begun is thrown away, what was done is brought to its
 * end. States of files are not taken over, since nothing proves them: files are verified. A torrent
 * of which the metainfo is gone or spoilt is found again by its hash, like a magnet. */
#pragma once

#include "eng-store-private.h"

/* The database of @self, which is locked and may be open, is damaged: opens a new one in its place.
 * False, and self->fault, when that cannot be; then the damaged one lies where it did. */
bool eng_rescue_run (EngStoreDb *self, EngRescue *out);

/* A rescue of the database at @path, which is locked, may have been killed. */
void eng_rescue_finish (const char *path);
