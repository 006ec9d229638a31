/* gui-folder-row.c: see gui-folder-row.h. */
#include "gtk-client/parts/gui-folder-row.h"

#include <string.h>

#include <glib/gi18n.h>

#include "gtk-client/text/gui-text.h"

#define FOLDER_KEY "download-folder"
#define RECENT_KEY "recent-folders"
#define RECENT_MAX 8u
#define WANTED_ATTRIBUTES G_FILE_ATTRIBUTE_FILESYSTEM_FREE "," G_FILE_ATTRIBUTE_FILESYSTEM_READONLY

struct _GuiFolderRow
{
  GtkBox parent;
  GSettings *settings;
  char *folder;
  char **recent; /* the menu's, by its numbers */
  guint64 need;
  guint64 room;
  gboolean is_known;
  gboolean is_bad;
  GCancellable *asking;
  GtkFileChooserNative *chooser;
  GtkMenuButton *button;
  GtkLabel *name;
  GtkProgressBar *bar;
  GtkLabel *words;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (GuiFolderRow, gui_folder_row, GTK_TYPE_BOX)

/* --- folders in words --- */

char *
gui_folder_row_display (const char *path)
{
  const char *home = g_get_home_dir ();
  gsize len = strlen (home);
  g_autofree char *shown = NULL;
  g_autofree char *text = g_filename_display_name (path);

  if (strncmp (path, home, len) != 0 || (path[len] != '/' && path[len] != '\0'))
    return gui_text_name (text);
  shown = g_filename_display_name (path + len);
  g_free (text);
  text = g_strconcat ("~", shown, NULL);
  return gui_text_name (text);
}

char *
gui_folder_row_dup_default (GSettings *settings)
{
  g_autofree char *kept = g_settings_get_string (settings, FOLDER_KEY);
  const char *downloads = g_get_user_special_dir (G_USER_DIRECTORY_DOWNLOAD);

  if (*kept != '\0')
    return g_steal_pointer (&kept);
  if (downloads != NULL)
    return g_strdup (downloads);
  return g_build_filename (g_get_home_dir (), "Downloads", NULL);
}

/* --- room --- */

gboolean
gui_folder_row_is_short (GuiFolderRow *self)
{
  return self->is_known && self->room < self->need;
}

gboolean
gui_folder_row_is_bad (GuiFolderRow *self)
{
  return self->is_bad;
}

static char *
describe (GuiFolderRow *self)
{
  g_autofree char *need = gui_text_size (self->need);
  g_autofree char *room = gui_text_size (self->room);
  g_autofree char *lacks = NULL;

  if (self->is_bad)
    return g_strdup (_ ("Nothing can be written there: choose another folder"));
  if (!self->is_known)
    return g_strdup ("");
  if (!gui_folder_row_is_short (self))
    /* Translators: both are sizes, such as "1.2 GiB" */
    return g_strdup_printf (_ ("Needs %s, %s are free"), need, room);
  lacks = gui_text_size (self->need - self->room);
  /* Translators: all are sizes, such as "1.2 GiB" */
  return g_strdup_printf (_ ("Needs %s, %s are free: %s too little"), need, room, lacks);
}

static void
show_room (GuiFolderRow *self)
{
  g_autofree char *words = describe (self);
  gboolean wrong = self->is_bad || gui_folder_row_is_short (self);
  double share = self->room > 0 ? (double) self->need / (double) self->room : 1;

  gtk_label_set_text (self->words, words);
  gtk_widget_set_visible (GTK_WIDGET (self->bar), self->is_known && !self->is_bad);
  gtk_progress_bar_set_fraction (self->bar, CLAMP (share, 0, 1));
  if (wrong)
    gtk_widget_add_css_class (GTK_WIDGET (self->bar), "short");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->bar), "short");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                  words, -1);
  gtk_widget_remove_css_class (GTK_WIDGET (self->words), wrong ? "dim-label" : "error");
  gtk_widget_add_css_class (GTK_WIDGET (self->words), wrong ? "error" : "dim-label");
  g_signal_emit (self, changed_signal, 0);
}

static void ask (GuiFolderRow *self, GFile *folder);

/* What is not there yet will lie where its parent is. */
static void
on_asked (GObject *source, GAsyncResult *result, void *data)
{
  GFile *folder = G_FILE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_filesystem_info_finish (folder, result, &error);
  GuiFolderRow *self = data; /* while it was not cancelled */
  g_autoptr (GFile) above = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  above = g_file_get_parent (folder);
  if (info == NULL && above != NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      ask (self, above);
      return;
    }
  self->is_known
      = info != NULL && g_file_info_has_attribute (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE);
  self->room = self->is_known
                   ? g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE)
                   : 0;
  self->is_bad = info == NULL
                 || g_file_info_get_attribute_boolean (info, G_FILE_ATTRIBUTE_FILESYSTEM_READONLY);
  show_room (self);
}

static void
ask (GuiFolderRow *self, GFile *folder)
{
  g_file_query_filesystem_info_async (folder, WANTED_ATTRIBUTES, G_PRIORITY_DEFAULT, self->asking,
                                      on_asked, self);
}

static void
stop_asking (GuiFolderRow *self)
{
  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
}

void
gui_folder_row_set_need (GuiFolderRow *self, guint64 bytes)
{
  if (self->need == bytes)
    return;
  self->need = bytes;
  show_room (self);
}

/* --- the folder --- */

const char *
gui_folder_row_get_folder (GuiFolderRow *self)
{
  return self->folder;
}

