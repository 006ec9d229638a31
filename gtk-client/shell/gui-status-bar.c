/* gui-status-bar.c: see gui-status-bar.h. */
#include "gtk-client/shell/gui-status-bar.h"

#include <glib/gi18n.h>

#include "gtk-client/parts/gui-folder-row.h"
#include "gtk-client/parts/gui-tooltip.h"
#include "gtk-client/text/gui-text-port.h"
#include "gtk-client/text/gui-text.h"

#define SPACE_TICKS 10u /* between two looks at the disk */
#define GAP 6           /* pixels between a field and a guest that leaves no more room */

enum
{
  SPACE,
  PORT,
  RATIO,
  N_FIELDS
};

struct _GuiStatusBar
{
  AdwBin parent;
  GuiSession *session;
  GCancellable *cancellable;
  GtkWidget *labels[N_FIELDS];
  GtkWidget *port; /* the field, owned: a guest may have its place */
  gboolean brief;  /* there is a guest, and no room for words that a tooltip has */
  guint64 space;   /* free, in bytes */
  gboolean has_space;
  gboolean asked; /* about it, at least once */
  guint ticks;
  gboolean asking;
};

G_DEFINE_FINAL_TYPE (GuiStatusBar, gui_status_bar, ADW_TYPE_BIN)

static void
set_text (GtkWidget *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), text) != 0)
    gtk_label_set_text (GTK_LABEL (label), text);
}

/* Beside a guest there is room for a figure: what it means is told by the symbol, and read aloud.
 */
static void
set_figure (GuiStatusBar *self, guint field, const char *figure, const char *text)
{
  GtkWidget *label = self->labels[field];
  const char *shown = self->brief ? figure : text;

  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), shown) == 0)
    return;
  gtk_label_set_text (GTK_LABEL (label), shown);
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

/* --- free space --- */

static void
show_space (GuiStatusBar *self)
{
  g_autofree char *size = gui_text_size (self->space);
  /* Translators: space that is left on a disk */
  g_autofree char *text = g_strdup_printf (_ ("%s free"), size);

  set_figure (self, SPACE, size, text);
}

static void
update_space (GuiStatusBar *self)
{
  const char *gone = _ ("The download folder is not there");

  if (self->has_space)
    show_space (self);
  else
    set_figure (self, SPACE, gone, gone);
}

static void ask_at (GuiStatusBar *self, GFile *folder);

/* The usual folder is made with the first download: until then the one above it tells. A chosen one
 * may be on a disk that is not there. */
static gboolean
is_still_to_be_made (GuiStatusBar *self, const GError *error)
{
  g_autofree char *chosen
      = g_settings_get_string (gui_session_get_settings (self->session), "download-folder");

  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) && *chosen == '\0';
}

static void
on_space (GObject *source, GAsyncResult *result, void *data)
{
  g_autoptr (GuiStatusBar) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info
      = g_file_query_filesystem_info_finish (G_FILE (source), result, &error);
  g_autoptr (GFile) above = g_file_get_parent (G_FILE (source));

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (above != NULL && is_still_to_be_made (self, error))
    {
      ask_at (self, above);
      return;
    }
  self->asking = FALSE;
  self->asked = TRUE;
  self->has_space
      = info != NULL && g_file_info_has_attribute (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE);
  if (self->has_space)
    self->space = g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE);
  update_space (self);
}

static void
ask_at (GuiStatusBar *self, GFile *folder)
{
  g_file_query_filesystem_info_async (folder, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, G_PRIORITY_LOW,
                                      self->cancellable, on_space, g_object_ref (self));
}

static void
ask_for_space (GuiStatusBar *self)
{
  g_autofree char *path = gui_folder_row_dup_default (gui_session_get_settings (self->session));
  g_autoptr (GFile) folder = g_file_new_for_path (path);

  if (self->asking)
    return;
  self->asking = TRUE;
  gui_tooltip_set (self->labels[SPACE], path);
  ask_at (self, folder);
}

/* --- port and ratio --- */

/* Why nobody comes in is told by who points at it. */
static void
update_port (GuiStatusBar *self)
{
  ShoalSession *shoal = gui_session_get_shoal (self->session);
  g_autofree char *text = gui_text_port (shoal);
  g_autofree char *sentences = gui_text_port_sentences (shoal);
  gboolean closed = shoal_session_get_port_state (shoal) == SHOAL_PORT_STATE_CLOSED;

  set_text (self->labels[PORT], text);
  gui_tooltip_set (self->port, sentences);
  if (closed)
    gtk_widget_add_css_class (self->labels[PORT], "warning");
  else
    gtk_widget_remove_css_class (self->labels[PORT], "warning");
}

static void
update_ratio (GuiStatusBar *self)
{
  double ratio = gui_session_get_ratio (self->session);
  g_autofree char *figure = gui_text_ratio (ratio);
  /* Translators: how much was given back of what was taken, of all torrents together */
  g_autofree char *text = g_strdup_printf (_ ("Ratio %s"), figure);

  set_figure (self, RATIO, figure, text);
}

static void
on_tick (GuiStatusBar *self)
{
  if (self->ticks++ % SPACE_TICKS == 0)
    ask_for_space (self);
  update_port (self);
  update_ratio (self);
}

void
gui_status_bar_set_session (GuiStatusBar *self, GuiSession *session)
{
  self->session = g_object_ref (session);
  g_signal_connect_object (session, "tick", G_CALLBACK (on_tick), self, G_CONNECT_SWAPPED);
  on_tick (self);
}

void
gui_status_bar_set_guest (GuiStatusBar *self, GtkWidget *guest)
{
  gtk_center_box_set_center_widget (GTK_CENTER_BOX (adw_bin_get_child (ADW_BIN (self))),
                                    guest != NULL ? guest : self->port);
  self->brief = guest != NULL;
  if (self->session != NULL)
    update_ratio (self);
  if (self->asked)
    update_space (self);
}

/* --- the object --- */

static void
gui_status_bar_dispose (GObject *object)
{
  GuiStatusBar *self = GUI_STATUS_BAR (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  g_clear_object (&self->port);
  G_OBJECT_CLASS (gui_status_bar_parent_class)->dispose (object);
}

static void
gui_status_bar_class_init (GuiStatusBarClass *class)
{
  G_OBJECT_CLASS (class)->dispose = gui_status_bar_dispose;
}

static GtkWidget *
make_field (GuiStatusBar *self, guint field, const char *icon, const char *tooltip)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->labels[field] = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->labels[field]), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->labels[field], "figures");
  gtk_widget_set_tooltip_text (box, tooltip);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (icon));
  gtk_box_append (GTK_BOX (box), self->labels[field]);
  if (field == SPACE)
    gtk_widget_set_margin_end (box, GAP);
  return box;
}

static void
gui_status_bar_init (GuiStatusBar *self)
{
  GtkWidget *box = gtk_center_box_new ();

  self->cancellable = g_cancellable_new ();
  gtk_center_box_set_start_widget (
      GTK_CENTER_BOX (box),
      make_field (self, SPACE, "drive-harddisk-symbolic", _ ("Free space where downloads go")));
  self->port = g_object_ref_sink (make_field (self, PORT, "network-server-symbolic", NULL));
  gtk_center_box_set_center_widget (GTK_CENTER_BOX (box), self->port);
  gtk_center_box_set_end_widget (GTK_CENTER_BOX (box),
                                 make_field (self, RATIO, "emblem-shared-symbolic",
                                             _ ("Uploaded for each byte downloaded, in all")));
  gtk_widget_add_css_class (box, "status-bar");
  adw_bin_set_child (ADW_BIN (self), box);
}
