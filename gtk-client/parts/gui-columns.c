/* gui-columns.c: see gui-columns.h. */
#include "gtk-client/parts/gui-columns.h"

#include <string.h>

#include <glib/gi18n.h>

#include "gtk-client/text/gui-keys.h"
#include "gtk-client/text/gui-state.h"
#include "gtk-client/text/gui-text.h"

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

/* --- words --- */

static char *
size_text (ShoalTorrent *torrent)
{
  guint64 total = shoal_torrent_get_total (torrent);

  return total > 0 ? gui_text_size (total) : g_strdup ("");
}

static char *
down_text (ShoalTorrent *torrent)
{
  return gui_text_rate (shoal_torrent_get_rate_down (torrent));
}

static char *
up_text (ShoalTorrent *torrent)
{
  return gui_text_rate (shoal_torrent_get_rate_up (torrent));
}

static char *
left_text (ShoalTorrent *torrent)
{
  if (shoal_torrent_get_wanted_left (torrent) == 0 || shoal_torrent_get_paused (torrent))
    return g_strdup ("");
  return gui_text_duration (gui_text_seconds_left (torrent));
}

static char *
seeds_text (ShoalTorrent *torrent)
{
  return gui_text_count (shoal_torrent_get_n_seeds (torrent));
}

static char *
peers_text (ShoalTorrent *torrent)
{
  return gui_text_count (shoal_torrent_get_n_peers (torrent));
}

static char *
ratio_text (ShoalTorrent *torrent)
{
  return gui_text_ratio (shoal_torrent_get_ratio (torrent));
}

static char *
downloaded_text (ShoalTorrent *torrent)
{
  return gui_text_size (shoal_torrent_get_downloaded (torrent));
}

static char *
uploaded_text (ShoalTorrent *torrent)
{
  return gui_text_size (shoal_torrent_get_uploaded (torrent));
}

static char *
added_text (ShoalTorrent *torrent)
{
  return gui_text_moment (shoal_torrent_get_added (torrent));
}

/* Its place is seen in a list that is put in this order: numbers would change with every move. */
static char *
queue_text (ShoalTorrent *torrent)
{
  if (shoal_torrent_get_forced (torrent))
    /* Translators: a torrent that does not wait for its turn */
    return g_strdup (C_ ("queue", "Now"));
  /* Translators: a torrent that waits for its turn */
  return g_strdup (shoal_torrent_get_queued (torrent) ? C_ ("queue", "Waits") : "");
}

/* --- the widest words --- */

static char *
widest_size (void)
{
  return gui_text_size (G_GUINT64_CONSTANT (888) << 20);
}

static char *
widest_rate (void)
{
  return gui_text_rate (G_GUINT64_CONSTANT (888) << 10);
}

/* --- order --- */

static int
by_state (ShoalTorrent *a, ShoalTorrent *b)
{
  return ORDER (gui_state_of (a), gui_state_of (b));
}

static int
by_name (ShoalTorrent *a, ShoalTorrent *b)
{
  return strcmp (gui_keys_of (a)->collate, gui_keys_of (b)->collate);
}

static int
by_size (ShoalTorrent *a, ShoalTorrent *b)
{
  return ORDER (shoal_torrent_get_total (a), shoal_torrent_get_total (b));
}

static int
by_progress (ShoalTorrent *a, ShoalTorrent *b)
{
  return ORDER (gui_text_fraction (a), gui_text_fraction (b));
}

static int
by_down (ShoalTorrent *a, ShoalTorrent *b)
{
  return ORDER (shoal_torrent_get_rate_down (a), shoal_torrent_get_rate_down (b));
}

static int
by_up (ShoalTorrent *a, ShoalTorrent *b)
{
  return ORDER (shoal_torrent_get_rate_up (a), shoal_torrent_get_rate_up (b));
}

/* What is done, and what does not move, comes after all that ends. */
static int
by_left (ShoalTorrent *a, ShoalTorrent *b)
{
  return ORDER (gui_text_seconds_left (a), gui_text_seconds_left (b));
}

