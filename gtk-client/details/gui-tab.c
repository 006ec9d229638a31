/* gui-tab.c: see gui-tab.h. */
#include "gtk-client/details/gui-tab.h"

typedef struct
{
  GuiSession *session;
  ShoalTorrent *torrent;
  gulong tick; /* the handler; 0 while it does not look */
} GuiTabPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (GuiTab, gui_tab, ADW_TYPE_BIN)

static GuiTabPrivate *
private_of (GuiTab *self)
{
  return gui_tab_get_instance_private (self);
}

static void
on_tick (GuiSession *session, GuiTab *self)
{
  GuiTabClass *class = GUI_TAB_GET_CLASS (self);

  if (class->tick != NULL)
    class->tick (self, private_of (self)->torrent);
}

static void
begin (GuiTab *self)
{
  GuiTabPrivate *private = private_of (self);

  if (private->tick != 0 || private->torrent == NULL || private->session == NULL
      || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  private->tick = g_signal_connect (private->session, "tick", G_CALLBACK (on_tick), self);
  GUI_TAB_GET_CLASS (self)->begin (self, private->torrent);
}

static void
end (GuiTab *self)
{
  GuiTabPrivate *private = private_of (self);

  if (private->tick == 0)
    return;
  g_clear_signal_handler (&private->tick, private->session);
  if (GUI_TAB_GET_CLASS (self)->end != NULL)
    GUI_TAB_GET_CLASS (self)->end (self);
}

static void
forget (GuiTab *self)
{
  end (self);
  if (GUI_TAB_GET_CLASS (self)->forget != NULL)
    GUI_TAB_GET_CLASS (self)->forget (self);
}

static void
gui_tab_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (gui_tab_parent_class)->map (widget);
  begin (GUI_TAB (widget));
}

/* The stack that holds the tabs is unmapped before them. */
static void
gui_tab_unmap (GtkWidget *widget)
{
  if (gtk_widget_get_mapped (gtk_widget_get_parent (widget)))
    end (GUI_TAB (widget));
  else
    forget (GUI_TAB (widget));
  GTK_WIDGET_CLASS (gui_tab_parent_class)->unmap (widget);
}

static void
gui_tab_dispose (GObject *object)
{
  GuiTabPrivate *private = private_of (GUI_TAB (object));

  end (GUI_TAB (object));
  g_clear_object (&private->torrent);
  g_clear_object (&private->session);
  G_OBJECT_CLASS (gui_tab_parent_class)->dispose (object);
}

static void
gui_tab_class_init (GuiTabClass *class)
{
  G_OBJECT_CLASS (class)->dispose = gui_tab_dispose;
  GTK_WIDGET_CLASS (class)->map = gui_tab_map;
  GTK_WIDGET_CLASS (class)->unmap = gui_tab_unmap;
}

static void
gui_tab_init (GuiTab *self)
{
}

void
gui_tab_set_session (GuiTab *self, GuiSession *session)
{
  GuiTabClass *class = GUI_TAB_GET_CLASS (self);

  g_set_object (&private_of (self)->session, session);
  if (class->remember != NULL)
    class->remember (self, gui_session_get_settings (session));
}

void
gui_tab_set_torrent (GuiTab *self, ShoalTorrent *torrent)
{
  if (torrent == private_of (self)->torrent)
    return;
  forget (self);
  g_set_object (&private_of (self)->torrent, torrent);
  begin (self);
}

GuiSession *
gui_tab_get_session (GuiTab *self)
{
  return private_of (self)->session;
}

ShoalTorrent *
gui_tab_get_torrent (GuiTab *self)
{
  return private_of (self)->torrent;
}
