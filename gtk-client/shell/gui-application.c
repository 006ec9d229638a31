/* gui-application.c: see gui-application.h. */
#include "gtk-client/shell/gui-application.h"

#include <glib/gi18n.h>

#include "gtk-client/shell/gui-window.h"

struct _GuiApplication
{
  AdwApplication parent;
  GuiSession *session; /* NULL until the first activation, and when it could not be had */
  char *profile;       /* NULL: the usual one */
};

G_DEFINE_FINAL_TYPE (GuiApplication, gui_application, ADW_TYPE_APPLICATION)

static const GOptionEntry options[] = {
  { "profile", 0, 0, G_OPTION_ARG_STRING, NULL,
    N_ ("Use torrents and settings of their own, by this name"), N_ ("NAME") },
  { 0 },
};

/* The session is opened once; what keeps it from being opened is said, and ends the program. */
static gboolean
open_session (GuiApplication *self)
{
  g_autoptr (GError) error = NULL;

  if (self->session == NULL)
    self->session = gui_session_new (self->profile, &error);
  if (self->session != NULL)
    return TRUE;
  g_printerr ("%s\n", error->message);
  g_application_quit (G_APPLICATION (self));
  return FALSE;
}

static void
gui_application_activate (GApplication *application)
{
  GuiApplication *self = GUI_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window == NULL && open_session (self))
    window = GTK_WINDOW (gui_window_new (ADW_APPLICATION (self), self->session));
  if (window != NULL)
    gtk_window_present (window);
}

/* A profile of a name is a program of its own, which no other one answers for. */
static int
gui_application_handle_local_options (GApplication *application, GVariantDict *given)
{
  GuiApplication *self = GUI_APPLICATION (application);

  if (g_variant_dict_lookup (given, "profile", "s", &self->profile))
    g_application_set_flags (application,
                             g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  return -1;
}

static void
gui_application_shutdown (GApplication *application)
{
  g_clear_object (&GUI_APPLICATION (application)->session);
  G_APPLICATION_CLASS (gui_application_parent_class)->shutdown (application);
}

static void
gui_application_finalize (GObject *object)
{
  GuiApplication *self = GUI_APPLICATION (object);

  g_free (self->profile);
  G_OBJECT_CLASS (gui_application_parent_class)->finalize (object);
}

static void
gui_application_class_init (GuiApplicationClass *class)
{
  G_OBJECT_CLASS (class)->finalize = gui_application_finalize;
  G_APPLICATION_CLASS (class)->activate = gui_application_activate;
  G_APPLICATION_CLASS (class)->handle_local_options = gui_application_handle_local_options;
  G_APPLICATION_CLASS (class)->shutdown = gui_application_shutdown;
}

static void
gui_application_init (GuiApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

GuiApplication *
gui_application_new (void)
{
  return g_object_new (GUI_TYPE_APPLICATION, "application-id", GUI_APPLICATION_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN, "resource-base-path", "/org/shoal/Shoal", NULL);
}
