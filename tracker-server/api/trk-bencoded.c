/* trk-bencoded.c: announces and scrapes of BEP 3 and 48 that come by way of libsoup: what they say
 * and what is answered is trk-http-answer.h's. */
#include <string.h>

#include "tracker-server/api/trk-handlers-private.h"
#include "tracker-server/front/trk-http-answer.h"

static bool
takes_gzip (const TrkCall *call)
{
  const char *codings = soup_message_headers_get_list (
      soup_server_message_get_request_headers (call->message), "Accept-Encoding");
  GSList *accepted = codings != NULL ? soup_header_parse_quality_list (codings, NULL) : NULL;
  bool gzip = g_slist_find_custom (accepted, "gzip", (GCompareFunc) g_ascii_strcasecmp) != NULL;

  soup_header_free_list (accepted);
  return gzip;
}

static void
answer (TrkCall *call, const TrkHttpReply *reply, uint8_t *out)
{
  GBytes *body = reply->large != NULL ? reply->large : g_bytes_new (out, reply->len);

  if (reply->gzip)
    trk_call_header (call, "Content-Encoding", "gzip");
  if (reply->retry_after_s > 0)
    {
      g_autofree char *retry = g_strdup_printf ("%u", reply->retry_after_s);

      trk_call_header (call, "Retry-After", retry);
    }
  trk_call_answer (call, reply->status, "text/plain", body);
}

static void
answer_bencoded (TrkCall *call)
{
  TrkApi *api = call->api;
  GUri *uri = soup_server_message_get_uri (call->message);
  const char *path = g_uri_get_path (uri);
  const char *query = g_uri_get_query (uri);
  g_autofree uint8_t *out = g_malloc (TRK_HTTP_BODY_MAX);
  TrkHttpAsk ask = { .target = trk_target_find (path, strlen (path)),
                     .query = query != NULL ? query : "",
                     .query_len = query != NULL ? strlen (query) : 0,
                     .source = &call->from.remote,
                     .gzip = takes_gzip (call) };
  TrkHttpReply reply;

  trk_worker_begin (api->worker, trk_call_now_us ());
  trk_http_answer (api->answerer, &ask, out, &reply);
  trk_worker_end (api->worker);
  answer (call, &reply, out);
}

const TrkApiRoute trk_routes_bencoded[]
    = { { .method = "GET",
          .path = "/announce",
          .name = "announceBencoded",
          .query = trk_any_query,
          .status = 200,
          .type = "text/plain",
          .handle = answer_bencoded,
          .help = "The announce of BEP 3; failures are bencoded, too" },
        { .method = "GET",
          .path = "/scrape",
          .name = "scrapeBencoded",
          .query = trk_any_query,
          .status = 200,
          .type = "text/plain",
          .handle = answer_bencoded,
          .help = "The scrape of BEP 48" },
        { .method = NULL } };
