/* gui-rate-spin.h: a field for a speed limit, in KiB/s; 0 is none, and says so. Main thread. */
#pragma once

#include <gtk/gtk.h>

/* A GtkSpinButton. Floating. */
GtkWidget *gui_rate_spin_new (void);

/* Bytes a second. */
guint64 gui_rate_spin_get (GtkSpinButton *spin);
void gui_rate_spin_set (GtkSpinButton *spin, guint64 rate_Bps);

/* Handlers of a spin button's signals, for templates. The second takes any number: "300",
 * "300 KiB/s", "No limit" or nothing, in digits of any script; what is none leaves the field as it
 * was. */
gboolean gui_rate_spin_output (GtkSpinButton *spin);
int gui_rate_spin_input (GtkSpinButton *spin, double *value);
