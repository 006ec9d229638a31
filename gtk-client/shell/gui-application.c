/* gui-application.c: see gui-application.h. */
#include "gtk-client/shell/gui-application.h"

#include <stdlib.h>

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "gtk-client/model/gui-place.h"
#include "gtk-client/parts/gui-names.h"
#include "gtk-client/parts/gui-reveal.h"
#include "gtk-client/preferences/gui-preferences.h"
#include "gtk-client/shell/gui-about.h"
#include "gtk-client/shell/gui-awake.h"
#include "gtk-client/shell/gui-notices.h"
#include "gtk-client/shell/gui-refusal.h"
#include "gtk-client/shell/gui-shortcuts.h"
#include "gtk-client/shell/gui-window.h"

struct _GuiApplication
{
  AdwApplication parent;
  GuiSession *session; /* NULL until the first activation, and when it could not be had */
  GuiNotices *notices;
  GuiAwake *awake;
  char *profile;    /* NULL: the usual one */
  GStrv waiting;    /* URIs that were opened while there was no session; NULL for none */
  char *asked;      /* the hash of a torrent that is shown once torrents are there; NULL for none */
  gboolean reveals; /* its folder is, not itself */
  gboolean is_ending; /* the session is being closed */
  guint signals[3];   /* the sources of those that ask for an end; 0 once they came */
};

G_DEFINE_FINAL_TYPE (GuiApplication, gui_application, ADW_TYPE_APPLICATION)

static const GOptionEntry options[] = {
  { "profile", 0, 0, G_OPTION_ARG_STRING, NULL,
    N_ ("Use torrents and settings of their own, by this name"), N_ ("NAME") },
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Show the version"), NULL },
  { 0 },
};

/* --- the window --- */

static GtkWindow *
find_window (GuiApplication *self, GType type)
{
  for (GList *at = gtk_application_get_windows (GTK_APPLICATION (self)); at != NULL; at = at->next)
    if (G_TYPE_CHECK_INSTANCE_TYPE (at->data, type))
      return at->data;
  return NULL;
}

static void
apply_appearance (GuiApplication *self)
{
  static const AdwColorScheme schemes[]
      = { ADW_COLOR_SCHEME_DEFAULT, ADW_COLOR_SCHEME_FORCE_LIGHT, ADW_COLOR_SCHEME_FORCE_DARK };
  int chosen = g_settings_get_enum (gui_session_get_settings (self->session), "appearance");

  adw_style_manager_set_color_scheme (adw_application_get_style_manager (ADW_APPLICATION (self)),
                                      schemes[CLAMP (chosen, 0, 2)]);
}

static void
on_active (GtkWindow *window, GParamSpec *property, GuiApplication *self)
{
  if (self->notices != NULL && gtk_window_is_active (window))
    gui_notices_withdraw (self->notices);
}

static GtkWindow *
make_window (GuiApplication *self)
{
  GtkWindow *window = GTK_WINDOW (gui_window_new (ADW_APPLICATION (self), self->session));

  g_signal_connect_object (window, "notify::is-active", G_CALLBACK (on_active), self, 0);
  return window;
}

static void answer_notice (GuiApplication *self);

static void
take_session (GuiApplication *self, GuiSession *session)
{
  self->session = session;
  self->notices = gui_notices_new (GTK_APPLICATION (self), session);
  self->awake = gui_awake_new (GTK_APPLICATION (self), session);
  g_signal_connect_object (gui_session_get_settings (session), "changed::appearance",
                           G_CALLBACK (apply_appearance), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gui_session_get_shoal (session), "notify::loaded",
                           G_CALLBACK (answer_notice), self, G_CONNECT_SWAPPED);
  apply_appearance (self);
}

static void retry (GuiApplication *self);

static void
show_refusal (GuiApplication *self, const GError *error)
{
  GtkWidget *window = gui_refusal_new (GTK_APPLICATION (self), error);

  g_signal_connect_object (window, "retry", G_CALLBACK (retry), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (window));
}

/* The window, on a session that is opened once; NULL when it cannot be had, which is said. */
static GtkWindow *
show_window (GuiApplication *self)
{
  g_autoptr (GError) error = NULL;
  GtkWindow *window = find_window (self, GUI_TYPE_WINDOW);

  if (self->session == NULL)
    {
      GuiSession *session = gui_session_new (self->profile, &error);

      if (session == NULL)
        {
          show_refusal (self, error);
          return NULL;
        }
      take_session (self, session);
    }
  if (window == NULL)
    window = make_window (self);
  gtk_window_present (window);
  return window;
}

static void
add_waiting (GuiApplication *self, GtkWindow *window)
{
  g_auto (GStrv) uris = g_steal_pointer (&self->waiting);

  if (uris != NULL)
    gtk_widget_activate_action (GTK_WIDGET (window), "win.add-files", "^as", uris);
}

