/* gui-text-peer.h: peers and trackers in a person's words. No widgets; any thread. */
#pragma once

#include <glib.h>

#include "client-core/shoal.h"

/* What goes on with a peer, a letter each: "DuI". (transfer full), like all that follow. */
char *gui_text_peer_letters (ShoalPeerFlags flags, gboolean incoming,
                             ShoalPeerEncryption encryption);
/* The same in words, one line for each letter. */
char *gui_text_peer_words (ShoalPeerFlags flags, gboolean incoming, ShoalPeerEncryption encryption);
/* How it is connected: "Encrypted, it came to us". */
char *gui_text_connection (gboolean incoming, ShoalPeerEncryption encryption);
/* Who told of it: "a tracker, another peer"; "" for nobody. */
char *gui_text_sources (ShoalPeerSources sources);
/* What limits it alone: "at most 64 KiB/s down"; "" for nothing. */
char *gui_text_peer_limits (guint64 down_Bps, guint64 up_Bps);
/* The row as a sentence for a screen reader. */
char *gui_text_peer_sentence (ShoalPeer *peer);

/* What is told of a tracker; times in seconds since 1970, -1 for not. */
typedef struct
{
  ShoalTrackerStatus status;
  const char *message; /* or NULL */
  guint n_peers;       /* in its last answer */
  gint64 last;         /* answer, or failure */
  gint64 next;
  gint64 now;
} GuiTrackerFacts;

/* "Got a list of 40 peers 2 min ago; asks again in 28 min". */
char *gui_text_tracker (const GuiTrackerFacts *facts);
/* "12 seeds, 3 others"; "" when it does not say. -1: it does not. */
char *gui_text_tracker_counts (gint64 seeders, gint64 leechers);
