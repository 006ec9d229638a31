/* trk-uploads.h: files that come in to be hashed: each in parts, on a thread of their own, not
 * kept.
 *
 *     part -> trk_upload_add() -> a part is full: thread -> bt-single -> eventfd -> done()
 *
 * Everything is called, and calls back, on the thread of the context it was made on. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/core/bt-endpoint.h"
#include "protocol/core/bt-error.h"
#include "protocol/torrent/bt-builder.h"

/* Files under way, in all and of one source (an IPv4 address, an IPv6 /64). */
#define TRK_UPLOADS_MAX 32u
#define TRK_UPLOADS_PER_SOURCE 4u

/* All files under way. */
typedef struct TrkUploads TrkUploads;
typedef struct TrkUpload TrkUpload;

/* What is called when what was handed to the thread is done: then more may be added. */
typedef void (*TrkUploadDone) (void *data);

typedef enum
{
  TRK_UPLOAD_FINE,
  TRK_UPLOAD_FULL,     /* enough of it for the thread: add no more before done() */
  TRK_UPLOAD_BUSY,     /* too many files are under way, or of this source */
  TRK_UPLOAD_TOO_LONG, /* the file is over its limit */
  TRK_UPLOAD_NO_ROOM   /* all files under way are over theirs together */
} TrkUploadStatus;

typedef struct
{
  BtBuilder words;    /* as bt_single_new() and bt_single_finish() want them; texts are copied */
  uint64_t announced; /* bytes that will come, or 0 where that was not said */
  uint64_t max;       /* bytes of a file */
  uint64_t total_max; /* bytes of all files under way */
  BtEndpoint source;  /* one without a family counts in the sum alone */
  TrkUploadDone done;
  void *data;
} TrkUploadPlan;

/* NULL and errno when the system gives no thread or descriptor. (transfer full) */
TrkUploads *trk_uploads_new (void);

/* Ends the thread; nobody is called back any more, and what uploads are left can only be freed.
 * Accepts NULL. */
void trk_uploads_free (TrkUploads *self);

/* NULL and @status when there is no place for it. (transfer full) */
TrkUpload *trk_upload_begin (TrkUploads *self, const TrkUploadPlan *plan, TrkUploadStatus *status);

/* Takes the next bytes. */
TrkUploadStatus trk_upload_add (TrkUpload *self, const uint8_t *data, size_t len);

uint64_t trk_upload_len (const TrkUpload *self);

/* All was added: makes the torrent, then calls done(). */
void trk_upload_end (TrkUpload *self);

/* In done(): the torrent, or NULL and why there is none; BT_OK while more is to come. (transfer
 * full) (nullable) */
GBytes *trk_upload_result (TrkUpload *self, BtErrorCode *why);

/* Also while the thread is at it. Accepts NULL. */
void trk_upload_free (TrkUpload *self);
