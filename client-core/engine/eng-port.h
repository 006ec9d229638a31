/* eng-port.h: whether strangers reach the port that an engine listens at: what the router was
 * asked, and who has come. The engine's thread. */
#pragma once

#include "client-core/peer/eng-connection.h"

typedef struct EngEngine EngEngine;

/* A machine without a router is none the worse for it. */
void eng_port_start (EngEngine *engine);
/* There is a torrent: from now on the router is asked, if it may be. */
void eng_port_wake (EngEngine *engine);
/* The engine listens elsewhere now. */
void eng_port_moved (EngEngine *engine);
/* It is in another network. */
void eng_port_elsewhere (EngEngine *engine);
/* A stranger has connected to us and named a torrent of ours. */
void eng_port_reached (EngEngine *engine, const EngConnection *connection);
/* Takes back what was mapped; eng_engine_end() goes on when that is over. */
void eng_port_quit (EngEngine *engine);
void eng_port_free (EngEngine *engine);
