/* gui-upload-page.c: see gui-upload-page.h. */
#include "gtk-client/upload/gui-upload-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "gtk-client/parts/gui-adaptive.h"
#include "gtk-client/upload/gui-create-card.h"
#include "gtk-client/upload/gui-reach-hint.h"
#include "gtk-client/upload/gui-share-card.h"
#include "gtk-client/upload/gui-share-list.h"

#define CARDS_MAX 20u    /* at a time: more is a slip of the mouse */
#define MARGIN 24        /* pixels around the cards, both sides */
#define LAYOUT_FRAMES 2u /* that a card takes to have its size */

struct _GuiUploadPage
{
  GtkBox parent;
  GuiSession *session;
  GuiShareList *list;
  GtkStack *states;
  GuiAdaptive *adaptive;
  GtkScrolledWindow *scroller;
  GtkBox *cards;
  GtkBox *shared;
  GtkWidget *reach; /* the hint that nobody can reach us */
  GtkRevealer *drop_hint;
  GtkFileChooserNative *chooser;
  GtkWidget *wanted; /* weak: the card whose end is to be seen once it is laid out */
  guint wait;        /* frames until then */
};

enum
{
  PROP_QUERY = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (GuiUploadPage, gui_upload_page, GTK_TYPE_BOX)

static void
say (GuiUploadPage *self, const char *message)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.say", "s", message);
}

/* --- what is seen --- */

static gboolean
has_card (GuiUploadPage *self, gboolean (*fits) (GtkWidget *card))
{
  for (GtkWidget *card = gtk_widget_get_first_child (GTK_WIDGET (self->cards)); card != NULL;
       card = gtk_widget_get_next_sibling (card))
    if (fits (card))
      return TRUE;
  return FALSE;
}

static gboolean
is_create_card (GtkWidget *card)
{
  return GUI_IS_CREATE_CARD (card);
}

static gboolean
shows_code (GtkWidget *card)
{
  return GUI_IS_SHARE_CARD (card) && gui_share_card_shows_code (GUI_SHARE_CARD (card));
}

/* In a narrow window lines of a card are broken, and it is higher than it asked for: it gets what
 * the list does not need, or all there is when it asks or shows a code: its button, or the whole
 * code, is to be seen. Then it gets the hint's room in a wide window as well. */
static void
show_state (GuiUploadPage *self)
{
  gboolean has_cards = gtk_widget_get_first_child (GTK_WIDGET (self->cards)) != NULL;
  gboolean shares = gui_share_list_get_n_shared (self->list) > 0;
  gboolean cards_first = has_cards && gui_adaptive_get_narrow (self->adaptive);
  gboolean alone = has_card (self, shows_code) || has_card (self, is_create_card);

  gtk_widget_set_visible (GTK_WIDGET (self->shared), shares && !(cards_first && alone));
  gtk_widget_set_visible (self->reach, !cards_first && !alone);
  gtk_widget_set_visible (GTK_WIDGET (self->scroller), has_cards);
  gtk_widget_set_vexpand (GTK_WIDGET (self->scroller), !shares || cards_first);
  gtk_widget_set_vexpand (GTK_WIDGET (self->shared), !cards_first);
  gtk_stack_set_visible_child_name (self->states, has_cards || shares ? "content" : "empty");
}

/* --- cards --- */

static guint
count_cards (GuiUploadPage *self)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->cards)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n++;
  return n;
}

static gboolean
is_hashing (GtkWidget *card)
{
  return GUI_IS_CREATE_CARD (card)
         && gui_share_task_get_state (gui_create_card_get_task (GUI_CREATE_CARD (card)))
                == GUI_SHARE_HASHING;
}

gboolean
gui_upload_page_is_busy (GuiUploadPage *self)
{
  return has_card (self, is_hashing);
}

static void
remove_card (GtkWidget *card, GuiUploadPage *self)
{
  gtk_box_remove (self->cards, card);
  show_state (self);
}

static GtkWidget *
dress_card (GtkWidget *card)
{
  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, "share-card");
  return card;
}

static gboolean
scroll (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  GuiUploadPage *self = GUI_UPLOAD_PAGE (widget);
  GtkAdjustment *place = gtk_scrolled_window_get_vadjustment (self->scroller);
  graphene_rect_t card;
  double end;

  if (self->wait-- > 0)
    return G_SOURCE_CONTINUE;
  if (self->wanted != NULL
      && gtk_widget_compute_bounds (self->wanted, GTK_WIDGET (self->cards), &card))
    {
      end = (double) (card.origin.y + card.size.height) + MARGIN;
      gtk_adjustment_set_value (place, end - gtk_adjustment_get_page_size (place));
    }
  g_clear_weak_pointer (&self->wanted);
  return G_SOURCE_REMOVE;
}

