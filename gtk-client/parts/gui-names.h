/* gui-names.h: that a screen reader says the name of a button once, and says one at all. */
#pragma once

/* GTK 4.8 names a button whose label marks a key twice, once with the mark: "_Open… Open…"; and one
 * that shows an icon alone not at all, whatever its tooltip. From now on the buttons of every
 * window and popover are called what is written on them, or what their tooltip says. Once, by the
 * program. */
void gui_names_mend (void);
