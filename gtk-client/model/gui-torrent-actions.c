/* gui-torrent-actions.c: see gui-torrent-actions.h. */
#include "gtk-client/model/gui-torrent-actions.h"

#include <glib/gi18n.h>

#include "gtk-client/model/gui-checks.h"
#include "gtk-client/model/gui-place.h"
#include "gtk-client/model/gui-relocate.h"
#include "gtk-client/model/gui-throw-away.h"
#include "gtk-client/parts/gui-reveal.h"
#include "gtk-client/text/gui-trouble.h"

struct _GuiTorrentActions
{
  GObject parent;
  GuiSession *session;
  GuiTorrentTable *table; /* lent: its owner owns this too */
  GSimpleActionGroup *actions;
  GuiChecks *checks;
};

G_DEFINE_FINAL_TYPE (GuiTorrentActions, gui_torrent_actions, G_TYPE_OBJECT)

/* --- each selected one --- */

static void
each (GuiTorrentActions *self, void (*change) (ShoalTorrent *))
{
  g_autoptr (GPtrArray) torrents = gui_torrent_table_dup_selected (self->table);

  for (guint i = 0; i < torrents->len; i++)
    change (torrents->pdata[i]);
  gui_torrent_actions_update (self);
}

static void
start (GSimpleAction *action, GVariant *argument, void *self)
{
  each (self, shoal_torrent_resume);
}

static void
pause_all (GSimpleAction *action, GVariant *argument, void *self)
{
  each (self, shoal_torrent_pause);
}

static void
verify (GSimpleAction *action, GVariant *argument, void *data)
{
  GuiTorrentActions *self = data;
  g_autoptr (GPtrArray) torrents = gui_torrent_table_dup_selected (self->table);

  gui_checks_ask (self->checks, torrents, shoal_torrent_verify);
  gui_torrent_actions_update (self);
}

static void
on_checked (GuiTorrentActions *self, const char *words)
{
  gtk_widget_activate_action (GTK_WIDGET (self->table), "win.say", "s", words);
}

static void
ask_trackers (ShoalTorrent *torrent)
{
  shoal_torrent_announce (torrent, NULL);
}

static void
announce (GSimpleAction *action, GVariant *argument, void *self)
{
  each (self, ask_trackers);
}

static void
set_play (GSimpleAction *action, GVariant *play, void *data)
{
  GuiTorrentActions *self = data;
  g_autoptr (GPtrArray) torrents = gui_torrent_table_dup_selected (self->table);

  for (guint i = 0; i < torrents->len; i++)
    shoal_torrent_set_sequential (torrents->pdata[i], g_variant_get_boolean (play));
  g_simple_action_set_state (action, play);
}

/* --- the queue --- */

static void
move_in_queue (GSimpleAction *action, GVariant *argument, void *data)
{
  static const struct
  {
    const char *action;
    ShoalQueueMove move;
  } moves[] = {
    { "queue-top", SHOAL_QUEUE_MOVE_TOP },
    { "queue-up", SHOAL_QUEUE_MOVE_UP },
    { "queue-down", SHOAL_QUEUE_MOVE_DOWN },
    { "queue-bottom", SHOAL_QUEUE_MOVE_BOTTOM },
  };
  GuiTorrentActions *self = data;
  g_autoptr (GPtrArray) torrents = gui_torrent_table_dup_selected (self->table);

  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    if (g_str_equal (g_action_get_name (G_ACTION (action)), moves[i].action))
      shoal_session_move_in_queue (gui_session_get_shoal (self->session),
                                   (ShoalTorrent **) torrents->pdata, torrents->len, moves[i].move);
}

/* What is paused begins; what no longer goes past the queue waits in it, or goes on. */
static void
set_now (GSimpleAction *action, GVariant *now, void *data)
{
  GuiTorrentActions *self = data;
  g_autoptr (GPtrArray) torrents = gui_torrent_table_dup_selected (self->table);

  for (guint i = 0; i < torrents->len; i++)
    {
      shoal_torrent_set_forced (torrents->pdata[i], g_variant_get_boolean (now));
      if (g_variant_get_boolean (now))
        shoal_torrent_resume (torrents->pdata[i]);
    }
  g_simple_action_set_state (action, now);
}

