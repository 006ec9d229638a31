/* trk-http-private.h: what the parts of the HTTP side share: threads and their connections. */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "protocol/io/btio-stream.h"
#include "protocol/io/btio-tcp.h"
#include "protocol/tracker/bt-http-request.h"
#include "tracker-server/front/trk-handed-stream.h"
#include "tracker-server/front/trk-http.h"
#include "tracker-server/front/trk-places.h"
#include "tracker-server/front/trk-tls.h"

typedef struct TrkHttpLane TrkHttpLane;
typedef struct TrkHttpConnection TrkHttpConnection;

/* What is read at once; TLS never has more than that inside. */
#define TRK_HTTP_READ (16u * 1024)

/* Room for the head of a reply, and for a whole one. */
#define TRK_HTTP_HEAD_ROOM 256u
#define TRK_HTTP_REPLY_MAX (TRK_HTTP_HEAD_ROOM + TRK_HTTP_BODY_MAX)

/* What the replies of a turn take; more of them wait for the next. */
#define TRK_HTTP_REPLIES (512u * 1024)

/* What a connection is given time for: a queue each, because then those that came first are due
 * first, and a deadline costs a request no more than a link. */
typedef enum
{
  TRK_HTTP_WAIT_NONE,
  TRK_HTTP_WAIT_HEAD,  /* for the rest of a head, or for the first one */
  TRK_HTTP_WAIT_IDLE,  /* for another request */
  TRK_HTTP_WAIT_REPLY, /* for the client to take its reply */
  TRK_HTTP_WAIT_CLOSE, /* for the client to close, once it was refused */
  TRK_HTTP_WAITS
} TrkHttpWait;

typedef struct
{
  TrkHttpConnection *first;
  TrkHttpConnection *last;
  uint64_t time_us;
} TrkHttpQueue;

/* Where a connection stands. It goes down this list, and may leave out steps. */
typedef enum
{
  TRK_HTTP_PROXY,    /* a PROXY header must come first */
  TRK_HTTP_OPEN,     /* requests and replies */
  TRK_HTTP_HANDING,  /* given to the owner when what it has to send is sent */
  TRK_HTTP_DRAINING, /* refused: what still comes is dropped, so that the reply arrives */
  TRK_HTTP_CLOSING   /* closed when what it has to send is sent */
} TrkHttpPhase;

struct TrkHttpConnection
{
  TrkHttpConnection *before; /* in its queue */
  TrkHttpConnection *after;
  TrkHttpConnection *next; /* in the lane's list of this turn */
  TrkHttpLane *lane;
  BtioStream *stream;
  uint64_t since_us; /* in its queue */
  TrkHttpWait wait;
  TrkHttpPhase phase;
  bool tls;          /* once the PROXY header is over */
  bool answered;     /* it is in that list */
  bool again;        /* what was read has more requests, for which there was no room */
  BtEndpoint place;  /* held at the places */
  BtEndpoint source; /* the other end, or whom a PROXY header names */
  BtHttpRequest head;
  char *in; /* what was read and not used yet */
  uint32_t in_len;
  uint32_t in_size;
  uint32_t out_at; /* this turn's replies, in the lane */
  uint32_t out_len;
  uint8_t *rest; /* what the socket has not taken */
  uint32_t rest_at;
  uint32_t rest_len;
  GBytes *large; /* sent last */
  size_t large_at;
};

/* One listening socket of a lane. */
typedef struct
{
  TrkHttpLane *lane;
  BtioListener *listener;
  bool tls;
} TrkHttpDoor;

/* A thread. */
struct TrkHttpLane
{
  TrkHttp *http;
  pthread_t thread;
  bool started;
  GMainContext *context;
  BtioReactor *reactor;
  BtioWatch wake; /* for the end */
  int wake_fd;
  TrkWorker *worker;
  TrkAnswerer *answerer;
  TrkTlsGate gate;
  TrkHttpDoor *doors;
  TrkHttpQueue queues[TRK_HTTP_WAITS];
  BtioTimer tick; /* set while there are connections */
  uint64_t tick_us;
  BtioTurn turn;
  bool in_turn; /* the worker's */
  TrkHttpConnection *answered;
  uint32_t out_len;
  char in[2 * TRK_HTTP_READ];
  uint8_t out[TRK_HTTP_REPLIES];
};

/* A connection on its way to the owner. */
typedef struct TrkHttpParcel
{
  struct TrkHttpParcel *next;
  int fd;          /* plain TCP, or -1 */
  GIOStream *tls;  /* or TLS ... */
  GSocket *socket; /* ... over this */
  BtEndpoint place;
  BtEndpoint source;
  BtEndpoint local;
  uint8_t *read;
  size_t read_len;
} TrkHttpParcel;

struct TrkHttp
{
  TrkService *service;
  TrkHttpConfig config; /* without what was lent */
  TrkNetwork *proxies;
  TrkNetwork *proxy_protocol;
  TrkPlaces *places;   /* the desk's */
  TrkHandedDesk *desk; /* where the owner is */
  GSource *arrivals;
  atomic_bool stopping;
  pthread_mutex_t lock; /* guards what follows */
  GTlsCertificate *certificate;
  TrkHttpParcel *parcels; /* the last one first */
  atomic_uint n_parcels;  /* with those that are delivered just now */
  int parcel_fd;
  TrkHttpLane **lanes; /* set up before the threads begin */
};

/* --- trk-http-connection.c --- */

/* A connection has come; its place is taken. */
void trk_http_connection_new (TrkHttpLane *lane, BtioStream *stream, const BtEndpoint *place,
                              bool tls);
void trk_http_connection_close (TrkHttpConnection *self);
/* Frees it; its stream, its place and what it has read are somebody else's. */
void trk_http_connection_forget (TrkHttpConnection *self);

/* The end of a turn: sends what was answered. */
void trk_http_lane_flush (TrkHttpLane *lane);

/* Moves to the end of a queue: its time begins anew. */
void trk_http_wait (TrkHttpConnection *self, TrkHttpWait wait);

/* --- trk-http-reply.c --- */

/* Appends the reply to a request to the lane's, which have room for it. */
void trk_http_reply_answer (TrkHttpConnection *self, const char *data, const TrkTarget *target);
void trk_http_reply_refuse (TrkHttpConnection *self, unsigned status);
/* Has nothing to send but that there is no time for it now. */
void trk_http_reply_busy (TrkHttpConnection *self);

/* --- trk-http-hand.c --- */

/* Gives the connection to the owner; it is gone for its lane. False when too many are on their way:
 * then nothing has changed. */
bool trk_http_hand_over (TrkHttpConnection *self);

bool trk_http_hand_start (TrkHttp *self);
void trk_http_hand_stop (TrkHttp *self);

/* --- trk-http-lane.c --- */

/* Listens; the thread is started by its own call. NULL and @error. */
TrkHttpLane *trk_http_lane_new (TrkHttp *http, const TrkHttpConfig *config, TrkHttpLane *first,
                                GError **error);
bool trk_http_lane_start (TrkHttpLane *self, GError **error);
/* Waits for the thread. Accepts NULL. */
void trk_http_lane_free (TrkHttpLane *self);
