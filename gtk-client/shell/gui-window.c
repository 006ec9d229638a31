/* gui-window.c: see gui-window.h. */
#include "gtk-client/shell/gui-window.h"

#include <glib/gi18n.h>

#include "gtk-client/download/gui-add-sheet.h"
#include "gtk-client/download/gui-download-page.h"
#include "gtk-client/model/gui-patience.h"
#include "gtk-client/parts/gui-adaptive.h"
#include "gtk-client/parts/gui-keyboard.h"
#include "gtk-client/parts/gui-question.h"
#include "gtk-client/shell/gui-background.h"
#include "gtk-client/shell/gui-intake.h"
#include "gtk-client/shell/gui-messages.h"
#include "gtk-client/shell/gui-rescue.h"
#include "gtk-client/shell/gui-speed-pill.h"
#include "gtk-client/shell/gui-status-bar.h"
#include "gtk-client/text/gui-offers.h"
#include "gtk-client/upload/gui-upload-page.h"

struct _GuiWindow
{
  AdwApplicationWindow parent;
  GuiSession *session;
  GuiAdaptive *adaptive;
  AdwHeaderBar *header;
  AdwSplitButton *add;
  AdwToastOverlay *overlay;
  GuiMessages *messages;
  AdwViewStack *tabs;
  AdwBin *upload;
  AdwBin *download;
  GuiDownloadPage *download_page;
  GuiUploadPage *upload_page;
  GtkSearchBar *search_bar;
  GtkSearchEntry *search_entry;
  GuiSpeedPill *speed;
  GuiStatusBar *status;
  gboolean asking; /* the desktop, whether transfers may go on without a window */
};

G_DEFINE_FINAL_TYPE (GuiWindow, gui_window, ADW_TYPE_APPLICATION_WINDOW)

/* --- messages --- */

static void
say (GtkWidget *widget, const char *action, GVariant *message)
{
  gui_messages_say (GUI_WINDOW (widget)->messages, g_variant_get_string (message, NULL));
}

static void
on_offered (GuiWindow *self, const char *words)
{
  guint seconds = gui_undo_get_seconds (gui_session_get_undo (self->session));

  gui_messages_offer (self->messages, words, _ ("_Undo"), "win.undo", seconds);
}

static void
follow_patience (GuiWindow *self)
{
  GSettings *settings = gui_session_get_settings (self->session);

  gui_messages_set_patience (self->messages, gui_patience_of (settings));
}

static void
undo (GtkWidget *widget, const char *action, GVariant *argument)
{
  GuiWindow *self = GUI_WINDOW (widget);

  if (gui_undo_take_back (gui_session_get_undo (self->session)))
    gui_messages_withdraw (self->messages);
  else
    gui_messages_say (self->messages, _ ("There is nothing left to take back"));
}

static void
on_trouble (GuiWindow *self, const char *words)
{
  gui_messages_say_to_be_read (self->messages, words);
}

/* --- what a person hands over --- */

static void
open_files (GtkWidget *widget, const char *action, GVariant *argument)
{
  gui_intake_open (GTK_WINDOW (widget));
}

static void
paste (GtkWidget *widget, const char *action, GVariant *argument)
{
  gui_intake_paste (GTK_WINDOW (widget));
}

static void
add_files (GtkWidget *widget, const char *action, GVariant *uris)
{
  GuiWindow *self = GUI_WINDOW (widget);
  g_autofree const char **list = g_variant_get_strv (uris, NULL);
  g_autoptr (GuiOffers) offers = gui_offers_new ();

  for (guint i = 0; list[i] != NULL; i++)
    (void) gui_offers_add (offers, list[i]); /* what is nothing is left out */
  g_ptr_array_extend_and_steal (offers->torrents, g_steal_pointer (&offers->files));
  offers->files = g_ptr_array_new_with_free_func (g_free);
  if (offers->torrents->len == 0)
    return;
  g_ptr_array_add (offers->torrents, NULL);
  adw_view_stack_set_visible_child_name (self->tabs, "download"); /* where they come to */
  gui_add_sheet_present (GTK_WINDOW (self), self->session,
                         (const char *const *) offers->torrents->pdata);
}