/* --- removal --- */

static void
remove_torrents (GSimpleAction *action, GVariant *argument, void *data)
{
  GuiTorrentActions *self = data;
  g_autoptr (GPtrArray) torrents = gui_torrent_table_dup_selected (self->table);

  if (torrents->len > 0)
    gui_session_remove (self->session, torrents, GUI_REMOVE_KEEP);
}

static void
remove_files (GSimpleAction *action, GVariant *argument, void *data)
{
  GuiTorrentActions *self = data;
  g_autoptr (GPtrArray) torrents = gui_torrent_table_dup_selected (self->table);

  gui_throw_away (GTK_WIDGET (self->table), self->session, torrents);
}

/* --- of one torrent, or of its place --- */

static void
open_folder (GSimpleAction *action, GVariant *argument, void *data)
{
  GuiTorrentActions *self = data;
  g_autoptr (GPtrArray) torrents = gui_torrent_table_dup_selected (self->table);
  g_autofree char *path = torrents->len > 0 ? gui_place_of (torrents->pdata[0]) : NULL;

  if (path != NULL)
    gui_reveal (GTK_WIDGET (self->table), path);
}

static void
copy_magnet (GSimpleAction *action, GVariant *argument, void *data)
{
  GuiTorrentActions *self = data;
  g_autoptr (GPtrArray) torrents = gui_torrent_table_dup_selected (self->table);
  GString *links = g_string_new (NULL);

  for (guint i = 0; i < torrents->len; i++)
    {
      g_autofree char *magnet = shoal_torrent_dup_link (torrents->pdata[i], NULL);

      if (links->len > 0)
        g_string_append_c (links, '\n');
      g_string_append (links, magnet);
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self->table)), links->str);
  g_string_free (links, TRUE);
  gtk_widget_activate_action (GTK_WIDGET (self->table), "win.say", "s",
                              ngettext ("The magnet link is in the clipboard",
                                        "The magnet links are in the clipboard", torrents->len));
}

static void
open_details (GSimpleAction *action, GVariant *position, void *data)
{
  GuiTorrentActions *self = data;

  gtk_widget_activate_action (GTK_WIDGET (self->table), "win.show-details", "b", TRUE);
}

static void
move_selected (GSimpleAction *action, GVariant *argument, void *data)
{
  GuiTorrentActions *self = data;
  g_autoptr (GPtrArray) torrents = gui_torrent_table_dup_selected (self->table);

  gui_relocate_move (GTK_WIDGET (self->table), torrents);
}

/* (transfer full) */
static GPtrArray *
new_array_of (ShoalTorrent *torrent)
{
  GPtrArray *torrents = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (torrents, g_object_ref (torrent));
  return torrents;
}

static void
help (GSimpleAction *action, GVariant *position, void *data)
{
  GuiTorrentActions *self = data;
  GListModel *torrents = G_LIST_MODEL (gui_torrent_table_get_selection (self->table));
  g_autoptr (ShoalTorrent) torrent
      = g_list_model_get_item (torrents, g_variant_get_uint32 (position));
  g_autoptr (GPtrArray) alone = torrent != NULL ? new_array_of (torrent) : NULL;
  GuiHelp needed = GUI_HELP_NONE;

  if (torrent != NULL)
    g_free (gui_trouble_text (torrent, &needed)); /* the row shows the words */
  switch (needed)
    {
    case GUI_HELP_ANNOUNCE:
      shoal_torrent_announce (torrent, NULL);
      break;
    case GUI_HELP_RETRY:
      shoal_torrent_retry (torrent);
      break;
    case GUI_HELP_CHECK:
      gui_checks_ask (self->checks, alone, shoal_torrent_retry);
      break;
    case GUI_HELP_LOCATE:
      gui_relocate_locate (GTK_WIDGET (self->table), torrent);
      break;
    case GUI_HELP_MOVE:
      gui_relocate_move (GTK_WIDGET (self->table), alone);
      break;
    case GUI_HELP_NONE:
      break;
    }
}

