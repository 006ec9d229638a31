/* gui-tracker-row.c: see gui-tracker-row.h. */
#include "gtk-client/details/gui-tracker-row.h"

#include <glib/gi18n.h>

#include "gtk-client/text/gui-text-peer.h"
#include "gtk-client/text/gui-text.h"

struct _GuiTrackerRow
{
  GtkWidget parent;
  GtkWidget *box;
  GtkImage *icon;
  GtkLabel *address;
  GtkLabel *said;
  GtkLabel *counts;
  GtkLabel *tier;
  ShoalTorrentTracker *tracker;
};

G_DEFINE_FINAL_TYPE (GuiTrackerRow, gui_tracker_row, GTK_TYPE_WIDGET)

static const char *
icon_of (ShoalTrackerStatus status)
{
  switch (status)
    {
    case SHOAL_TRACKER_STATUS_BUSY:
      return "content-loading-symbolic";
    case SHOAL_TRACKER_STATUS_WORKING:
      return "emblem-ok-symbolic";
    case SHOAL_TRACKER_STATUS_FAILING:
      return "dialog-warning-symbolic";
    case SHOAL_TRACKER_STATUS_WAITING:
    default:
      return "content-loading-symbolic";
    }
}

static void
set_text (GtkLabel *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (label), text) != 0)
    gtk_label_set_text (label, text);
}

static char *
say (ShoalTorrentTracker *tracker)
{
  const GuiTrackerFacts facts = {
    .status = shoal_torrent_tracker_get_status (tracker),
    .message = shoal_torrent_tracker_get_message (tracker),
    .n_peers = shoal_torrent_tracker_get_n_peers (tracker),
    .last = shoal_torrent_tracker_get_last_announce (tracker),
    .next = shoal_torrent_tracker_get_next_announce (tracker),
    .now = g_get_real_time () / G_USEC_PER_SEC,
  };

  return gui_text_tracker (&facts);
}

void
gui_tracker_row_tick (GuiTrackerRow *self)
{
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *said = say (self->tracker);
  g_autofree char *sentence = NULL;

  set_text (self->said, said);
  /* Translators: a row read aloud: the address of a tracker, what it said, how many it knows of */
  sentence = g_strdup_printf (_ ("%s: %s. %s"), gtk_label_get_text (self->address), said,
                              gtk_label_get_text (self->counts));
  if (row != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence,
                                    -1);
}

static void
show (GuiTrackerRow *self)
{
  g_autofree char *address = gui_text_name (shoal_torrent_tracker_get_url (self->tracker));
  g_autofree char *counts
      = gui_text_tracker_counts (shoal_torrent_tracker_get_seeders (self->tracker),
                                 shoal_torrent_tracker_get_leechers (self->tracker));
  /* Translators: trackers of tier 1 are asked before those of tier 2 */
  g_autofree char *tier
      = g_strdup_printf (_ ("Tier %u"), shoal_torrent_tracker_get_tier (self->tracker) + 1);

  set_text (self->address, address);
  set_text (self->counts, counts);
  set_text (self->tier, tier);
  gtk_image_set_from_icon_name (self->icon,
                                icon_of (shoal_torrent_tracker_get_status (self->tracker)));
  gui_tracker_row_tick (self);
}

static gboolean
tell_whole (GtkWidget *widget, int x, int y, gboolean by_keys, GtkTooltip *tooltip)
{
  gtk_tooltip_set_text (tooltip, gtk_label_get_text (GTK_LABEL (widget)));
  return TRUE;
}

void
gui_tracker_row_set_wraps (GuiTrackerRow *self, gboolean wraps)
{
  gtk_label_set_wrap (self->said, wraps);
  gtk_label_set_ellipsize (self->said, wraps ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_END);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self->said), !wraps);
}

static void
let_go (GuiTrackerRow *self)
{
  if (self->tracker != NULL)
    g_signal_handlers_disconnect_by_data (self->tracker, self);
  g_clear_object (&self->tracker);
}

void
gui_tracker_row_set (GuiTrackerRow *self, ShoalTorrentTracker *tracker)
{
  let_go (self);
  if (tracker == NULL)
    return;
  self->tracker = g_object_ref (tracker);
  g_signal_connect_swapped (tracker, "notify", G_CALLBACK (show), self);
  show (self);
}

static void
gui_tracker_row_dispose (GObject *object)
{
  let_go (GUI_TRACKER_ROW (object));
  g_clear_pointer (&GUI_TRACKER_ROW (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (gui_tracker_row_parent_class)->dispose (object);
}

static void
gui_tracker_row_class_init (GuiTrackerRowClass *class)
{
  G_OBJECT_CLASS (class)->dispose = gui_tracker_row_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
}

/* Appended to @box. */
static GtkLabel *
add_label (GtkWidget *box, const char *class, float xalign)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  gtk_widget_add_css_class (label, "figures");
  if (class != NULL)
    gtk_widget_add_css_class (label, class);
  gtk_box_append (GTK_BOX (box), label);
  return GTK_LABEL (label);
}

static void
gui_tracker_row_init (GuiTrackerRow *self)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *figures = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  self->icon = GTK_IMAGE (gtk_image_new ());
  self->address = add_label (words, NULL, 0);
  self->said = add_label (words, "caption", 0);
  self->counts = add_label (figures, "caption", 1);
  self->tier = add_label (figures, "caption", 1);
  gtk_label_set_ellipsize (self->address, PANGO_ELLIPSIZE_MIDDLE);
  g_signal_connect (self->said, "query-tooltip", G_CALLBACK (tell_whole), NULL);
  gtk_label_set_wrap_mode (self->said, PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (GTK_WIDGET (self->said), "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (self->tier), "dim-label");
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_margin_start (self->box, 12);
  gtk_widget_set_margin_end (self->box, 12);
  gtk_widget_set_margin_top (self->box, 6);
  gtk_widget_set_margin_bottom (self->box, 6);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->icon));
  gtk_box_append (GTK_BOX (self->box), words);
  gtk_box_append (GTK_BOX (self->box), figures);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
gui_tracker_row_new (void)
{
  return g_object_new (GUI_TYPE_TRACKER_ROW, NULL);
}
