/* shoal-session-queue.h: the order in which torrents of a session have their turn. The
 * application's thread only. */
#pragma once

#include <gio/gio.h>

#include "shoal-export.h"
#include "shoal-session.h"

G_BEGIN_DECLS

/**
 * ShoalQueueMove:
 * @SHOAL_QUEUE_MOVE_TOP: before all others
 * @SHOAL_QUEUE_MOVE_UP: before the next one that wants the same: to download, or to seed
 * @SHOAL_QUEUE_MOVE_DOWN: behind the next one that wants the same
 * @SHOAL_QUEUE_MOVE_BOTTOM: behind all others
 *
 * Where shoal_session_move_in_queue() puts torrents.
 */
typedef enum
{
  SHOAL_QUEUE_MOVE_TOP,
  SHOAL_QUEUE_MOVE_UP,
  SHOAL_QUEUE_MOVE_DOWN,
  SHOAL_QUEUE_MOVE_BOTTOM
} ShoalQueueMove;

SHOAL_API GType shoal_queue_move_get_type (void);

#define SHOAL_TYPE_QUEUE_MOVE (shoal_queue_move_get_type ())

SHOAL_API void shoal_session_move_in_queue (ShoalSession *self, ShoalTorrent **torrents,
                                            gsize n_torrents, ShoalQueueMove where);

G_END_DECLS
