/* gui-facts.c: see gui-facts.h. One table says what the lines are. */
#include "gtk-client/details/gui-facts.h"

#include <glib/gi18n.h>

#include "gtk-client/parts/gui-folder-row.h"
#include "gtk-client/text/gui-text.h"

/* What a line offers beside its text, which can always be selected. */
typedef enum
{
  OFFER_NOTHING,
  OFFER_COPY,
  OFFER_FOLDER, /* opens it */
  OFFER_LINK    /* opens the text, when all of it is a link of the web */
} Offer;

/* (transfer full) (nullable) */
typedef char *(*FactText) (ShoalTorrent *torrent);

typedef struct
{
  const char *title;
  FactText text;
  Offer offer;
} Fact;

/* --- the facts --- */

static char *
text_state (ShoalTorrent *torrent)
{
  const GError *error = shoal_torrent_get_error (torrent);
  g_autofree char *why = error != NULL ? gui_text_line (error->message) : NULL;

  if (why == NULL)
    return g_strdup (gui_text_state (torrent));
  /* Translators: a state, such as "Stopped by an error", and why */
  return g_strdup_printf (_ ("%s: %s"), gui_text_state (torrent), why);
}

static char *
text_size (ShoalTorrent *torrent)
{
  guint64 total = shoal_torrent_get_total (torrent);
  guint64 wanted = shoal_torrent_get_wanted (torrent);
  guint n_files = shoal_torrent_get_n_files (torrent);
  g_autofree char *size = gui_text_size (total);
  g_autofree char *chosen = gui_text_size (wanted);

  if (n_files == 0)
    return NULL;
  if (wanted < total)
    /* Translators: sizes: how much is wanted, and of how much */
    return g_strdup_printf (_ ("%s wanted of %s"), chosen, size);
  /* Translators: a size and a number of files */
  return g_strdup_printf (ngettext ("%s in %u file", "%s in %u files", n_files), size, n_files);
}

static char *
text_here (ShoalTorrent *torrent)
{
  guint64 wanted = shoal_torrent_get_wanted (torrent);
  guint64 left = shoal_torrent_get_wanted_left (torrent);
  g_autofree char *percent = gui_text_percent (shoal_torrent_get_progress (torrent));
  g_autofree char *size = gui_text_size (wanted - MIN (left, wanted));

  if (shoal_torrent_get_n_files (torrent) == 0)
    return NULL;
  /* Translators: a size and a percentage */
  return g_strdup_printf (_ ("%s (%s)"), size, percent);
}

static char *
text_downloaded (ShoalTorrent *torrent)
{
  return gui_text_size (shoal_torrent_get_downloaded (torrent));
}

static char *
text_uploaded (ShoalTorrent *torrent)
{
  g_autofree char *size = gui_text_size (shoal_torrent_get_uploaded (torrent));
  g_autofree char *ratio = gui_text_ratio (shoal_torrent_get_ratio (torrent));

  /* Translators: a size, and the ratio of what was sent to what was received */
  return g_strdup_printf (_ ("%s (ratio %s)"), size, ratio);
}

static char *
text_pieces (ShoalTorrent *torrent)
{
  guint n = shoal_torrent_get_n_pieces (torrent);
  g_autofree char *length = gui_text_size (shoal_torrent_get_piece_length (torrent));

  /* Translators: how many pieces, and how large each is */
  return n > 0 ? g_strdup_printf (ngettext ("%u piece of %s", "%u pieces of %s", n), n, length)
               : NULL;
}

static char *
text_folder (ShoalTorrent *torrent)
{
  const char *folder = shoal_torrent_get_folder (torrent);

  return folder != NULL ? gui_folder_row_display (folder) : NULL;
}

static char *
text_added (ShoalTorrent *torrent)
{
  return gui_text_moment (shoal_torrent_get_added (torrent));
}

