/* gui-add-sheet.c: see gui-add-sheet.h. */
#include "gtk-client/download/gui-add-sheet.h"

#include <errno.h>

#include <adwaita.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "gtk-client/download/gui-add-page.h"
#include "gtk-client/parts/gui-folder-row.h"
#include "gtk-client/parts/gui-sheet.h"

#define SHEET_WIDTH 760
#define SHEET_HEIGHT 640

#define GUI_TYPE_ADD_SHEET (gui_add_sheet_get_type ())
G_DECLARE_FINAL_TYPE (GuiAddSheet, gui_add_sheet, GUI, ADD_SHEET, GtkBox)

/* What lies in the sheet. */
struct _GuiAddSheet
{
  GtkBox parent;
  GuiSession *session;
  GuiSheet *sheet;  /* lent: we are its child */
  GPtrArray *pages; /* of GuiAddPage, lent: the stack's */
  GuiFolderRow *folder;
  AdwFlap *flap;
  GtkListBox *list;
  GtkStack *stack;
  GtkBox *where;
  GtkCheckButton *start;
  GtkCheckButton *sequential;
  gboolean adding; /* the folder is being made */
};

G_DEFINE_FINAL_TYPE (GuiAddSheet, gui_add_sheet, GTK_TYPE_BOX)

static GuiAddPage *
page_at (GuiAddSheet *self, guint i)
{
  return self->pages->pdata[i];
}

static GuiAddState
state_at (GuiAddSheet *self, guint i)
{
  return gui_add_item_get_state (gui_add_page_get_item (page_at (self, i)));
}

/* --- the button --- */

static guint
count_ready (GuiAddSheet *self, gboolean *is_loading)
{
  guint n = 0;

  *is_loading = FALSE;
  for (guint i = 0; i < self->pages->len; i++)
    {
      n += gui_add_page_is_ready (page_at (self, i)) ? 1 : 0;
      *is_loading = *is_loading || state_at (self, i) == GUI_ADD_LOADING;
    }
  return n;
}

static const char *
action_label (GuiAddSheet *self, gboolean is_short)
{
  if (!gtk_check_button_get_active (self->start))
    return _ ("_Add");
  return is_short ? _ ("_Start Anyway") : _ ("_Start");
}

static void
show_action (GuiAddSheet *self)
{
  gboolean is_short;
  gboolean is_loading;
  guint n = count_ready (self, &is_loading);
  guint64 need = 0;

  if (self->sheet == NULL)
    return; /* it is being made, or closed */
  for (guint i = 0; i < self->pages->len; i++)
    need += gui_add_page_get_need (page_at (self, i));
  gui_folder_row_set_need (self->folder, need);
  is_short = gui_folder_row_is_short (self->folder);
  gui_sheet_set_action (self->sheet, action_label (self, is_short),
                        gtk_check_button_get_active (self->start)
                            ? _ ("Download the chosen files")
                            : _ ("Add without downloading anything yet"));
  gui_sheet_set_warning (self->sheet, is_short && gtk_check_button_get_active (self->start));
  gui_sheet_set_ready (self->sheet, n > 0 && !is_loading && !self->adding
                                        && !gui_folder_row_is_bad (self->folder));
}

/* --- adding --- */

static void
let_begin (GuiAddSheet *self)
{
  GSettings *settings = gui_session_get_settings (self->session);
  gboolean start = gtk_check_button_get_active (self->start);
  gboolean sequential = gtk_check_button_get_active (self->sequential);

  for (guint i = 0; i < self->pages->len; i++)
    gui_add_page_choose (page_at (self, i), gui_folder_row_get_folder (self->folder), start,
                         sequential);
  gui_folder_row_keep (self->folder);
  g_settings_set_boolean (settings, "start-added", start);
  g_settings_set_boolean (settings, "sequential", sequential);
  gui_sheet_close (self->sheet);
}

static void
make_folder (GTask *task, void *source, void *path, GCancellable *cancellable)
{
  if (g_mkdir_with_parents (path, 0755) == 0)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, G_IO_ERROR, g_io_error_from_errno (errno), "%s",
                             g_strerror (errno));
}

