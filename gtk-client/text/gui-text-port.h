/* gui-text-port.h: the port at which others reach this client, in a person's words. No widgets;
 * main thread. */
#pragma once

#include <glib.h>

#include "client-core/shoal.h"

/* For a little room: "Port 51413, open". (transfer full), like what follows. */
char *gui_text_port (ShoalSession *session);
/* Whether others reach it, who forwards it, and what is wrong: a sentence on each line. */
char *gui_text_port_sentences (ShoalSession *session);