static void
select_all (GSimpleAction *action, GVariant *argument, void *data)
{
  GuiTorrentActions *self = data;

  gtk_selection_model_select_all (gui_torrent_table_get_selection (self->table));
}

/* --- what makes sense --- */

static void
enable (GuiTorrentActions *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

void
gui_torrent_actions_update (GuiTorrentActions *self)
{
  g_autoptr (GPtrArray) torrents = gui_torrent_table_dup_selected (self->table);
  gboolean paused = FALSE, running = FALSE, playing = torrents->len > 0, now = playing;
  GAction *play = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "play");
  GAction *at_once = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "now");
  static const char *const of_any[]
      = { "verify",     "announce",     "play", "now",    "queue-top",    "queue-up",
          "queue-down", "queue-bottom", "move", "remove", "remove-files", "copy-magnet" };

  for (guint i = 0; i < torrents->len; i++)
    {
      gboolean rests = shoal_torrent_get_paused (torrents->pdata[i]);

      paused = paused || rests;
      running = running || !rests;
      playing = playing && shoal_torrent_get_sequential (torrents->pdata[i]);
      now = now && shoal_torrent_get_forced (torrents->pdata[i]);
    }
  enable (self, "start", paused);
  enable (self, "pause", running);
  enable (self, "open-folder", torrents->len == 1);
  for (guint i = 0; i < G_N_ELEMENTS (of_any); i++)
    enable (self, of_any[i], torrents->len > 0);
  g_simple_action_set_state (G_SIMPLE_ACTION (play), g_variant_new_boolean (playing));
  g_simple_action_set_state (G_SIMPLE_ACTION (at_once), g_variant_new_boolean (now));
}

/* --- menu and keys --- */

static void
add (GMenu *section, const char *label, const char *action)
{
  g_menu_append (section, label, action);
}

static void
end_section (GMenu *menu, GMenu *section)
{
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  g_object_unref (section);
}

static GMenuModel *
make_queue_menu (void)
{
  GMenu *menu = g_menu_new ();

  add (menu, _ ("Start _Now, Past the Queue"), "torrents.now");
  add (menu, _ ("To the _Top"), "torrents.queue-top");
  add (menu, _ ("_Up"), "torrents.queue-up");
  add (menu, _ ("_Down"), "torrents.queue-down");
  add (menu, _ ("To the _Bottom"), "torrents.queue-bottom");
  return G_MENU_MODEL (menu);
}

static GMenuModel *
make_menu (void)
{
  g_autoptr (GMenuModel) queue = make_queue_menu ();
  GMenu *menu = g_menu_new ();
  GMenu *section = g_menu_new ();

  add (section, _ ("_Start"), "torrents.start");
  add (section, _ ("_Pause"), "torrents.pause");
  add (section, _ ("P_lay While Downloading"), "torrents.play");
  g_menu_append_submenu (section, _ ("_Queue"), queue);
  end_section (menu, section);
  section = g_menu_new ();
  add (section, _ ("Show in _Folder"), "torrents.open-folder");
  add (section, _ ("Change _Location…"), "torrents.move");
  add (section, _ ("Copy _Magnet Link"), "torrents.copy-magnet");
  end_section (menu, section);
  section = g_menu_new ();
  add (section, _ ("_Check Files"), "torrents.verify");
  add (section, _ ("_Ask Trackers Now"), "torrents.announce");
  add (section, _ ("_Details"), "win.show-details(true)");
  end_section (menu, section);
  section = g_menu_new ();
  add (section, _ ("_Remove"), "torrents.remove");
  add (section, _ ("Remove and Put Files in the _Trash"), "torrents.remove-files");
  end_section (menu, section);
  return G_MENU_MODEL (menu);
}

