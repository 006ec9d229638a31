/* bt-http-scrape-read.c: the tracker's answer to a scrape, as the client reads it. */
#include <string.h>

#include "protocol/tracker/bt-http-read-private.h"
#include "protocol/tracker/bt-http-scrape.h"

/* The answer while it is being read. */
typedef struct
{
  BtBencodeReader in;
  BtScrapeReply *reply;
  GArray *entries;
  guint most;
  bool has_files;
} Answer;

static bool
read_count (Answer *a, const BtBencodeToken *key, BtScrapeEntry *entry)
{
  if (bt_bencode_is (key, "complete"))
    return bt_dict_u32 (&a->in, "files.complete", UINT32_MAX, &entry->complete);
  if (bt_bencode_is (key, "downloaded"))
    return bt_dict_u32 (&a->in, "files.downloaded", UINT32_MAX, &entry->downloaded);
  if (bt_bencode_is (key, "incomplete"))
    return bt_dict_u32 (&a->in, "files.incomplete", UINT32_MAX, &entry->incomplete);
  if (bt_bencode_is (key, "downloaders"))
    return bt_dict_number (&a->in, "files.downloaders", UINT32_MAX, &entry->downloaders);
  return bt_dict_skip (&a->in);
}

static bool
read_entry (Answer *a, const BtBencodeToken *hash)
{
  BtScrapeEntry entry = { .downloaders = BT_UNSAID };
  BtBencodeToken token;

  if (hash->len != BT_INFO_HASH_LEN)
    return bt_dict_refuse (&a->in, BT_ERROR_WRONG_LENGTH, hash->offset, "files");
  memcpy (entry.info_hash, hash->bytes, BT_INFO_HASH_LEN);
  if (!bt_dict_value (&a->in, BT_BENCODE_DICT, "files", &token))
    return false;
  while (bt_dict_next_key (&a->in, &token))
    if (!read_count (a, &token, &entry))
      return false;
  if (a->in.error.code != BT_OK)
    return false;
  if (a->entries->len < a->most)
    g_array_append_val (a->entries, entry);
  return true;
}

static bool
read_files (Answer *a)
{
  BtBencodeToken token;

  a->has_files = true;
  if (!bt_dict_value (&a->in, BT_BENCODE_DICT, "files", &token))
    return false;
  while (bt_dict_next_key (&a->in, &token))
    if (!read_entry (a, &token))
      return false;
  return a->in.error.code == BT_OK;
}

static bool
read_flag (Answer *a, const BtBencodeToken *key)
{
  if (!bt_bencode_is (key, "min_request_interval"))
    return bt_dict_skip (&a->in);
  return bt_reply_seconds (&a->in, "flags.min_request_interval", &a->reply->min_request_interval_s);
}

static bool
read_flags (Answer *a)
{
  BtBencodeToken token;

  if (!bt_dict_value (&a->in, BT_BENCODE_DICT, "flags", &token))
    return false;
  while (bt_dict_next_key (&a->in, &token))
    if (!read_flag (a, &token))
      return false;
  return a->in.error.code == BT_OK;
}

static bool
read_value (void *answer, const BtBencodeToken *key)
{
  Answer *a = answer;

  if (bt_bencode_is (key, "files"))
    return read_files (a);
  if (bt_bencode_is (key, "flags"))
    return read_flags (a);
  if (bt_bencode_is (key, "failure reason"))
    return bt_reply_bytes (&a->in, "failure reason", &a->reply->failure);
  if (bt_bencode_is (key, "retry in"))
    return bt_reply_retry (&a->in, &a->reply->retry_min);
  return bt_dict_skip (&a->in);
}

static bool
read_answer (Answer *a, const uint8_t *data, size_t len, BtError *why)
{
  if (!bt_reply_read (&a->in, data, len, read_value, a, why))
    return false;
  if (!a->has_files && a->reply->failure.bytes == NULL)
    return bt_error_set (why, BT_ERROR_MISSING_KEY, 0, "files");
  return true;
}

bool
bt_http_scrape_read (const uint8_t *data, size_t len, BtScrapeReply *out, GArray *entries,
                     BtError *why)
{
  guint before = entries->len;
  Answer a = { .reply = out, .entries = entries, .most = before + BT_LIMIT_SCRAPE_HTTP };
  bool ok;

  *out = (BtScrapeReply){ 0 };
  ok = read_answer (&a, data, len, why);
  if (!ok)
    g_array_set_size (entries, before);
  return ok;
}
