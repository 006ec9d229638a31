/* test-gui-offers.c: what is dropped or pasted is told apart. */
#include "gtk-client/text/gui-offers.h"

#define HASH_V1 "0123456789abcdef0123456789ABCDEF01234567"
#define HASH_V2 "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789ABCDEF"

static void
test_kinds (void)
{
  static const struct
  {
    const char *offer;
    const char *torrent; /* what it becomes; NULL for none */
    const char *file;
  } cases[] = {
    { "magnet:?xt=urn:btih:" HASH_V1, "magnet:?xt=urn:btih:" HASH_V1, NULL },
    { "MAGNET:?xt=urn:btih:" HASH_V1, "MAGNET:?xt=urn:btih:" HASH_V1, NULL },
    { HASH_V1, "magnet:?xt=urn:btih:" HASH_V1, NULL },
    { HASH_V2, "magnet:?xt=urn:btmh:1220" HASH_V2, NULL },
    { "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "magnet:?xt=urn:btih:ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
      NULL },
    { "https://example.org/a.torrent", "https://example.org/a.torrent", NULL },
    { "http://example.org/get?id=1", "http://example.org/get?id=1", NULL },
    { "file:///tmp/a.torrent", "file:///tmp/a.torrent", NULL },
    { "file:///tmp/A.TORRENT", "file:///tmp/A.TORRENT", NULL },
    { "/tmp/a%20b.torrent", "file:///tmp/a%2520b.torrent", NULL },
    { "file:///tmp/film.mkv", NULL, "file:///tmp/film.mkv" },
    { "sftp://host/film.mkv", NULL, "sftp://host/film.mkv" },
    { "/tmp/film.mkv", NULL, "file:///tmp/film.mkv" },
    { "0123456789abcdef", NULL, NULL },
    { "a sentence", NULL, NULL },
    { "magnets", NULL, NULL },
    { "", NULL, NULL },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GuiOffers) offers = gui_offers_new ();
      gboolean taken = gui_offers_add (offers, cases[i].offer);

      g_assert_cmpint (taken, ==, cases[i].torrent != NULL || cases[i].file != NULL);
      g_assert_cmpuint (offers->torrents->len, ==, cases[i].torrent != NULL);
      g_assert_cmpuint (offers->files->len, ==, cases[i].file != NULL);
      if (cases[i].torrent != NULL)
        g_assert_cmpstr (offers->torrents->pdata[0], ==, cases[i].torrent);
      if (cases[i].file != NULL)
        g_assert_cmpstr (offers->files->pdata[0], ==, cases[i].file);
    }
}

static void
test_text (void)
{
  g_autoptr (GuiOffers) offers = gui_offers_new ();

  gui_offers_add_text (offers, "look at this:\r\n  magnet:?xt=urn:btih:" HASH_V1
                               "  \n\nhttps://example.org/b.torrent\nbroken \xff\n/tmp/film.mkv");
  g_assert_cmpuint (offers->torrents->len, ==, 2);
  g_assert_cmpstr (offers->torrents->pdata[0], ==, "magnet:?xt=urn:btih:" HASH_V1);
  g_assert_cmpstr (offers->torrents->pdata[1], ==, "https://example.org/b.torrent");
  g_assert_cmpuint (offers->files->len, ==, 1);
}

/* A text of a hundred thousand links costs no more than the limit. */
static void
test_flood (void)
{
  g_autoptr (GuiOffers) offers = gui_offers_new ();
  GString *flood = g_string_new (NULL);

  for (guint i = 0; i < 100000; i++)
    g_string_append (flood, "magnet:?xt=urn:btih:" HASH_V1 "\n");
  gui_offers_add_text (offers, flood->str);
  g_assert_cmpuint (offers->torrents->len, ==, GUI_OFFERS_MAX);
  g_string_free (flood, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/offers/kinds", test_kinds);
  g_test_add_func ("/offers/text", test_text);
  g_test_add_func ("/offers/flood", test_flood);
  return g_test_run ();
}
