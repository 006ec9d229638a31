/* trk-register-file.c: a file whose torrent the tracker makes: hashed as it comes in, and not kept.
 */
#include <string.h>

#include "protocol/files/btf-create.h"
#include "protocol/torrent/bt-path.h"
#include "protocol/torrent/bt-single.h"
#include "tracker-server/api/trk-register-private.h"

/* Pieces of a file that does not say how long it is. */
#define PIECE_LENGTH_USUAL BT_MIB

static const char too_many_pieces[]
    = "the torrent would be too large: the file needs a larger “piece_length”";
static const char *const format_names[] = { "hybrid", "v1", "v2", NULL };
static const BtFormat formats[] = { BT_FORMAT_HYBRID, BT_FORMAT_V1, BT_FORMAT_V2 };

const TrkField trk_register_query[]
    = { { "category", TRK_TYPE_TEXT, TRK_FIELD_LINE, 0, TRK_CATEGORY_MAX, NULL, NULL,
          "One word of the operator's" },
        { "tags", TRK_TYPE_TEXT, TRK_FIELD_LINE, 0, TRK_TAGS_MAX, NULL, NULL,
          "Separated by blanks" },
        { "name", TRK_TYPE_TEXT, TRK_FIELD_LINE, 1, BT_LIMIT_NAME, NULL, NULL,
          "Of a file, which needs one: its name" },
        { "format", TRK_TYPE_TEXT, 0, 0, 8, format_names, NULL,
          "Of a file: hybrid unless told, v1 where it is private" },
        { "piece_length", TRK_TYPE_NUMBER, 0, BT_BLOCK_LEN, BT_LIMIT_PIECE_LENGTH, NULL, NULL,
          "Of a file: a power of two in bytes; unless told such that there are about 2000, or 1 "
          "MiB where "
          "the request does not say how long the file is" },
        { "private", TRK_TYPE_BOOL, 0, 0, 0, NULL, NULL,
          "Of a file: whether peers come from the tracker alone" },
        { "comment", TRK_TYPE_TEXT, 0, 0, 4096, NULL, NULL, "Of a file: any text" },
        { "source", TRK_TYPE_TEXT, TRK_FIELD_LINE, 1, 256, NULL, NULL,
          "Of a file: a word that changes the hashes, so that torrents of two trackers differ" },
        { .name = NULL } };

/* --- what is asked for --- */

static BtFormat
format_of (const TrkCall *call)
{
  if (trk_call_text (call, "format") == NULL && trk_call_flag (call, "private"))
    return BT_FORMAT_V1;
  return formats[trk_call_choice (call, "format", 0)];
}

/* 0 where the request does not say. */
static uint64_t
announced_len (const TrkCall *call)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (call->message);

  if (soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH)
    return 0;
  return (uint64_t) soup_message_headers_get_content_length (headers);
}

static uint64_t
piece_length_of (const TrkCall *call, uint64_t announced)
{
  uint64_t usual = announced > 0 ? btf_create_piece_length (announced) : PIECE_LENGTH_USUAL;

  return (uint64_t) trk_call_number (call, "piece_length", (int64_t) usual);
}

static bool
refuse_value (TrkCall *call, const char *message)
{
  trk_call_fail (call, SOUP_STATUS_BAD_REQUEST, "value", message);
  return false;
}

static bool
read_words (TrkCall *call, uint64_t announced, BtBuilder *words)
{
  *words = (BtBuilder){ .format = format_of (call),
                        .name = trk_call_text (call, "name"),
                        .piece_length = piece_length_of (call, announced),
                        .is_private = trk_call_flag (call, "private"),
                        .comment = trk_call_text (call, "comment"),
                        .source = trk_call_text (call, "source"),
                        .created_by = "Shoal " SHOAL_PACKAGE_VERSION,
                        .creation_date = g_get_real_time () / G_USEC_PER_SEC };
  if (words->name == NULL || !bt_path_fits (words->name))
    return refuse_value (call, "a file needs a “name” that a file may have");
  if ((words->piece_length & (words->piece_length - 1)) != 0)
    return refuse_value (call, "“piece_length” is no power of two");
  return bt_single_fits (words->format, words->piece_length, announced)
         || refuse_value (call, too_many_pieces);
}

/* --- the body --- */

static void
refuse (TrkCall *call, TrkUploadStatus status)
{
  if (status == TRK_UPLOAD_TOO_LONG)
    {
      trk_call_fail (call, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "too_large",
                     "the file is longer than files.size-max allows");
      return;
    }
  trk_call_header (call, "Retry-After", "60");
  if (status == TRK_UPLOAD_NO_ROOM)
    trk_call_fail (call, SOUP_STATUS_INSUFFICIENT_STORAGE, "no_room",
                   "the files under way are as many bytes as files.total-max allows");
  else
    trk_call_fail (call, SOUP_STATUS_SERVICE_UNAVAILABLE, "busy",
                   "too many files are under way, or of this address");
}

static void
drop (void *upload)
{
  trk_upload_free (upload);
}

static void
register_made (TrkCall *call, GBytes *torrent)
{
  g_clear_pointer ((TrkUpload **) &call->state, trk_upload_free);
  trk_register_add (call, torrent, trk_call_text (call, "category"), trk_call_text (call, "tags"));
}

/* The thread has done its part. */
static void
on_hashed (void *data)
{
  TrkCall *call = data;
  g_autoptr (GBytes) torrent = NULL;
  BtErrorCode why;

  if (!trk_call_is_live (call))
    return;
  torrent = trk_upload_result (call->state, &why);
  if (torrent != NULL)
    register_made (call, torrent);
  else if (why == BT_OK)
    trk_call_resume (call);
  else
    (void) refuse_value (call, too_many_pieces);
}

void
trk_register_file_begin (TrkCall *call)
{
  const TrkSettings *settings = call->api->parts.settings;
  uint64_t announced = announced_len (call);
  TrkUploadPlan plan = { .announced = announced,
                         .max = settings->file_max * BT_MIB,
                         .total_max = settings->files_max * BT_MIB,
                         .source = call->from.remote,
                         .done = on_hashed,
                         .data = call };
  TrkUploadStatus status;

  if (settings->file_max == 0)
    {
      trk_call_fail (call, SOUP_STATUS_FORBIDDEN, "no_files",
                     "this tracker takes no files to hash");
      return;
    }
  if (!read_words (call, announced, &plan.words))
    return;
  call->state = trk_upload_begin (call->api->uploads, &plan, &status);
  call->drop = drop;
  if (call->state == NULL)
    refuse (call, status);
}

void
trk_register_file_take (TrkCall *call, const uint8_t *data, size_t len)
{
  TrkUploadStatus status = trk_upload_add (call->state, data, len);

  if (status == TRK_UPLOAD_FULL)
    trk_call_pause (call); /* no more before the thread has done */
  else if (status != TRK_UPLOAD_FINE)
    refuse (call, status);
}

void
trk_register_file_end (TrkCall *call)
{
  if (trk_upload_len (call->state) > 0)
    trk_upload_end (call->state);
  else
    trk_call_fail (call, SOUP_STATUS_BAD_REQUEST, "body", "an empty file has no torrent");
}
