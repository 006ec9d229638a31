/* gui-offers.c: see gui-offers.h. */
#include "gtk-client/text/gui-offers.h"

#include <string.h>

#define HEX_V1 40u
#define HEX_V2 64u
#define BASE32_V1 32u

GuiOffers *
gui_offers_new (void)
{
  GuiOffers *self = g_new0 (GuiOffers, 1);

  self->torrents = g_ptr_array_new_with_free_func (g_free);
  self->files = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
gui_offers_free (GuiOffers *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->torrents);
  g_ptr_array_unref (self->files);
  g_free (self);
}

static gboolean
has_scheme (const char *uri, const char *scheme)
{
  size_t len = strlen (scheme);

  return g_ascii_strncasecmp (uri, scheme, len) == 0 && uri[len] == ':';
}

static gboolean
is_made_of (const char *text, const char *set)
{
  return text[strspn (text, set)] == '\0';
}

/* A magnet link of a hash that somebody gave alone; NULL when it is none. */
static char *
magnet_of_hash (const char *text)
{
  static const char hex[] = "0123456789abcdefABCDEF";
  static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz234567";
  size_t len = strlen (text);

  if ((len == HEX_V1 && is_made_of (text, hex)) || (len == BASE32_V1 && is_made_of (text, base32)))
    return g_strconcat ("magnet:?xt=urn:btih:", text, NULL);
  if (len == HEX_V2 && is_made_of (text, hex))
    return g_strconcat ("magnet:?xt=urn:btmh:1220", text, NULL);
  return NULL;
}

static gboolean
take (GPtrArray *list, char *uri)
{
  if (list->len < GUI_OFFERS_MAX)
    g_ptr_array_add (list, uri);
  else
    g_free (uri);
  return TRUE;
}

static gboolean
add_file (GuiOffers *self, char *uri)
{
  g_autofree char *lower = g_ascii_strdown (uri, -1);

  return take (g_str_has_suffix (lower, ".torrent") ? self->torrents : self->files, uri);
}

gboolean
gui_offers_add (GuiOffers *self, const char *uri)
{
  char *magnet;

  if (has_scheme (uri, "magnet") || has_scheme (uri, "http") || has_scheme (uri, "https"))
    return take (self->torrents, g_strdup (uri));
  if (has_scheme (uri, "file") || strstr (uri, "://") != NULL)
    return add_file (self, g_strdup (uri));
  if (g_path_is_absolute (uri))
    return add_file (self, g_filename_to_uri (uri, NULL, NULL));
  magnet = magnet_of_hash (uri);
  return magnet != NULL && take (self->torrents, magnet);
}

void
gui_offers_add_text (GuiOffers *self, const char *text)
{
  g_autofree char *start = g_strndup (text, GUI_OFFERS_TEXT_MAX);
  g_auto (GStrv) lines = g_strsplit_set (start, "\r\n", -1);

  for (char **line = lines; *line != NULL; line++)
    {
      g_strstrip (*line);
      if (**line != '\0' && g_utf8_validate (*line, -1, NULL))
        (void) gui_offers_add (self, *line); /* a line of prose is none */
    }
}
