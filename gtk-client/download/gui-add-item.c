/* gui-add-item.c: see gui-add-item.h. */
#include "gtk-client/download/gui-add-item.h"

#include <string.h>

#include <glib/gi18n.h>

#include "gtk-client/parts/gui-folder-row.h"
#include "gtk-client/text/gui-text.h"

/* What a .torrent of one's own may have, as the session reads it. */
#define TORRENT_MAX (256u * 1024u * 1024u)

struct _GuiAddItem
{
  GObject parent;
  GuiSession *session;
  char *source;
  GuiAddState state;
  char *problem;
  GCancellable *loading;
  GBytes *bytes; /* of the .torrent; NULL: a magnet */
  ShoalTorrent *torrent;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (GuiAddItem, gui_add_item, G_TYPE_OBJECT)

/* --- states --- */

static void
tell (GuiAddItem *self)
{
  g_signal_emit (self, changed_signal, 0);
}

static void
enter (GuiAddItem *self, GuiAddState state)
{
  self->state = state;
  tell (self);
}

static void
fail (GuiAddItem *self, const char *problem)
{
  g_free (self->problem);
  self->problem = g_strdup (problem);
  enter (self, GUI_ADD_FAILED);
}

static void
let_torrent_go (GuiAddItem *self)
{
  if (self->torrent != NULL)
    g_signal_handlers_disconnect_by_data (self->torrent, self);
  g_clear_object (&self->torrent);
}

/* A magnet may turn out to be what is no torrent, or what its peers cannot hand over. */
static void
on_torrent_changed (GuiAddItem *self)
{
  const GError *error = shoal_torrent_get_error (self->torrent);

  if (self->state == GUI_ADD_METADATA && error != NULL)
    fail (self, error->message);
  else if (self->state == GUI_ADD_METADATA)
    tell (self);
}

static void
on_metadata (GuiAddItem *self)
{
  if (self->state == GUI_ADD_METADATA)
    enter (self, GUI_ADD_READY);
}

/* --- into the session --- */

static void
meet (GuiAddItem *self, ShoalTorrent *there)
{
  if (there == NULL || !shoal_torrent_get_chosen (there))
    {
      fail (self, _ ("This torrent is in the list twice"));
      return;
    }
  g_set_object (&self->torrent, there);
  enter (self, GUI_ADD_DUPLICATE);
}

/* What came in the place of a torrent. Nobody who has a page of the web in hand is helped by what
 * of bencode it lacks. */
static char *
describe_junk (GBytes *bytes, const GError *error)
{
  gsize len;
  const char *data = g_bytes_get_data (bytes, &len);

  for (; len > 0 && g_ascii_isspace (*data); len--)
    data++;
  if (len == 0)
    return g_strdup (_ ("This file is empty: fetch it again from where you got it"));
  if (*data == '<')
    return g_strdup (_ ("This is a page of the web, not a torrent: open the address in a browser, "
                        "where it may ask you to log in"));
  if (*data != 'd')
    return g_strdup (_ ("This is no torrent, but a file of another kind"));
  /* Translators: %s is what is wrong with its bytes */
  return g_strdup_printf (_ ("This torrent is damaged (%s): fetch it again from where you got it"),
                          error->message);
}

/* A link is cut short where it is copied by hand. */
static char *
describe_refusal (GuiAddItem *self, const GError *error)
{
  if (!g_error_matches (error, SHOAL_ERROR, SHOAL_ERROR_INVALID))
    return g_strdup (error->message);
  if (self->bytes != NULL)
    return describe_junk (self->bytes, error);
  /* Translators: %s is what is wrong with the link */
  return g_strdup_printf (_ ("This link leads to no torrent (%s): copy it once more, and the whole "
                             "of it"),
                          error->message);
}

static void
refuse (GuiAddItem *self, const GError *error)
{
  g_autofree char *words = describe_refusal (self, error);

  fail (self, words);
}

static void
add (GuiAddItem *self)
{
  ShoalSession *shoal = gui_session_get_shoal (self->session);
  g_autofree char *folder = gui_folder_row_dup_default (gui_session_get_settings (self->session));
  g_autoptr (GError) error = NULL;
  ShoalTorrent *added
      = self->bytes != NULL
            ? shoal_session_add (shoal, self->bytes, folder, NULL, SHOAL_ADD_CHOOSE, &error)
            : shoal_session_add_magnet (shoal, self->source, folder, SHOAL_ADD_CHOOSE, &error);

  if (g_error_matches (error, SHOAL_ERROR, SHOAL_ERROR_EXISTS))
    meet (self, self->bytes != NULL ? shoal_session_find_torrent (shoal, self->bytes)
                                    : shoal_session_find_magnet (shoal, self->source));
  else if (error != NULL)
    refuse (self, error);
  if (error != NULL)
    return;
  self->torrent = added;
  g_signal_connect_swapped (added, "changed", G_CALLBACK (on_torrent_changed), self);
  g_signal_connect_swapped (added, "metadata-received", G_CALLBACK (on_metadata), self);
  enter (self, self->bytes != NULL ? GUI_ADD_READY : GUI_ADD_METADATA);
}

/* Takes the bytes, which may be NULL: then the error says why. */
static void
take_bytes (GuiAddItem *self, GBytes *bytes, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || g_error_matches (error, SHOAL_ERROR, SHOAL_ERROR_CANCELLED))
    return;
  if (error != NULL)
    {
      fail (self, error->message);
      return;
    }
  self->bytes = bytes;
  add (self);
}

