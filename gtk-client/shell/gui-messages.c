/* gui-messages.c: see gui-messages.h. */
#include "gtk-client/shell/gui-messages.h"

#include "gtk-client/parts/gui-tab-stop.h"

#define LINES_MAX 4
#define SHORTEST_S 5
#define READ_PER_S 8 /* characters, by who reads slowly */

struct _GuiMessages
{
  GObject parent;
  GtkWindow *window; /* lent */
  AdwToastOverlay *overlay;
  AdwToast *said;     /* the last one; weak */
  AdwToast *offer;    /* weak */
  GtkWidget *list;    /* that had the keyboard last; weak */
  gboolean by_person; /* a key or a press is dealt with that moves the keyboard */
  guint settling;     /* the source that ends that */
  guint patience;     /* how many times as long as usual it is there */
};

G_DEFINE_FINAL_TYPE (GuiMessages, gui_messages, G_TYPE_OBJECT)

/* --- what is said --- */

/* Long words have room, and whatever is in them is no markup. */
static AdwToast *
new_toast (const char *words)
{
  AdwToast *toast = adw_toast_new ("");
  GtkWidget *label = gtk_label_new (words);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (label), LINES_MAX);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  adw_toast_set_custom_title (toast, label);
  return toast;
}

static void
dismiss (AdwToast **toast)
{
  AdwToast *old = *toast;

  g_clear_weak_pointer (toast);
  if (old != NULL)
    adw_toast_dismiss (old);
}

/* In seconds. */
static guint
reading_time (const char *words)
{
  return (guint) MAX (SHORTEST_S, g_utf8_strlen (words, -1) / READ_PER_S);
}

void
gui_messages_set_patience (GuiMessages *self, guint times)
{
  self->patience = times;
}

void
gui_messages_say (GuiMessages *self, const char *words)
{
  AdwToast *toast = new_toast (words);

  adw_toast_set_timeout (toast, reading_time (words) * self->patience);
  dismiss (&self->said);
  g_set_weak_pointer (&self->said, toast);
  if (self->offer == NULL) /* which is not hidden for it; what is to be read is, and comes back */
    adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_overlay_add_toast (self->overlay, toast);
}

void
gui_messages_say_to_be_read (GuiMessages *self, const char *words)
{
  AdwToast *toast = new_toast (words);

  adw_toast_set_timeout (toast, 0);
  adw_toast_overlay_add_toast (self->overlay, toast);
}

void
gui_messages_offer (GuiMessages *self, const char *words, const char *button, const char *action,
                    guint seconds)
{
  AdwToast *toast = new_toast (words);

  dismiss (&self->said);
  dismiss (&self->offer);
  g_set_weak_pointer (&self->offer, toast);
  adw_toast_set_button_label (toast, button);
  adw_toast_set_action_name (toast, action);
  adw_toast_set_timeout (toast, seconds);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_overlay_add_toast (self->overlay, toast);
}

void
gui_messages_withdraw (GuiMessages *self)
{
  dismiss (&self->offer);
}

/* --- the keyboard --- */

/* Of the overlay's children the first is what it lies over. */
static gboolean
is_in_message (GuiMessages *self, GtkWidget *widget)
{
  GtkWidget *content = adw_toast_overlay_get_child (self->overlay);

  return widget != NULL && gtk_widget_is_ancestor (widget, GTK_WIDGET (self->overlay))
         && !gtk_widget_is_ancestor (widget, content);
}

/* To the list that had it, or whatever comes first; else to nothing. */
static void
give_back (GuiMessages *self)
{
  GtkWidget *content = adw_toast_overlay_get_child (self->overlay);

  if (self->list != NULL && gtk_widget_get_mapped (self->list)
      && gtk_widget_child_focus (self->list, GTK_DIR_TAB_FORWARD))
    return;
  if (!gtk_widget_child_focus (content, GTK_DIR_TAB_FORWARD))
    gtk_window_set_focus (self->window, NULL);
}

/* When the row that has the keyboard goes, GTK looks for what comes next: that is the message about
 * it, which then would stay as long as it has the keyboard. */
static void
on_focus (GuiMessages *self)
{
  GtkWidget *focus = gtk_window_get_focus (self->window);

  if (focus == NULL)
    return;
  if (!is_in_message (self, focus))
    g_set_weak_pointer (&self->list, gtk_widget_get_ancestor (focus, GUI_TYPE_TAB_STOP));
  else if (!self->by_person)
    give_back (self);
}

static gboolean
settle (void *data)
{
  GuiMessages *self = data;

  self->settling = 0;
  self->by_person = FALSE;
  return G_SOURCE_REMOVE;
}

static void
on_person (GuiMessages *self)
{
  self->by_person = TRUE;
  if (self->settling == 0)
    self->settling = g_idle_add_full (G_PRIORITY_HIGH, settle, self, NULL);
}

/* Other keys may be those that make the row go. */
static gboolean
on_key (GtkEventControllerKey *keys, guint key, guint code, GdkModifierType modifiers,
        GuiMessages *self)
{
  if (key == GDK_KEY_Tab || key == GDK_KEY_ISO_Left_Tab || key == GDK_KEY_KP_Tab
      || (modifiers & GDK_ALT_MASK) != 0)
    on_person (self);
  return GDK_EVENT_PROPAGATE;
}

static void
watch_keyboard (GuiMessages *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *press = gtk_gesture_click_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (press), GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_key), self, 0);
  g_signal_connect_object (press, "pressed", G_CALLBACK (on_person), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->window), keys);
  gtk_widget_add_controller (GTK_WIDGET (self->overlay), GTK_EVENT_CONTROLLER (press));
  g_signal_connect_object (self->window, "notify::focus-widget", G_CALLBACK (on_focus), self,
                           G_CONNECT_SWAPPED);
}

/* --- the object --- */

static void
gui_messages_dispose (GObject *object)
{
  GuiMessages *self = GUI_MESSAGES (object);

  g_clear_handle_id (&self->settling, g_source_remove);
  g_clear_weak_pointer (&self->said);
  g_clear_weak_pointer (&self->offer);
  g_clear_weak_pointer (&self->list);
  G_OBJECT_CLASS (gui_messages_parent_class)->dispose (object);
}

static void
gui_messages_class_init (GuiMessagesClass *class)
{
  G_OBJECT_CLASS (class)->dispose = gui_messages_dispose;
}

static void
gui_messages_init (GuiMessages *self)
{
  self->patience = 1;
}

GuiMessages *
gui_messages_new (GtkWindow *window, AdwToastOverlay *overlay)
{
  GuiMessages *self = g_object_new (GUI_TYPE_MESSAGES, NULL);

  self->window = window;
  self->overlay = overlay;
  watch_keyboard (self);
  return self;
}
