/* trk-config.c: reading the file, line by line. */
#include "tracker-server/server/trk-config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "tracker-server/server/trk-nearest.h"

/* The file that is being read. */
typedef struct
{
  const char *path;
  unsigned line;
  char *group; /* owned; NULL before the first one, or when it is unknown */
  bool known;
  GHashTable *seen; /* names that were set, to the line */
  TrkSettings *settings;
  TrkConfigReport *report;
} Reader;

void
trk_config_report_init (TrkConfigReport *self)
{
  self->errors = g_ptr_array_new_with_free_func (g_free);
  self->warnings = g_ptr_array_new_with_free_func (g_free);
}

void
trk_config_report_clear (TrkConfigReport *self)
{
  g_clear_pointer (&self->errors, g_ptr_array_unref);
  g_clear_pointer (&self->warnings, g_ptr_array_unref);
}

void
trk_config_error (TrkConfigReport *report, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (report->errors, g_strdup_vprintf (format, args));
  va_end (args);
}

void
trk_config_warn (TrkConfigReport *report, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (report->warnings, g_strdup_vprintf (format, args));
  va_end (args);
}

static void complain (Reader *reader, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* An error at this line. */
static void
complain (Reader *reader, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  trk_config_error (reader->report, "%s:%u: %s", reader->path, reader->line, text);
}

/* --- names --- */

/* All names of settings, or of their groups, ending with NULL. (transfer full) */
static char **
all_names (bool groups)
{
  GStrvBuilder *names = g_strv_builder_new ();
  size_t n;
  const TrkSetting *table = trk_settings_table (&n);
  char **list;

  for (size_t i = 0; i < n; i++)
    {
      g_autofree char *group = g_strndup (table[i].name, strcspn (table[i].name, "."));

      g_strv_builder_add (names, groups ? group : table[i].name);
    }
  list = g_strv_builder_end (names);
  g_strv_builder_unref (names);
  return list;
}

static bool
is_group (const char *name)
{
  g_auto (GStrv) groups = all_names (true);

  return g_strv_contains ((const char *const *) groups, name);
}

/* "; did you mean …?", or nothing. (transfer full) */
static char *
meant (const char *name, bool group)
{
  g_auto (GStrv) names = all_names (group);
  const char *nearest = trk_nearest (name, (const char *const *) names);
  const char *dot = strchr (name, '.');

  /* The right key of the wrong group. */
  for (char **at = names; nearest == NULL && dot != NULL && *at != NULL; at++)
    if (g_str_has_suffix (*at, dot))
      nearest = *at;
  return nearest != NULL ? g_strdup_printf (_ ("; did you mean “%s”?"), nearest) : g_strdup ("");
}

/* --- values --- */

/* What stands in examples and was to be replaced. */
static bool
is_placeholder (const TrkSetting *setting, const char *value)
{
  static const char *const words[] = { "changeme", "change-me", "change_me", "change me" };
  g_autofree char *lower = g_ascii_strdown (value, -1);

  for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
    if (strstr (lower, words[i]) != NULL)
      return true;
  if (setting->type == TRK_SETTING_URL
      && (strstr (lower, "example.org") != NULL || strstr (lower, "example.com") != NULL
          || strstr (lower, "example.net") != NULL))
    return true;
  return value[0] == '<' && value[strlen (value) - 1] == '>';
}

char *
trk_config_problem_text (const TrkSetting *setting, const char *value, TrkSettingProblem problem)
{
  g_autofree char *takes = trk_config_takes (setting);

  switch (problem)
    {
    case TRK_SETTING_OUTSIDE:
      return g_strdup_printf (_ ("“%s” is out of range; it takes %s"), value, takes);
    case TRK_SETTING_FIXED:
      return g_strdup (_ ("it is not changed while the tracker runs"));
    case TRK_SETTING_FINE:
    case TRK_SETTING_UNKNOWN:
    case TRK_SETTING_BAD_FORM:
    default:
      return g_strdup_printf (_ ("“%s” does not do; it takes %s"), value, takes);
    }
}

/* Sets what is known by this name, or says why not. (transfer full) (nullable) */
static char *
assign (TrkSettings *settings, const char *name, const char *value)
{
  const TrkSetting *setting = trk_settings_find (name);
  TrkSettingProblem problem;
  g_autofree char *hint = NULL;

  if (setting == NULL)
    {
      hint = meant (name, false);
      return g_strdup_printf (_ ("there is no setting “%s”%s"), name, hint);
    }
  if (is_placeholder (setting, value))
    return g_strdup_printf (_ ("“%s” is a placeholder; put your own value there"), value);
  problem = trk_settings_set (settings, name, value);
  return problem == TRK_SETTING_FINE ? NULL : trk_config_problem_text (setting, value, problem);
}

bool
trk_config_assign (const char *assignment, TrkSettings *settings, TrkConfigReport *report)
{
  const char *equals = strchr (assignment, '=');
  g_autofree char *name = g_strndup (assignment, strcspn (assignment, "="));
  g_autofree char *why = NULL;

  if (equals == NULL)
    {
      trk_config_error (report, _ ("“%s” is not NAME=VALUE"), assignment);
      return false;
    }
  why = assign (settings, name, equals + 1);
  if (why != NULL)
    trk_config_error (report, "%s: %s", name, why);
  return why == NULL;
}

/* --- lines --- */

static void
read_group (Reader *reader, const char *line)
{
  size_t len = strlen (line);
  g_autofree char *hint = NULL;

  g_clear_pointer (&reader->group, g_free);
  reader->known = false;
  if (line[len - 1] != ']')
    {
      complain (reader, _ ("a group ends with ]"));
      return;
    }
  reader->group = g_strndup (line + 1, len - 2);
  reader->known = is_group (reader->group);
  if (reader->known)
    return;
  hint = meant (reader->group, true);
  complain (reader, _ ("there is no group [%s]%s"), reader->group, hint);
}

static void
read_key (Reader *reader, char *line)
{
  char *equals = strchr (line, '=');
  g_autofree char *name = NULL;
  g_autofree char *why = NULL;
  void *before;

  if (equals == NULL)
    {
      complain (reader, _ ("“%s” is neither [GROUP] nor KEY = VALUE"), line);
      return;
    }
  if (reader->group == NULL)
    complain (reader, _ ("a key stands before the first [GROUP]"));
  if (!reader->known)
    return; /* that was said of its group */
  *equals = '\0';
  name = g_strconcat (reader->group, ".", g_strstrip (line), NULL);
  before = g_hash_table_lookup (reader->seen, name);
  if (before != NULL)
    {
      complain (reader, _ ("“%s” was set in line %u already"), name, GPOINTER_TO_UINT (before));
      return;
    }
  g_hash_table_insert (reader->seen, g_strdup (name), GUINT_TO_POINTER (reader->line));
  why = assign (reader->settings, name, g_strstrip (equals + 1));
  if (why != NULL)
    complain (reader, "[%s] %s: %s", reader->group, name + strlen (reader->group) + 1, why);
}

static void
read_line (Reader *reader, char *line)
{
  g_strstrip (line);
  if (line[0] == '\0' || line[0] == '#' || line[0] == ';')
    return;
  if (line[0] == '[')
    read_group (reader, line);
  else
    read_key (reader, line);
}

bool
trk_config_parse (const char *path, const char *text, size_t len, TrkSettings *settings,
                  TrkConfigReport *report)
{
  guint n_before = report->errors->len;
  const char *end = text + len;
  Reader reader = { .path = path, .settings = settings, .report = report };

  if (len > TRK_CONFIG_LEN_MAX)
    trk_config_error (report, _ ("%s: longer than a configuration may be: %u bytes"), path,
                      TRK_CONFIG_LEN_MAX);
  else if (memchr (text, '\0', len) != NULL || !g_utf8_validate (text, (gssize) len, NULL))
    trk_config_error (report, _ ("%s: not a text in UTF-8"), path);
  if (report->errors->len > n_before)
    return false;

  reader.seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (const char *at = text, *next; at < end; at = next)
    {
      const char *stop = memchr (at, '\n', (size_t) (end - at));
      g_autofree char *line
          = g_strndup (at, stop != NULL ? (size_t) (stop - at) : (size_t) (end - at));

      next = stop != NULL ? stop + 1 : end;
      reader.line++;
      read_line (&reader, line);
    }
  g_hash_table_unref (reader.seen);
  g_free (reader.group);
  return report->errors->len == n_before;
}

/* --- the file --- */

/* Reads to the end, or to one byte past the limit. Returns errno. */
static int
read_all (int fd, GString *text)
{
  char part[4096];
  ssize_t n;

  while ((n = read (fd, part, sizeof part)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return errno;
      g_string_append_len (text, part, n);
      if (text->len > TRK_CONFIG_LEN_MAX)
        break;
    }
  return 0;
}

static void
look_at_mode (int fd, const char *path, TrkConfigReport *report)
{
  struct stat about;

  if (fstat (fd, &about) != 0)
    return; /* reading it says what is wrong */
  if ((about.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    trk_config_warn (report, _ ("%s: others may write it; chmod go-w would be right"), path);
  if (about.st_uid != 0 && about.st_uid != geteuid ())
    trk_config_warn (report, _ ("%s: it belongs to another user"), path);
}

bool
trk_config_read (const char *path, TrkSettings *settings, TrkConfigReport *report)
{
  g_autoptr (GString) text = g_string_new (NULL);
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  int problem = fd >= 0 ? read_all (fd, text) : errno;

  if (fd >= 0)
    {
      look_at_mode (fd, path, report);
      (void) close (fd); /* it was read only */
    }
  if (problem != 0)
    {
      trk_config_error (report, "%s: %s", path, g_strerror (problem));
      return false;
    }
  return trk_config_parse (path, text->str, text->len, settings, report);
}
