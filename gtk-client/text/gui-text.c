/* gui-text.c: see gui-text.h. */
#include "gtk-client/text/gui-text.h"

#include <math.h>

#include <glib/gi18n.h>

#include "gtk-client/text/gui-state.h"

#define MINUTE 60u
#define HOUR (60u * MINUTE)
#define DAY (24u * HOUR)
#define ROUNDING 1e-9              /* 0.29 * 100 is a little less than 29 */
#define DAYS_SHOWN 1000u           /* what takes longer is as good as never */
#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

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
  if (seconds / DAY < DAYS_SHOWN)
    return g_strdup_printf (ngettext ("%u day", "%u days", (gulong) (seconds / DAY)),
                            (guint) (seconds / DAY));
  return g_strdup ("∞");
}

char *
gui_text_percent (double fraction)
{
  double percent = CLAMP (fraction, 0, 1) * 100 + ROUNDING;

  /* Translators: %d is a number from 0 to 100 */
  return g_strdup_printf (_ ("%d %%"), (int) floor (percent));
}

char *
gui_text_ratio (double ratio)
{
  return g_strdup_printf (ratio < 10 ? "%.2f" : "%.1f", ratio);
}

char *
gui_text_count (guint count)
{
  return count > 0 ? g_strdup_printf ("%u", count) : g_strdup ("");
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

/* What bytes of a stranger become on one line of at most @max characters. */
static char *
clean (const char *text, guint max)
{
  GString *out = g_string_new (NULL);
  const char *at = text;
  guint n;

  for (n = 0; at != NULL && *at != '\0' && n < max; n++)
    {
      gunichar c = g_utf8_get_char_validated (at, -1);

      if (c == (gunichar) -1 || c == (gunichar) -2)
        {
          g_string_append (out, REPLACEMENT);
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

char *
gui_text_name (const char *name)
{
  return clean (name, GUI_TEXT_NAME_MAX);
}

/* FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE. */
char *
gui_text_name_within (const char *name)
{
  g_autofree char *plain = gui_text_name (name);

  return g_strconcat ("\xe2\x81\xa8", plain, "\xe2\x81\xa9", NULL);
}

char *
gui_text_line (const char *text)
{
  return clean (text, GUI_TEXT_LINE_MAX);
}

/* Hebrew to Arabic, their presentation forms, and the old scripts of the same kind. */
static gboolean
runs_left (gunichar c)
{
  return (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfeff)
         || (c >= 0x10800 && c <= 0x10fff) || (c >= 0x1e800 && c <= 0x1efff);
}

int
gui_text_direction (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      if (g_unichar_isalpha (c))
        return runs_left (c) ? -1 : 1;
    }
  return 0;
}

const char *
gui_text_state (ShoalTorrent *torrent)
{
  return gui_state_word (gui_state_of (torrent));
}

const char *
gui_text_state_icon (ShoalTorrent *torrent)
{
  return gui_state_icon (gui_state_of (torrent));
}

double
gui_text_fraction (ShoalTorrent *torrent)
{
  if (shoal_torrent_get_moving (torrent))
    return shoal_torrent_get_move_progress (torrent);
  if (shoal_torrent_get_state (torrent) == SHOAL_TORRENT_STATE_METADATA)
    return shoal_torrent_get_metadata_progress (torrent);
  return shoal_torrent_get_progress (torrent);
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
  g_autofree char *percent = gui_text_percent (gui_text_fraction (torrent));
  g_autofree char *left = NULL;

  if (shoal_torrent_get_state (torrent) != SHOAL_TORRENT_STATE_DOWNLOADING
      || gui_text_seconds_left (torrent) == G_MAXUINT64)
    /* Translators: a row read aloud: name, state, percent */
    return g_strdup_printf (_ ("%s, %s, %s"), name, gui_text_state (torrent), percent);
  left = gui_text_duration (gui_text_seconds_left (torrent));
  /* Translators: a row read aloud: name, state, percent, time left */
  return g_strdup_printf (_ ("%s, %s, %s, %s left"), name, gui_text_state (torrent), percent, left);
}

/* Adds what is not empty behind a sign; takes it. */
static void
add_part (GString *line, const char *sign, char *part)
{
  if (*part != '\0')
    g_string_append_printf (line, " · %s%s", sign, part);
  g_free (part);
}

/* "1.2 GiB of 4.4 GiB (27 %)"; the size alone of what is all there. */
static char *
amount (ShoalTorrent *torrent)
{
  guint64 wanted = shoal_torrent_get_wanted (torrent);
  guint64 left = shoal_torrent_get_wanted_left (torrent);
  g_autofree char *size = gui_text_size (wanted);
  g_autofree char *percent = gui_text_percent (gui_text_fraction (torrent));
  g_autofree char *done = NULL;

  if (wanted == 0)
    return g_strdup ("");
  if (left == 0)
    return g_steal_pointer (&size);
  done = gui_text_size (wanted - left);
  /* Translators: what is here of how much, and as a percent: "1 GiB of 4 GiB (25 %)" */
  return g_strdup_printf (_ ("%s of %s (%s)"), done, size, percent);
}

char *
gui_text_details (ShoalTorrent *torrent)
{
  GString *line = g_string_new (gui_text_state (torrent));
  guint64 left = gui_text_seconds_left (torrent);

  add_part (line, "", amount (torrent));
  if (left != G_MAXUINT64)
    add_part (line, "", gui_text_duration (left)); /* before what a narrow row may cut off */
  add_part (line, "↓ ", gui_text_rate (shoal_torrent_get_rate_down (torrent)));
  add_part (line, "↑ ", gui_text_rate (shoal_torrent_get_rate_up (torrent)));
  return g_string_free (line, FALSE);
}