static void
on_folder_made (GObject *source, GAsyncResult *result, void *data)
{
  GuiAddSheet *self = GUI_ADD_SHEET (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *sentence = NULL;

  self->adding = FALSE;
  if (self->sheet == NULL)
    return; /* it was closed meanwhile */
  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      let_begin (self);
      return;
    }
  shown = gui_folder_row_display (gui_folder_row_get_folder (self->folder));
  /* Translators: a folder, and why it cannot be made */
  sentence = g_strdup_printf (_ ("The folder “%s” cannot be made: %s"), shown, error->message);
  gui_sheet_say (self->sheet, sentence);
  show_action (self);
}

static void
on_act (GuiAddSheet *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->adding)
    return;
  self->adding = TRUE;
  show_action (self);
  task = g_task_new (self, NULL, on_folder_made, NULL);
  g_task_set_task_data (task, g_strdup (gui_folder_row_get_folder (self->folder)), g_free);
  g_task_run_in_thread (task, make_folder);
}

static void
on_closed (GuiAddSheet *self)
{
  for (guint i = 0; i < self->pages->len; i++)
    if (state_at (self, i) != GUI_ADD_CHOSEN)
      gui_add_item_drop (gui_add_page_get_item (page_at (self, i)));
  self->sheet = NULL;
}

static gboolean
all_chosen (GuiAddSheet *self)
{
  for (guint i = 0; i < self->pages->len; i++)
    if (state_at (self, i) != GUI_ADD_CHOSEN)
      return FALSE;
  return TRUE;
}

static void
on_merged (GuiAddSheet *self, guint n)
{
  g_autofree char *sentence
      = n > 0 ? g_strdup_printf (ngettext ("%u tracker was added", "%u trackers were added", n), n)
              : g_strdup (_ ("It has all of these trackers already"));

  if (!all_chosen (self))
    {
      gui_sheet_say (self->sheet, sentence);
      return;
    }
  gtk_widget_activate_action (GTK_WIDGET (gtk_window_get_transient_for (GTK_WINDOW (self->sheet))),
                              "win.say", "s", sentence);
  gui_sheet_close (self->sheet);
}

/* --- the list at the left --- */

static void
show_row (GtkWidget *row)
{
  GuiAddPage *page = g_object_get_data (G_OBJECT (row), "gui-page");
  GtkLabel *title = g_object_get_data (G_OBJECT (row), "gui-title");
  GtkLabel *subtitle = g_object_get_data (G_OBJECT (row), "gui-subtitle");
  GuiAddItem *item = gui_add_page_get_item (page);
  g_autofree char *name = gui_add_item_dup_name (item);
  g_autofree char *words = gui_add_item_describe (item);
  gboolean failed = gui_add_item_get_state (item) == GUI_ADD_FAILED;

  gtk_label_set_text (title, name);
  gtk_label_set_text (subtitle, words);
  gtk_widget_remove_css_class (GTK_WIDGET (subtitle), failed ? "dim-label" : "error");
  gtk_widget_add_css_class (GTK_WIDGET (subtitle), failed ? "error" : "dim-label");
}

static GtkLabel *
add_line (GtkWidget *box, const char *class)
{
  GtkLabel *label = GTK_LABEL (gtk_label_new (NULL));

  gtk_label_set_xalign (label, 0);
  gtk_label_set_ellipsize (label, PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (GTK_WIDGET (label), class);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (label));
  return label;
}

static void
add_row (GuiAddSheet *self, GuiAddPage *page)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  g_object_set_data (G_OBJECT (row), "gui-page", page);
  g_object_set_data (G_OBJECT (row), "gui-title", add_line (box, "body"));
  g_object_set_data (G_OBJECT (row), "gui-subtitle", add_line (box, "caption"));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_append (self->list, row);
  g_signal_connect_object (page, "changed", G_CALLBACK (show_row), row, G_CONNECT_SWAPPED);
  show_row (row);
}

static void
on_row (GtkListBox *list, GtkListBoxRow *row, GuiAddSheet *self)
{
  if (row == NULL)
    return;
  gtk_stack_set_visible_child (self->stack, g_object_get_data (G_OBJECT (row), "gui-page"));
  if (gtk_widget_get_mapped (GTK_WIDGET (list)) && adw_flap_get_folded (self->flap))
    adw_flap_set_reveal_flap (self->flap, FALSE);
}

