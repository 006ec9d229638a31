/* gui-text-peer.c: see gui-text-peer.h. */
#include "gtk-client/text/gui-text-peer.h"

#include <glib/gi18n.h>

#include "gtk-client/text/gui-text.h"

/* --- peers --- */

/* A letter stands when the flags under @mask are @flags; those of other clients where they have
 * one. */
static const struct
{
  char letter;
  ShoalPeerFlags mask;
  ShoalPeerFlags flags;
  const char *words;
} letters[] = {
  { 'D', SHOAL_PEER_INTERESTING | SHOAL_PEER_CHOKES, SHOAL_PEER_INTERESTING,
    N_ ("D: we get pieces from it") },
  { 'd', SHOAL_PEER_INTERESTING | SHOAL_PEER_CHOKES, SHOAL_PEER_INTERESTING | SHOAL_PEER_CHOKES,
    N_ ("d: we want pieces, it does not send now") },
  { 'K', SHOAL_PEER_INTERESTING | SHOAL_PEER_CHOKES, SHOAL_PEER_NONE,
    N_ ("K: it would send, we want nothing of it") },
  { 'U', SHOAL_PEER_INTERESTED | SHOAL_PEER_CHOKED, SHOAL_PEER_INTERESTED,
    N_ ("U: it gets pieces from us") },
  { 'u', SHOAL_PEER_INTERESTED | SHOAL_PEER_CHOKED, SHOAL_PEER_INTERESTED | SHOAL_PEER_CHOKED,
    N_ ("u: it wants pieces and waits for its turn") },
  { '?', SHOAL_PEER_INTERESTED | SHOAL_PEER_CHOKED, SHOAL_PEER_NONE,
    N_ ("?: it may ask, and wants nothing") },
};

static const char *
words_of_encryption (ShoalPeerEncryption encryption)
{
  switch (encryption)
    {
    case SHOAL_PEER_ENCRYPTION_ALL:
      return _ ("Encrypted");
    case SHOAL_PEER_ENCRYPTION_OPENING:
      return _ ("Opening encrypted");
    case SHOAL_PEER_ENCRYPTION_NONE:
    default:
      return _ ("Plain");
    }
}

char *
gui_text_peer_letters (ShoalPeerFlags flags, gboolean incoming, ShoalPeerEncryption encryption)
{
  GString *out = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (letters); i++)
    if ((flags & letters[i].mask) == letters[i].flags)
      g_string_append_c (out, letters[i].letter);
  if (incoming)
    g_string_append_c (out, 'I');
  if (encryption != SHOAL_PEER_ENCRYPTION_NONE)
    g_string_append_c (out, encryption == SHOAL_PEER_ENCRYPTION_ALL ? 'E' : 'e');
  return g_string_free (out, FALSE);
}

char *
gui_text_peer_words (ShoalPeerFlags flags, gboolean incoming, ShoalPeerEncryption encryption)
{
  GString *out = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (letters); i++)
    if ((flags & letters[i].mask) == letters[i].flags)
      g_string_append_printf (out, "%s\n", _ (letters[i].words));
  if (incoming)
    g_string_append_printf (out, "%s\n", _ ("I: it came to us"));
  if (encryption == SHOAL_PEER_ENCRYPTION_ALL)
    g_string_append_printf (out, "%s\n", _ ("E: all is encrypted"));
  if (encryption == SHOAL_PEER_ENCRYPTION_OPENING)
    g_string_append_printf (out, "%s\n", _ ("e: the opening was encrypted"));
  if (out->len > 0)
    g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}

char *
gui_text_connection (gboolean incoming, ShoalPeerEncryption encryption)
{
  /* Translators: who connected to whom */
  const char *way = incoming ? _ ("it came to us") : _ ("we went to it");

  /* Translators: of a connection: "Encrypted" or the like, and who connected to whom */
  return g_strdup_printf (_ ("%s, %s"), words_of_encryption (encryption), way);
}

char *
gui_text_sources (ShoalPeerSources sources)
{
  static const struct
  {
    ShoalPeerSources source;
    const char *words;
  } all[] = {
    { SHOAL_PEER_SOURCE_TRACKER, N_ ("a tracker") },
    { SHOAL_PEER_SOURCE_EXCHANGE, N_ ("another peer") },
    { SHOAL_PEER_SOURCE_INCOMING, N_ ("the peer itself") },
    { SHOAL_PEER_SOURCE_PERSON, N_ ("you, or the link") },
    { SHOAL_PEER_SOURCE_EARLIER, N_ ("the last session") },
  };
  GString *out = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    if ((sources & all[i].source) != 0)
      /* Translators: between the parts of a list, such as "a tracker, another peer" */
      g_string_append_printf (out, "%s%s", out->len > 0 ? _ (", ") : "", _ (all[i].words));
  return g_string_free (out, FALSE);
}