static void
create (GtkWidget *widget, const char *action, GVariant *argument)
{
  GuiWindow *self = GUI_WINDOW (widget);

  adw_view_stack_set_visible_child_name (self->tabs, "upload");
  gtk_widget_activate_action (GTK_WIDGET (self->upload_page), "upload.choose-files", NULL);
}

static void
create_of (GtkWidget *widget, const char *action, GVariant *uris)
{
  GuiWindow *self = GUI_WINDOW (widget);
  g_autofree const char **list = g_variant_get_strv (uris, NULL);
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);

  for (guint i = 0; list[i] != NULL; i++)
    {
      g_autoptr (GFile) file = g_file_new_for_uri (list[i]);

      g_list_store_append (files, file);
    }
  adw_view_stack_set_visible_child_name (self->tabs, "upload");
  gui_upload_page_create (self->upload_page, G_LIST_MODEL (files));
}

static void
add_magnet (GtkWidget *widget, const char *action, GVariant *uri)
{
  const char *uris[] = { g_variant_get_string (uri, NULL), NULL };

  gtk_widget_activate_action (widget, "win.add-files", "^as", uris);
}

/* --- what the pages ask for --- */

static void
show_details (GtkWidget *widget, const char *action, GVariant *shown)
{
  GuiWindow *self = GUI_WINDOW (widget);

  adw_view_stack_set_visible_child_name (self->tabs, "download");
  gui_download_page_show_details (self->download_page, g_variant_get_boolean (shown));
}

static void
each_torrent (GuiWindow *self, void (*change) (ShoalTorrent *))
{
  GListModel *torrents = gui_session_get_torrents (self->session);
  guint n = g_list_model_get_n_items (torrents);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ShoalTorrent) torrent = g_list_model_get_item (torrents, i);

      change (torrent);
    }
}

static void
start_all (GtkWidget *widget, const char *action, GVariant *argument)
{
  each_torrent (GUI_WINDOW (widget), shoal_torrent_resume);
}

static void
pause_all (GtkWidget *widget, const char *action, GVariant *argument)
{
  each_torrent (GUI_WINDOW (widget), shoal_torrent_pause);
}

/* Of the list that is shown, wherever the keyboard is. */
static void
act_on_selected (GtkWidget *widget, const char *action, GVariant *name)
{
  GuiWindow *self = GUI_WINDOW (widget);
  const char *tab = adw_view_stack_get_visible_child_name (self->tabs);
  GtkWidget *list = g_strcmp0 (tab, "upload") == 0 ? gui_upload_page_get_list (self->upload_page)
                                                   : GTK_WIDGET (self->download_page);

  gtk_widget_activate_action (list, g_variant_get_string (name, NULL), NULL);
}

/* --- the keyboard --- */

/* From the header to the list, from the list to the details, from there to the header. */
static gboolean
go_on (GtkWidget *widget, GVariant *argument, gpointer data)
{
  GuiWindow *self = GUI_WINDOW (widget);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (widget));
  GtkWidget *page = GTK_WIDGET (self->tabs);

  gtk_window_set_focus_visible (GTK_WINDOW (widget), TRUE);
  if (focus == NULL || !gtk_widget_is_ancestor (focus, page))
    gtk_widget_child_focus (page, GTK_DIR_TAB_FORWARD);
  else if (!gui_download_page_focus_details (self->download_page))
    gtk_widget_child_focus (GTK_WIDGET (self->header), GTK_DIR_TAB_FORWARD);
  return GDK_EVENT_STOP;
}

/* Before what in the window has its own parts, and would go round in them. */
static void
install_f6 (GuiWindow *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_F6, 0),
                        gtk_callback_action_new (go_on, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/* --- search --- */

static void
on_search_mode (GuiWindow *self)
{
  if (!gtk_search_bar_get_search_mode (self->search_bar))
    gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
}

static void
toggle_search (GtkWidget *widget, const char *action, GVariant *argument)
{
  GuiWindow *self = GUI_WINDOW (widget);

  gtk_search_bar_set_search_mode (self->search_bar,
                                  !gtk_search_bar_get_search_mode (self->search_bar));
}

static void
on_search (GuiWindow *self)
{
  const char *query = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));

  g_object_set (self->download_page, "query", query, NULL);
  g_object_set (self->upload_page, "query", query, NULL);
}