/* A code is of no use while a part of it is not seen: the card's end is, once it has been laid out.
 */
static void
on_code (GtkWidget *card, GuiUploadPage *self)
{
  show_state (self);
  if (!shows_code (card))
    return;
  if (self->wanted == NULL)
    gtk_widget_add_tick_callback (GTK_WIDGET (self), scroll, NULL, NULL);
  g_set_weak_pointer (&self->wanted, card);
  self->wait = LAYOUT_FRAMES;
}

/* Takes the place of another, or of none. */
static void
add_share_card (GuiUploadPage *self, ShoalTorrent *torrent, GtkWidget *after)
{
  GtkWidget *card = dress_card (gui_share_card_new (self->session, torrent));

  g_signal_connect (card, "closed", G_CALLBACK (remove_card), self);
  g_signal_connect (card, "code", G_CALLBACK (on_code), self);
  gtk_box_insert_child_after (self->cards, card, after);
  show_state (self);
}

static void
on_shared (GtkWidget *card, GuiUploadPage *self)
{
  GuiShareTask *task = gui_create_card_get_task (GUI_CREATE_CARD (card));

  add_share_card (self, gui_share_task_get_torrent (task), card);
  remove_card (card, self);
}

void
gui_upload_page_show (GuiUploadPage *self, ShoalTorrent *torrent)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->cards)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GUI_IS_SHARE_CARD (child) && gui_share_card_get_torrent (GUI_SHARE_CARD (child)) == torrent)
      return;
  add_share_card (self, torrent, NULL);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
}

static gboolean
add_create_card (GuiUploadPage *self, GListModel *files)
{
  g_autoptr (GuiShareTask) task = gui_share_task_new (self->session, files);
  GtkWidget *card;

  if (task == NULL)
    return FALSE;
  card = dress_card (gui_create_card_new (self->session, task));
  g_signal_connect (card, "shared", G_CALLBACK (on_shared), self);
  g_signal_connect (card, "closed", G_CALLBACK (remove_card), self);
  gtk_box_prepend (self->cards, card);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
  return TRUE;
}

/* What does not lie side by side is a torrent each. */
static void
add_one_by_one (GuiUploadPage *self, GListModel *files)
{
  gboolean ok = TRUE;

  for (guint i = 0; i < g_list_model_get_n_items (files) && count_cards (self) < CARDS_MAX; i++)
    {
      g_autoptr (GListStore) one = g_list_store_new (G_TYPE_FILE);
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      g_list_store_append (one, file);
      ok = add_create_card (self, G_LIST_MODEL (one)) && ok;
    }
  if (!ok)
    say (self, _ ("Only files on this machine can be shared: copy the others first"));
}

void
gui_upload_page_create (GuiUploadPage *self, GListModel *files)
{
  if (count_cards (self) >= CARDS_MAX)
    say (self, _ ("Finish some of these first"));
  else if (!add_create_card (self, files))
    add_one_by_one (self, files);
  show_state (self);
}

static void
show_card (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GuiUploadPage *self = GUI_UPLOAD_PAGE (widget);
  g_autoptr (ShoalTorrent) torrent = gui_share_list_dup_selected (self->list);

  if (torrent != NULL)
    gui_upload_page_show (self, torrent);
  else
    say (self, _ ("Select a torrent of the list first"));
}

/* --- choosing and dropping --- */

static void
on_chosen (GtkNativeDialog *dialog, int response, void *data)
{
  GuiUploadPage *self = data;
  g_autoptr (GListModel) files = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
  if (files != NULL && g_list_model_get_n_items (files) > 0)
    gui_upload_page_create (self, files);
  g_clear_object (&self->chooser);
}

static void
choose (GtkWidget *widget, const char *action, GVariant *parameter)
{
  GuiUploadPage *self = GUI_UPLOAD_PAGE (widget);
  gboolean folder = g_str_equal (action, "upload.choose-folder");

  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (
      folder ? _ ("Share a Folder") : _ ("Share Files"), GTK_WINDOW (gtk_widget_get_root (widget)),
      folder ? GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER : GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Choose"),
      NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (self->chooser), !folder);
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_chosen), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, void *data)
{
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);

  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    for (GSList *link = g_value_get_boxed (value); link != NULL; link = link->next)
      g_list_store_append (files, link->data);
  if (g_list_model_get_n_items (G_LIST_MODEL (files)) == 0)
    return FALSE;
  gui_upload_page_create (data, G_LIST_MODEL (files));
  return TRUE;
}

