/* test-trk-settings.c: tests tracker-server/settings. */
#include <string.h>

#include <glib.h>

#include "tracker-server/settings/trk-settings.h"

static const struct
{
  const char *name;
  const char *value;
  TrkSettingProblem problem;
  const char *then; /* what it is afterwards; NULL: what was set */
} cases[] = {
  { "tracker.mode", "listed", TRK_SETTING_FINE, NULL },
  { "tracker.mode", "LISTED", TRK_SETTING_OUTSIDE, "open" },
  { "tracker.mode", "", TRK_SETTING_OUTSIDE, "open" },
  { "tracker.details", "true", TRK_SETTING_FINE, NULL },
  { "tracker.details", "yes", TRK_SETTING_BAD_FORM, "false" },
  { "tracker.folder", "/var/lib/shoal", TRK_SETTING_FINE, NULL },
  { "tracker.folder", "relative", TRK_SETTING_BAD_FORM, "" },
  { "tracker.name", "Pesquisa \xc3\xa9", TRK_SETTING_FINE, NULL },
  { "tracker.name", "two\nlines", TRK_SETTING_BAD_FORM, "Shoal" },
  { "tracker.name", "\xff", TRK_SETTING_BAD_FORM, "Shoal" },
  { "tracker.name", "c1 \xc2\x85", TRK_SETTING_BAD_FORM, "Shoal" },
  { "tracker.url", "https://tracker.example.org:8443", TRK_SETTING_FINE, NULL },
  { "tracker.url", "https://tracker.example.org/announce", TRK_SETTING_BAD_FORM, "" },
  { "tracker.url", "https://a:b@tracker.example.org", TRK_SETTING_BAD_FORM, "" },
  { "tracker.url", "ftp://tracker.example.org", TRK_SETTING_BAD_FORM, "" },
  { "tracker.url", "https://", TRK_SETTING_BAD_FORM, "" },
  { "announce.interval", "300", TRK_SETTING_FINE, NULL },
  { "announce.interval", "299", TRK_SETTING_OUTSIDE, "1800" },
  { "announce.interval", "10801", TRK_SETTING_OUTSIDE, "1800" },
  { "announce.interval", "-1", TRK_SETTING_BAD_FORM, "1800" },
  { "announce.interval", "18446744073709551617", TRK_SETTING_BAD_FORM, "1800" },
  { "announce.interval", "600s", TRK_SETTING_BAD_FORM, "1800" },
  { "announce.interval", "", TRK_SETTING_BAD_FORM, "1800" },
  { "announce.external-ipv4", "192.0.2.1", TRK_SETTING_FINE, NULL },
  { "announce.external-ipv4", "2001:db8::1", TRK_SETTING_BAD_FORM, "" },
  { "announce.external-ipv6", "2001:db8::1", TRK_SETTING_FINE, NULL },
  { "announce.external-ipv6", "tracker.example.org", TRK_SETTING_BAD_FORM, "" },
  { "listen.http", "127.0.0.1:0", TRK_SETTING_FINE, NULL },
  { "listen.http", " 127.0.0.1:80 ; [::1]:80;", TRK_SETTING_FINE, "127.0.0.1:80;[::1]:80" },
  { "listen.http", "", TRK_SETTING_FINE, NULL },
  { "listen.http", "localhost:80", TRK_SETTING_BAD_FORM, "0.0.0.0:6969;[::]:6969" },
  { "listen.http", "/run/shoal.sock", TRK_SETTING_BAD_FORM, "0.0.0.0:6969;[::]:6969" },
  { "listen.admin", "/run/shoal.sock;127.0.0.1:1", TRK_SETTING_FINE, NULL },
  { "proxy.trusted", "10.0.0.0/8;::1;fd00::/8", TRK_SETTING_FINE, NULL },
  { "proxy.trusted", "10.0.0.0/33", TRK_SETTING_BAD_FORM, "" },
  { "proxy.trusted", "10.0.0.0/", TRK_SETTING_BAD_FORM, "" },
  { "proxy.trusted", "fd00::/129", TRK_SETTING_BAD_FORM, "" },
  { "proxy.trusted", "all", TRK_SETTING_BAD_FORM, "" },
  { "web.origins", "*", TRK_SETTING_FINE, NULL },
  { "web.origins", "https://a.example;https://b.example", TRK_SETTING_FINE, NULL },
  { "web.origins", "https://a.example, https://b.example", TRK_SETTING_BAD_FORM, "" },
  { "web.nothing", "1", TRK_SETTING_UNKNOWN, NULL },
  { "", "1", TRK_SETTING_UNKNOWN, NULL },
};

static void
test_set (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (TrkSettings) settings;
      g_autofree char *then = NULL;

      trk_settings_init (&settings);
      g_test_message ("%s = %s", cases[i].name, cases[i].value);
      g_assert_cmpint (trk_settings_set (&settings, cases[i].name, cases[i].value), ==,
                       cases[i].problem);
      then = trk_settings_get (&settings, cases[i].name);
      if (cases[i].problem == TRK_SETTING_UNKNOWN)
        g_assert_null (then);
      else
        g_assert_cmpstr (then, ==, cases[i].then != NULL ? cases[i].then : cases[i].value);
    }
}

/* What is too long for a value is refused, and a list of too many words. */
static void
test_long (void)
{
  g_auto (TrkSettings) settings;
  g_autofree char *text = g_strnfill (1001, 'x');
  g_autoptr (GString) list = g_string_new (NULL);

  trk_settings_init (&settings);
  g_assert_cmpint (trk_settings_set (&settings, "tracker.name", text), ==, TRK_SETTING_OUTSIDE);
  for (int i = 0; i < 101; i++)
    g_string_append (list, "127.0.0.1:1;");
  g_assert_cmpint (trk_settings_set (&settings, "listen.http", list->str), ==, TRK_SETTING_OUTSIDE);
}

/* Every row reads back what it says by itself, and what a copy is set to stays the copy's. */
static void
test_table (void)
{
  g_auto (TrkSettings) settings;
  g_auto (TrkSettings) copy;
  size_t n;
  const TrkSetting *table = trk_settings_table (&n);

  trk_settings_init (&settings);
  trk_settings_copy (&copy, &settings);
  g_assert_cmpint (trk_settings_set (&copy, "tracker.name", "Copy"), ==, TRK_SETTING_FINE);
  g_assert_cmpint (trk_settings_set (&copy, "web.hosts", "a;b"), ==, TRK_SETTING_FINE);
  for (size_t i = 0; i < n; i++)
    {
      g_autofree char *text = trk_settings_get (&settings, table[i].name);

      g_assert_cmpstr (text, ==, table[i].usual);
      g_assert_true (trk_settings_find (table[i].name) == &table[i]);
      g_assert_cmpuint (strlen (table[i].help), >, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trk-settings/set", test_set);
  g_test_add_func ("/trk-settings/long", test_long);
  g_test_add_func ("/trk-settings/table", test_table);
  return g_test_run ();
}