static void
retry (GuiApplication *self)
{
  GtkWindow *refusal = find_window (self, GUI_TYPE_REFUSAL);
  GtkWindow *window;

  g_application_hold (G_APPLICATION (self)); /* while there is no window at all */
  gtk_window_destroy (refusal);
  window = show_window (self);
  if (window != NULL)
    add_waiting (self, window);
  g_application_release (G_APPLICATION (self));
}

static void
gui_application_activate (GApplication *application)
{
  GuiApplication *self = GUI_APPLICATION (application);
  GtkWindow *refusal = find_window (self, GUI_TYPE_REFUSAL);

  if (self->is_ending)
    return;
  if (refusal != NULL)
    gtk_window_present (refusal);
  else
    (void) show_window (self);
}

/* Magnet links are no files, but come as such, by their URI. */
static void
gui_application_open (GApplication *application, GFile **files, int n, const char *hint)
{
  GuiApplication *self = GUI_APPLICATION (application);
  g_autoptr (GStrvBuilder) uris = g_strv_builder_new ();
  GtkWindow *window;

  for (int i = 0; i < n; i++)
    {
      g_autofree char *uri = g_file_get_uri (files[i]);

      g_strv_builder_add (uris, uri);
    }
  g_strfreev (self->waiting);
  self->waiting = g_strv_builder_end (uris);
  g_application_activate (application);
  window = find_window (self, GUI_TYPE_WINDOW);
  if (window != NULL)
    add_waiting (self, window);
}

/* --- actions --- */

static void
on_closed (GObject *source, GAsyncResult *result, void *data)
{
  gui_session_close_finish (GUI_SESSION (source), result);
  g_application_quit (data);
}

/* What is hidden takes what was typed into it, and may end other windows with that. */
static void
hide_windows (void)
{
  GList *shown = gtk_window_list_toplevels ();

  for (GList *at = shown; at != NULL; at = at->next)
    g_object_ref (at->data);
  for (GList *at = shown; at != NULL; at = at->next)
    gtk_widget_set_visible (at->data, FALSE);
  g_list_free_full (shown, g_object_unref);
}

/* The windows go at once; the program when what was begun is done. */
static void
quit (GSimpleAction *action, GVariant *argument, void *data)
{
  GuiApplication *self = data;
  GtkWindow *window = find_window (self, GUI_TYPE_WINDOW);

  if (self->is_ending)
    return;
  self->is_ending = TRUE;
  if (window != NULL)
    gui_window_remember (GUI_WINDOW (window));
  hide_windows ();
  if (self->session != NULL)
    gui_session_close_async (self->session, on_closed, self);
  else
    g_application_quit (G_APPLICATION (self));
}

static void
forget_signals (GuiApplication *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->signals); i++)
    g_clear_handle_id (&self->signals[i], g_source_remove);
}

/* A desktop that ends asks so. Who asks twice does not wait for what was begun. */
static gboolean
on_signal (void *data)
{
  forget_signals (data);
  quit (NULL, NULL, data);
  return G_SOURCE_REMOVE;
}

static void
watch_signals (GuiApplication *self)
{
  static const int ends[G_N_ELEMENTS (self->signals)] = { SIGHUP, SIGINT, SIGTERM };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    self->signals[i] = g_unix_signal_add (ends[i], on_signal, self);
}

static void
about (GSimpleAction *action, GVariant *argument, void *data)
{
  gui_about_present (gtk_application_get_active_window (data));
}

static void
shortcuts (GSimpleAction *action, GVariant *argument, void *data)
{
  gui_shortcuts_present (gtk_application_get_active_window (data));
}

/* At a page, by its name, or with NULL at the first. */
static void
preferences (GSimpleAction *action, GVariant *page, void *data)
{
  GuiApplication *self = data;
  GtkWindow *window = find_window (self, GUI_TYPE_WINDOW);
  GtkWidget *shown;

  if (window == NULL || self->is_ending || find_window (self, GUI_TYPE_PREFERENCES) != NULL)
    return;
  shown = gui_preferences_new (self->session);
  if (page != NULL)
    adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (shown),
                                                  g_variant_get_string (page, NULL));
  gtk_window_set_transient_for (GTK_WINDOW (shown), window);
  gtk_window_set_application (GTK_WINDOW (shown), GTK_APPLICATION (self)); /* whose keys it has */
  gtk_window_present (GTK_WINDOW (shown));
}

/* The actions of the desktop file: the window's own, in a window that may have to be made. */
static void
ask_window (GSimpleAction *action, GVariant *argument, void *data)
{
  GuiApplication *self = data;
  GtkWindow *window = self->is_ending ? NULL : show_window (self);
  g_autofree char *name = g_strconcat ("win.", g_action_get_name (G_ACTION (action)), NULL);

  if (window != NULL)
    gtk_widget_activate_action (GTK_WIDGET (window), name, NULL);
}

/* --- what a notification asks for --- */

