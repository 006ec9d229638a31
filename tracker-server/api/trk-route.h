/* trk-route.h: what the API serves, as a table: who may ask what with which body, and what comes
 * back.
 *
 * Requests are matched, checked and described by the same rows. Paths come as libsoup's URIs have
 * them: dots resolved, and of escapes those undone that no character needed (RFC 3986 section
 * 6.2.2). Any other escape is text like any other, so no spelling leads anywhere else. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/core/bt-limits.h"
#include "tracker-server/api/trk-fields.h"

typedef struct TrkCall TrkCall;

/* Scopes of tokens include those before them. */
typedef enum
{
  TRK_NEEDS_NOTHING,
  TRK_NEEDS_READ,
  TRK_NEEDS_REGISTER,
  TRK_NEEDS_ADMIN,
  TRK_NEEDS_BY_SETTING,  /* web.register says */
  TRK_NEEDS_READ_OR_DOOR /* READ at the public door, nothing at the administration's */
} TrkNeed;

typedef enum
{
  TRK_BODY_JSON = 1 << 0,    /* application/json */
  TRK_BODY_TORRENT = 1 << 1, /* application/x-bittorrent */
  TRK_BODY_FORM = 1 << 2,    /* multipart/form-data */
  TRK_BODY_TEXT = 1 << 3,    /* text/plain */
  TRK_BODY_FILE = 1 << 4     /* application/octet-stream, taken as it comes */
} TrkBody;

/* The media types of TrkBody's bits, from the lowest up. */
#define TRK_BODIES 5u
extern const char *const trk_body_types[TRK_BODIES];

/* The longest bodies, in bytes. */
#define TRK_JSON_BODY_MAX BT_LIMIT_JSON_SIZE
#define TRK_FILE_BODY_MAX (BT_LIMIT_TORRENT_SIZE + 16 * BT_KIB) /* and what a form adds */

/* The longest path, and a parameter in it. */
#define TRK_PATH_MAX 1024u
#define TRK_KEY_MAX 128u

#define TRK_OTHER_STATUSES 4u

typedef struct
{
  const char *method; /* GET answers HEAD, too */
  const char *path;   /* "{key}" is a segment that says which */
  const char *name;   /* operationId */
  TrkNeed need;
  unsigned body;                       /* TrkBody, any of; 0: none */
  const TrkField *query;               /* (nullable) */
  const TrkObject *input;              /* of a JSON body; (nullable) */
  unsigned status;                     /* of success */
  const char *type;                    /* of the answer; NULL: without one */
  const TrkObject *output;             /* of a JSON answer; (nullable) */
  unsigned others[TRK_OTHER_STATUSES]; /* further statuses; 0 ends them */
  void (*handle) (TrkCall *call);

  /* Of a TRK_BODY_FILE: before its first byte, and for each part; either may answer. */
  void (*begin) (TrkCall *call);
  void (*take) (TrkCall *call, const uint8_t *data, size_t len);
  const char *help;
} TrkApiRoute;

/* The routes of all rooms, one table behind the other; @n tables. Static. */
typedef struct
{
  const TrkApiRoute *rows; /* the last one has no method */
} TrkApiTable;

const TrkApiTable *trk_route_tables (size_t *n);

/* Whether a path is the route's; the parameter is written to @key. */
bool trk_route_match (const TrkApiRoute *route, const char *path, char key[TRK_KEY_MAX + 1]);

typedef enum
{
  TRK_API_FOUND,
  TRK_API_UNKNOWN,
  TRK_API_OTHER_METHOD /* the path is one, with other methods */
} TrkApiRouted;

TrkApiRouted trk_route_find (const char *method, const char *path, const TrkApiRoute **route,
                             char key[TRK_KEY_MAX + 1]);

/* "GET, HEAD, OPTIONS": the methods of a path. (transfer full) */
char *trk_route_allow (const char *path);