/* --- reading --- */

static void
on_read (GObject *source, GAsyncResult *result, void *data)
{
  g_autoptr (GuiAddItem) self = data;
  g_autoptr (GError) error = NULL;
  GBytes *bytes = g_file_load_bytes_finish (G_FILE (source), result, NULL, &error);

  take_bytes (self, bytes, error);
}

/* The length is asked first: what is dropped on a window may be a disk. */
static void
on_measured (GObject *source, GAsyncResult *result, void *data)
{
  g_autoptr (GuiAddItem) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    fail (self, _ ("There is no such file"));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    fail (self,
          _ ("Addresses of this kind cannot be opened: download the file with another program, "
             "and open it then"));
  else if (error != NULL)
    take_bytes (self, NULL, error);
  else if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    fail (self, _ ("This is no file that could be a torrent"));
  else if (g_file_info_get_size (info) > TORRENT_MAX)
    fail (self, _ ("This file is too large to be a torrent"));
  else
    g_file_load_bytes_async (G_FILE (source), self->loading, on_read, g_object_ref (self));
}

static void
on_fetched (GObject *source, GAsyncResult *result, void *data)
{
  g_autoptr (GuiAddItem) self = data;
  g_autoptr (GError) error = NULL;
  GBytes *bytes = shoal_fetch_torrent_finish (result, &error);

  take_bytes (self, bytes, error);
}

static gboolean
has_scheme (const char *source, const char *scheme)
{
  return g_ascii_strncasecmp (source, scheme, strlen (scheme)) == 0;
}

