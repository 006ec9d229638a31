/* gui-question.c: see gui-question.h. */
#include "gtk-client/parts/gui-question.h"

/* Of one dialog; it goes with it. */
typedef struct
{
  GtkWindow *window;
  gboolean by_person;
  guint settling;
  guint restoring;
} Keyboard;

static void
keyboard_free (void *data)
{
  Keyboard *self = data;

  g_clear_handle_id (&self->settling, g_source_remove);
  g_clear_handle_id (&self->restoring, g_source_remove);
  g_free (self);
}

/* The dialog knows by now which button of the new layout is the default one. */
static gboolean
restore (void *data)
{
  Keyboard *self = data;
  GtkWidget *usual = gtk_window_get_default_widget (self->window);

  if (usual != NULL && gtk_widget_get_mapped (usual))
    gtk_window_set_focus (self->window, usual);
  self->restoring = 0;
  return G_SOURCE_REMOVE;
}

static void
on_focus (GtkWindow *window, GParamSpec *spec, Keyboard *self)
{
  GtkWidget *focus = gtk_window_get_focus (window);

  if (focus != NULL && !self->by_person && self->restoring == 0
      && focus != gtk_window_get_default_widget (window))
    self->restoring = g_idle_add_full (G_PRIORITY_HIGH, restore, self, NULL);
}

static gboolean
settle (void *data)
{
  Keyboard *self = data;

  self->settling = 0;
  self->by_person = FALSE;
  return G_SOURCE_REMOVE;
}

/* What a key or a press changes is changed before the loop turns again. */
static gboolean
on_person (Keyboard *self)
{
  self->by_person = TRUE;
  if (self->settling == 0)
    self->settling = g_idle_add_full (G_PRIORITY_HIGH, settle, self, NULL);
  return GDK_EVENT_PROPAGATE;
}

void
gui_question_present (AdwMessageDialog *dialog)
{
  Keyboard *self = g_new0 (Keyboard, 1);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *press = gtk_gesture_click_new ();

  self->window = GTK_WINDOW (dialog);
  g_object_set_data_full (G_OBJECT (dialog), "gui-question", self, keyboard_free);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (press), GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (on_person), self);
  g_signal_connect_swapped (press, "pressed", G_CALLBACK (on_person), self);
  gtk_widget_add_controller (GTK_WIDGET (dialog), keys);
  gtk_widget_add_controller (GTK_WIDGET (dialog), GTK_EVENT_CONTROLLER (press));
  g_signal_connect (dialog, "notify::focus-widget", G_CALLBACK (on_focus), self);
  gtk_window_present (self->window);
}
