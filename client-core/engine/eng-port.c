/* eng-port.c: see the header. */
#include "client-core/engine/eng-port.h"

#include "client-core/engine/eng-engine-private.h"

/* What trackers and peers are told: the router's port, while it leads to ours. */
static void
tell_world (EngEngine *e)
{
  const EngMapping *mapping = eng_mapper_mapping (e->mapper);
  uint16_t port = mapping->port != 0 ? mapping->port : eng_door_port (e->door);

  if (port == e->share.port)
    return;
  e->share.port = port;
  eng_announcer_move (e->announcer, &e->config.bind, port);
  for (guint i = 0; i < e->entries->len; i++)
    {
      EngEntry *entry = e->entries->pdata[i];

      if (entry->announces != NULL)
        eng_swarms_moved (entry->announces);
    }
}

static void
tell_owner (EngEngine *e)
{
  const EngPortPicture picture
      = { .mapping = *eng_mapper_mapping (e->mapper), .is_reached = e->is_reached };

  if (e->events->port != NULL && !e->quitting)
    e->events->port (e->owner, &picture);
}

static void
on_mapping (void *engine)
{
  tell_world (engine);
  tell_owner (engine);
}

void
eng_port_start (EngEngine *e)
{
  const EngMapperConfig config
      = { .bind = e->config.bind, .port = eng_door_port (e->door), .seed = e->next_seed++ };

  e->mapper = eng_mapper_new (e->reactor, &config, on_mapping, e);
}

void
eng_port_wake (EngEngine *e)
{
  eng_mapper_set (e->mapper, e->may_map && e->entries->len > 0 && !e->quitting);
}

void
eng_port_moved (EngEngine *e)
{
  e->is_reached = false;
  eng_mapper_move (e->mapper, &e->config.bind, eng_door_port (e->door));
  tell_world (e);
  tell_owner (e);
}

void
eng_port_elsewhere (EngEngine *e)
{
  e->is_reached = false;
  eng_mapper_elsewhere (e->mapper);
  tell_owner (e);
}

/* Neighbours prove nothing. */
void
eng_port_reached (EngEngine *e, const EngConnection *connection)
{
  if (e->is_reached || bt_endpoint_range (eng_connection_remote (connection)) != BT_RANGE_GLOBAL)
    return;
  e->is_reached = true;
  tell_owner (e);
}

static void
on_closed (void *engine)
{
  EngEngine *e = engine;

  e->is_unmapping = false;
  if (e->entries->len == 0)
    eng_engine_end (e);
}

void
eng_port_quit (EngEngine *e)
{
  e->is_unmapping = true;
  eng_mapper_close (e->mapper, on_closed, e);
}

void
eng_port_free (EngEngine *e)
{
  g_clear_pointer (&e->mapper, eng_mapper_free);
}

/* --- any thread --- */

static void
run_mapping (EngEngine *e, void *data)
{
  e->may_map = data != NULL;
  eng_port_wake (e);
}

void
eng_engine_set_mapping (EngEngine *e, bool may_map)
{
  eng_engine_call (e, run_mapping, may_map ? e : NULL, NULL);
}
