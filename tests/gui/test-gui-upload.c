/* test-gui-upload.c: what is shared, from a folder to a torrent that is seeded and handed out. */
#include <adwaita.h>
#include <glib/gstdio.h>

#include "gtk-client/upload/gui-create-card.h"
#include "gtk-client/upload/gui-piece-sizes.h"
#include "gtk-client/upload/gui-register.h"
#include "gtk-client/upload/gui-share-card.h"
#include "gtk-client/upload/gui-upload-page.h"
#include "tests/gui/gui-profile.h"

#define FILE_LEN 100000u

typedef struct
{
  GuiSession *session;
  char *folder;
  char *content; /* a folder with two files */
  GtkWindow *window;
  GuiUploadPage *page;
} Scene;

static void
write_file (const char *folder, const char *name, gsize len)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *bytes = g_malloc (len);
  GError *error = NULL;

  for (gsize i = 0; i < len; i++)
    bytes[i] = (char) (i * 7 + i / 251);
  g_file_set_contents (path, bytes, (gssize) len, &error);
  g_assert_no_error (error);
}

static void
scene_open (Scene *s)
{
  GError *error = NULL;

  s->session = gui_profile_open ();
  s->folder = g_dir_make_tmp ("shoal-share-XXXXXX", &error);
  g_assert_no_error (error);
  s->content = g_build_filename (s->folder, "<b>films & more", NULL);
  g_assert_cmpint (g_mkdir (s->content, 0700), ==, 0);
  write_file (s->content, "one.mkv", FILE_LEN);
  write_file (s->content, "two.tmp", 10);
  s->page = GUI_UPLOAD_PAGE (gui_upload_page_new (s->session));
  s->window = GTK_WINDOW (adw_window_new ());
  gtk_window_set_default_size (s->window, 900, 700);
  adw_window_set_content (ADW_WINDOW (s->window), GTK_WIDGET (s->page));
  gtk_window_present (s->window);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (s->window));
}

static void
remove_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_unlink (path);
}

static void
scene_close (Scene *s)
{
  gtk_window_destroy (s->window);
  g_object_unref (s->session);
  remove_file (s->content, "one.mkv");
  remove_file (s->content, "two.tmp");
  g_rmdir (s->content);
  g_rmdir (s->folder);
  g_free (s->content);
  g_free (s->folder);
}

/* The first widget of a type below one. */
static GtkWidget *
find (GtkWidget *widget, GType type)
{
  GtkWidget *found = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type);
  return found;
}

static GListModel *
list_of (const char *const *paths)
{
  GListStore *files = g_list_store_new (G_TYPE_FILE);

  for (; *paths != NULL; paths++)
    {
      g_autoptr (GFile) file = g_file_new_for_path (*paths);

      g_list_store_append (files, file);
    }
  return G_LIST_MODEL (files);
}

static GuiShareTask *
new_task (Scene *s, const char *const *paths)
{
  g_autoptr (GListModel) files = list_of (paths);

  return gui_share_task_new (s->session, files);
}

static void
wait_for (GuiShareTask *task, GuiShareState state)
{
  while (gui_share_task_get_state (task) != state)
    {
      if (gui_share_task_get_state (task) == GUI_SHARE_FAILED)
        g_assert_cmpstr (gui_share_task_get_problem (task), ==, NULL);
      g_main_context_iteration (NULL, TRUE);
    }
}

/* --- the task --- */

static void
test_task (void)
{
  Scene s;
  g_autoptr (GuiShareTask) task = NULL;
  const char *const exclude[] = { "*.tmp", NULL };
  GuiShareWishes wishes = { .format = SHOAL_FORMAT_V1, .exclude = exclude };
  GError *error = NULL;

  scene_open (&s);
  task = new_task (&s, (const char *const[]){ s.content, NULL });
  gui_share_task_look (task, &wishes);
  wait_for (task, GUI_SHARE_READY);
  g_assert_cmpuint (shoal_estimate_get_n_files (gui_share_task_get_estimate (task)), ==, 1);
  g_assert_true (gui_share_task_start (task, &wishes, &error));
  g_assert_no_error (error);
  wait_for (task, GUI_SHARE_SHARED);
  g_assert_cmpstr (shoal_torrent_get_folder (gui_share_task_get_torrent (task)), ==, s.folder);
  while (shoal_torrent_get_state (gui_share_task_get_torrent (task)) != SHOAL_TORRENT_STATE_SEEDING)
    g_main_context_iteration (NULL, TRUE);
  scene_close (&s);
}

