/* trk-call-private.h: one request from its head to its answer, as handlers see it.
 *
 *     head -> gate (framing, rate, host, origin, route, size, token) -> body -> checked -> handler
 *     -> the store's answer -> trk_call_json() ...
 *
 * A handler answers exactly once, at once or later. While it waits for the store it holds a
 * reference, which it hands along as the data of the request; the client may go away meanwhile, and
 * so may the API: trk_call_is_live() says so, and an answer then goes nowhere. */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "protocol/core/bt-digest.h"
#include "tracker-server/api/trk-api.h"
#include "tracker-server/api/trk-backoff.h"
#include "tracker-server/api/trk-json.h"
#include "tracker-server/api/trk-route.h"
#include "tracker-server/api/trk-uploads.h"
#include "tracker-server/front/trk-http-answer.h"
#include "tracker-server/store/trk-store-admin.h"
#include "tracker-server/store/trk-store-torrents.h"
#include "tracker-server/swarm/trk-limiter.h"

/* libsoup has no name for it (RFC 6585). */
#define TRK_STATUS_TOO_MANY 429u

/* Bodies of all requests together, in bytes. */
#define TRK_BODIES_MAX (128 * BT_MIB)

/* Answers that wait for those who read them slowly, together, in bytes; then short ones alone go.
 */
#define TRK_ANSWERS_MAX (64 * BT_MIB)

struct TrkApi
{
  TrkApiParts parts;
  SoupServer *server;
  TrkWorker *worker;
  TrkAnswerer *answerer;
  TrkLimiter *limiter;
  TrkBackoff *backoff;
  TrkUploads *uploads;
  GQueue calls;         /* of TrkCall, not owned: those whose message is under way */
  uint64_t held_len;    /* of bodies */
  uint64_t answers_len; /* of answers under way */
  unsigned share;       /* of the most that both may be: 1 is all of it */
  uint64_t classes[6];  /* answers by the first digit of their status */
  GBytes *openapi;      /* what is the same for everybody, once somebody asked (nullable) */
  GBytes *docs;
};

/* Who asks. */
typedef struct
{
  TrkNeed may;      /* NOTHING, READ, REGISTER or ADMIN */
  int64_t token_id; /* 0: none */
  char *name;       /* of the token; owned; (nullable) */
} TrkCaller;

/* Where a connection came in. Lent to its calls. */
typedef struct
{
  TrkDoor door;
  BtEndpoint local;
  BtEndpoint remote;
} TrkOrigin;

struct TrkCall
{
  unsigned refs;
  TrkApi *api;                /* NULL: it is gone */
  SoupServerMessage *message; /* owned; NULL: it is over */
  GList link;                 /* in api->calls */
  TrkOrigin from;
  const TrkApiRoute *route; /* NULL: none was found */
  char key[TRK_KEY_MAX + 1];
  TrkCaller caller;
  unsigned kind;     /* of the body: one of TrkBody, or 0 */
  GHashTable *query; /* of char *; (nullable) */
  GByteArray *body;
  size_t answer_len;
  JsonNode *json; /* (nullable) */
  bool more;      /* of the body is to come */
  bool paused;
  bool done;           /* it was answered */
  void *state;         /* a handler's, freed with the call */
  GDestroyNotify drop; /* of @state; (nullable) */
};

/* --- life --- */

TrkCall *trk_call_new (TrkApi *api, SoupServerMessage *message, const TrkOrigin *from);
TrkCall *trk_call_ref (TrkCall *call);
void trk_call_unref (TrkCall *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TrkCall, trk_call_unref)

/* The message is over, or the API is: nothing is answered any more. */
void trk_call_end (TrkCall *call);
bool trk_call_is_live (const TrkCall *call);

void trk_call_pause (TrkCall *call);
void trk_call_resume (TrkCall *call);

/* CLOCK_BOOTTIME, as workers and swarms count it. */
uint64_t trk_call_now_us (void);

/* --- what was asked; checked by the route's fields --- */

/* (nullable) */
const char *trk_call_text (const TrkCall *call, const char *name);
int64_t trk_call_number (const TrkCall *call, const char *name, int64_t usual);
bool trk_call_flag (const TrkCall *call, const char *name);
unsigned trk_call_choice (const TrkCall *call, const char *name, unsigned usual);
JsonObject *trk_call_object (const TrkCall *call);
/* (nullable) */
const char *trk_call_member (const TrkCall *call, const char *name);

bool trk_call_is_admin (const TrkCall *call);

/* The path's key as a torrent's name; @hash has room for the longest and is lent to @key. */
bool trk_call_torrent_key (const TrkCall *call, uint8_t hash[BT_SHA256_LEN], TrkTorrentKey *key);

/* For the audit log; lent until the call ends. @address is where it is written to. */
TrkActor trk_call_actor (const TrkCall *call, char address[BT_ENDPOINT_TEXT]);

/* "http://host:port" by which clients reach this tracker. (transfer full) */
char *trk_call_base_url (const TrkCall *call);

/* Announce URLs of this tracker. (transfer full) */
GStrv trk_call_announce_urls (const TrkCall *call);

/* --- answers --- */

/* Takes @body, which is (nullable). */
void trk_call_answer (TrkCall *call, unsigned status, const char *type, GBytes *body);
/* With the route's status and type, and a body that all who ask share. */
void trk_call_share (TrkCall *call, GBytes *body);

/* Ends @json and sends it with the route's status. */
void trk_call_json (TrkCall *call, TrkJson *json);
/* Without a body, with the route's status. */
void trk_call_nothing (TrkCall *call);

/* {"error":{"code":...,"message":...}}; @code is for programs, both are static or copied. */
void trk_call_fail (TrkCall *call, unsigned status, const char *code, const char *message);
/* The same with the id of what is there already. */
void trk_call_fail_there (TrkCall *call, int64_t id);

/* What the store said. True and answered when there is a problem, or nobody to answer to. */
bool trk_call_troubled (TrkCall *call, const TrkProblem *problem);

/* Sets a header of the answer to come. */
void trk_call_header (TrkCall *call, const char *name, const char *value);

/* --- parts of the way --- */

/* Whether the head may pass; if not it was answered. */
bool trk_gate_head (TrkCall *call, const char *path);
/* Goes on to the body, at once or when the store knows the token; else answers. */
void trk_gate_token (TrkCall *call);
/* Reads query and body by the route's tables; false when it was answered. */
bool trk_gate_values (TrkCall *call);

/* The headers that every answer has, and CORS. */
void trk_headers_add (TrkCall *call, unsigned status);
/* Whether another site's page may ask this. */
bool trk_headers_origin_fits (const TrkCall *call);
/* Of a preflight. */
void trk_headers_add_preflight (TrkCall *call);

/* Answers a request whose body is not read: takes the connection from libsoup, which would read all
 * of it, writes what the message has, and closes. Frees the message's hold. */
void trk_refuse (TrkCall *call, unsigned status, GBytes *body);
