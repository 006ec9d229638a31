/* gui-preferences.c: see gui-preferences.h. */
#include "gtk-client/preferences/gui-preferences.h"

#include <string.h>

#include <glib/gi18n.h>

#include "gtk-client/parts/gui-folder-row.h"
#include "gtk-client/parts/gui-formats.h"
#include "gtk-client/parts/gui-rate-spin.h"
#include "gtk-client/preferences/gui-port-row.h"
#include "gtk-client/preferences/gui-set-list.h"
#include "gtk-client/text/gui-text-port.h"

struct _GuiPreferences
{
  AdwPreferencesWindow parent;
  GuiSession *session;
  GtkFileChooserNative *chooser;
  gboolean telling; /* the widgets are set by us, not by the person */
  GtkButton *folder;
  GtkLabel *folder_name;
  GtkSwitch *start_added;
  GtkSwitch *sequential;
  GtkSwitch *notify;
  GtkSwitch *keep_sharing;
  GtkSwitch *keep_awake;
  GtkSwitch *long_messages;
  AdwComboRow *appearance;
  GtkSpinButton *first_down;
  GtkSpinButton *first_up;
  GtkSwitch *limited;
  GtkSpinButton *second_down;
  GtkSpinButton *second_up;
  AdwComboRow *encryption;
  GtkSwitch *exchange;
  GtkSpinButton *max_downloads;
  GtkSpinButton *max_seeds;
  AdwComboRow *format;
  AdwEntryRow *exclude;
  AdwPreferencesGroup *reach;
  GtkSwitch *mapping;
  AdwActionRow *reached;
  AdwPreferencesPage *sharing;
};

G_DEFINE_FINAL_TYPE (GuiPreferences, gui_preferences, ADW_TYPE_PREFERENCES_WINDOW)

static GSettings *
settings_of (GuiPreferences *self)
{
  return gui_session_get_settings (self->session);
}

/* --- the folder --- */

static void
show_folder (GuiPreferences *self)
{
  g_autofree char *path = gui_folder_row_dup_default (settings_of (self));
  g_autofree char *shown = gui_folder_row_display (path);

  gtk_label_set_text (self->folder_name, shown);
}

static void
on_folder_chosen (GtkNativeDialog *dialog, int response, void *data)
{
  GuiPreferences *self = data;
  g_autoptr (GFile) folder = NULL;
  const char *path;

  if (response == GTK_RESPONSE_ACCEPT)
    folder = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  path = folder != NULL ? g_file_peek_path (folder) : NULL;
  if (path != NULL && g_utf8_validate (path, -1, NULL))
    g_settings_set_string (settings_of (self), "download-folder", path);
  else if (folder != NULL)
    adw_preferences_window_add_toast (
        ADW_PREFERENCES_WINDOW (self),
        adw_toast_new (_ ("Only a folder on this machine with a readable name can be taken")));
  g_clear_object (&self->chooser);
}

static void
on_folder (GuiPreferences *self)
{
  g_autofree char *path = gui_folder_row_dup_default (settings_of (self));
  g_autoptr (GFile) folder = g_file_new_for_path (path);

  if (self->chooser != NULL)
    return;
  self->chooser
      = gtk_file_chooser_native_new (_ ("Folder for Downloads"), GTK_WINDOW (self),
                                     GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Select"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  (void) gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (self->chooser), folder,
                                              NULL); /* it then begins elsewhere */
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_folder_chosen), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* --- speed limits --- */

static void
show_pair (GuiPreferences *self, const char *key, GtkSpinButton *down, GtkSpinButton *up)
{
  guint64 down_Bps, up_Bps;

  g_settings_get (settings_of (self), key, "(tt)", &down_Bps, &up_Bps);
  gui_rate_spin_set (down, down_Bps);
  gui_rate_spin_set (up, up_Bps);
}

static void
show_limits (GuiPreferences *self)
{
  self->telling = TRUE;
  show_pair (self, "first-limits", self->first_down, self->first_up);
  show_pair (self, "second-limits", self->second_down, self->second_up);
  self->telling = FALSE;
}

/* Settings may tell of a change in the middle: all rows are looked at before the first is written.
 */
