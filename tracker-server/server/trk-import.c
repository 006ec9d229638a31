/* trk-import.c: hash lists, and opentracker's key words. */
#include "tracker-server/server/trk-import.h"

#include <stdarg.h>
#include <string.h>

#include <glib/gi18n.h>

#include "protocol/core/bt-hex.h"
#include "tracker-server/settings/trk-settings.h"

#define V1_DIGITS (2 * BT_INFO_HASH_LEN)
#define V2_DIGITS 64u
#define USUAL_PORT "6969"

/* A configuration that is being read. */
typedef struct
{
  TrkImport *import;
  const char *path;
  unsigned line;
  GString *http;
  GString *udp;
  GString *proxies;
} Reader;

static void
list_clear (gpointer list)
{
  g_free (((TrkImportList *) list)->path);
}

void
trk_import_init (TrkImport *self)
{
  *self = (TrkImport){ .hashes = g_byte_array_new (),
                       .settings = g_ptr_array_new_with_free_func (g_free),
                       .lists = g_array_new (FALSE, FALSE, sizeof (TrkImportList)),
                       .notes = g_ptr_array_new_with_free_func (g_free) };
  g_array_set_clear_func (self->lists, list_clear);
}

void
trk_import_clear (TrkImport *self)
{
  g_clear_pointer (&self->hashes, g_byte_array_unref);
  g_clear_pointer (&self->settings, g_ptr_array_unref);
  g_clear_pointer (&self->lists, g_array_unref);
  g_clear_pointer (&self->notes, g_ptr_array_unref);
}

static void note (TrkImport *self, const char *path, unsigned line, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

static void
note (TrkImport *self, const char *path, unsigned line, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  if (self->n_notes++ >= TRK_IMPORT_NOTES_MAX)
    return;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (self->notes, g_strdup_printf ("%s:%u: %s", path, line, text));
}

/* --- lists --- */

/* One line without its comment; a v2 hash is cut. */
static bool
take_hash (TrkImport *self, const char *line)
{
  uint8_t hash[V2_DIGITS / 2];
  size_t len = strcspn (line, " \t#;,");

  if ((len != V1_DIGITS && len != V2_DIGITS) || !bt_hex_parse (line, len, hash, len / 2))
    return false;
  g_byte_array_append (self->hashes, hash, BT_INFO_HASH_LEN);
  return true;
}

void
trk_import_hashes (TrkImport *self, const char *path, const char *text)
{
  unsigned number = 0;

  while (*text != '\0')
    {
      size_t len = strcspn (text, "\r\n");
      g_autofree char *line = g_strndup (text, len);

      text += len;
      if (*text == '\r' && text[1] == '\n')
        text++;
      text += *text != '\0';
      number++;
      g_strstrip (line);
      if (line[0] != '\0' && line[0] != '#' && line[0] != ';' && !take_hash (self, line))
        note (self, path, number, _ ("this is no hash of 40 or 64 hexadecimal digits"));
    }
}

/* --- opentracker --- */

bool
trk_import_is_opentracker (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **line = lines; *line != NULL; line++)
    if (g_str_has_prefix (*line, "listen.") || g_str_has_prefix (*line, "access.")
        || g_str_has_prefix (*line, "tracker.") || g_str_has_prefix (*line, "livesync."))
      return true;
  return false;
}

/* "1.2.3.4", "1.2.3.4:80", "[::]", "[::]:80" or "::": as an endpoint. (transfer full) (nullable) */
static char *
endpoint_of (const char *value)
{
  g_autofree char *text = NULL;
  BtEndpoint endpoint;

  if (trk_settings_endpoint (value, &endpoint))
    return g_strdup (value);
  if (value[0] != '[' && strchr (value, ':') != NULL)
    text = g_strdup_printf ("[%s]:" USUAL_PORT, value);
  else
    text = g_strdup_printf ("%s:" USUAL_PORT, value);
  return trk_settings_endpoint (text, &endpoint) ? g_steal_pointer (&text) : NULL;
}

static void
add_word (GString *list, const char *word)
{
  g_string_append_printf (list, "%s%s", list->len > 0 ? ";" : "", word);
}

