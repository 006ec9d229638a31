/* eng-entry-peers.c: what peers of a torrent have done wrong, told to the owner of its entry. */
#include "client-core/engine/eng-engine-private.h"

static bool
may_tell (const EngEntry *entry)
{
  return !entry->removing && !entry->engine->quitting;
}

void
eng_entry_spoilt (void *owner, uint32_t piece, const char *senders)
{
  const EngEntry *entry = owner;
  EngEngine *e = entry->engine;

  if (may_tell (entry) && e->events->spoilt != NULL)
    e->events->spoilt (e->owner, entry->id, piece, senders);
}

void
eng_entry_banned (void *owner, const BtEndpoint *peer)
{
  const EngEntry *entry = owner;
  EngEngine *e = entry->engine;
  char text[BT_ENDPOINT_TEXT];

  if (!may_tell (entry) || e->events->banned == NULL)
    return;
  (void) bt_endpoint_write (peer, text); /* the length is not needed */
  e->events->banned (e->owner, entry->id, text);
}
