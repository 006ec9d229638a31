/* shoal-exchange-private.h: one request to a server's API, with a token, and its whole answer.
 *
 * The bounds: certificates are verified, no redirect is followed (a token is for one server), no
 * proxy, no cookies, an answer of at most @reply_max bytes within @timeout_ms. On the
 * thread-default main context of the caller. The token is put into the request and nowhere else. */
#pragma once

#include <libsoup/soup.h>

typedef struct
{
  const char *method;
  GUri *uri;
  const char *token; /* (nullable) */
  GBytes *body;      /* (nullable) */
  const char *type;  /* of the body */
  size_t reply_max;
  unsigned timeout_ms;
} ShoalExchange;

typedef struct
{
  unsigned status;
  char *reason; /* (nullable) */
  GBytes *body;
} ShoalExchangeReply;

void shoal_exchange_reply_free (ShoalExchangeReply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalExchangeReply, shoal_exchange_reply_free)

/* A session for any number of them. (transfer full) */
SoupSession *shoal_exchange_session_new (void);

/* All of @exchange is lent until this returns. */
void shoal_exchange_async (SoupSession *session, const ShoalExchange *exchange,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           void *user_data);

/* (transfer full): NULL and an error of SHOAL_ERROR, NETWORK or CANCELLED. */
ShoalExchangeReply *shoal_exchange_finish (GAsyncResult *result, GError **error);