static void
on_limits (GuiPreferences *self)
{
  guint64 first[] = { gui_rate_spin_get (self->first_down), gui_rate_spin_get (self->first_up) };
  guint64 second[] = { gui_rate_spin_get (self->second_down), gui_rate_spin_get (self->second_up) };

  if (self->telling || self->session == NULL)
    return;
  g_settings_set (settings_of (self), "first-limits", "(tt)", first[0], first[1]);
  g_settings_set (settings_of (self), "second-limits", "(tt)", second[0], second[1]);
}

/* 0 of a number of torrents is no limit, too. */
static gboolean
on_count_output (GtkSpinButton *spin)
{
  g_autofree char *text = NULL;
  int value = gtk_spin_button_get_value_as_int (spin);

  text = value == 0 ? g_strdup (_ ("No limit")) : g_strdup_printf ("%d", value);
  if (!g_str_equal (gtk_editable_get_text (GTK_EDITABLE (spin)), text))
    gtk_editable_set_text (GTK_EDITABLE (spin), text);
  return TRUE;
}

/* --- what rules the engine --- */

static void
on_active (GuiPreferences *self)
{
  ShoalSession *shoal;

  if (self->telling || self->session == NULL)
    return;
  shoal = gui_session_get_shoal (self->session);
  shoal_session_set_max_active_downloads (
      shoal, (guint) gtk_spin_button_get_value_as_int (self->max_downloads));
  shoal_session_set_max_active_seeds (shoal,
                                      (guint) gtk_spin_button_get_value_as_int (self->max_seeds));
}

static void
show_active (GuiPreferences *self, ShoalSession *shoal)
{
  guint downloads = shoal_session_get_max_active_downloads (shoal);
  guint seeds = shoal_session_get_max_active_seeds (shoal);

  self->telling = TRUE;
  gtk_spin_button_set_value (self->max_downloads, downloads);
  gtk_spin_button_set_value (self->max_seeds, seeds);
  self->telling = FALSE;
}

static void
on_encryption (GuiPreferences *self)
{
  if (self->session != NULL)
    shoal_session_set_encryption (gui_session_get_shoal (self->session),
                                  (ShoalEncryption) adw_combo_row_get_selected (self->encryption));
}

static void
on_exchange (GuiPreferences *self)
{
  if (self->session != NULL)
    shoal_session_set_exchange (gui_session_get_shoal (self->session),
                                gtk_switch_get_active (self->exchange));
}

static void
show_engine (GuiPreferences *self)
{
  ShoalSession *shoal = gui_session_get_shoal (self->session);

  adw_combo_row_set_selected (self->encryption, shoal_session_get_encryption (shoal));
  gtk_switch_set_active (self->exchange, shoal_session_get_exchange (shoal));
  show_active (self, shoal);
}

static void
show_reached (GuiPreferences *self)
{
  g_autofree char *words = gui_text_port_sentences (gui_session_get_shoal (self->session));

  adw_action_row_set_subtitle (self->reached, words);
}

static void
follow_port (GuiPreferences *self)
{
  static const char *const facts[] = { "notify::port-state", "notify::port-mapper",
                                       "notify::external-port", "notify::port-problem" };
  ShoalSession *shoal = gui_session_get_shoal (self->session);

  g_object_bind_property (shoal, "port-mapping", self->mapping, "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    g_signal_connect_object (shoal, facts[i], G_CALLBACK (show_reached), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (self->reach, gui_port_row_new (shoal));
  show_reached (self);
}

/* --- choices among few --- */

static void
on_format (GuiPreferences *self)
{
  if (self->session != NULL)
    g_settings_set_enum (settings_of (self), "format",
                         gui_formats_at (adw_combo_row_get_selected (self->format)));
}

static void
on_appearance (GuiPreferences *self)
{
  if (self->session != NULL)
    g_settings_set_enum (settings_of (self), "appearance",
                         (gint) adw_combo_row_get_selected (self->appearance));
}

static void
show_choices (GuiPreferences *self)
{
  ShoalFormat format = (ShoalFormat) g_settings_get_enum (settings_of (self), "format");

  adw_combo_row_set_selected (self->format, gui_formats_find (format));
  adw_combo_row_set_selected (self->appearance,
                              (guint) g_settings_get_enum (settings_of (self), "appearance"));
}

/* --- patterns --- */

static void
on_exclude (GuiPreferences *self)
{
  g_auto (GStrv) words
      = g_strsplit_set (gtk_editable_get_text (GTK_EDITABLE (self->exclude)), ",;", -1);
  g_autoptr (GPtrArray) patterns = g_ptr_array_new ();

  if (self->telling || self->session == NULL)
    return;
  for (char **word = words; *word != NULL; word++)
    if (*g_strstrip (*word) != '\0')
      g_ptr_array_add (patterns, *word);
  g_ptr_array_add (patterns, NULL);
  g_settings_set_strv (settings_of (self), "exclude", (const char *const *) patterns->pdata);
}

static void
show_exclude (GuiPreferences *self)
{
  g_auto (GStrv) patterns = g_settings_get_strv (settings_of (self), "exclude");
  g_autofree char *text = g_strjoinv (", ", patterns);

  self->telling = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->exclude), text);
  self->telling = FALSE;
}