static void
take_listen (Reader *reader, const char *key, const char *value)
{
  g_autofree char *endpoint = endpoint_of (value);

  if (endpoint == NULL)
    {
      note (reader->import, reader->path, reader->line, _ ("“%s” is no address"), value);
      return;
    }
  if (strcmp (key, "listen.udp") != 0)
    add_word (reader->http, endpoint);
  if (strcmp (key, "listen.tcp") != 0)
    add_word (reader->udp, endpoint);
}

static void
take_list (Reader *reader, const char *key, const char *value)
{
  bool white = strcmp (key, "access.whitelist") == 0;
  g_autofree char *folder = g_path_get_dirname (reader->path);
  TrkImportList list = { .path = g_canonicalize_filename (value, folder),
                         .mark = white ? TRK_MARK_ALLOWED : TRK_MARK_DENIED };

  g_array_append_val (reader->import->lists, list);
  g_ptr_array_add (reader->import->settings,
                   g_strconcat ("tracker.mode=", white ? "listed" : "open", NULL));
}

/* A setting of ours, checked by the table. */
static void
take_setting (Reader *reader, const char *name, const char *value)
{
  g_auto (TrkSettings) settings = { 0 };

  trk_settings_init (&settings);
  if (trk_settings_set (&settings, name, value) != TRK_SETTING_FINE)
    note (reader->import, reader->path, reader->line, _ ("“%s” does not do for %s"), value, name);
  else
    g_ptr_array_add (reader->import->settings, g_strconcat (name, "=", value, NULL));
}

/* What is known and has no counterpart, and why that is well. */
static const char *
why_dropped (const char *key)
{
  static const struct
  {
    const char *prefix;
    const char *why;
  } rows[] = {
    { "access.fifo", N_ ("lists are changed while it runs by the API and by “import”") },
    { "access.stats", N_ ("statistics are served to everyone, administration by listen.admin") },
    { "tracker.rootdir", N_ ("the service's unit confines it") },
    { "tracker.user", N_ ("the service's unit says as whom it runs") },
    { "tracker.redirect_url", N_ ("it has pages of its own") },
    { "livesync.", N_ ("trackers are not synchronised") },
    { "batchsync.", N_ ("trackers are not synchronised") },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_str_has_prefix (key, rows[i].prefix))
      return _ (rows[i].why);
  return NULL;
}

static void
take_pair (Reader *reader, const char *key, const char *value)
{
  const char *why = why_dropped (key);

  if (strcmp (key, "listen.tcp_udp") == 0 || strcmp (key, "listen.tcp") == 0
      || strcmp (key, "listen.udp") == 0)
    take_listen (reader, key, value);
  else if (strcmp (key, "listen.udp.workers") == 0)
    take_setting (reader, "listen.udp-threads", value);
  else if (strcmp (key, "access.whitelist") == 0 || strcmp (key, "access.blacklist") == 0)
    take_list (reader, key, value);
  else if (strcmp (key, "access.proxy") == 0)
    add_word (reader->proxies, value);
  else if (why != NULL)
    note (reader->import, reader->path, reader->line, _ ("%s is left out: %s"), key, why);
  else
    note (reader->import, reader->path, reader->line, _ ("%s is not known"), key);
}

static void
read_line (Reader *reader, char *line)
{
  size_t len;

  g_strstrip (line);
  if (line[0] == '\0' || line[0] == '#')
    return;
  len = strcspn (line, " \t");
  if (line[len] == '\0')
    {
      note (reader->import, reader->path, reader->line, _ ("%s has no value"), line);
      return;
    }
  line[len] = '\0';
  take_pair (reader, line, g_strstrip (line + len + 1));
}

static void
take_words (Reader *reader, const char *name, GString *list, bool even_empty)
{
  if (list->len > 0 || even_empty)
    take_setting (reader, name, list->str);
  g_string_free (list, TRUE);
}

void
trk_import_opentracker (TrkImport *self, const char *path, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  Reader reader = { .import = self,
                    .path = path,
                    .http = g_string_new (NULL),
                    .udp = g_string_new (NULL),
                    .proxies = g_string_new (NULL) };
  bool listens;

  for (char **line = lines; *line != NULL; line++)
    {
      reader.line++;
      read_line (&reader, *line);
    }
  /* Whoever names one kind of listener wants no other. */
  listens = reader.http->len > 0 || reader.udp->len > 0;
  take_words (&reader, "listen.http", reader.http, listens);
  take_words (&reader, "listen.udp", reader.udp, listens);
  take_words (&reader, "proxy.trusted", reader.proxies, false);
}