static GdkDragAction
on_enter (GtkDropTarget *target, double x, double y, GuiUploadPage *self)
{
  gtk_revealer_set_reveal_child (self->drop_hint, TRUE);
  return GDK_ACTION_COPY;
}

static void
on_leave (GtkDropTarget *target, GuiUploadPage *self)
{
  gtk_revealer_set_reveal_child (self->drop_hint, FALSE);
}

static void
take_drops (GuiUploadPage *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect (target, "drop", G_CALLBACK (on_drop), self);
  g_signal_connect (target, "enter", G_CALLBACK (on_enter), self);
  g_signal_connect (target, "leave", G_CALLBACK (on_leave), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/* --- the widget --- */

static void
on_narrow (GuiUploadPage *self)
{
  gui_share_list_set_compact (self->list, gui_adaptive_get_narrow (self->adaptive));
  show_state (self);
}

static void
gui_upload_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == PROP_QUERY)
    g_value_set_string (value, gui_share_list_get_query (GUI_UPLOAD_PAGE (object)->list));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gui_upload_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  if (id == PROP_QUERY)
    gui_share_list_set_query (GUI_UPLOAD_PAGE (object)->list, g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gui_upload_page_dispose (GObject *object)
{
  GuiUploadPage *self = GUI_UPLOAD_PAGE (object);

  if (self->chooser != NULL)
    g_signal_handlers_disconnect_by_data (self->chooser, self);
  g_clear_object (&self->chooser);
  g_clear_weak_pointer (&self->wanted);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (gui_upload_page_parent_class)->dispose (object);
}

static void
gui_upload_page_class_init (GuiUploadPageClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = gui_upload_page_dispose;
  G_OBJECT_CLASS (class)->get_property = gui_upload_page_get_property;
  G_OBJECT_CLASS (class)->set_property = gui_upload_page_set_property;
  properties[PROP_QUERY]
      = g_param_spec_string ("query", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (class), N_PROPERTIES, properties);
  g_type_ensure (GUI_TYPE_ADAPTIVE);
  gtk_widget_class_set_template_from_resource (widget,
                                               "/org/shoal/Shoal/upload/gui-upload-page.ui");
  gtk_widget_class_bind_template_child (widget, GuiUploadPage, states);
  gtk_widget_class_bind_template_child (widget, GuiUploadPage, adaptive);
  gtk_widget_class_bind_template_child (widget, GuiUploadPage, scroller);
  gtk_widget_class_bind_template_child (widget, GuiUploadPage, cards);
  gtk_widget_class_bind_template_child (widget, GuiUploadPage, shared);
  gtk_widget_class_bind_template_child (widget, GuiUploadPage, drop_hint);
  gtk_widget_class_install_action (widget, "upload.choose-files", NULL, choose);
  gtk_widget_class_install_action (widget, "upload.choose-folder", NULL, choose);
  gtk_widget_class_install_action (widget, "upload.show-card", NULL, show_card);
}

static void
gui_upload_page_init (GuiUploadPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  take_drops (self);
}

GtkWidget *
gui_upload_page_new (GuiSession *session)
{
  GuiUploadPage *self = g_object_new (GUI_TYPE_UPLOAD_PAGE, NULL);

  self->session = g_object_ref (session);
  self->list = GUI_SHARE_LIST (gui_share_list_new (session));
  self->reach = adw_bin_new ();
  adw_bin_set_child (ADW_BIN (self->reach), gui_reach_hint_new (gui_session_get_shoal (session)));
  gtk_box_append (self->shared, self->reach);
  gtk_box_append (self->shared, GTK_WIDGET (self->list));
  g_signal_connect_swapped (self->list, "notify::n-shared", G_CALLBACK (show_state), self);
  g_signal_connect_swapped (self->adaptive, "notify::narrow", G_CALLBACK (on_narrow), self);
  on_narrow (self);
  return GTK_WIDGET (self);
}

GtkWidget *
gui_upload_page_get_list (GuiUploadPage *self)
{
  return GTK_WIDGET (self->list);
}