/* An info-hash on its own: 40 or 64 digits of hex, 32 of base32. */
static gboolean
is_hash (const char *source)
{
  gsize len = strlen (source);
  gsize n = strspn (source, "0123456789abcdefABCDEF");

  if (len == 32)
    n = strspn (source, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
  return n == len && (len == 32 || len == 40 || len == 64);
}

static void
begin (GuiAddItem *self)
{
  g_autoptr (GFile) file = NULL;

  self->state = GUI_ADD_LOADING;
  g_clear_object (&self->loading);
  self->loading = g_cancellable_new ();
  if (has_scheme (self->source, "magnet:") || is_hash (self->source))
    add (self);
  else if (has_scheme (self->source, "http://") || has_scheme (self->source, "https://"))
    shoal_fetch_torrent_async (self->source, NULL, self->loading, on_fetched, g_object_ref (self));
  else
    {
      file = g_file_new_for_commandline_arg (self->source);
      g_file_query_info_async (file,
                               G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
                               G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT, self->loading,
                               on_measured, g_object_ref (self));
    }
}

void
gui_add_item_retry (GuiAddItem *self)
{
  if (self->state != GUI_ADD_FAILED)
    return;
  gui_add_item_drop (self);
  begin (self);
  tell (self);
}

void
gui_add_item_drop (GuiAddItem *self)
{
  g_cancellable_cancel (self->loading);
  if (self->torrent != NULL && !shoal_torrent_get_chosen (self->torrent))
    shoal_torrent_remove (self->torrent);
  let_torrent_go (self);
  g_clear_pointer (&self->bytes, g_bytes_unref);
}

/* --- what is chosen --- */

void
gui_add_item_choose (GuiAddItem *self, const char *folder, GBytes *priorities, gboolean start,
                     gboolean sequential)
{
  if (self->state != GUI_ADD_READY && self->state != GUI_ADD_METADATA)
    return;
  if (!start)
    shoal_torrent_pause (self->torrent);
  shoal_torrent_set_sequential (self->torrent, sequential);
  shoal_torrent_choose_in (self->torrent, folder, priorities);
  enter (self, GUI_ADD_CHOSEN);
}

guint
gui_add_item_merge (GuiAddItem *self)
{
  guint n;

  if (self->state != GUI_ADD_DUPLICATE)
    return 0;
  n = self->bytes != NULL ? shoal_torrent_merge_torrent (self->torrent, self->bytes)
                          : shoal_torrent_merge_magnet (self->torrent, self->source);
  enter (self, GUI_ADD_CHOSEN);
  return n;
}

/* --- what it tells --- */

GuiAddState
gui_add_item_get_state (GuiAddItem *self)
{
  return self->state;
}

ShoalTorrent *
gui_add_item_get_torrent (GuiAddItem *self)
{
  return self->torrent;
}

const char *
gui_add_item_get_problem (GuiAddItem *self)
{
  return self->problem;
}

char *
gui_add_item_dup_name (GuiAddItem *self)
{
  g_autofree char *base = NULL;

  if (self->torrent != NULL)
    return gui_text_name (shoal_torrent_get_name (self->torrent));
  if (has_scheme (self->source, "magnet:") || is_hash (self->source))
    return gui_text_name (self->source);
  base = g_path_get_basename (self->source);
  return gui_text_name (base);
}

static char *
describe_metadata (GuiAddItem *self)
{
  guint n = shoal_torrent_get_n_peers (self->torrent);

  if (n == 0)
    return g_strdup (_ ("Getting the file list… no peer yet"));
  return g_strdup_printf (
      ngettext ("Getting the file list… %u peer", "Getting the file list… %u peers", n), n);
}

static char *
describe_files (ShoalTorrent *torrent)
{
  g_autofree char *size = gui_text_size (shoal_torrent_get_total (torrent));
  guint n = shoal_torrent_get_n_files (torrent);

  /* Translators: how many files, and their size together */
  return g_strdup_printf (ngettext ("%u file, %s", "%u files, %s", n), n, size);
}

char *
gui_add_item_describe (GuiAddItem *self)
{
  switch (self->state)
    {
    case GUI_ADD_LOADING:
      return g_strdup (_ ("Reading the torrent…"));
    case GUI_ADD_METADATA:
      return describe_metadata (self);
    case GUI_ADD_READY:
      return describe_files (self->torrent);
    case GUI_ADD_DUPLICATE:
      return g_strdup (_ ("It is there already"));
    case GUI_ADD_FAILED:
      return gui_text_name (self->problem);
    case GUI_ADD_CHOSEN:
      break;
    }
  return g_strdup (_ ("Added"));
}

/* --- the object --- */

static void
gui_add_item_dispose (GObject *object)
{
  GuiAddItem *self = GUI_ADD_ITEM (object);

  gui_add_item_drop (self);
  g_clear_object (&self->loading);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (gui_add_item_parent_class)->dispose (object);
}

static void
gui_add_item_finalize (GObject *object)
{
  GuiAddItem *self = GUI_ADD_ITEM (object);

  g_free (self->source);
  g_free (self->problem);
  G_OBJECT_CLASS (gui_add_item_parent_class)->finalize (object);
}

static void
gui_add_item_class_init (GuiAddItemClass *class)
{
  G_OBJECT_CLASS (class)->dispose = gui_add_item_dispose;
  G_OBJECT_CLASS (class)->finalize = gui_add_item_finalize;
  changed_signal = g_signal_new ("changed", GUI_TYPE_ADD_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
gui_add_item_init (GuiAddItem *self)
{
}

GuiAddItem *
gui_add_item_new (GuiSession *session, const char *source)
{
  GuiAddItem *self = g_object_new (GUI_TYPE_ADD_ITEM, NULL);

  self->session = g_object_ref (session);
  self->source = g_strstrip (g_strdup (source));
  begin (self);
  return self;
}
