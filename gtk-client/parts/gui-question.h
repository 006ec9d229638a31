/* gui-question.h: the keyboard of a dialog that asks.
 *
 * AdwMessageDialog has its answers twice, in a row and one above the other, the last on top. When
 * the one layout takes the place of the other, GTK gives the focus to the first button that it
 * finds: the one that deletes. Main thread. */
#pragma once

#include <adwaita.h>

/* Shows the dialog. The default answer has the focus until the person moves it: another one never
 * gets it by itself. */
void gui_question_present (AdwMessageDialog *dialog);
