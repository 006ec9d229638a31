/* gui-create-card.c: see gui-create-card.h. */
#include "gtk-client/upload/gui-create-card.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "gtk-client/parts/gui-formats.h"
#include "gtk-client/parts/gui-tracker-editor.h"
#include "gtk-client/parts/gui-tracker-text.h"
#include "gtk-client/text/gui-text.h"
#include "gtk-client/upload/gui-piece-sizes.h"

#define LOOK_AGAIN_MS 400 /* after the last letter of a pattern */

struct _GuiCreateCard
{
  GtkBox parent;
  GuiSession *session;
  GuiShareTask *task;
  GuiPieceSizes *sizes;
  guint look_again;
  GtkImage *icon;
  GtkLabel *name;
  GtkLabel *summary;
  GtkStack *states;
  AdwComboRow *format;
  AdwComboRow *pieces;
  GtkSwitch *is_private;
  GtkSwitch *hidden;
  AdwBin *trackers;
  GuiTrackerEditor *editor;
  AdwEntryRow *comment;
  AdwEntryRow *source;
  AdwEntryRow *web_seeds;
  AdwEntryRow *exclude;
  GtkLabel *problem;
  GtkProgressBar *progress;
  GtkLabel *progress_words;
  GtkButton *create;
};

enum
{
  SIGNAL_SHARED,
  SIGNAL_CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GuiCreateCard, gui_create_card, GTK_TYPE_BOX)

/* --- what is asked for --- */

static ShoalFormat
get_format (GuiCreateCard *self)
{
  return gui_formats_at (adw_combo_row_get_selected (self->format));
}

static void
set_format (GuiCreateCard *self, ShoalFormat format)
{
  adw_combo_row_set_selected (self->format, gui_formats_find (format));
}

static guint64
get_piece_length (GuiCreateCard *self)
{
  return gui_piece_sizes_get (self->sizes, adw_combo_row_get_selected (self->pieces));
}

/* The words of an entry, by @separators. (transfer full) */
static char **
words_of (AdwEntryRow *entry, const char *separators)
{
  g_auto (GStrv) words
      = g_strsplit_set (gtk_editable_get_text (GTK_EDITABLE (entry)), separators, -1);
  GPtrArray *out = g_ptr_array_new ();

  for (char **word = words; *word != NULL; word++)
    if (*g_strstrip (*word) != '\0')
      g_ptr_array_add (out, g_strdup (*word));
  g_ptr_array_add (out, NULL);
  return (char **) g_ptr_array_free (out, FALSE);
}

/* What is empty is not said. */
static const char *
text_of (AdwEntryRow *entry)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (entry));

  return *text != '\0' ? text : NULL;
}

typedef struct
{
  char **trackers;
  char **web_seeds;
  char **exclude;
} Lists;

static void
lists_clear (Lists *lists)
{
  g_strfreev (lists->trackers);
  g_strfreev (lists->web_seeds);
  g_strfreev (lists->exclude);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Lists, lists_clear)

static GuiShareWishes
read_wishes (GuiCreateCard *self, Lists *lists)
{
  lists->trackers = gui_tracker_editor_dup_list (self->editor);
  lists->web_seeds = words_of (self->web_seeds, " \t\n");
  lists->exclude = words_of (self->exclude, ",;");
  return (GuiShareWishes){ .format = get_format (self),
                           .piece_length = get_piece_length (self),
                           .is_private = gtk_switch_get_active (self->is_private),
                           .hidden = gtk_switch_get_active (self->hidden),
                           .trackers = (const char *const *) lists->trackers,
                           .web_seeds = (const char *const *) lists->web_seeds,
                           .exclude = (const char *const *) lists->exclude,
                           .comment = text_of (self->comment),
                           .source = text_of (self->source) };
}

/* --- what it shows --- */

static char *
describe_files (GuiCreateCard *self)
{
  ShoalEstimate *estimate = gui_share_task_get_estimate (self->task);
  g_autofree char *size = NULL;
  guint n, left_out;

  if (estimate == NULL && gui_share_task_get_state (self->task) == GUI_SHARE_FAILED)
    return g_strdup (_ ("This cannot be shared"));
  if (estimate == NULL)
    return g_strdup (_ ("Counting the files…"));
  size = gui_text_size (shoal_estimate_get_total (estimate));
  n = shoal_estimate_get_n_files (estimate);
  left_out = shoal_estimate_get_n_left_out (estimate);
  if (left_out == 0)
    /* Translators: how many files, and their size together */
    return g_strdup_printf (ngettext ("%u file, %s", "%u files, %s", n), n, size);
  /* Translators: how many files, their size together, how many match a pattern and are left out */
  return g_strdup_printf (ngettext ("%u file, %s; %u left out", "%u files, %s; %u left out", n), n,
                          size, left_out);
}

