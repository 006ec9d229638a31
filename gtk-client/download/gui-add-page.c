/* gui-add-page.c: see gui-add-page.h. */
#include "gtk-client/download/gui-add-page.h"

#include <string.h>

#include <adwaita.h>
#include <glib/gi18n.h>

#include "gtk-client/parts/gui-expander.h"
#include "gtk-client/parts/gui-file-tree.h"
#include "gtk-client/parts/gui-tracker-editor.h"
#include "gtk-client/parts/gui-tracker-text.h"
#include "gtk-client/text/gui-text.h"

struct _GuiAddPage
{
  GtkBox parent;
  GuiSession *session;
  GuiAddItem *item;
  GtkStack *states;
  GtkStack *files;
  GtkLabel *busy;
  AdwStatusPage *failed;
  AdwStatusPage *duplicate;
  GtkLabel *name;
  GtkLabel *summary;
  GtkLabel *waiting;
  GtkProgressBar *metadata;
  GtkExpander *trackers;
  GtkButton *ask;
  GuiFileTree *tree;
  GuiTrackerEditor *editor;
};

enum
{
  SIGNAL_CHANGED,
  SIGNAL_MERGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GuiAddPage, gui_add_page, GTK_TYPE_BOX)

static void
tell (GuiAddPage *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* --- trackers --- */

static void
apply_trackers (GuiAddPage *self)
{
  g_auto (GStrv) list = gui_tracker_editor_dup_list (self->editor);

  if (list != NULL)
    gui_tracker_list_apply ((const char *const *) list, gui_add_item_get_torrent (self->item));
}

static void
on_ask (GuiAddPage *self)
{
  if (gui_add_item_get_state (self->item) == GUI_ADD_METADATA)
    apply_trackers (self);
}

static void
on_trackers_changed (GuiAddPage *self)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self->ask), gui_tracker_editor_is_valid (self->editor));
  tell (self);
}

/* --- what it shows --- */

static void
show_torrent (GuiAddPage *self)
{
  ShoalTorrent *torrent = gui_add_item_get_torrent (self->item);
  gboolean waits = gui_add_item_get_state (self->item) == GUI_ADD_METADATA;
  g_autofree char *name = gui_add_item_dup_name (self->item);
  g_autofree char *words = gui_add_item_describe (self->item);
  g_auto (GStrv) list = NULL;

  if (gui_add_item_get_state (self->item) != GUI_ADD_CHOSEN)
    gui_file_tree_set_torrent (self->tree, torrent);
  gtk_label_set_text (self->name, name);
  gtk_label_set_text (waits ? self->waiting : self->summary, words);
  gtk_widget_set_visible (GTK_WIDGET (self->summary), !waits);
  gtk_widget_set_visible (GTK_WIDGET (self->ask), waits);
  gtk_stack_set_visible_child_name (self->files, waits ? "waiting" : "tree");
  gtk_progress_bar_set_fraction (self->metadata, shoal_torrent_get_metadata_progress (torrent));
  if (g_str_equal (gtk_stack_get_visible_child_name (self->states), "torrent"))
    return;
  gtk_stack_set_visible_child_name (self->states, "torrent");
  list = shoal_torrent_dup_announce_list (torrent);
  gui_tracker_editor_set_list (self->editor, (const char *const *) list);
}

/* A status page's texts are markup. */
static void
describe (AdwStatusPage *page, const char *text)
{
  g_autofree char *plain = g_markup_escape_text (text, -1);

  adw_status_page_set_description (page, plain);
}

static void
show (GuiAddPage *self)
{
  g_autofree char *words = gui_add_item_describe (self->item);
  g_autofree char *name = gui_add_item_dup_name (self->item);

  switch (gui_add_item_get_state (self->item))
    {
    case GUI_ADD_LOADING:
      gtk_label_set_text (self->busy, words);
      gtk_stack_set_visible_child_name (self->states, "busy");
      break;
    case GUI_ADD_FAILED:
      describe (self->failed, words);
      gtk_stack_set_visible_child_name (self->states, "failed");
      break;
    case GUI_ADD_DUPLICATE:
      describe (self->duplicate, name);
      gtk_stack_set_visible_child_name (self->states, "duplicate");
      break;
    case GUI_ADD_METADATA:
    case GUI_ADD_READY:
    case GUI_ADD_CHOSEN:
      show_torrent (self);
      break;
    }
  tell (self);
}

/* --- what is asked of it --- */