/* --- the window --- */

static void
gui_preferences_dispose (GObject *object)
{
  GuiPreferences *self = GUI_PREFERENCES (object);

  if (self->chooser != NULL)
    g_signal_handlers_disconnect_by_data (self->chooser, self);
  g_clear_object (&self->chooser);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (gui_preferences_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget)
{
  gtk_widget_class_bind_template_child (widget, GuiPreferences, folder);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, folder_name);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, start_added);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, sequential);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, notify);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, keep_sharing);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, keep_awake);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, long_messages);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, appearance);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, first_down);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, first_up);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, limited);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, second_down);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, second_up);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, encryption);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, exchange);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, max_downloads);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, max_seeds);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, format);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, exclude);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, reach);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, mapping);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, reached);
  gtk_widget_class_bind_template_child (widget, GuiPreferences, sharing);
}

static void
gui_preferences_class_init (GuiPreferencesClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = gui_preferences_dispose;
  gtk_widget_class_set_template_from_resource (widget,
                                               "/org/shoal/Shoal/preferences/gui-preferences.ui");
  bind_children (widget);
  gtk_widget_class_bind_template_callback (widget, on_folder);
  gtk_widget_class_bind_template_callback (widget, on_limits);
  gtk_widget_class_bind_template_callback (widget, gui_rate_spin_output);
  gtk_widget_class_bind_template_callback (widget, gui_rate_spin_input);
  gtk_widget_class_bind_template_callback (widget, gtk_spin_button_update);
  gtk_widget_class_bind_template_callback (widget, on_encryption);
  gtk_widget_class_bind_template_callback (widget, on_exchange);
  gtk_widget_class_bind_template_callback (widget, on_active);
  gtk_widget_class_bind_template_callback (widget, on_count_output);
  gtk_widget_class_bind_template_callback (widget, on_format);
  gtk_widget_class_bind_template_callback (widget, on_appearance);
  gtk_widget_class_bind_template_callback (widget, on_exclude);
}

static void
gui_preferences_init (GuiPreferences *self)
{
  g_autoptr (GListModel) formats = gui_formats_new_model ();

  gtk_widget_init_template (GTK_WIDGET (self));
  adw_combo_row_set_model (self->format, formats);
}

static void
bind_switch (GuiPreferences *self, const char *key, GtkSwitch *widget)
{
  g_settings_bind (settings_of (self), key, widget, "active", G_SETTINGS_BIND_DEFAULT);
}

static void
follow_settings (GuiPreferences *self)
{
  GSettings *settings = settings_of (self);

  bind_switch (self, "start-added", self->start_added);
  bind_switch (self, "sequential", self->sequential);
  bind_switch (self, "notify", self->notify);
  bind_switch (self, "keep-sharing", self->keep_sharing);
  bind_switch (self, "keep-awake", self->keep_awake);
  bind_switch (self, "long-messages", self->long_messages);
  bind_switch (self, "limited", self->limited);
  g_signal_connect_object (settings, "changed::download-folder", G_CALLBACK (show_folder), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::first-limits", G_CALLBACK (show_limits), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::second-limits", G_CALLBACK (show_limits), self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
gui_preferences_new (GuiSession *session)
{
  GuiPreferences *self = g_object_new (GUI_TYPE_PREFERENCES, NULL);

  self->session = g_object_ref (session);
  follow_settings (self);
  show_folder (self);
  show_limits (self);
  show_engine (self);
  show_choices (self);
  show_exclude (self);
  follow_port (self);
  adw_preferences_page_add (self->sharing,
                            ADW_PREFERENCES_GROUP (gui_set_list_new (settings_of (self))));
  return GTK_WIDGET (self);
}
