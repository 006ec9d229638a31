/* trk-route.c: finding the row of a request. */
#include "tracker-server/api/trk-route.h"

#include <string.h>

const char *const trk_body_types[TRK_BODIES]
    = { "application/json", "application/x-bittorrent", "multipart/form-data", "text/plain",
        "application/octet-stream" };

/* Called for each row; stops when it returns true. */
typedef bool (*Visit) (const TrkApiRoute *route, void *data);

static bool
visit_all (Visit visit, void *data)
{
  size_t n;
  const TrkApiTable *tables = trk_route_tables (&n);

  for (size_t i = 0; i < n; i++)
    for (const TrkApiRoute *route = tables[i].rows; route->method != NULL; route++)
      if (visit (route, data))
        return true;
  return false;
}

bool
trk_route_match (const TrkApiRoute *route, const char *path, char key[TRK_KEY_MAX + 1])
{
  const char *pattern = route->path;

  key[0] = '\0';
  while (*pattern != '\0' && *path != '\0')
    if (*pattern == '{')
      {
        size_t len = strcspn (path, "/");

        if (len == 0 || len > TRK_KEY_MAX)
          return false;
        memcpy (key, path, len);
        key[len] = '\0';
        path += len;
        pattern = strchr (pattern, '}') + 1;
      }
    else if (*pattern++ != *path++)
      return false;
  return *pattern == '\0' && *path == '\0';
}

/* --- finding --- */

typedef struct
{
  const char *method;
  const char *path;
  char *key;
  const TrkApiRoute *found;
  bool known; /* the path is one */
} Search;

static bool
is_method (const TrkApiRoute *route, const char *method)
{
  return strcmp (route->method, method) == 0
         || (strcmp (method, "HEAD") == 0 && strcmp (route->method, "GET") == 0);
}

static bool
look_at (const TrkApiRoute *route, void *data)
{
  Search *search = data;

  if (!trk_route_match (route, search->path, search->key))
    return false;
  search->known = true;
  if (is_method (route, search->method))
    search->found = route;
  return search->found != NULL;
}

TrkApiRouted
trk_route_find (const char *method, const char *path, const TrkApiRoute **route,
                char key[TRK_KEY_MAX + 1])
{
  Search search = { .method = method, .path = path, .key = key };

  if (strlen (path) > TRK_PATH_MAX)
    return TRK_API_UNKNOWN;
  if (visit_all (look_at, &search))
    {
      *route = search.found;
      return TRK_API_FOUND;
    }
  return search.known ? TRK_API_OTHER_METHOD : TRK_API_UNKNOWN;
}

/* --- methods --- */

typedef struct
{
  const char *path;
  GString *out;
} Methods;

static bool
add_method (const TrkApiRoute *route, void *data)
{
  const Methods *methods = data;
  char key[TRK_KEY_MAX + 1];

  if (trk_route_match (route, methods->path, key))
    g_string_append_printf (methods->out, "%s, %s", route->method,
                            strcmp (route->method, "GET") == 0 ? "HEAD, " : "");
  return false;
}

char *
trk_route_allow (const char *path)
{
  GString *out = g_string_new (NULL);
  Methods methods = { .path = path, .out = out };

  (void) visit_all (add_method, &methods); /* sees all */
  g_string_append (out, "OPTIONS");
  return g_string_free (out, FALSE);
}
