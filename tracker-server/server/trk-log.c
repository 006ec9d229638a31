/* trk-log.c: the writer of log lines. */
#include "tracker-server/server/trk-log.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Longer messages are cut, in bytes. */
#define MESSAGE_MAX 2000u

static int
priority_of (GLogLevelFlags level)
{
  if ((level & G_LOG_LEVEL_ERROR) != 0)
    return 2;
  if ((level & G_LOG_LEVEL_CRITICAL) != 0)
    return 3;
  if ((level & G_LOG_LEVEL_WARNING) != 0)
    return 4;
  if ((level & G_LOG_LEVEL_MESSAGE) != 0)
    return 5;
  return (level & G_LOG_LEVEL_INFO) != 0 ? 6 : 7;
}

char *
trk_log_escape (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, (gssize) strnlen (text, MESSAGE_MAX));
  GString *out = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029
          || g_unichar_type (c) == G_UNICODE_FORMAT)
        g_string_append_printf (out, "\\u%04x", c);
      else
        g_string_append_unichar (out, c);
    }
  return g_string_free (out, FALSE);
}

static const char *
field (const GLogField *fields, gsize n, const char *key)
{
  for (gsize i = 0; i < n; i++)
    if (strcmp (fields[i].key, key) == 0 && fields[i].length < 0)
      return fields[i].value;
  return NULL;
}

static void
put (const TrkLog *self, GLogLevelFlags level, const char *domain, const char *message)
{
  static const char *const names[] = { "", "", "fatal", "critical", "warning", "", "", "" };
  g_autofree char *escaped = trk_log_escape (message);
  int priority = priority_of (level);
  g_autoptr (GDateTime) now = self->journal ? NULL : g_date_time_new_now_local ();
  g_autofree char *time = now != NULL ? g_date_time_format (now, "%Y-%m-%d %H:%M:%S ") : NULL;
  g_autofree char *head = self->journal
                              ? g_strdup_printf ("<%d>", priority)
                              : g_strconcat (self->line ? "\r\033[K" : "", time, names[priority],
                                             names[priority][0] != '\0' ? ": " : "", NULL);
  g_autofree char *line = g_strconcat (head, domain != NULL ? domain : "",
                                       domain != NULL ? ": " : "", escaped, "\n", NULL);

  (void) !write (STDERR_FILENO, line, strlen (line)); /* nobody could be told */
}

static GLogWriterOutput
write_line (GLogLevelFlags level, const GLogField *fields, gsize n, gpointer data)
{
  const TrkLog *self = data;
  const char *message = field (fields, n, "MESSAGE");
  const char *domain = field (fields, n, "GLIB_DOMAIN");

  if ((level & G_LOG_LEVEL_MASK) <= (GLogLevelFlags) self->least && message != NULL)
    put (self, level, g_strcmp0 (domain, G_LOG_DOMAIN) == 0 ? NULL : domain, message);
  return G_LOG_WRITER_HANDLED;
}

void
trk_log_begin (TrkLog *self, int verbosity)
{
  self->least = verbosity < 0    ? G_LOG_LEVEL_WARNING
                : verbosity == 0 ? G_LOG_LEVEL_MESSAGE
                : verbosity == 1 ? G_LOG_LEVEL_INFO
                                 : G_LOG_LEVEL_DEBUG;
  self->journal = g_log_writer_is_journald (STDERR_FILENO);
  g_log_set_writer_func (write_line, self, NULL);
}
