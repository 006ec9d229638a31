/* gui-awake.c: see gui-awake.h. */
#include "gtk-client/shell/gui-awake.h"

#include <glib/gi18n.h>

#define LOOK_SECONDS 5u

struct _GuiAwake
{
  GObject parent;
  GtkApplication *application; /* lent */
  GuiSession *session;
  guint timeout;
  guint cookie; /* of what is inhibited; 0 for nothing */
};

G_DEFINE_FINAL_TYPE (GuiAwake, gui_awake, G_TYPE_OBJECT)

static void
release (GuiAwake *self)
{
  if (self->cookie != 0)
    gtk_application_uninhibit (self->application, self->cookie);
  self->cookie = 0;
}

static gboolean
look (void *data)
{
  GuiAwake *self = data;
  gboolean wanted = g_settings_get_boolean (gui_session_get_settings (self->session), "keep-awake")
                    && gui_session_is_busy (self->session);

  if (!wanted)
    release (self);
  else if (self->cookie == 0)
    self->cookie
        = gtk_application_inhibit (self->application, NULL, GTK_APPLICATION_INHIBIT_SUSPEND,
                                   _ ("Torrents are being downloaded"));
  return G_SOURCE_CONTINUE;
}

static void
gui_awake_dispose (GObject *object)
{
  GuiAwake *self = GUI_AWAKE (object);

  g_clear_handle_id (&self->timeout, g_source_remove);
  release (self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (gui_awake_parent_class)->dispose (object);
}

static void
gui_awake_class_init (GuiAwakeClass *class)
{
  G_OBJECT_CLASS (class)->dispose = gui_awake_dispose;
}

static void
gui_awake_init (GuiAwake *self)
{
}

GuiAwake *
gui_awake_new (GtkApplication *application, GuiSession *session)
{
  GuiAwake *self = g_object_new (GUI_TYPE_AWAKE, NULL);

  self->application = application;
  self->session = g_object_ref (session);
  self->timeout = g_timeout_add_seconds (LOOK_SECONDS, look, self);
  return self;
}