static char *
text_format (ShoalTorrent *torrent)
{
  static const char *const names[] = { [SHOAL_FORMAT_V1] = N_ ("Version 1"),
                                       [SHOAL_FORMAT_V2] = N_ ("Version 2"),
                                       [SHOAL_FORMAT_HYBRID] = N_ ("Versions 1 and 2") };
  const char *name = _ (names[shoal_torrent_get_format (torrent)]);

  if (!shoal_torrent_get_private (torrent))
    return g_strdup (name);
  /* Translators: %s is a format; private torrents ask their own trackers alone for peers */
  return g_strdup_printf (_ ("%s, private"), name);
}

static char *
text_hash (ShoalTorrent *torrent)
{
  return g_strdup (shoal_torrent_get_info_hash (torrent));
}

static char *
text_hash_v2 (ShoalTorrent *torrent)
{
  return g_strdup (shoal_torrent_get_info_hash_v2 (torrent));
}

static char *
text_created (ShoalTorrent *torrent)
{
  g_autofree char *moment = gui_text_moment (shoal_torrent_get_creation_date (torrent));
  g_autofree char *by = gui_text_name (shoal_torrent_get_created_by (torrent));

  if (*by == '\0')
    return g_steal_pointer (&moment);
  if (*moment == '\0')
    return g_steal_pointer (&by);
  /* Translators: a moment, and the program that made the torrent */
  return g_strdup_printf (_ ("%s by %s"), moment, by);
}

static char *
text_comment (ShoalTorrent *torrent)
{
  return gui_text_line (shoal_torrent_get_comment (torrent));
}

static const Fact facts[] = {
  { N_ ("State"), text_state, OFFER_NOTHING },
  { N_ ("Size"), text_size, OFFER_NOTHING },
  { N_ ("Here"), text_here, OFFER_NOTHING },
  { N_ ("Received"), text_downloaded, OFFER_NOTHING },
  { N_ ("Sent"), text_uploaded, OFFER_NOTHING },
  { N_ ("Folder"), text_folder, OFFER_FOLDER },
  { N_ ("Added"), text_added, OFFER_NOTHING },
  { N_ ("Pieces"), text_pieces, OFFER_NOTHING },
  { N_ ("Format"), text_format, OFFER_NOTHING },
  { N_ ("Hash"), text_hash, OFFER_COPY },
  { N_ ("Hash, version 2"), text_hash_v2, OFFER_COPY },
  { N_ ("Made"), text_created, OFFER_NOTHING },
  { N_ ("Comment"), text_comment, OFFER_LINK },
};

#define N_FACTS G_N_ELEMENTS (facts)

/* --- the widget --- */

typedef struct
{
  GtkWidget *title;
  GtkWidget *value;
  GtkWidget *button; /* NULL: nothing is offered */
} Line;

struct _GuiFacts
{
  GtkWidget parent;
  GtkWidget *grid;
  Line lines[N_FACTS];
  ShoalTorrent *torrent;
};

G_DEFINE_FINAL_TYPE (GuiFacts, gui_facts, GTK_TYPE_WIDGET)

/* --- what a line offers --- */

static gboolean
is_web_link (const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : NULL;

  return scheme != NULL && (g_str_equal (scheme, "http") || g_str_equal (scheme, "https"))
         && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0';
}

static void
open_uri (GtkWidget *widget, const char *uri)
{
  gtk_show_uri (GTK_WINDOW (gtk_widget_get_root (widget)), uri, GDK_CURRENT_TIME);
}

static void
open_folder (GtkButton *button, GuiFacts *self)
{
  g_autoptr (GFile) folder = NULL;
  g_autofree char *uri = NULL;

  if (self->torrent == NULL)
    return;
  folder = g_file_new_for_path (shoal_torrent_get_folder (self->torrent));
  uri = g_file_get_uri (folder);
  open_uri (GTK_WIDGET (self), uri);
}

static void
open_link (GtkButton *button, GtkLabel *value)
{
  open_uri (GTK_WIDGET (value), gtk_label_get_text (value));
}

static void
copy_value (GtkButton *button, GtkLabel *value)
{
  GtkWidget *widget = GTK_WIDGET (value);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), gtk_label_get_text (value));
  gtk_widget_activate_action (widget, "win.say", "s", _ ("Copied"));
}

static GtkWidget *
make_button (const char *icon, const char *words)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                  -1);
  return button;
}

