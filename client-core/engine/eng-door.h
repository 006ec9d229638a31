/* eng-door.h: where peers come in: an engine's listeners, and the strangers who have connected and
 * not yet named a torrent.
 *
 * Without an address it listens on IPv4 and IPv6 at one port; a machine without one of the two is
 * none the worse for it. The engine's thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "client-core/peer/eng-connection.h"
#include "protocol/io/btio-tcp.h"

typedef struct EngDoor EngDoor;

/* A stranger asks for a torrent: takes the connection with eng_connection_adopt(), or returns
 * false. */
typedef bool (*EngDoorLead) (void *owner, EngConnection *connection, const uint8_t info_hash[20]);

/* @crypt, whose policy says who comes in, is lent for as long as the door stands. NULL and errno
 * when nothing can be listened at. (transfer full) */
EngDoor *eng_door_new (BtioReactor *reactor, const BtioBind *bind, EngCrypt *crypt,
                       EngDoorLead lead, void *owner);

/* Listens at @to in place of @from, where it does: the new listeners stand before the old ones go,
 * unless both want the same port, which only one can have at a time. The strangers stay. False and
 * errno: it listens where it did. */
bool eng_door_move (EngDoor *door, const BtioBind *from, const BtioBind *to);

/* Closes the listeners and sends the strangers away, who are gone when the reactor's turn ends.
 * Accepts NULL. */
void eng_door_close (EngDoor *door);
bool eng_door_is_empty (const EngDoor *door);

/* It must be closed and empty. Accepts NULL. */
void eng_door_free (EngDoor *door);

uint16_t eng_door_port (const EngDoor *door);