static void
show_list (GuiAddSheet *self)
{
  GtkWidget *toggle = gtk_toggle_button_new ();

  gtk_button_set_icon_name (GTK_BUTTON (toggle), "view-list-symbolic");
  gtk_widget_set_tooltip_text (toggle, _ ("Show the list of torrents"));
  g_object_bind_property (self->flap, "reveal-flap", toggle, "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  gui_sheet_add_button (self->sheet, toggle);
  adw_flap_set_locked (self->flap, FALSE);
  adw_flap_set_reveal_flap (self->flap, TRUE);
  gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, 0));
}

/* --- the widget --- */

static void
gui_add_sheet_dispose (GObject *object)
{
  GuiAddSheet *self = GUI_ADD_SHEET (object);

  for (guint i = 0; i < self->pages->len; i++)
    g_signal_handlers_disconnect_by_data (self->pages->pdata[i], self);
  g_ptr_array_set_size (self->pages, 0);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (gui_add_sheet_parent_class)->dispose (object);
}

static void
gui_add_sheet_finalize (GObject *object)
{
  g_ptr_array_unref (GUI_ADD_SHEET (object)->pages);
  G_OBJECT_CLASS (gui_add_sheet_parent_class)->finalize (object);
}

static void
gui_add_sheet_class_init (GuiAddSheetClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = gui_add_sheet_dispose;
  G_OBJECT_CLASS (class)->finalize = gui_add_sheet_finalize;
  gtk_widget_class_set_template_from_resource (widget,
                                               "/org/shoal/Shoal/download/gui-add-sheet.ui");
  gtk_widget_class_bind_template_child (widget, GuiAddSheet, flap);
  gtk_widget_class_bind_template_child (widget, GuiAddSheet, list);
  gtk_widget_class_bind_template_child (widget, GuiAddSheet, stack);
  gtk_widget_class_bind_template_child (widget, GuiAddSheet, where);
  gtk_widget_class_bind_template_child (widget, GuiAddSheet, start);
  gtk_widget_class_bind_template_child (widget, GuiAddSheet, sequential);
  gtk_widget_class_bind_template_callback (widget, show_action);
  gtk_widget_class_bind_template_callback (widget, on_row);
}

static void
gui_add_sheet_init (GuiAddSheet *self)
{
  self->pages = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
add_page (GuiAddSheet *self, const char *uri)
{
  g_autoptr (GuiAddItem) item = gui_add_item_new (self->session, uri);
  GtkWidget *page = gui_add_page_new (self->session, item);

  g_ptr_array_add (self->pages, page);
  gtk_stack_add_child (self->stack, page);
  add_row (self, GUI_ADD_PAGE (page));
  g_signal_connect_swapped (page, "changed", G_CALLBACK (show_action), self);
  g_signal_connect_swapped (page, "merged", G_CALLBACK (on_merged), self);
}

static GuiAddSheet *
make_content (GuiSession *session)
{
  GuiAddSheet *self = g_object_new (GUI_TYPE_ADD_SHEET, NULL);
  GSettings *settings = gui_session_get_settings (session);

  self->session = g_object_ref (session);
  self->folder = GUI_FOLDER_ROW (gui_folder_row_new (settings));
  gtk_box_append (self->where, GTK_WIDGET (self->folder));
  gtk_check_button_set_active (self->start, g_settings_get_boolean (settings, "start-added"));
  gtk_check_button_set_active (self->sequential, g_settings_get_boolean (settings, "sequential"));
  return self;
}

void
gui_add_sheet_present (GtkWindow *parent, GuiSession *session, const char *const *uris)
{
  GuiAddSheet *self = make_content (session);
  guint n = MIN (g_strv_length ((char **) (uintptr_t) uris), GUI_ADD_MAX);
  g_autofree char *title = g_strdup_printf (ngettext ("Add Torrent", "Add %u Torrents", n), n);

  self->sheet = GUI_SHEET (gui_sheet_new (title, GTK_WIDGET (self)));
  for (guint i = 0; i < n; i++)
    add_page (self, uris[i]);
  g_signal_connect_swapped (self->sheet, "act", G_CALLBACK (on_act), self);
  g_signal_connect_swapped (self->sheet, "closed", G_CALLBACK (on_closed), self);
  g_signal_connect_swapped (self->folder, "changed", G_CALLBACK (show_action), self);
  if (n > 1)
    show_list (self);
  show_action (self);
  gui_sheet_present (self->sheet, parent, SHEET_WIDTH, SHEET_HEIGHT);
  if (uris[n] != NULL)
    gui_sheet_say (self->sheet, _ ("These are too many at once: the rest was left out"));
}
