/* gui-text.h: figures, times, states and names in a person's words and language.
 *
 * Names of torrents, files, trackers and clients are strangers' bytes: whatever shows one takes it
 * through gui_text_name() first, and sets it as text, never as markup. No widgets; any thread. */
#pragma once

#include <glib.h>

#include "client-core/shoal.h"

/* "1.4 GiB"; IEC units. (transfer full), like all that follow. */
char *gui_text_size (guint64 bytes);
/* "1.2 MiB/s"; "" for 0, so that columns of idle torrents stay calm. */
char *gui_text_rate (guint64 bytes_per_second);
/* "3 min", "2 h 5 min", "4 days"; "∞" for G_MAXUINT64 and from 1,000 days on. */
char *gui_text_duration (guint64 seconds);
/* "42 %", in the language's own way; never "100 %" before all is there. */
char *gui_text_percent (double fraction);
char *gui_text_ratio (double ratio);
/* "12"; "" for 0. */
char *gui_text_count (guint count);
/* A moment in local time: "today 14:05", "12 March 2026". @unix_seconds 0: "". */
char *gui_text_moment (gint64 unix_seconds);

/* A stranger's name for one line: valid UTF-8, without control characters, line breaks and marks
 * that turn the direction of what stands around it, at most GUI_TEXT_NAME_MAX characters. */
char *gui_text_name (const char *name);
#define GUI_TEXT_NAME_MAX 255u
/* The same for a place within a sentence that is seen: whatever its direction, the words around it
 * stay where they are. */
char *gui_text_name_within (const char *name);
/* The same for a stranger's sentence, which may be longer: what a tracker says, a comment's line.
 */
char *gui_text_line (const char *text);
#define GUI_TEXT_LINE_MAX 1000u

/* Where the first letter that has a direction runs: 1 to the right, -1 to the left, 0 for none. */
int gui_text_direction (const char *text);

/* The state in a word: "Downloading", "Paused", "Waiting for its turn" ... (transfer none) */
const char *gui_text_state (ShoalTorrent *torrent);
/* The symbolic icon that stands beside the word. (transfer none) */
const char *gui_text_state_icon (ShoalTorrent *torrent);
/* The percent of what the state is about: of what is fetched, hashed, moved, or known of a
 * magnet. */
double gui_text_fraction (ShoalTorrent *torrent);
/* Seconds until what is wanted is here at the present rate; G_MAXUINT64 when nothing moves. */
guint64 gui_text_seconds_left (ShoalTorrent *torrent);
/* The row as a sentence for a screen reader: "Debian 12, downloading, 42 %, 3 min left". */
char *gui_text_sentence (ShoalTorrent *torrent);
/* The row in figures, below its name: "1.2 of 4.4 GiB (27 %) · ↓ 3 MiB/s · 18 min". */
char *gui_text_details (ShoalTorrent *torrent);
