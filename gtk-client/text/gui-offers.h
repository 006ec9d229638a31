/* gui-offers.h: what a person drops, pastes or opens, told apart: what a torrent can be added from,
 * and files to be shared.
 *
 * The text is a stranger's as often as not: it may be anything, and long. No widgets; any thread.
 */
#pragma once

#include <gio/gio.h>

#define GUI_OFFERS_MAX 1000u           /* of one drop */
#define GUI_OFFERS_TEXT_MAX (1u << 20) /* bytes of pasted text that are looked at */

typedef struct
{
  GPtrArray
      *torrents;    /* of char *: URIs of .torrent files, magnet links, http and https addresses */
  GPtrArray *files; /* of char *: URIs of what else is there */
} GuiOffers;

GuiOffers *gui_offers_new (void);
void gui_offers_free (GuiOffers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuiOffers, gui_offers_free)

/* Adds a file by its URI, a link, or an info-hash alone: 40 or 64 hexadecimal digits, or 32 letters
 * of base32. FALSE when it is none of these. */
gboolean gui_offers_add (GuiOffers *self, const char *uri);
/* Adds what the lines of a text are; what is nothing is left out. */
void gui_offers_add_text (GuiOffers *self, const char *text);