/* Those that a text field means otherwise; the window has the others. */
static void
install_keys (GtkWidget *table)
{
  static const struct
  {
    const char *trigger;
    const char *action;
  } keys[] = {
    { "Delete|KP_Delete", "torrents.remove" },
    { "<Shift>Delete|<Shift>KP_Delete", "torrents.remove-files" },
    { "<Control>a", "torrents.select-all" },
    { "<Control>c", "torrents.copy-magnet" },
    { "<Control><Shift>s", "torrents.now" },
    { "<Alt>Home|<Alt>KP_Home", "torrents.queue-top" },
    { "<Alt>Up|<Alt>KP_Up", "torrents.queue-up" },
    { "<Alt>Down|<Alt>KP_Down", "torrents.queue-down" },
    { "<Alt>End|<Alt>KP_End", "torrents.queue-bottom" },
  };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (
        GTK_SHORTCUT_CONTROLLER (controller),
        gtk_shortcut_new (gtk_shortcut_trigger_parse_string (keys[i].trigger),
                          gtk_named_action_new (keys[i].action)));
  gtk_widget_add_controller (table, controller);
}

/* --- the object --- */

static void
gui_torrent_actions_dispose (GObject *object)
{
  GuiTorrentActions *self = GUI_TORRENT_ACTIONS (object);

  g_clear_object (&self->session);
  g_clear_object (&self->checks);
  g_clear_object (&self->actions);
  G_OBJECT_CLASS (gui_torrent_actions_parent_class)->dispose (object);
}

static void
gui_torrent_actions_class_init (GuiTorrentActionsClass *class)
{
  G_OBJECT_CLASS (class)->dispose = gui_torrent_actions_dispose;
}

static void
gui_torrent_actions_init (GuiTorrentActions *self)
{
  static const GActionEntry entries[] = {
    { .name = "start", .activate = start },
    { .name = "pause", .activate = pause_all },
    { .name = "verify", .activate = verify },
    { .name = "announce", .activate = announce },
    { .name = "play", .state = "false", .change_state = set_play },
    { .name = "now", .state = "false", .change_state = set_now },
    { .name = "queue-top", .activate = move_in_queue },
    { .name = "queue-up", .activate = move_in_queue },
    { .name = "queue-down", .activate = move_in_queue },
    { .name = "queue-bottom", .activate = move_in_queue },
    { .name = "remove", .activate = remove_torrents },
    { .name = "remove-files", .activate = remove_files },
    { .name = "move", .activate = move_selected },
    { .name = "open-folder", .activate = open_folder },
    { .name = "copy-magnet", .activate = copy_magnet },
    { .name = "open", .parameter_type = "u", .activate = open_details },
    { .name = "help", .parameter_type = "u", .activate = help },
    { .name = "select-all", .activate = select_all },
  };

  self->checks = gui_checks_new ();
  g_signal_connect_object (self->checks, "told", G_CALLBACK (on_checked), self, G_CONNECT_SWAPPED);
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
}

GuiTorrentActions *
gui_torrent_actions_install (GtkWidget *widget, GuiSession *session, GuiTorrentTable *table)
{
  GuiTorrentActions *self = g_object_new (GUI_TYPE_TORRENT_ACTIONS, NULL);
  g_autoptr (GMenuModel) menu = make_menu ();

  self->session = g_object_ref (session);
  self->table = table;
  gtk_widget_insert_action_group (widget, "torrents", G_ACTION_GROUP (self->actions));
  gui_torrent_table_set_menu (table, menu);
  install_keys (GTK_WIDGET (table));
  g_signal_connect_object (gui_torrent_table_get_selection (table), "selection-changed",
                           G_CALLBACK (gui_torrent_actions_update), self, G_CONNECT_SWAPPED);
  gui_torrent_actions_update (self);
  return self;
}
