/* trk-link.c: a command's way to a tracker. */
#include "tracker-server/server/trk-link.h"

#include <errno.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "tracker-server/server/trk-control.h"
#include "tracker-server/server/trk-lock.h"
#include "tracker-server/server/trk-options.h"
#include "tracker-server/server/trk-secret.h"

struct TrkLink
{
  char *folder;
  bool running;
  TrkOperator op; /* of a store of our own */
  BtioReactor *reactor;
  TrkLists *lists;
  int lock;
  bool opened;
  bool closed;
  GError *error; /* why the store could not be opened */
  JsonNode *reply;
};

static void
on_opened (void *data, const TrkProblem *problem, const TrkStoreFound *found)
{
  TrkLink *self = data;
  g_autofree char *text = problem != NULL ? trk_problem_text (problem) : NULL;

  self->opened = true;
  if (problem != NULL)
    self->error = g_error_new (TRK_EXIT_ERROR, TRK_EXIT_READ, _ ("the database: %s"), text);
}

static void
on_closed (void *data)
{
  ((TrkLink *) data)->closed = true;
}

static void
wait_for (const bool *what)
{
  while (!*what)
    (void) g_main_context_iteration (NULL, TRUE);
}

static bool
open_store (TrkLink *self, GError **error)
{
  g_autofree char *path = trk_path (self->folder, TRK_PATH_DATABASE);
  uint8_t key[BT_SIPHASH_KEY_LEN];
  TrkStoreConfig config = { .path = path, .opened = on_opened, .data = self };

  if (!trk_secret_random (key, sizeof key))
    return g_set_error (error, TRK_EXIT_ERROR, TRK_EXIT_FAILED, "%s", g_strerror (errno)), false;
  self->lists = trk_lists_new (key);
  config.lists = self->lists;
  self->reactor = btio_reactor_new (NULL);
  self->op.store = self->reactor != NULL ? trk_store_new (self->reactor, &config) : NULL;
  self->op.folder = self->folder;
  if (self->op.store == NULL)
    return g_set_error (error, TRK_EXIT_ERROR, TRK_EXIT_FAILED, "%s", g_strerror (errno)), false;
  wait_for (&self->opened);
  if (self->error != NULL)
    return g_propagate_error (error, g_steal_pointer (&self->error)), false;
  return true;
}

/* No server may start while we work on its database. */
static bool
take_lock (TrkLink *self, const char *path, GError **error)
{
  self->lock = trk_lock_take (path);
  if (self->lock < 0)
    g_set_error (error, TRK_EXIT_ERROR, errno == EWOULDBLOCK ? TRK_EXIT_FAILED : TRK_EXIT_WRITE,
                 "%s: %s", path, g_strerror (errno));
  return self->lock >= 0;
}

TrkLink *
trk_link_open (const char *folder, bool make, GError **error)
{
  g_autoptr (TrkLink) self = g_new0 (TrkLink, 1);
  g_autofree char *lock = trk_path (folder, TRK_PATH_LOCK);
  g_autofree char *database = trk_path (folder, TRK_PATH_DATABASE);
  pid_t holder = trk_lock_holder (lock);

  self->lock = -1;
  self->folder = g_strdup (folder);
  self->running = holder > 0;
  if (self->running)
    return g_steal_pointer (&self);
  if (!make && access (database, F_OK) != 0)
    {
      g_set_error (error, TRK_EXIT_ERROR, TRK_EXIT_READ,
                   _ ("%s: there is no tracker's database; “shoal-tracker init” makes one"),
                   database);
      return NULL;
    }
  if (!take_lock (self, lock, error) || !open_store (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
trk_link_close (TrkLink *self)
{
  if (self == NULL)
    return;
  if (self->op.store != NULL)
    {
      trk_store_close (self->op.store, on_closed, self);
      wait_for (&self->closed);
    }
  btio_reactor_free (self->reactor);
  if (self->lists != NULL)
    trk_lists_free (self->lists);
  if (self->lock >= 0)
    (void) close (self->lock); /* which unlocks it */
  g_clear_error (&self->error);
  g_free (self->folder);
  g_free (self);
}

bool
trk_link_is_running (const TrkLink *self)
{
  return self->running;
}

static void
on_reply (void *data, JsonNode *reply)
{
  ((TrkLink *) data)->reply = json_node_ref (reply);
}

JsonNode *
trk_link_ask (TrkLink *self, JsonNode *request, GError **error)
{
  g_autoptr (JsonNode) reply = NULL;

  if (self->running)
    reply = trk_control_ask (self->folder, request, error);
  else
    {
      trk_operate (&self->op, request, on_reply, self);
      while (self->reply == NULL)
        (void) g_main_context_iteration (NULL, TRUE);
      reply = g_steal_pointer (&self->reply);
    }
  if (reply == NULL || trk_operate_failed (reply, error))
    return NULL;
  return g_steal_pointer (&reply);
}

JsonNode *
trk_link_request (const char *what)
{
  g_autoptr (JsonObject) object = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_object_set_string_member (object, "do", what);
  json_node_set_object (node, object);
  return node;
}