static void
show_progress (GuiCreateCard *self)
{
  double fraction = gui_share_task_get_progress (self->task);
  g_autofree char *hashed = gui_text_size (gui_share_task_get_hashed (self->task));
  g_autofree char *percent = gui_text_percent (fraction);
  /* Translators: percent and size of what was read so far */
  g_autofree char *words = g_strdup_printf (_ ("Reading the files: %s, %s"), percent, hashed);

  gtk_progress_bar_set_fraction (self->progress, fraction);
  gtk_label_set_text (self->progress_words, words);
}

static void
show_problem (GuiCreateCard *self, const char *problem)
{
  g_autofree char *plain = problem != NULL ? gui_text_line (problem) : NULL;

  gtk_label_set_text (self->problem, plain);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
show_state (GuiCreateCard *self)
{
  GuiShareState state = gui_share_task_get_state (self->task);
  g_autofree char *summary = describe_files (self);

  if (state == GUI_SHARE_SHARED)
    {
      g_signal_emit (self, signals[SIGNAL_SHARED], 0);
      return;
    }
  gtk_label_set_text (self->summary, summary);
  gtk_image_set_from_icon_name (self->icon, gui_share_task_is_folder (self->task)
                                                ? "folder-symbolic"
                                                : "text-x-generic-symbolic");
  show_problem (self, state == GUI_SHARE_FAILED ? gui_share_task_get_problem (self->task) : NULL);
  gtk_stack_set_visible_child_name (self->states, state == GUI_SHARE_HASHING ? "hashing" : "form");
  gtk_widget_set_sensitive (GTK_WIDGET (self->create),
                            state != GUI_SHARE_HASHING
                                && gui_tracker_editor_is_valid (self->editor));
  if (state == GUI_SHARE_HASHING)
    show_progress (self);
}

static void
show_sizes (GuiCreateCard *self)
{
  guint at = gui_piece_sizes_show (self->sizes, gui_share_task_get_estimate (self->task),
                                   get_format (self), get_piece_length (self));

  adw_combo_row_set_selected (self->pieces, at);
}

static void
on_task_changed (GuiCreateCard *self)
{
  if (gui_share_task_get_state (self->task) == GUI_SHARE_READY)
    show_sizes (self);
  show_state (self);
}

/* --- what the person does --- */

static void
look (GuiCreateCard *self)
{
  g_auto (Lists) lists = { NULL, NULL, NULL };
  GuiShareWishes wishes = read_wishes (self, &lists);

  gui_share_task_look (self->task, &wishes);
}

static gboolean
on_look_again (void *data)
{
  GuiCreateCard *self = data;

  self->look_again = 0;
  look (self);
  return G_SOURCE_REMOVE;
}

static void
look_again (GuiCreateCard *self)
{
  g_clear_handle_id (&self->look_again, g_source_remove);
  self->look_again = g_timeout_add (LOOK_AGAIN_MS, on_look_again, self);
}

static void
on_format (GuiCreateCard *self)
{
  if (self->task != NULL)
    show_sizes (self);
}

/* Private trackers know v1 alone, most often. */
static void
on_private (GuiCreateCard *self)
{
  if (gtk_switch_get_active (self->is_private))
    set_format (self, SHOAL_FORMAT_V1);
}

static void
on_create (GuiCreateCard *self)
{
  g_auto (Lists) lists = { NULL, NULL, NULL };
  GuiShareWishes wishes = read_wishes (self, &lists);
  g_autoptr (GError) error = NULL;

  g_clear_handle_id (&self->look_again, g_source_remove);
  if (!gui_share_task_start (self->task, &wishes, &error))
    show_problem (self, error->message);
}

static void
on_cancel (GuiCreateCard *self)
{
  gui_share_task_cancel (self->task);
}

static void
on_close (GuiCreateCard *self)
{
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0);
}

/* --- the widget --- */

