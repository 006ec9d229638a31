/* eng-elsewhere.h: what an engine does when its machine comes into another network: cuts what hangs
 * on an address that is gone, then has everybody asked and called anew. The engine's thread. */
#pragma once

#include "protocol/core/bt-endpoint.h"

typedef struct EngEngine EngEngine;

void eng_elsewhere_start (EngEngine *engine);
/* The engine goes out another way now. */
void eng_elsewhere_moved (EngEngine *engine);
void eng_elsewhere_free (EngEngine *engine);

/* This machine has lost its address of that family. */
void eng_elsewhere_lost (EngEngine *engine, BtFamily family);
