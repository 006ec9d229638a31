/* trk-store-words.c: what a person types, as a query that FTS5 understands whatever was typed.
 *
 * Each word becomes a string in quotes with a star behind it, which FTS5 reads as: something begins
 * so. The characters of ASCII that are no letters or digits only separate: so no quote, operator or
 * column name of FTS5's language comes through. */
#include <string.h>

#include "protocol/core/bt-utf8.h"
#include "trk-store-rows-private.h"

/* More words are not looked at: each costs a walk through the index. */
#define WORDS_MAX 16u

/* GLib's own macro casts const away. */
static const char *
next (const char *at)
{
  return at + g_utf8_skip[(uint8_t) *at];
}

static bool
is_separator (gunichar c)
{
  return c < 128 ? !g_ascii_isalnum ((char) c) : g_unichar_isspace (c);
}

/* The tokenizer of FTS5 finds no token in signs alone, and nothing would match. */
static bool
has_letter (const char *word, const char *end)
{
  for (; word < end; word = next (word))
    if (g_unichar_isalnum (g_utf8_get_char (word)))
      return true;
  return false;
}

static const char *
skip (const char *at, bool separators)
{
  while (*at != '\0' && is_separator (g_utf8_get_char (at)) == separators)
    at = next (at);
  return at;
}

char *
trk_words_query (const char *text)
{
  g_autofree char *clean = bt_utf8_repair ((const uint8_t *) text, strnlen (text, TRK_QUERY_MAX));
  GString *query = g_string_new (NULL);
  const char *word = skip (clean, true);

  for (unsigned n = 0; *word != '\0' && n < WORDS_MAX; n++)
    {
      const char *end = skip (word, false);

      if (has_letter (word, end))
        {
          g_string_append (query, query->len > 0 ? " AND \"" : "\"");
          g_string_append_len (query, word, end - word);
          g_string_append (query, "\" *");
        }
      word = skip (end, true);
    }
  return g_string_free (query, query->len == 0);
}
