/* gui-text.c: see gui-text.h. */
#include "gtk-client/text/gui-text.h"

#include <math.h>

#include <glib/gi18n.h>

#define MINUTE 60u
#define HOUR (60u * MINUTE)
#define DAY (24u * HOUR)

char *
gui_text_size (guint64 bytes)
{
  return g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);
}

char *
gui_text_rate (guint64 bytes_per_second)
{
  g_autofree char *size = NULL;

  if (bytes_per_second == 0)
    return g_strdup ("");
  size = gui_text_size (bytes_per_second);
  /* Translators: a speed; %s is a size, such as "1.2 MiB" */
  return g_strdup_printf (_ ("%s/s"), size);
}

char *
gui_text_duration (guint64 seconds)
{
  if (seconds == G_MAXUINT64)
    return g_strdup ("∞");
  if (seconds < MINUTE)
    return g_strdup_printf (_ ("%u s"), (guint) seconds);
  if (seconds < HOUR)
    return g_strdup_printf (_ ("%u min"), (guint) (seconds / MINUTE));
  if (seconds < DAY)
    /* Translators: hours and minutes that are left */
    return g_strdup_printf (_ ("%u h %u min"), (guint) (seconds / HOUR),
                            (guint) (seconds % HOUR / MINUTE));
  if (seconds / DAY < 1000)
    return g_strdup_printf (ngettext ("%u day", "%u days", (gulong) (seconds / DAY)),
                            (guint) (seconds / DAY));
  return g_strdup ("∞");
}

char *
gui_text_percent (double fraction)
{
  double percent = CLAMP (fraction, 0, 1) * 100;

  /* Translators: %d is a number from 0 to 100 */
  return g_strdup_printf (_ ("%d %%"), (int) floor (percent));
}

char *
gui_text_ratio (double ratio)
{
  return g_strdup_printf (ratio < 10 ? "%.2f" : "%.1f", ratio);
}

char *
gui_text_moment (gint64 unix_seconds)
{
  g_autoptr (GDateTime) then = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) utc
      = unix_seconds > 0 ? g_date_time_new_from_unix_utc (unix_seconds) : NULL;

  if (utc == NULL)
    return g_strdup ("");
  then = g_date_time_to_local (utc);
  if (g_date_time_get_year (then) == g_date_time_get_year (now)
      && g_date_time_get_day_of_year (then) == g_date_time_get_day_of_year (now))
    /* Translators: a time of this day, in the form of strftime() */
    return g_date_time_format (then, _ ("today %H:%M"));
  return g_date_time_format (then, "%x %H:%M");
}

/* What one line of text must not hold: it breaks lines, or turns what stands around it. */
static gboolean
is_harmless (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_UNASSIGNED:
      return FALSE;
    default:
      return TRUE;
    }
}

char *
gui_text_name (const char *name)
{
  GString *out = g_string_new (NULL);
  const char *at = name;
  guint n;

  for (n = 0; at != NULL && *at != '\0' && n < GUI_TEXT_NAME_MAX; n++)
    {
      gunichar c = g_utf8_get_char_validated (at, -1);

      if (c == (gunichar) -1 || c == (gunichar) -2)
        {
          g_string_append (out, "\xef\xbf\xbd");
          at++;
          continue;
        }
      if (is_harmless (c))
        g_string_append_unichar (out, c);
      else if (c == '\n' || c == '\r' || c == '\t')
        g_string_append_c (out, ' ');
      at = g_utf8_next_char (at);
    }
  if (at != NULL && *at != '\0')
    g_string_append (out, "…");
  return g_string_free (out, FALSE);
}

typedef struct
{
  const char *word;
  const char *icon;
} State;

static State
state_of (ShoalTorrent *torrent)
{
  static const State states[] = {
    [SHOAL_TORRENT_STATE_VERIFYING] = { N_ ("Checking"), "view-refresh-symbolic" },
    [SHOAL_TORRENT_STATE_DOWNLOADING] = { N_ ("Downloading"), "folder-download-symbolic" },
    [SHOAL_TORRENT_STATE_SEEDING] = { N_ ("Sharing"), "send-to-symbolic" },
    [SHOAL_TORRENT_STATE_FAULT] = { N_ ("Stopped by an error"), "dialog-error-symbolic" },
    [SHOAL_TORRENT_STATE_METADATA] = { N_ ("Getting the file list"), "content-loading-symbolic" },
    [SHOAL_TORRENT_STATE_REMOVED] = { N_ ("Removed"), "user-trash-symbolic" },
  };
  static const State paused = { N_ ("Paused"), "media-playback-pause-symbolic" };
  ShoalTorrentState state = shoal_torrent_get_state (torrent);

  if (shoal_torrent_get_paused (torrent) && state != SHOAL_TORRENT_STATE_FAULT
      && state != SHOAL_TORRENT_STATE_REMOVED)
    return paused;
  return states[state];
}

const char *
gui_text_state (ShoalTorrent *torrent)
{
  return _ (state_of (torrent).word);
}

const char *
gui_text_state_icon (ShoalTorrent *torrent)
{
  return state_of (torrent).icon;
}

guint64
gui_text_seconds_left (ShoalTorrent *torrent)
{
  guint64 left = shoal_torrent_get_wanted_left (torrent);
  guint64 rate = shoal_torrent_get_rate_down (torrent);

  return left > 0 && rate > 0 ? left / rate : G_MAXUINT64;
}

char *
gui_text_sentence (ShoalTorrent *torrent)
{
  g_autofree char *name = gui_text_name (shoal_torrent_get_name (torrent));
  g_autofree char *percent = gui_text_percent (shoal_torrent_get_progress (torrent));
  g_autofree char *left = NULL;

  if (shoal_torrent_get_state (torrent) != SHOAL_TORRENT_STATE_DOWNLOADING
      || gui_text_seconds_left (torrent) == G_MAXUINT64)
    /* Translators: a row read aloud: name, state, percent */
    return g_strdup_printf (_ ("%s, %s, %s"), name, gui_text_state (torrent), percent);
  left = gui_text_duration (gui_text_seconds_left (torrent));
  /* Translators: a row read aloud: name, state, percent, time left */
  return g_strdup_printf (_ ("%s, %s, %s, %s left"), name, gui_text_state (torrent), percent, left);
}
