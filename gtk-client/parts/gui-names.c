/* gui-names.c: see gui-names.h. */
#include "gtk-client/parts/gui-names.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>

#define MARK "gui-names"

/* What buttons of libadwaita and GTK show that have no words at all. */
static const struct
{
  const char *icon;
  const char *words;
} wordless[] = {
  { "window-close-symbolic", N_ ("Close") },
  { "edit-find-symbolic", N_ ("Search") },
  { "view-reveal-symbolic", N_ ("Show what is written") },
};

static void
set_name (GtkWidget *widget, const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* The name is then that of the label in the button, which GTK has told of as well. */
static void
leave_to_label (GtkButton *button)
{
  if (gtk_button_get_label (button) != NULL && gtk_button_get_use_underline (button))
    gtk_accessible_reset_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

/* NULL: nobody has said what the icon means, and we do not know it. */
static const char *
words_of (GtkButton *button)
{
  const char *tooltip = gtk_widget_get_tooltip_text (GTK_WIDGET (button));

  for (gsize i = 0; tooltip == NULL && i < G_N_ELEMENTS (wordless); i++)
    if (g_strcmp0 (gtk_button_get_icon_name (button), wordless[i].icon) == 0)
      return _ (wordless[i].words);
  return tooltip;
}

static void
name_icon (GtkButton *button)
{
  const char *words = words_of (button);

  if (gtk_button_get_icon_name (button) != NULL && words != NULL
      && !gtk_test_accessible_has_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL))
    set_name (GTK_WIDGET (button), words);
}

/* Two marks stand for one letter. */
static void
name_check (GtkCheckButton *check)
{
  const char *label = gtk_check_button_get_label (check);
  g_autoptr (GString) name = g_string_new (NULL);

  if (label == NULL || !gtk_check_button_get_use_underline (check))
    return;
  for (const char *at = label; *at != '\0'; at++)
    if (*at != '_' || (at != label && at[-1] == '_'))
      g_string_append_c (name, *at);
  set_name (GTK_WIDGET (check), name->str);
}

static void
mend (GtkWidget *widget)
{
  if ((!GTK_IS_CHECK_BUTTON (widget) && !GTK_IS_BUTTON (widget))
      || g_object_get_data (G_OBJECT (widget), MARK) != NULL)
    return;
  g_object_set_data (G_OBJECT (widget), MARK, widget);
  if (GTK_IS_CHECK_BUTTON (widget))
    {
      g_signal_connect (widget, "notify::label", G_CALLBACK (name_check), NULL);
      name_check (GTK_CHECK_BUTTON (widget));
    }
  else
    {
      g_signal_connect (widget, "notify::label", G_CALLBACK (leave_to_label), NULL);
      leave_to_label (GTK_BUTTON (widget));
      name_icon (GTK_BUTTON (widget));
    }
}

static void
mend_below (GtkWidget *widget)
{
  mend (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    mend_below (child);
}

/* What is shown was mended before what holds it. What is not, such as the other pages of a stack,
 * is read all the same. */
static gboolean
on_map (GSignalInvocationHint *hint, guint n, const GValue *values, gpointer data)
{
  GtkWidget *widget = g_value_get_object (&values[0]);

  mend (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (!gtk_widget_get_mapped (child))
      mend_below (child);
  return TRUE;
}

void
gui_names_mend (void)
{
  gpointer class = g_type_class_ref (GTK_TYPE_WIDGET);

  g_signal_add_emission_hook (g_signal_lookup ("map", GTK_TYPE_WIDGET), 0, on_map, NULL, NULL);
  g_type_class_unref (class);
}