static int
by_seeds (ShoalTorrent *a, ShoalTorrent *b)
{
  return ORDER (shoal_torrent_get_n_seeds (a), shoal_torrent_get_n_seeds (b));
}

static int
by_peers (ShoalTorrent *a, ShoalTorrent *b)
{
  return ORDER (shoal_torrent_get_n_peers (a), shoal_torrent_get_n_peers (b));
}

static int
by_ratio (ShoalTorrent *a, ShoalTorrent *b)
{
  return ORDER (shoal_torrent_get_ratio (a), shoal_torrent_get_ratio (b));
}

static int
by_downloaded (ShoalTorrent *a, ShoalTorrent *b)
{
  return ORDER (shoal_torrent_get_downloaded (a), shoal_torrent_get_downloaded (b));
}

static int
by_uploaded (ShoalTorrent *a, ShoalTorrent *b)
{
  return ORDER (shoal_torrent_get_uploaded (a), shoal_torrent_get_uploaded (b));
}

static int
by_added (ShoalTorrent *a, ShoalTorrent *b)
{
  return ORDER (shoal_torrent_get_added (a), shoal_torrent_get_added (b));
}

static int
by_queue (ShoalTorrent *a, ShoalTorrent *b)
{
  return ORDER (shoal_torrent_get_queue_rank (a), shoal_torrent_get_queue_rank (b));
}

/* --- the table --- */

static const GuiColumn columns[] = {
  { "name", N_ ("Name"), NULL, GUI_COLUMN_NAME, -1, TRUE, NULL, NULL, by_name },
  { "state", N_ ("Status"), NULL, GUI_COLUMN_STATE, 118, TRUE, NULL, NULL, by_state },
  { "size", N_ ("Size"), "total", GUI_COLUMN_FIGURE, 78, TRUE, size_text, widest_size, by_size },
  { "progress", N_ ("Progress"), NULL, GUI_COLUMN_PROGRESS, 118, TRUE, NULL, NULL, by_progress },
  /* Translators: a speed at which bytes come in */
  { "down", N_ ("Down"), "rate-down", GUI_COLUMN_FIGURE, 94, TRUE, down_text, widest_rate,
    by_down },
  /* Translators: a speed at which bytes go out */
  { "up", N_ ("Up"), "rate-up", GUI_COLUMN_FIGURE, 94, TRUE, up_text, widest_rate, by_up },
  { "left", N_ ("Time Left"), "rate-down", GUI_COLUMN_FIGURE, 84, TRUE, left_text, NULL, by_left },
  { "seeds", N_ ("Seeds"), "n-seeds", GUI_COLUMN_FIGURE, 62, TRUE, seeds_text, NULL, by_seeds },
  { "peers", N_ ("Peers"), "n-peers", GUI_COLUMN_FIGURE, 60, TRUE, peers_text, NULL, by_peers },
  { "ratio", N_ ("Ratio"), "ratio", GUI_COLUMN_FIGURE, 60, TRUE, ratio_text, NULL, by_ratio },
  { "downloaded", N_ ("Downloaded"), "downloaded", GUI_COLUMN_FIGURE, 95, FALSE, downloaded_text,
    widest_size, by_downloaded },
  { "uploaded", N_ ("Uploaded"), "uploaded", GUI_COLUMN_FIGURE, 95, FALSE, uploaded_text,
    widest_size, by_uploaded },
  /* Translators: the order in which torrents get their turn */
  { "queue", N_ ("Queue"), "queue-rank", GUI_COLUMN_FIGURE, 75, FALSE, queue_text, NULL, by_queue },
  { "added", N_ ("Added"), NULL, GUI_COLUMN_FIGURE, 125, FALSE, added_text, NULL, by_added },
};

const GuiColumn *
gui_columns (guint *n)
{
  *n = G_N_ELEMENTS (columns);
  return columns;
}

const GuiColumn *
gui_columns_find (const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    if (strcmp (columns[i].id, id) == 0)
      return &columns[i];
  return NULL;
}
