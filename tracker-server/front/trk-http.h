/* trk-http.h: the HTTP side of the tracker (RFC 9112): it accepts connections, answers announces
 * and scrapes, and hands every other request to its owner with its connection.
 *
 *     accept -> places -> (PROXY) -> (TLS) -> head -> announce or scrape -> answer, head ...
 *                                                  -> anything else -> the owner's libsoup
 *
 * Each of its threads has its own reactor, listeners and worker. What is done in one turn of a
 * thread is told to the journal before any reply of the turn goes out. How many connections there
 * may be, in all and of one source, and how long each may take for what, is bounded; when all are
 * taken, whoever has been idle longest makes room. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gio/gio.h>

#include "tracker-server/front/trk-http-answer.h"
#include "protocol/tracker/bt-siphash.h"
#include "tracker-server/front/trk-source.h"

/* Where to listen: an address, port 0 for any, and whether TLS is spoken there. */
typedef struct
{
  BtEndpoint address;
  bool tls;
} TrkHttpListen;

/* Takes a connection that is at the beginning of a request that is neither announce nor scrape, for
 * soup_server_accept_iostream(). On the thread of trk_http_new(). @stream is pollable and keeps the
 * deadlines and the place of the connection. libsoup keeps it alive between requests only if its
 * server listens somewhere itself, too. (transfer full for @stream) */
typedef void (*TrkHanded) (void *data, GIOStream *stream, GSocketAddress *local,
                           GSocketAddress *source);

/* Lent until trk_http_new() returns, but for functions and their data. */
typedef struct
{
  unsigned n_threads; /* at least 1 */
  const TrkHttpListen *listens;
  size_t n_listens;
  TrkNetworks proxies;        /* whose X-Forwarded-For is believed */
  TrkNetworks proxy_protocol; /* that begin each connection with a PROXY header, always */
  const char *certificate;    /* file in PEM, with the chain (nullable) */
  const char *key;            /* file in PEM; NULL: in that of the certificate */

  uint8_t places_key[BT_SIPHASH_KEY_LEN]; /* random and secret */
  uint32_t max_connections; /* never more than three quarters of the descriptors allowed */
  uint32_t max_per_source;  /* an IPv4 address or an IPv6 /64; proxies are not counted */
  uint32_t max_handed;
  uint32_t max_on_their_way; /* to whoever takes those, and then no more are handed on */
  uint32_t head_ms;          /* from the first byte, or from accepting; with the handshake of TLS */
  uint32_t reply_ms;
  uint32_t idle_ms;
  uint32_t body_ms; /* of a request that was handed on, see trk-handed-stream.h */

  TrkFullScrape full_scrape; /* (nullable) */
  TrkHanded handed;
  void *data; /* for both */
} TrkHttpConfig;

typedef struct TrkHttp TrkHttp;

/* One thread and the limits of bt-limits.h; nowhere to listen, and no key. */
void trk_http_config_init (TrkHttpConfig *config);

/* Listens and starts the threads. The thread-default context of the caller is where connections are
 * handed over. NULL and @error when an address cannot be had, or a certificate is missing or not to
 * be read; errno, which the caller sets to 0 before, is what the system said. (transfer full) */
TrkHttp *trk_http_new (TrkService *service, const TrkHttpConfig *config, GError **error);

/* Ends all connections, those that were handed over too, and the threads. On the thread of
 * trk_http_new(); accepts NULL. */
void trk_http_free (TrkHttp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TrkHttp, trk_http_free)

/* Where it listens, with the port that the system chose, by the place in the configuration. */
BtEndpoint trk_http_local (const TrkHttp *self, size_t listen);

/* Reads certificate and key anew for connections that come from now on. On failure the old ones
 * stay. On the thread of trk_http_new(). */
bool trk_http_set_certificate (TrkHttp *self, const char *certificate, const char *key,
                               GError **error);

/* No more connections than there are, or than an eighth of what may be: memory is short. Any
 * thread.
 */
void trk_http_hold (TrkHttp *self, bool hold);

/* How many connections there are, handed ones too. Any thread. */
uint32_t trk_http_connections (TrkHttp *self);
