/* gui-keyboard.c: see gui-keyboard.h. */
#include "gtk-client/parts/gui-keyboard.h"

#define FRAMES_MAX 30u /* within which what comes in the place of what went is drawn */

typedef struct
{
  GtkWidget *last; /* what had the keyboard; a weak pointer */
  guint frames;    /* since nothing has it */
} Keeper;

static void
keeper_free (Keeper *self)
{
  g_clear_weak_pointer (&self->last);
  g_free (self);
}

/* Each widget remembers which child had the keyboard, also when that is gone or hidden, and goes on
 * from there: Tab would come to nothing that stands before it. */
static void
forget_places (GtkWidget *widget)
{
  while (widget != NULL)
    {
      GtkWidget *child = gtk_widget_get_focus_child (widget);

      gtk_widget_set_focus_child (widget, NULL);
      widget = child;
    }
}

/* What is shown now has a place with the next frame, and only then takes the keyboard. What had it
 * and is still there has let it go: that is not for us to mend. */
static gboolean
find_place (GtkWidget *page, GdkFrameClock *clock, void *data)
{
  Keeper *self = data;
  GtkRoot *root = gtk_widget_get_root (page);

  if (root == NULL || gtk_root_get_focus (root) != NULL || ++self->frames > FRAMES_MAX
      || (self->last != NULL && gtk_widget_get_mapped (self->last)))
    return G_SOURCE_REMOVE;
  forget_places (GTK_WIDGET (root));
  return gtk_widget_child_focus (page, GTK_DIR_TAB_FORWARD) ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

/* GTK passes through nothing also when it moves the keyboard to something else at once. */
static void
on_focus (GtkWindow *window, GParamSpec *property, GtkWidget *page)
{
  Keeper *self = g_object_get_data (G_OBJECT (page), "gui-keeper");
  GtkWidget *focus = gtk_window_get_focus (window);

  if (focus != NULL)
    {
      g_set_weak_pointer (&self->last, focus);
      return;
    }
  self->frames = 0;
  gtk_widget_add_tick_callback (page, find_place, self, NULL);
}

void
gui_keyboard_keep (GtkWindow *window, GtkWidget *page)
{
  g_object_set_data_full (G_OBJECT (page), "gui-keeper", g_new0 (Keeper, 1),
                          (GDestroyNotify) keeper_free);
  g_signal_connect_object (window, "notify::focus-widget", G_CALLBACK (on_focus), page, 0);
}
