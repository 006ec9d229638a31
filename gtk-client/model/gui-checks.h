/* gui-checks.h: verifications that a person asked for, until what they have found is told.
 *
 *     asked together -> each has ended, or failed, or was removed -> told, in one sentence
 *
 * A torrent that fails says so in its row, and one that is removed is not missed: they are left
 * out, and where nothing else was asked nothing is told. Who asks again hears the later outcome
 * alone. Main thread. */
#pragma once

#include "client-core/shoal.h"

#define GUI_TYPE_CHECKS (gui_checks_get_type ())
G_DECLARE_FINAL_TYPE (GuiChecks, gui_checks, GUI, CHECKS, GObject)

/* Signal "told" (string): the sentence. */
GuiChecks *gui_checks_new (void);
/* Calls @verify, which lets a torrent verify its files, for each of the array. */
void gui_checks_ask (GuiChecks *self, GPtrArray *torrents, void (*verify) (ShoalTorrent *));