/* A notification outlives the program, which it starts again: the torrents are read then. */
static void
answer_notice (GuiApplication *self)
{
  ShoalSession *shoal = gui_session_get_shoal (self->session);
  GtkWindow *window = find_window (self, GUI_TYPE_WINDOW);
  g_autofree char *hash = NULL;
  g_autofree char *path = NULL;
  ShoalTorrent *torrent;

  if (!shoal_session_get_loaded (shoal) || self->asked == NULL || window == NULL)
    return;
  hash = g_steal_pointer (&self->asked);
  torrent = shoal_session_find (shoal, hash);
  path = torrent != NULL && self->reveals ? gui_place_of (torrent) : NULL;
  if (path != NULL)
    gui_reveal (GTK_WIDGET (window), path);
  else if (torrent != NULL)
    gui_window_show_torrent (GUI_WINDOW (window), torrent);
}

static void
take_question (GuiApplication *self, GVariant *hash, gboolean reveals)
{
  g_free (self->asked);
  self->asked = g_variant_dup_string (hash, NULL);
  self->reveals = reveals;
  answer_notice (self);
}

static void
show_torrent (GSimpleAction *action, GVariant *hash, void *data)
{
  GuiApplication *self = data;

  if (!self->is_ending && show_window (self) != NULL)
    take_question (self, hash, FALSE);
}

/* No window is shown for it where there is one already. */
static void
open_folder (GSimpleAction *action, GVariant *hash, void *data)
{
  GuiApplication *self = data;

  if (!self->is_ending
      && (find_window (self, GUI_TYPE_WINDOW) != NULL || show_window (self) != NULL))
    take_question (self, hash, TRUE);
}

/* --- the object --- */

static void
set_accels (GuiApplication *self, const char *action, const char *key)
{
  const char *const keys[] = { key, NULL };

  gtk_application_set_accels_for_action (GTK_APPLICATION (self), action, keys);
}

static void
gui_application_startup (GApplication *application)
{
  static const GActionEntry entries[] = {
    { .name = "quit", .activate = quit },
    { .name = "about", .activate = about },
    { .name = "preferences", .activate = preferences },
    { .name = "show-preferences", .parameter_type = "s", .activate = preferences },
    { .name = "shortcuts", .activate = shortcuts },
    { .name = "create", .activate = ask_window },
    { .name = "open", .activate = ask_window },
    { .name = "show-torrent", .parameter_type = "s", .activate = show_torrent },
    { .name = "open-folder", .parameter_type = "s", .activate = open_folder },
  };
  GuiApplication *self = GUI_APPLICATION (application);

  G_APPLICATION_CLASS (gui_application_parent_class)->startup (application);
  gui_names_mend ();
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  set_accels (self, "app.quit", "<Control>q");
  set_accels (self, "app.preferences", "<Control>comma");
  set_accels (self, "app.shortcuts", "<Control>question");
  set_accels (self, "window.close", "<Control>w");
  watch_signals (self);
}

static void
print_version (void)
{
  g_autoptr (ShoalVersion) version = shoal_version_new ();

  g_print ("shoal-gtk %s\n", shoal_version_get_string (version));
}

/* A profile of a name is a program of its own, which no other one answers for. */
static int
gui_application_handle_local_options (GApplication *application, GVariantDict *given)
{
  GuiApplication *self = GUI_APPLICATION (application);

  if (g_variant_dict_contains (given, "version"))
    {
      print_version ();
      return EXIT_SUCCESS;
    }
  if (!g_variant_dict_lookup (given, "profile", "s", &self->profile))
    return -1;
  if (!gui_session_is_profile (self->profile))
    {
      g_printerr ("%s\n", _ ("A profile is named by letters, digits, - and _"));
      return EXIT_FAILURE;
    }
  g_application_set_flags (application,
                           g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  return -1;
}

static void
gui_application_shutdown (GApplication *application)
{
  GuiApplication *self = GUI_APPLICATION (application);

  forget_signals (self);
  g_clear_object (&self->awake);
  g_clear_object (&self->notices);
  G_APPLICATION_CLASS (gui_application_parent_class)->shutdown (application);
  g_clear_object (&self->session);
}

static void
gui_application_finalize (GObject *object)
{
  GuiApplication *self = GUI_APPLICATION (object);

  g_free (self->profile);
  g_free (self->asked);
  g_strfreev (self->waiting);
  G_OBJECT_CLASS (gui_application_parent_class)->finalize (object);
}

static void
gui_application_class_init (GuiApplicationClass *class)
{
  G_OBJECT_CLASS (class)->finalize = gui_application_finalize;
  G_APPLICATION_CLASS (class)->startup = gui_application_startup;
  G_APPLICATION_CLASS (class)->activate = gui_application_activate;
  G_APPLICATION_CLASS (class)->open = gui_application_open;
  G_APPLICATION_CLASS (class)->handle_local_options = gui_application_handle_local_options;
  G_APPLICATION_CLASS (class)->shutdown = gui_application_shutdown;
}

static void
gui_application_init (GuiApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self),
                                                     _ ("[FILE|MAGNET|URL…]"));
}

GuiApplication *
gui_application_new (void)
{
  return g_object_new (GUI_TYPE_APPLICATION, "application-id", GUI_APPLICATION_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN, "resource-base-path", "/org/shoal/Shoal", NULL);
}
