/* bt-http-write-private.h: the keys that the answers to announces and scrapes share. */
#pragma once

#include "protocol/tracker/bt-announce.h"
#include "protocol/tracker/bt-writer-private.h"

/* A number with its bencoded key, unless it is 0. */
static inline void
bt_http_write_seconds (BtWriter *w, const char *key, uint32_t value)
{
  if (value == 0)
    return;
  bt_writer_bytes (w, key, strlen (key));
  bt_writer_int (w, value);
}

static inline void
bt_http_write_failure (BtWriter *w, const BtLent *failure)
{
  bt_writer_literal (w, "14:failure reason");
  bt_writer_string (w, failure->bytes, failure->len);
}

/* BEP 31 */
static inline void
bt_http_write_retry (BtWriter *w, uint32_t retry_min)
{
  if (retry_min == BT_RETRY_NEVER)
    bt_writer_literal (w, "8:retry in5:never");
  else
    bt_http_write_seconds (w, "8:retry in", retry_min);
}
