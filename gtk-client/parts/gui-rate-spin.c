/* gui-rate-spin.c: see gui-rate-spin.h. */
#include "gtk-client/parts/gui-rate-spin.h"

#include <glib/gi18n.h>

#define KIB 1024u
#define MOST_KIB 10000000.0
#define STEP_KIB 64.0
#define PAGE_KIB 1024.0
#define WIDTH_CHARS 14

guint64
gui_rate_spin_get (GtkSpinButton *spin)
{
  return (guint64) gtk_spin_button_get_value_as_int (spin) * KIB;
}

void
gui_rate_spin_set (GtkSpinButton *spin, guint64 rate_Bps)
{
  guint64 rate_KiBps = rate_Bps / KIB;

  gtk_spin_button_set_value (spin, (double) rate_KiBps);
}

gboolean
gui_rate_spin_output (GtkSpinButton *spin)
{
  g_autofree char *text = NULL;
  int value = gtk_spin_button_get_value_as_int (spin);

  if (value == 0)
    text = g_strdup (_ ("No limit"));
  else
    /* Translators: a speed limit in kibibytes per second */
    text = g_strdup_printf (_ ("%d KiB/s"), value);
  if (!g_str_equal (gtk_editable_get_text (GTK_EDITABLE (spin)), text))
    gtk_editable_set_text (GTK_EDITABLE (spin), text);
  return TRUE;
}

static gboolean
read_number (const char *text, double *value)
{
  g_autofree char *copy = g_strdup (text);
  const char *start = g_strstrip (copy), *at = start;
  double number = 0;

  for (; g_unichar_isdigit (g_utf8_get_char (at)); at = g_utf8_next_char (at))
    number = 10 * number + g_unichar_digit_value (g_utf8_get_char (at));
  *value = number;
  if (at == start)
    return *at == '\0' || g_str_equal (at, _ ("No limit"));
  return *at == '\0' || g_unichar_isspace (g_utf8_get_char (at));
}

/* What is too large becomes the largest. */
int
gui_rate_spin_input (GtkSpinButton *spin, double *value)
{
  if (!read_number (gtk_editable_get_text (GTK_EDITABLE (spin)), value))
    {
      *value = gtk_spin_button_get_value (spin);
      gtk_widget_error_bell (GTK_WIDGET (spin));
    }
  return TRUE;
}

GtkWidget *
gui_rate_spin_new (void)
{
  GtkAdjustment *range = gtk_adjustment_new (0, 0, MOST_KIB, STEP_KIB, PAGE_KIB, 0);
  GtkWidget *spin = gtk_spin_button_new (NULL, 1, 0);

  g_signal_connect (spin, "output", G_CALLBACK (gui_rate_spin_output), NULL);
  g_signal_connect (spin, "input", G_CALLBACK (gui_rate_spin_input), NULL);
  g_signal_connect (spin, "unmap", G_CALLBACK (gtk_spin_button_update), NULL);
  gtk_spin_button_set_adjustment (GTK_SPIN_BUTTON (spin), range);
  gtk_editable_set_width_chars (GTK_EDITABLE (spin), WIDTH_CHARS);
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  return spin;
}
