/* shoal-peer.h: one peer that is connected, as an application sees it. The application's thread
 * only.
 */
#pragma once

#include <glib-object.h>

#include "shoal-export.h"

G_BEGIN_DECLS

/**
 * ShoalPeerEncryption:
 * @SHOAL_PEER_ENCRYPTION_NONE: nothing
 * @SHOAL_PEER_ENCRYPTION_OPENING: the opening alone
 * @SHOAL_PEER_ENCRYPTION_ALL: everything
 *
 * How much of a connection is encrypted.
 */
typedef enum
{
  SHOAL_PEER_ENCRYPTION_NONE,
  SHOAL_PEER_ENCRYPTION_OPENING,
  SHOAL_PEER_ENCRYPTION_ALL
} ShoalPeerEncryption;

/**
 * ShoalPeerFlags:
 * @SHOAL_PEER_NONE: nothing of the others
 * @SHOAL_PEER_INTERESTING: it has what we want
 * @SHOAL_PEER_CHOKES: it does not serve us now
 * @SHOAL_PEER_INTERESTED: it wants what we have
 * @SHOAL_PEER_CHOKED: we do not serve it now
 *
 * What two peers want of each other, and whether they get it.
 */
typedef enum /*< flags >*/
{
  SHOAL_PEER_NONE = 0,
  SHOAL_PEER_INTERESTING = 1 << 0,
  SHOAL_PEER_CHOKES = 1 << 1,
  SHOAL_PEER_INTERESTED = 1 << 2,
  SHOAL_PEER_CHOKED = 1 << 3
} ShoalPeerFlags;

/**
 * ShoalPeerSources:
 * @SHOAL_PEER_SOURCE_NONE: not known
 * @SHOAL_PEER_SOURCE_TRACKER: a tracker
 * @SHOAL_PEER_SOURCE_EXCHANGE: another peer (BEP 11)
 * @SHOAL_PEER_SOURCE_INCOMING: itself: it connected to us
 * @SHOAL_PEER_SOURCE_PERSON: the person, or the magnet link
 * @SHOAL_PEER_SOURCE_EARLIER: it was met in an earlier session
 *
 * Who has told of a peer; several may.
 */
typedef enum /*< flags >*/
{
  SHOAL_PEER_SOURCE_NONE = 0,
  SHOAL_PEER_SOURCE_TRACKER = 1 << 0,
  SHOAL_PEER_SOURCE_EXCHANGE = 1 << 1,
  SHOAL_PEER_SOURCE_INCOMING = 1 << 2,
  SHOAL_PEER_SOURCE_PERSON = 1 << 3,
  SHOAL_PEER_SOURCE_EARLIER = 1 << 4
} ShoalPeerSources;

SHOAL_API GType shoal_peer_encryption_get_type (void);
SHOAL_API GType shoal_peer_flags_get_type (void);
SHOAL_API GType shoal_peer_sources_get_type (void);

#define SHOAL_TYPE_PEER_ENCRYPTION (shoal_peer_encryption_get_type ())
#define SHOAL_TYPE_PEER_FLAGS (shoal_peer_flags_get_type ())
#define SHOAL_TYPE_PEER_SOURCES (shoal_peer_sources_get_type ())
#define SHOAL_TYPE_PEER (shoal_peer_get_type ())

SHOAL_API
G_DECLARE_FINAL_TYPE (ShoalPeer, shoal_peer, SHOAL, PEER, GObject)

SHOAL_API const char *shoal_peer_get_address (ShoalPeer *self);
SHOAL_API const char *shoal_peer_get_client (ShoalPeer *self);
SHOAL_API ShoalPeerEncryption shoal_peer_get_encryption (ShoalPeer *self);
SHOAL_API gboolean shoal_peer_get_incoming (ShoalPeer *self);
SHOAL_API ShoalPeerFlags shoal_peer_get_flags (ShoalPeer *self);
SHOAL_API ShoalPeerSources shoal_peer_get_sources (ShoalPeer *self);
SHOAL_API gdouble shoal_peer_get_progress (ShoalPeer *self);
SHOAL_API guint64 shoal_peer_get_rate_down (ShoalPeer *self);
SHOAL_API guint64 shoal_peer_get_rate_up (ShoalPeer *self);
SHOAL_API guint64 shoal_peer_get_limit_down (ShoalPeer *self);
SHOAL_API guint64 shoal_peer_get_limit_up (ShoalPeer *self);

G_END_DECLS