static void
gui_create_card_dispose (GObject *object)
{
  GuiCreateCard *self = GUI_CREATE_CARD (object);

  g_clear_handle_id (&self->look_again, g_source_remove);
  if (self->task != NULL)
    g_signal_handlers_disconnect_by_data (self->task, self);
  g_clear_object (&self->task);
  g_clear_object (&self->sizes);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (gui_create_card_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget)
{
  gtk_widget_class_bind_template_child (widget, GuiCreateCard, icon);
  gtk_widget_class_bind_template_child (widget, GuiCreateCard, name);
  gtk_widget_class_bind_template_child (widget, GuiCreateCard, summary);
  gtk_widget_class_bind_template_child (widget, GuiCreateCard, states);
  gtk_widget_class_bind_template_child (widget, GuiCreateCard, format);
  gtk_widget_class_bind_template_child (widget, GuiCreateCard, pieces);
  gtk_widget_class_bind_template_child (widget, GuiCreateCard, is_private);
  gtk_widget_class_bind_template_child (widget, GuiCreateCard, hidden);
  gtk_widget_class_bind_template_child (widget, GuiCreateCard, trackers);
  gtk_widget_class_bind_template_child (widget, GuiCreateCard, comment);
  gtk_widget_class_bind_template_child (widget, GuiCreateCard, source);
  gtk_widget_class_bind_template_child (widget, GuiCreateCard, web_seeds);
  gtk_widget_class_bind_template_child (widget, GuiCreateCard, exclude);
  gtk_widget_class_bind_template_child (widget, GuiCreateCard, problem);
  gtk_widget_class_bind_template_child (widget, GuiCreateCard, progress);
  gtk_widget_class_bind_template_child (widget, GuiCreateCard, progress_words);
  gtk_widget_class_bind_template_child (widget, GuiCreateCard, create);
}

static void
gui_create_card_class_init (GuiCreateCardClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = gui_create_card_dispose;
  signals[SIGNAL_SHARED] = g_signal_new ("shared", GUI_TYPE_CREATE_CARD, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CLOSED] = g_signal_new ("closed", GUI_TYPE_CREATE_CARD, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget,
                                               "/org/shoal/Shoal/upload/gui-create-card.ui");
  bind_children (widget);
  gtk_widget_class_bind_template_callback (widget, on_format);
  gtk_widget_class_bind_template_callback (widget, on_private);
  gtk_widget_class_bind_template_callback (widget, look_again);
  gtk_widget_class_bind_template_callback (widget, on_create);
  gtk_widget_class_bind_template_callback (widget, on_cancel);
  gtk_widget_class_bind_template_callback (widget, on_close);
}

static void
gui_create_card_init (GuiCreateCard *self)
{
  g_autoptr (GListModel) formats = gui_formats_new_model ();

  gtk_widget_init_template (GTK_WIDGET (self));
  adw_combo_row_set_model (self->format, formats);
  self->sizes = gui_piece_sizes_new ();
  adw_combo_row_set_model (self->pieces, gui_piece_sizes_get_model (self->sizes));
}

static void
take_settings (GuiCreateCard *self)
{
  GSettings *settings = gui_session_get_settings (self->session);
  g_autofree char *set = g_settings_get_string (settings, "tracker-set");
  g_auto (GStrv) list = gui_tracker_sets_get (settings, set);
  g_auto (GStrv) exclude = g_settings_get_strv (settings, "exclude");
  g_autofree char *patterns = g_strjoinv (", ", exclude);

  self->editor = GUI_TRACKER_EDITOR (gui_tracker_editor_new (settings));
  adw_bin_set_child (self->trackers, GTK_WIDGET (self->editor));
  gui_tracker_editor_set_list (self->editor, (const char *const *) list);
  gtk_editable_set_text (GTK_EDITABLE (self->exclude), patterns);
  set_format (self, (ShoalFormat) g_settings_get_enum (settings, "format"));
}

GtkWidget *
gui_create_card_new (GuiSession *session, GuiShareTask *task)
{
  GuiCreateCard *self = g_object_new (GUI_TYPE_CREATE_CARD, NULL);
  g_autofree char *shown = g_filename_display_name (gui_share_task_get_name (task));
  g_autofree char *name = gui_text_name (shown);

  self->session = g_object_ref (session);
  take_settings (self);
  self->task = g_object_ref (task);
  gtk_label_set_text (self->name, name);
  g_signal_connect_swapped (self->editor, "changed", G_CALLBACK (show_state), self);
  g_signal_connect_swapped (task, "changed", G_CALLBACK (on_task_changed), self);
  show_sizes (self);
  look (self);
  g_clear_handle_id (&self->look_again, g_source_remove); /* the fields were filled by us */
  return GTK_WIDGET (self);
}

GuiShareTask *
gui_create_card_get_task (GuiCreateCard *self)
{
  return self->task;
}