guint64
gui_add_page_get_need (GuiAddPage *self)
{
  ShoalTorrent *torrent = gui_add_item_get_torrent (self->item);

  if (gui_add_item_get_state (self->item) == GUI_ADD_METADATA)
    return shoal_torrent_get_total (torrent);
  return gui_add_item_get_state (self->item) == GUI_ADD_READY
             ? gui_file_tree_get_selected_bytes (self->tree)
             : 0;
}

gboolean
gui_add_page_is_ready (GuiAddPage *self)
{
  GuiAddState state = gui_add_item_get_state (self->item);

  if (!gui_tracker_editor_is_valid (self->editor))
    return FALSE;
  return state == GUI_ADD_METADATA
         || (state == GUI_ADD_READY && gui_file_tree_get_selected_files (self->tree) > 0);
}

GuiAddItem *
gui_add_page_get_item (GuiAddPage *self)
{
  return self->item;
}

void
gui_add_page_choose (GuiAddPage *self, const char *folder, gboolean start, gboolean sequential)
{
  g_autoptr (GBytes) priorities = NULL;

  if (!gui_add_page_is_ready (self))
    return;
  if (gui_add_item_get_state (self->item) == GUI_ADD_READY)
    priorities = gui_file_tree_dup_priorities (self->tree);
  apply_trackers (self);
  gui_add_item_choose (self->item, folder, priorities, start, sequential);
}

static void
on_retry (GuiAddPage *self)
{
  gui_add_item_retry (self->item);
}

static void
on_merge (GuiAddPage *self)
{
  g_signal_emit (self, signals[SIGNAL_MERGED], 0, gui_add_item_merge (self->item));
}

/* --- the widget --- */

static void
gui_add_page_dispose (GObject *object)
{
  GuiAddPage *self = GUI_ADD_PAGE (object);

  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_clear_object (&self->item);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (gui_add_page_parent_class)->dispose (object);
}

static void
gui_add_page_class_init (GuiAddPageClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = gui_add_page_dispose;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", GUI_TYPE_ADD_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_MERGED] = g_signal_new ("merged", GUI_TYPE_ADD_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_template_from_resource (widget, "/org/shoal/Shoal/download/gui-add-page.ui");
  gtk_widget_class_bind_template_child (widget, GuiAddPage, states);
  gtk_widget_class_bind_template_child (widget, GuiAddPage, files);
  gtk_widget_class_bind_template_child (widget, GuiAddPage, busy);
  gtk_widget_class_bind_template_child (widget, GuiAddPage, failed);
  gtk_widget_class_bind_template_child (widget, GuiAddPage, duplicate);
  gtk_widget_class_bind_template_child (widget, GuiAddPage, name);
  gtk_widget_class_bind_template_child (widget, GuiAddPage, summary);
  gtk_widget_class_bind_template_child (widget, GuiAddPage, waiting);
  gtk_widget_class_bind_template_child (widget, GuiAddPage, metadata);
  gtk_widget_class_bind_template_child (widget, GuiAddPage, trackers);
  gtk_widget_class_bind_template_child (widget, GuiAddPage, ask);
  gtk_widget_class_bind_template_callback (widget, on_retry);
  gtk_widget_class_bind_template_callback (widget, on_merge);
  gtk_widget_class_bind_template_callback (widget, on_ask);
}

static void
gui_add_page_init (GuiAddPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
add_parts (GuiAddPage *self)
{
  GtkWidget *box = gtk_expander_get_child (self->trackers);

  self->tree = GUI_FILE_TREE (gui_file_tree_new (GUI_FILE_TREE_CHOOSE));
  gtk_stack_add_named (self->files, GTK_WIDGET (self->tree), "tree");
  g_signal_connect_swapped (self->tree, "notify::selected-bytes", G_CALLBACK (tell), self);
  self->editor
      = GUI_TRACKER_EDITOR (gui_tracker_editor_new (gui_session_get_settings (self->session)));
  gtk_box_prepend (GTK_BOX (box), GTK_WIDGET (self->editor));
  gui_expander_mend (self->trackers);
  g_signal_connect_swapped (self->editor, "changed", G_CALLBACK (on_trackers_changed), self);
}

GtkWidget *
gui_add_page_new (GuiSession *session, GuiAddItem *item)
{
  GuiAddPage *self = g_object_new (GUI_TYPE_ADD_PAGE, NULL);

  self->session = g_object_ref (session);
  self->item = g_object_ref (item);
  add_parts (self);
  g_signal_connect_swapped (item, "changed", G_CALLBACK (show), self);
  show (self);
  return GTK_WIDGET (self);
}
