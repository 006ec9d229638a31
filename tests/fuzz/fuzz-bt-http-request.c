/* fuzz-bt-http-request.c: any bytes as the head of a request: what comes out is the same however
 * they are cut, and lies within them. */
#include <string.h>

#include "protocol/core/bt-assert.h"
#include "protocol/tracker/bt-http-request.h"
#include "tests/fuzz/fuzz-target.h"

static void
check_span (const BtHttpRequest *head, const BtHttpSpan *span)
{
  bt_assert (span->at <= head->len && span->len <= head->len - span->at);
}

static void
check_head (const BtHttpRequest *head, const char *data, size_t len)
{
  bt_assert (head->len > 0 && head->len <= len && head->len <= BT_LIMIT_HTTP_HEAD);
  bt_assert (memcmp (data + head->len - 2, "\r\n", 2) == 0);
  bt_assert (memchr (data, '\0', head->len) == NULL);
  check_span (head, &head->path);
  check_span (head, &head->query);
  check_span (head, &head->host);
  for (uint8_t i = 0; i < head->n_forwarded; i++)
    check_span (head, &head->forwarded[i]);
  bt_assert (!(head->chunked && head->has_length));
  bt_assert (head->minor == 1 || !head->keep_alive);
}

/* Reads the bytes in pieces of the size. */
static BtHttpResult
read_in_pieces (BtHttpRequest *head, const char *data, size_t len, size_t piece)
{
  BtHttpResult result = BT_HTTP_MORE;

  memset (head, 0, sizeof *head);
  for (size_t at = 0; at < len && result == BT_HTTP_MORE; at += piece)
    result = bt_http_request_read (head, data, at + piece < len ? at + piece : len);
  return result;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  const char *text = (const char *) data;
  BtHttpRequest whole = { 0 };
  BtHttpRequest cut;
  BtHttpResult result = bt_http_request_read (&whole, text, len);

  bt_assert (bt_http_reason (whole.status) != NULL);
  bt_assert ((result == BT_HTTP_BAD) == (whole.status != 0));
  if (result == BT_HTTP_HEAD)
    check_head (&whole, text, len);
  for (size_t piece = 1; piece < 8; piece += 3)
    {
      bt_assert (read_in_pieces (&cut, text, len, piece) == result || len == 0);
      /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): both are filled by the same code */
      bt_assert (result != BT_HTTP_HEAD || memcmp (&whole, &cut, sizeof whole) == 0);
    }
  return 0;
}