/* Several files become one torrent that lies where they lie. */
static void
test_several (void)
{
  Scene s;
  g_autoptr (GuiShareTask) task = NULL;
  g_autoptr (GuiShareTask) apart = NULL;
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  GuiShareWishes wishes = { .format = SHOAL_FORMAT_HYBRID };

  scene_open (&s);
  one = g_build_filename (s.content, "one.mkv", NULL);
  two = g_build_filename (s.content, "two.tmp", NULL);
  apart = new_task (&s, (const char *const[]){ one, s.folder, NULL });
  g_assert_null (apart);
  task = new_task (&s, (const char *const[]){ one, two, NULL });
  g_assert_nonnull (task);
  g_assert_true (gui_share_task_start (task, &wishes, NULL));
  wait_for (task, GUI_SHARE_SHARED);
  while (shoal_torrent_get_state (gui_share_task_get_torrent (task)) != SHOAL_TORRENT_STATE_SEEDING)
    g_main_context_iteration (NULL, TRUE);
  scene_close (&s);
}

/* "film.mkv/film.mkv" is, in v2, the file: that is shared, where it lies. */
static void
test_lone_file (void)
{
  static const ShoalFormat formats[] = { SHOAL_FORMAT_HYBRID, SHOAL_FORMAT_V2, SHOAL_FORMAT_V1 };
  Scene s;
  g_autofree char *folder = NULL;

  scene_open (&s);
  folder = g_build_filename (s.content, "film.mkv", NULL);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  write_file (folder, "film.mkv", FILE_LEN);
  write_file (folder, "left.tmp", 10);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (GuiShareTask) task = new_task (&s, (const char *const[]){ folder, NULL });
      const char *const exclude[] = { "*.tmp", NULL };
      GuiShareWishes wishes = { .format = formats[i], .exclude = exclude };

      gui_share_task_look (task, &wishes);
      wait_for (task, GUI_SHARE_READY);
      g_assert_true (gui_share_task_start (task, &wishes, NULL));
      wait_for (task, GUI_SHARE_SHARED);
      g_assert_cmpstr (shoal_torrent_get_folder (gui_share_task_get_torrent (task)), ==, folder);
      while (shoal_torrent_get_state (gui_share_task_get_torrent (task))
             != SHOAL_TORRENT_STATE_SEEDING)
        g_main_context_iteration (NULL, TRUE);
      shoal_torrent_remove (gui_share_task_get_torrent (task));
    }
  remove_file (folder, "film.mkv");
  remove_file (folder, "left.tmp");
  g_rmdir (folder);
  scene_close (&s);
}

static void
test_wrong (void)
{
  Scene s;
  g_autoptr (GuiShareTask) task = NULL;
  const char *const seeds[] = { "no URL at all", NULL };
  const char *const all[] = { "*", NULL };
  GuiShareWishes wishes = { .format = SHOAL_FORMAT_V1, .web_seeds = seeds };
  GuiShareWishes none = { .format = SHOAL_FORMAT_V1, .exclude = all };
  GError *error = NULL;

  scene_open (&s);
  task = new_task (&s, (const char *const[]){ s.content, NULL });
  g_assert_false (gui_share_task_start (task, &wishes, &error));
  g_assert_error (error, SHOAL_ERROR, SHOAL_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_true (gui_share_task_start (task, &none, NULL));
  while (gui_share_task_get_state (task) == GUI_SHARE_HASHING)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (gui_share_task_get_state (task), ==, GUI_SHARE_FAILED);
  scene_close (&s);
}

static void
test_cancel (void)
{
  Scene s;
  g_autoptr (GuiShareTask) task = NULL;
  GuiShareWishes wishes = { .format = SHOAL_FORMAT_V1 };
  GListModel *torrents;

  scene_open (&s);
  torrents = gui_session_get_torrents (s.session);
  task = new_task (&s, (const char *const[]){ s.content, NULL });
  g_assert_true (gui_share_task_start (task, &wishes, NULL));
  gui_share_task_cancel (task);
  g_assert_cmpint (gui_share_task_get_state (task), ==, GUI_SHARE_READY);
  gui_share_task_look (task, &wishes);
  wait_for (task, GUI_SHARE_READY);
  g_assert_cmpuint (g_list_model_get_n_items (torrents), ==, 0);
  scene_close (&s);
}

/* --- the cards --- */

static void
press (GtkWidget *below, const char *label)
{
  GtkWidget *button = NULL;

  if (GTK_IS_BUTTON (below) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (below)), label) == 0)
    button = below;
  if (button != NULL)
    g_signal_emit_by_name (button, "clicked");
  for (GtkWidget *child = gtk_widget_get_first_child (below); child != NULL && button == NULL;
       child = gtk_widget_get_next_sibling (child))
    press (child, label);
}

/* One press after the drop. */
static void
test_cards (void)
{
  Scene s;
  g_autoptr (GListModel) files = NULL;
  GtkWidget *card;
  GtkWidget *link;

  scene_open (&s);
  files = list_of ((const char *const[]){ s.content, NULL });
  g_assert_null (find (GTK_WIDGET (s.page), GUI_TYPE_CREATE_CARD));
  gui_upload_page_create (s.page, files);
  card = find (GTK_WIDGET (s.page), GUI_TYPE_CREATE_CARD);
  wait_for (gui_create_card_get_task (GUI_CREATE_CARD (card)), GUI_SHARE_READY);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (s.window));
  press (card, "Create and _Share");
  while (find (GTK_WIDGET (s.page), GUI_TYPE_SHARE_CARD) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (find (GTK_WIDGET (s.page), GUI_TYPE_CREATE_CARD));
  card = find (GTK_WIDGET (s.page), GUI_TYPE_SHARE_CARD);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (s.window));
  link = find (card, GTK_TYPE_ENTRY);
  g_assert_true (g_str_has_prefix (gtk_editable_get_text (GTK_EDITABLE (link)), "magnet:?"));
  g_assert_cmpuint (g_list_model_get_n_items (gui_session_get_torrents (s.session)), ==, 1);
  g_signal_emit_by_name (card, "closed");
  g_assert_null (find (GTK_WIDGET (s.page), GUI_TYPE_SHARE_CARD));
  scene_close (&s);
}

