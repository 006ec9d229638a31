/* eng-elsewhere.c: see the header. */
#include "client-core/engine/eng-elsewhere.h"

#include "client-core/engine/eng-engine-private.h"
#include "client-core/engine/eng-port.h"

/* With those who wait for one that is asleep. */
void
eng_elsewhere_lost (EngEngine *e, BtFamily family)
{
  eng_announcer_cut_off (e->announcer);
  for (guint i = 0; i < e->entries->len; i++)
    {
      EngEntry *entry = e->entries->pdata[i];

      if (entry->torrent != NULL)
        eng_torrent_cut_off (entry->torrent, family);
      if (entry->metadata != NULL)
        eng_metadata_cut_off (entry->metadata, family);
      if (entry->lobby != NULL)
        eng_metadata_cut_off (entry->lobby, family);
    }
}

static void
on_lost (void *engine, BtFamily family)
{
  eng_elsewhere_lost (engine, family);
}

/* One that is asleep is announced as well. */
static void
on_found (void *engine)
{
  EngEngine *e = engine;

  eng_silence_forget (e->share.silence);
  for (guint i = 0; i < e->entries->len; i++)
    {
      EngEntry *entry = e->entries->pdata[i];

      if (entry->announces != NULL)
        eng_swarms_elsewhere (entry->announces);
      if (entry->torrent != NULL)
        eng_torrent_elsewhere (entry->torrent);
      if (entry->metadata != NULL)
        eng_metadata_elsewhere (entry->metadata);
    }
  eng_port_elsewhere (e);
}

static const EngNetworkEvents network_events = { .lost = on_lost, .found = on_found };

void
eng_elsewhere_start (EngEngine *e)
{
  e->network = eng_network_new (e->reactor, &e->config.bind, &network_events, e);
}

void
eng_elsewhere_moved (EngEngine *e)
{
  eng_network_move (e->network, &e->config.bind);
}

void
eng_elsewhere_free (EngEngine *e)
{
  g_clear_pointer (&e->network, eng_network_free);
}