/* --- size and tab --- */

static void
restore (GuiWindow *self)
{
  GSettings *settings = gui_session_get_settings (self->session);
  g_autofree char *tab = g_settings_get_string (settings, "tab");
  gint32 width, height;

  g_settings_get (settings, "window-size", "(ii)", &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  gui_adaptive_expect (self->adaptive, width);
  if (g_settings_get_boolean (settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  if (adw_view_stack_get_child_by_name (self->tabs, tab) != NULL)
    adw_view_stack_set_visible_child_name (self->tabs, tab);
}

void
gui_window_remember (GuiWindow *self)
{
  GSettings *settings = gui_session_get_settings (self->session);
  const char *tab = adw_view_stack_get_visible_child_name (self->tabs);
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  if (width > 0 && height > 0)
    g_settings_set (settings, "window-size", "(ii)", width, height);
  g_settings_set_boolean (settings, "window-maximized",
                          gtk_window_is_maximized (GTK_WINDOW (self)));
  if (tab != NULL)
    g_settings_set_string (settings, "tab", tab);
}

void
gui_window_show_torrent (GuiWindow *self, ShoalTorrent *torrent)
{
  adw_view_stack_set_visible_child_name (self->tabs, "download");
  gui_download_page_show (self->download_page, torrent);
}

/* --- closing --- */

static void
on_background (GObject *source, GAsyncResult *result, void *data)
{
  g_autoptr (GuiWindow) self = data;

  self->asking = FALSE;
  if (gui_background_ask_finish (result) || gtk_window_get_application (GTK_WINDOW (self)) == NULL)
    return;
  gtk_window_present (GTK_WINDOW (self));
  on_trouble (self, _ ("The desktop does not let Shoal go on without its window: minimise it, or "
                       "permit it to run in the background in the desktop's settings"));
}

/* Transfers go on; the window comes back where the desktop would end them. */
static void
go_on_without (GuiWindow *self)
{
  GDBusConnection *bus = g_application_get_dbus_connection (g_application_get_default ());

  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  if (bus == NULL || self->asking)
    return;
  self->asking = TRUE;
  gui_background_ask_async (bus, on_background, g_object_ref (self));
}

static void
on_first_answer (GuiWindow *self, const char *answer)
{
  GSettings *settings = gui_session_get_settings (self->session);

  if (g_strcmp0 (answer, "cancel") == 0)
    return;
  g_settings_set_boolean (settings, "told-of-background", TRUE);
  if (g_strcmp0 (answer, "quit") == 0)
    g_action_group_activate_action (G_ACTION_GROUP (g_application_get_default ()), "quit", NULL);
  else
    go_on_without (self);
}

/* The first time a person is told that closing is not quitting. */
static void
ask_first (GuiWindow *self)
{
  GtkWidget *dialog
      = adw_message_dialog_new (GTK_WINDOW (self), _ ("Keep Sharing in the Background?"),
                                _ ("Transfers go on while the window is closed. Open Shoal again "
                                   "to see them, or quit it from "
                                   "its menu to end them."));
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);

  adw_message_dialog_add_responses (message, "cancel", _ ("_Cancel"), "quit", _ ("_Quit Instead"),
                                    "keep", _ ("_Keep Sharing"), NULL);
  adw_message_dialog_set_response_appearance (message, "keep", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (message, "keep");
  adw_message_dialog_set_close_response (message, "cancel");
  g_signal_connect_object (message, "response", G_CALLBACK (on_first_answer), self,
                           G_CONNECT_SWAPPED);
  gui_question_present (message);
}

/* Whether something would end with the program. */
static gboolean
is_at_work (GuiWindow *self)
{
  return gui_session_is_active (self->session) || gui_upload_page_is_busy (self->upload_page);
}

static gboolean
close_request (GtkWindow *window)
{
  GuiWindow *self = GUI_WINDOW (window);
  GSettings *settings = gui_session_get_settings (self->session);
  GtkApplication *application = gtk_window_get_application (window);

  gui_window_remember (self);
  if (application == NULL)
    return GTK_WINDOW_CLASS (gui_window_parent_class)->close_request (window);
  if (!g_settings_get_boolean (settings, "keep-sharing") || !is_at_work (self))
    g_action_group_activate_action (G_ACTION_GROUP (application), "quit", NULL);
  else if (!g_settings_get_boolean (settings, "told-of-background"))
    ask_first (self);
  else
    go_on_without (self);
  return TRUE;
}

/* --- the object --- */

/* A narrow header has no room for the speeds: they go to the foot. */
static void
on_narrow (GuiWindow *self)
{
  g_autoptr (GtkWidget) speed = g_object_ref (GTK_WIDGET (self->speed));

  if (gui_adaptive_get_narrow (self->adaptive))
    {
      adw_header_bar_remove (self->header, speed);
      gui_status_bar_set_guest (self->status, speed);
    }
  else
    {
      gui_status_bar_set_guest (self->status, NULL);
      adw_header_bar_pack_end (self->header, speed);
    }
}

static void
map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (gui_window_parent_class)->map (widget);
  gui_session_set_shown (GUI_WINDOW (widget)->session, TRUE);
}

static void
unmap (GtkWidget *widget)
{
  gui_session_set_shown (GUI_WINDOW (widget)->session, FALSE);
  GTK_WIDGET_CLASS (gui_window_parent_class)->unmap (widget);
}

static void
gui_window_dispose (GObject *object)
{
  GuiWindow *self = GUI_WINDOW (object);

  if (self->download != NULL)
    adw_bin_set_child (self->download, NULL);
  if (self->upload != NULL)
    adw_bin_set_child (self->upload, NULL);
  G_OBJECT_CLASS (gui_window_parent_class)->dispose (object);
  g_clear_object (&self->messages);
  g_clear_object (&self->session);
}

static void
bind_children (GtkWidgetClass *widget)
{
  gtk_widget_class_bind_template_child (widget, GuiWindow, adaptive);
  gtk_widget_class_bind_template_child (widget, GuiWindow, header);
  gtk_widget_class_bind_template_child (widget, GuiWindow, add);
  gtk_widget_class_bind_template_child (widget, GuiWindow, overlay);
  gtk_widget_class_bind_template_child (widget, GuiWindow, tabs);
  gtk_widget_class_bind_template_child (widget, GuiWindow, upload);
  gtk_widget_class_bind_template_child (widget, GuiWindow, download);
  gtk_widget_class_bind_template_child (widget, GuiWindow, search_bar);
  gtk_widget_class_bind_template_child (widget, GuiWindow, search_entry);
  gtk_widget_class_bind_template_child (widget, GuiWindow, speed);
  gtk_widget_class_bind_template_child (widget, GuiWindow, status);
}

static void
install_actions (GtkWidgetClass *widget)
{
  gtk_widget_class_install_action (widget, "win.open", NULL, open_files);
  gtk_widget_class_install_action (widget, "win.paste", NULL, paste);
  gtk_widget_class_install_action (widget, "win.add-files", "as", add_files);
  gtk_widget_class_install_action (widget, "win.add-magnet", "s", add_magnet);
  gtk_widget_class_install_action (widget, "win.create", NULL, create);
  gtk_widget_class_install_action (widget, "win.create-of", "as", create_of);
  gtk_widget_class_install_action (widget, "win.say", "s", say);
  gtk_widget_class_install_action (widget, "win.undo", NULL, undo);
  gtk_widget_class_install_action (widget, "win.search", NULL, toggle_search);
  gtk_widget_class_install_action (widget, "win.show-details", "b", show_details);
  gtk_widget_class_install_action (widget, "win.act-on-selected", "s", act_on_selected);
  gtk_widget_class_install_action (widget, "win.start-all", NULL, start_all);
  gtk_widget_class_install_action (widget, "win.pause-all", NULL, pause_all);
}

/* Bound to the window's class, and so after the field that has the focus: Ctrl+V in a field is the
 * field's. */
static void
install_keys (GtkWidgetClass *widget)
{
  static const struct
  {
    guint key;
    GdkModifierType modifiers;
    const char *action;
  } keys[] = {
    { GDK_KEY_o, GDK_CONTROL_MASK, "win.open" },   { GDK_KEY_n, GDK_CONTROL_MASK, "win.create" },
    { GDK_KEY_v, GDK_CONTROL_MASK, "win.paste" },  { GDK_KEY_u, GDK_CONTROL_MASK, "win.paste" },
    { GDK_KEY_f, GDK_CONTROL_MASK, "win.search" }, { GDK_KEY_z, GDK_CONTROL_MASK, "win.undo" },
  };
  static const struct
  {
    guint key; /* with Ctrl */
    const char *action;
  } of_selected[] = {
    { GDK_KEY_s, "torrents.start" },
    { GDK_KEY_p, "torrents.pause" },
    { GDK_KEY_e, "torrents.open-folder" },
    { GDK_KEY_r, "torrents.verify" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding_action (widget, keys[i].key, keys[i].modifiers, keys[i].action,
                                         NULL);
  for (guint i = 0; i < G_N_ELEMENTS (of_selected); i++)
    gtk_widget_class_add_binding_action (widget, of_selected[i].key, GDK_CONTROL_MASK,
                                         "win.act-on-selected", "s", of_selected[i].action);
  gtk_widget_class_add_binding_action (widget, GDK_KEY_Return, GDK_ALT_MASK, "win.show-details",
                                       "b", TRUE);
}

static void
gui_window_class_init (GuiWindowClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = gui_window_dispose;
  GTK_WINDOW_CLASS (class)->close_request = close_request;
  widget->map = map;
  widget->unmap = unmap;
  g_type_ensure (GUI_TYPE_ADAPTIVE);
  g_type_ensure (GUI_TYPE_SPEED_PILL);
  g_type_ensure (GUI_TYPE_STATUS_BAR);
  gtk_widget_class_set_template_from_resource (widget, "/org/shoal/Shoal/shell/gui-window.ui");
  bind_children (widget);
  install_actions (widget);
  install_keys (widget);
}

static void
set_label (GtkWidget *widget, const char *label)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
}

/* The halves of a split button have no names of their own, nor has the button in a menu button. */
static void
name_halves (GtkWidget *split)
{
  GtkWidget *half = gtk_widget_get_first_child (split);

  for (; half != NULL; half = gtk_widget_get_next_sibling (half))
    if (GTK_IS_MENU_BUTTON (half))
      {
        set_label (gtk_widget_get_first_child (half), _ ("More ways to add and share"));
      }
    else if (GTK_IS_BUTTON (half))
      set_label (half, _ ("Add .torrent files"));
}

static void
gui_window_init (GuiWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  name_halves (GTK_WIDGET (self->add));
  gui_keyboard_keep (GTK_WINDOW (self), GTK_WIDGET (self->tabs));
  install_f6 (self);
  self->messages = gui_messages_new (GTK_WINDOW (self), self->overlay);
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));
  gtk_search_bar_set_key_capture_widget (self->search_bar, GTK_WIDGET (self));
  g_signal_connect_swapped (self->search_bar, "notify::search-mode-enabled",
                            G_CALLBACK (on_search_mode), self);
  g_signal_connect_swapped (self->search_entry, "search-changed", G_CALLBACK (on_search), self);
  g_signal_connect_swapped (self->adaptive, "notify::narrow", G_CALLBACK (on_narrow), self);
}

GuiWindow *
gui_window_new (AdwApplication *application, GuiSession *session)
{
  GuiWindow *self = g_object_new (GUI_TYPE_WINDOW, "application", application, NULL);

  self->session = g_object_ref (session);
  self->download_page = gui_download_page_new (session);
  adw_bin_set_child (self->download, GTK_WIDGET (self->download_page));
  self->upload_page = GUI_UPLOAD_PAGE (gui_upload_page_new (session));
  adw_bin_set_child (self->upload, GTK_WIDGET (self->upload_page));
  gui_speed_pill_set_session (self->speed, session);
  gui_status_bar_set_session (self->status, session);
  gui_intake_accept_drops (GTK_WIDGET (self->adaptive));
  gui_rescue_watch (GTK_WINDOW (self), session);
  g_signal_connect_object (session, "trouble", G_CALLBACK (on_trouble), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gui_session_get_undo (session), "offered", G_CALLBACK (on_offered), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (gui_session_get_settings (session), "changed::long-messages",
                           G_CALLBACK (follow_patience), self, G_CONNECT_SWAPPED);
  follow_patience (self);
  restore (self);
  return self;
}