char *
gui_text_peer_limits (guint64 down_Bps, guint64 up_Bps)
{
  g_autofree char *down = gui_text_rate (down_Bps);
  g_autofree char *up = gui_text_rate (up_Bps);

  if (down_Bps > 0 && up_Bps > 0)
    /* Translators: limits of a peer; both are speeds */
    return g_strdup_printf (_ ("at most %s down and %s up"), down, up);
  if (down_Bps > 0)
    /* Translators: a limit of a peer; %s is a speed */
    return g_strdup_printf (_ ("at most %s down"), down);
  if (up_Bps > 0)
    /* Translators: a limit of a peer; %s is a speed */
    return g_strdup_printf (_ ("at most %s up"), up);
  return g_strdup ("");
}

char *
gui_text_peer_sentence (ShoalPeer *peer)
{
  g_autofree char *client = gui_text_name (shoal_peer_get_client (peer));
  g_autofree char *percent = gui_text_percent (shoal_peer_get_progress (peer));
  g_autofree char *down = gui_text_rate (shoal_peer_get_rate_down (peer));
  g_autofree char *up = gui_text_rate (shoal_peer_get_rate_up (peer));
  g_autofree char *limits
      = gui_text_peer_limits (shoal_peer_get_limit_down (peer), shoal_peer_get_limit_up (peer));
  GString *out = g_string_new (shoal_peer_get_address (peer));

  /* Translators: a row read aloud: the program and what it has of the torrent */
  g_string_append_printf (out, _ (", %s, has %s"), client, percent);
  if (*down != '\0')
    /* Translators: %s is a speed */
    g_string_append_printf (out, _ (", down %s"), down);
  if (*up != '\0')
    /* Translators: %s is a speed */
    g_string_append_printf (out, _ (", up %s"), up);
  if (*limits != '\0')
    g_string_append_printf (out, "%s%s", _ (", "), limits);
  return g_string_free (out, FALSE);
}

/* --- trackers --- */

/* What it said in its last answer. */
static char *
what_it_gave (const GuiTrackerFacts *facts, const char *ago, const char *message)
{
  /* Translators: what a tracker answered; %s is a time such as "2 min" */
  g_autofree char *gave = g_strdup_printf (
      ngettext ("Got a list of %u peer %s ago", "Got a list of %u peers %s ago", facts->n_peers),
      facts->n_peers, ago);

  if (*message == '\0')
    return g_steal_pointer (&gave);
  /* Translators: what a tracker answered, and its own words besides */
  return g_strdup_printf (_ ("%s. It says: %s"), gave, message);
}

static char *
what_happened (const GuiTrackerFacts *facts)
{
  g_autofree char *ago = gui_text_duration ((guint64) MAX (facts->now - facts->last, 0));
  g_autofree char *message = gui_text_line (facts->message);

  switch (facts->status)
    {
    case SHOAL_TRACKER_STATUS_BUSY:
      return g_strdup (_ ("Is being asked"));
    case SHOAL_TRACKER_STATUS_WORKING:
      return what_it_gave (facts, ago, message);
    case SHOAL_TRACKER_STATUS_FAILING:
      if (*message == '\0')
        /* Translators: of a tracker; %s is a time such as "2 min" */
        return g_strdup_printf (_ ("Failed %s ago"), ago);
      /* Translators: of a tracker: a time such as "2 min", and why */
      return g_strdup_printf (_ ("Failed %s ago: %s"), ago, message);
    case SHOAL_TRACKER_STATUS_WAITING:
    default:
      return g_strdup (_ ("Waits for its turn"));
    }
}

char *
gui_text_tracker (const GuiTrackerFacts *facts)
{
  g_autofree char *said = what_happened (facts);
  g_autofree char *left = NULL;

  if (facts->status == SHOAL_TRACKER_STATUS_BUSY || facts->next < 0)
    return g_steal_pointer (&said);
  if (facts->next <= facts->now)
    /* Translators: %s is what a tracker said the last time */
    return g_strdup_printf (_ ("%s; is asked again now"), said);
  left = gui_text_duration ((guint64) (facts->next - facts->now));
  /* Translators: what a tracker said the last time, and a time such as "28 min" */
  return g_strdup_printf (_ ("%s; is asked again in %s"), said, left);
}

char *
gui_text_tracker_counts (gint64 seeders, gint64 leechers)
{
  g_autofree char *have = NULL;
  g_autofree char *want = NULL;

  if (seeders >= 0)
    have = g_strdup_printf (ngettext ("%u seed", "%u seeds", (gulong) seeders),
                            (guint) MIN (seeders, G_MAXUINT));
  if (leechers >= 0)
    want = g_strdup_printf (ngettext ("%u other", "%u others", (gulong) leechers),
                            (guint) MIN (leechers, G_MAXUINT));
  if (have == NULL || want == NULL)
    return g_strdup (have != NULL ? have : want != NULL ? want : "");
  /* Translators: "12 seeds" and "3 others" */
  return g_strdup_printf (_ ("%s, %s"), have, want);
}