void
gui_folder_row_set_folder (GuiFolderRow *self, const char *path)
{
  g_autofree char *shown = gui_folder_row_display (path);
  g_autoptr (GFile) folder = g_file_new_for_path (path);

  if (g_strcmp0 (self->folder, path) != 0)
    {
      g_free (self->folder);
      self->folder = g_strdup (path);
    }
  gtk_label_set_text (self->name, shown);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  shown, -1);
  self->is_known = FALSE;
  self->is_bad = FALSE;
  stop_asking (self);
  self->asking = g_cancellable_new ();
  ask (self, folder);
  show_room (self);
}

void
gui_folder_row_keep (GuiFolderRow *self)
{
  g_auto (GStrv) recent = g_settings_get_strv (self->settings, RECENT_KEY);
  g_autoptr (GPtrArray) now = g_ptr_array_new ();

  if (!g_utf8_validate (self->folder, -1, NULL))
    return; /* settings hold text */
  g_ptr_array_add (now, self->folder);
  for (guint i = 0; recent[i] != NULL && now->len < RECENT_MAX; i++)
    if (!g_str_equal (recent[i], self->folder))
      g_ptr_array_add (now, recent[i]);
  g_ptr_array_add (now, NULL);
  g_settings_set_strv (self->settings, RECENT_KEY, (const char *const *) now->pdata);
}

/* --- the menu --- */

/* A name may have what a menu takes for the letter to press. (transfer full) */
static char *
menu_label (const char *path)
{
  g_autofree char *shown = gui_folder_row_display (path);
  g_auto (GStrv) parts = g_strsplit (shown, "_", -1);

  return g_strjoinv ("__", parts);
}

static void
make_menu (GuiFolderRow *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) recent = g_menu_new ();
  g_autoptr (GMenu) other = g_menu_new ();

  g_strfreev (self->recent);
  self->recent = g_settings_get_strv (self->settings, RECENT_KEY);
  for (guint i = 0; i < RECENT_MAX && self->recent[i] != NULL; i++)
    {
      g_autofree char *label = menu_label (self->recent[i]);
      g_autofree char *action = g_strdup_printf ("folder.use(uint32 %u)", i);

      g_menu_append (recent, label, action);
    }
  g_menu_append (other, _ ("Download Folder"), "folder.default");
  g_menu_append (other, _ ("Other Folder…"), "folder.other");
  g_menu_append_section (menu, _ ("Recent Folders"), G_MENU_MODEL (recent));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (other));
  gtk_menu_button_set_menu_model (self->button, G_MENU_MODEL (menu));
}

static void
use_recent (GtkWidget *widget, const char *action, GVariant *number)
{
  GuiFolderRow *self = GUI_FOLDER_ROW (widget);
  guint i = g_variant_get_uint32 (number);

  if (i < g_strv_length (self->recent))
    gui_folder_row_set_folder (self, self->recent[i]);
}

static void
use_default (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GuiFolderRow *self = GUI_FOLDER_ROW (widget);
  g_autofree char *folder = gui_folder_row_dup_default (self->settings);

  gui_folder_row_set_folder (self, folder);
}

static void
on_chosen (GtkNativeDialog *dialog, int response, void *data)
{
  GuiFolderRow *self = data;
  g_autoptr (GFile) folder = NULL;
  g_autofree char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    folder = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  path = folder != NULL ? g_file_get_path (folder) : NULL;
  if (path != NULL)
    gui_folder_row_set_folder (self, path);
  g_clear_object (&self->chooser);
}

static void
use_other (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GuiFolderRow *self = GUI_FOLDER_ROW (widget);
  g_autoptr (GFile) folder = g_file_new_for_path (self->folder);

  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (
      _ ("Choose a Folder"), GTK_WINDOW (gtk_widget_get_root (widget)),
      GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Select"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  (void) gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (self->chooser), folder,
                                              NULL); /* it then begins elsewhere */
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_chosen), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* --- the widget --- */

static void
gui_folder_row_dispose (GObject *object)
{
  GuiFolderRow *self = GUI_FOLDER_ROW (object);

  stop_asking (self);
  if (self->chooser != NULL)
    g_signal_handlers_disconnect_by_data (self->chooser, self);
  g_clear_object (&self->chooser);
  if (self->settings != NULL)
    g_signal_handlers_disconnect_by_data (self->settings, self);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->recent, g_strfreev);
  g_clear_pointer (&self->folder, g_free);
  G_OBJECT_CLASS (gui_folder_row_parent_class)->dispose (object);
}

static void
gui_folder_row_class_init (GuiFolderRowClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = gui_folder_row_dispose;
  changed_signal = g_signal_new ("changed", GUI_TYPE_FOLDER_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget, "/org/shoal/Shoal/parts/gui-folder-row.ui");
  gtk_widget_class_bind_template_child (widget, GuiFolderRow, button);
  gtk_widget_class_bind_template_child (widget, GuiFolderRow, name);
  gtk_widget_class_bind_template_child (widget, GuiFolderRow, bar);
  gtk_widget_class_bind_template_child (widget, GuiFolderRow, words);
  gtk_widget_class_install_action (widget, "folder.use", "u", use_recent);
  gtk_widget_class_install_action (widget, "folder.default", NULL, use_default);
  gtk_widget_class_install_action (widget, "folder.other", NULL, use_other);
}

static void
gui_folder_row_init (GuiFolderRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
gui_folder_row_new (GSettings *settings)
{
  GuiFolderRow *self = g_object_new (GUI_TYPE_FOLDER_ROW, NULL);
  g_autofree char *folder = gui_folder_row_dup_default (settings);

  self->settings = g_object_ref (settings);
  g_signal_connect_swapped (settings, "changed::" RECENT_KEY, G_CALLBACK (make_menu), self);
  make_menu (self);
  gui_folder_row_set_folder (self, folder);
  return GTK_WIDGET (self);
}