/* --- at a tracker --- */

static GtkWidget *
find_window (GType content)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (find (window, content) != NULL)
        return window;
    }
  return NULL;
}

/* The first label that says what is wrong. */
static GtkWidget *
find_problem (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (GTK_IS_LABEL (widget) && gtk_widget_has_css_class (widget, "error")
      && gtk_widget_get_visible (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_problem (child);
  return found;
}

/* A tracker that does not answer is told in the sheet, which stays; the token is not kept. */
static void
test_register (void)
{
  Scene s;
  g_autoptr (GuiShareTask) task = NULL;
  GuiShareWishes wishes = { .format = SHOAL_FORMAT_V1 };
  GSettings *settings;
  g_autofree char *kept = NULL;
  GtkWidget *sheet;
  GtkWidget *token;

  scene_open (&s);
  settings = gui_session_get_settings (s.session);
  task = new_task (&s, (const char *const[]){ s.content, NULL });
  g_assert_true (gui_share_task_start (task, &wishes, NULL));
  wait_for (task, GUI_SHARE_SHARED);
  gui_register_present (s.window, s.session, gui_share_task_get_torrent (task));
  sheet = find_window (ADW_TYPE_PASSWORD_ENTRY_ROW);
  token = find (sheet, ADW_TYPE_PASSWORD_ENTRY_ROW);
  gtk_editable_set_text (GTK_EDITABLE (find (sheet, ADW_TYPE_ENTRY_ROW)), "http://127.0.0.1:9");
  gtk_editable_set_text (GTK_EDITABLE (token), "a token");
  gtk_widget_activate_action (sheet, "sheet.act", NULL);
  while (find_problem (sheet) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (strstr (gtk_label_get_text (GTK_LABEL (find_problem (sheet))), "a token"));
  kept = g_settings_get_string (settings, "register-url");
  g_assert_cmpstr (kept, ==, "");
  gtk_window_close (GTK_WINDOW (sheet));
  scene_close (&s);
}

/* --- piece lengths --- */

typedef struct
{
  ShoalEstimate *estimate;
} Answer;

static void
take_estimate (GObject *source, GAsyncResult *result, void *data)
{
  ((Answer *) data)->estimate
      = shoal_creator_estimate_finish (SHOAL_CREATOR (source), result, NULL);
}

static void
test_sizes (void)
{
  Scene s;
  g_autoptr (ShoalCreator) creator = shoal_creator_new ();
  g_autoptr (GuiPieceSizes) sizes = gui_piece_sizes_new ();
  GListModel *rows = gui_piece_sizes_get_model (sizes);
  Answer answer = { NULL };

  scene_open (&s);
  g_assert_cmpuint (gui_piece_sizes_show (sizes, NULL, SHOAL_FORMAT_V1, 0), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (rows), ==, 1);
  shoal_creator_add_path (creator, s.content);
  shoal_creator_estimate_async (creator, NULL, take_estimate, &answer);
  while (answer.estimate == NULL)
    g_main_context_iteration (NULL, TRUE);
  /* 16, 32, 64 and 128 KiB: one more would make the same single piece */
  g_assert_cmpuint (gui_piece_sizes_show (sizes, answer.estimate, SHOAL_FORMAT_V1, 64 * 1024), ==,
                    3);
  g_assert_cmpuint (g_list_model_get_n_items (rows), ==, 5);
  g_assert_cmpuint (gui_piece_sizes_get (sizes, 3), ==, 64 * 1024);
  g_assert_cmpuint (gui_piece_sizes_get (sizes, 99), ==, 0);
  g_assert_cmpuint (gui_piece_sizes_show (sizes, answer.estimate, SHOAL_FORMAT_V2, 1 << 30), ==, 0);
  g_object_unref (answer.estimate);
  scene_close (&s);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/gui-upload/task", test_task);
  g_test_add_func ("/gui-upload/several", test_several);
  g_test_add_func ("/gui-upload/lone-file", test_lone_file);
  g_test_add_func ("/gui-upload/wrong", test_wrong);
  g_test_add_func ("/gui-upload/cancel", test_cancel);
  g_test_add_func ("/gui-upload/cards", test_cards);
  g_test_add_func ("/gui-upload/register", test_register);
  g_test_add_func ("/gui-upload/sizes", test_sizes);
  return g_test_run ();
}
