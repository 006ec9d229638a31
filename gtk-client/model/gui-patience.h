/* gui-patience.h: how long what is said in passing stays, and can be taken back: as long as it
 * takes to be read, or longer for who reads slowly or has it read aloud ("long-messages"). Main
 * thread. */
#pragma once

#include <gio/gio.h>

/* How many times as long as usual, by settings of org.shoal.Shoal. */
guint gui_patience_of (GSettings *settings);