static GtkWidget *
make_offer (GuiFacts *self, const Fact *fact, GtkWidget *value)
{
  GtkWidget *button = NULL;
  g_autofree char *copy = NULL;

  switch (fact->offer)
    {
    case OFFER_COPY:
      /* Translators: what is copied, such as "Hash" */
      copy = g_strdup_printf (_ ("Copy: %s"), _ (fact->title));
      button = make_button ("edit-copy-symbolic", copy);
      g_signal_connect (button, "clicked", G_CALLBACK (copy_value), value);
      break;
    case OFFER_FOLDER:
      button = make_button ("folder-open-symbolic", _ ("Open the Folder"));
      g_signal_connect (button, "clicked", G_CALLBACK (open_folder), self);
      break;
    case OFFER_LINK:
      button = make_button ("web-browser-symbolic", _ ("Open the Link in the Browser"));
      g_signal_connect (button, "clicked", G_CALLBACK (open_link), value);
      break;
    case OFFER_NOTHING:
    default:
      break;
    }
  return button;
}

/* --- lines --- */

static GtkWidget *
make_label (const char *text, const char *class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_add_css_class (label, class);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_valign (label, GTK_ALIGN_BASELINE);
  return label;
}

static void
make_line (GuiFacts *self, gsize i)
{
  Line *line = &self->lines[i];

  line->title = make_label (_ (facts[i].title), "dim-label");
  gtk_label_set_wrap (GTK_LABEL (line->title), TRUE);
  line->value = make_label ("", "figures");
  gtk_label_set_selectable (GTK_LABEL (line->value), TRUE);
  gtk_label_set_wrap (GTK_LABEL (line->value), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (line->value), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (line->value, TRUE);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (line->value), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  line->title, NULL, -1);
  line->button = make_offer (self, &facts[i], line->value);
  gtk_grid_attach (GTK_GRID (self->grid), line->title, 0, (int) i, 1, 1);
  gtk_grid_attach (GTK_GRID (self->grid), line->value, 1, (int) i, line->button != NULL ? 1 : 2, 1);
  if (line->button != NULL)
    gtk_grid_attach (GTK_GRID (self->grid), line->button, 2, (int) i, 1, 1);
}

static void
show_line (GuiFacts *self, gsize i)
{
  Line *line = &self->lines[i];
  g_autofree char *text = self->torrent != NULL ? facts[i].text (self->torrent) : NULL;
  gboolean is_there = text != NULL && *text != '\0';

  gtk_widget_set_visible (line->title, is_there);
  gtk_widget_set_visible (line->value, is_there);
  if (line->button != NULL)
    gtk_widget_set_visible (line->button,
                            is_there && (facts[i].offer != OFFER_LINK || is_web_link (text)));
  if (is_there && g_strcmp0 (text, gtk_label_get_text (GTK_LABEL (line->value))) != 0)
    gtk_label_set_text (GTK_LABEL (line->value), text);
}

void
gui_facts_show (GuiFacts *self, ShoalTorrent *torrent)
{
  g_return_if_fail (GUI_IS_FACTS (self));
  g_set_object (&self->torrent, torrent);
  for (gsize i = 0; i < N_FACTS; i++)
    show_line (self, i);
}

/* --- the object --- */

static void
gui_facts_dispose (GObject *object)
{
  GuiFacts *self = GUI_FACTS (object);

  g_clear_object (&self->torrent);
  g_clear_pointer (&self->grid, gtk_widget_unparent);
  G_OBJECT_CLASS (gui_facts_parent_class)->dispose (object);
}

static void
gui_facts_class_init (GuiFactsClass *class)
{
  G_OBJECT_CLASS (class)->dispose = gui_facts_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "facts");
}

static void
gui_facts_init (GuiFacts *self)
{
  self->grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 12);
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), 6);
  gtk_widget_set_parent (self->grid, GTK_WIDGET (self));
  for (gsize i = 0; i < N_FACTS; i++)
    make_line (self, i);
}

GtkWidget *
gui_facts_new (void)
{
  return g_object_new (GUI_TYPE_FACTS, NULL);
}
