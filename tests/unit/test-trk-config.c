/* test-trk-config.c: the configuration file: what is read, what is refused and how, the sample. */
#include "tracker-server/server/trk-config.h"

#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include "tracker-server/server/trk-nearest.h"
#include "tracker-server/server/trk-options.h"

static const struct
{
  const char *name;
  const char *text;
  const char *error; /* a part of the only one; NULL: it is right */
} cases[] = {
  { "empty", "", NULL },
  { "comments", "# a\n; b\n\n  \t\n", NULL },
  { "blanks", " [announce] \r\n  interval\t=  900  \r\n", NULL },
  { "no-end", "[announce]\ninterval=900", NULL },
  { "empty-value", "[tracker]\nurl =\n", NULL },
  { "equals-in-value", "[tracker]\nname = a = b\n", NULL },
  { "unknown-key", "[announce]\nintervall=900\n",
    "there is no setting “announce.intervall”; did you mean “announce.interval”?" },
  { "key-of-another-group", "[tracker]\nfull-scrape=true\n",
    "did you mean “announce.full-scrape”?" },
  { "unknown-group", "[anounce]\nx=y\n",
    "f:1: there is no group [anounce]; did you mean “announce”?" },
  { "nothing-near", "[zzzzzzzzzz]\n", "f:1: there is no group [zzzzzzzzzz]" },
  { "group-without-end", "[announce\n", "f:1: a group ends with ]" },
  { "empty-group", "[]\n", "f:1: there is no group []" },
  { "half-a-group", "[\n", "f:1: a group ends with ]" },
  { "no-group", "interval=900\n", "f:1: a key stands before the first [GROUP]" },
  { "no-value", "[announce]\ninterval\n", "f:2: “interval” is neither [GROUP] nor KEY = VALUE" },
  { "no-key", "[announce]\n=900\n", "there is no setting “announce.”" },
  { "twice", "[announce]\ninterval=900\ninterval=901\n",
    "f:3: “announce.interval” was set in line 2 already" },
  { "twice-in-two-groups", "[announce]\ninterval=900\n[tracker]\n[announce]\ninterval=900\n",
    "f:5: " },
  { "number", "[announce]\ninterval=x\n",
    "f:2: [announce] interval: “x” does not do; it takes a number from 300 to 10800" },
  { "range", "[announce]\ninterval=299\n",
    "f:2: [announce] interval: “299” is out of range; it takes a number from 300 to 10800" },
  { "choice", "[tracker]\nmode=shut\n", "it takes one of open, listed" },
  { "placeholder", "[tracker]\nname=ChangeMe\n", "is a placeholder" },
  { "placeholder-brackets", "[tracker]\nname=<your name>\n", "is a placeholder" },
  { "placeholder-url", "[tracker]\nurl=https://tracker.example.org\n", "is a placeholder" },
  { "not-utf8", "[tracker]\nname=\xff\n", "f: not a text in UTF-8" },
};

static void
test_text (const void *data)
{
  const size_t i = GPOINTER_TO_SIZE (data);
  g_auto (TrkConfigReport) report = { 0 };
  g_auto (TrkSettings) settings = { 0 };
  size_t len = strlen (cases[i].text);
  g_autofree char *text = g_memdup2 (cases[i].text, len + 1); /* exact size: ASan sees an overrun */
  bool ok;

  trk_settings_init (&settings);
  trk_config_report_init (&report);
  ok = trk_config_parse ("f", text, len, &settings, &report);
  g_assert_cmpint (ok, ==, cases[i].error == NULL);
  g_assert_cmpuint (report.errors->len, ==, cases[i].error != NULL);
  if (cases[i].error != NULL)
    {
      g_test_message ("%s", (const char *) g_ptr_array_index (report.errors, 0));
      g_assert_nonnull (strstr (g_ptr_array_index (report.errors, 0), cases[i].error));
    }
}

static void
test_all_mistakes (void)
{
  static const char text[] = "[announce]\ninterval=x\nnumwant=0\n[nowhere]\na=b\n";
  g_auto (TrkConfigReport) report = { 0 };
  g_auto (TrkSettings) settings = { 0 };

  trk_settings_init (&settings);
  trk_config_report_init (&report);
  g_assert_false (trk_config_parse ("f", text, strlen (text), &settings, &report));
  g_assert_cmpuint (report.errors->len, ==, 3);
  g_assert_cmpuint (settings.interval_s, ==, 1800);
}

static void
test_limits (void)
{
  g_auto (TrkConfigReport) report = { 0 };
  g_auto (TrkSettings) settings = { 0 };
  g_autofree char *text = g_strnfill (TRK_CONFIG_LEN_MAX + 1, '\n');

  trk_settings_init (&settings);
  trk_config_report_init (&report);
  g_assert_true (trk_config_parse ("f", text, TRK_CONFIG_LEN_MAX, &settings, &report));
  g_assert_false (trk_config_parse ("f", text, TRK_CONFIG_LEN_MAX + 1, &settings, &report));
  text[5] = '\0';
  g_assert_false (trk_config_parse ("f", text, 10, &settings, &report));
  g_assert_cmpuint (report.errors->len, ==, 2);
}

/* Each setting's default, put into a file, is right and changes nothing. */
static void
test_sample (void)
{
  g_auto (TrkConfigReport) report = { 0 };
  g_auto (TrkSettings) settings = { 0 };
  g_auto (TrkSettings) usual = { 0 };
  g_autofree char *sample = trk_config_sample ();
  g_auto (GStrv) lines = g_strsplit (sample, "\n", -1);
  g_autofree char *text = NULL;
  size_t n;
  const TrkSetting *table = trk_settings_table (&n);

  for (char **line = lines; *line != NULL; line++)
    {
      g_assert_cmpint (g_utf8_strlen (*line, -1), <=, 80);
      if ((*line)[0] == '#' && (*line)[1] != ' ')
        (*line)[0] = ' ';
    }
  text = g_strjoinv ("\n", lines);
  trk_settings_init (&settings);
  trk_settings_init (&usual);
  trk_config_report_init (&report);
  g_assert_true (trk_config_parse ("sample", text, strlen (text), &settings, &report));
  for (size_t i = 0; i < n; i++)
    {
      g_autofree char *here = trk_settings_get (&settings, table[i].name);
      g_autofree char *there = trk_settings_get (&usual, table[i].name);

      g_assert_cmpstr (here, ==, there);
    }
}

static const struct
{
  const char *name;
  const char *set[4];
  const char *error; /* a part of one; NULL: none */
  const char *warning;
} together[] = {
  { "usual", { NULL }, NULL, NULL },
  { "nowhere", { "listen.http=", "listen.udp=", NULL }, "nowhere to listen", NULL },
  { "udp-alone", { "listen.http=", NULL }, NULL, "no catalogue" },
  { "https", { "listen.https=127.0.0.1:443", NULL }, "listen.https needs", NULL },
  { "no-file",
    { "listen.https=127.0.0.1:443", "listen.certificate=/nowhere/c", "listen.key=/nowhere/k",
      NULL },
    "/nowhere/c",
    NULL },
  { "certificate-alone",
    { "listen.certificate=/dev/null", "listen.key=/dev/null", NULL },
    "is no file",
    "of no use" },
  { "intervals", { "announce.interval=600", NULL }, "announce.min-interval (900)", NULL },
  { "numwant", { "announce.numwant=60", "announce.numwant-max=50", NULL }, "numwant (60)", NULL },
  { "burst", { "limits.burst=10", NULL }, NULL, "limits.burst (10)" },
  { "twice", { "listen.udp=1.2.3.4:5;1.2.3.4:5", NULL }, "listen.udp has 1.2.3.4:5 twice", NULL },
  { "any-port-twice", { "listen.udp=1.2.3.4:0;1.2.3.4:0", NULL }, NULL, NULL },
  { "admin-on-http",
    { "listen.http=127.0.0.1:5", "listen.admin=127.0.0.1:5", NULL },
    "another listener",
    NULL },
  { "admin-public", { "web.admin-public=true", NULL }, NULL, "in the clear" },
  { "admin-abroad", { "listen.admin=0.0.0.0:80", NULL }, NULL, "other computers" },
  { "admin-path", { "listen.admin=/run/a", NULL }, NULL, NULL },
  { "no-admin", { "listen.admin=", NULL }, NULL, "no administration" },
  { "everyone-a-proxy", { "proxy.trusted=0.0.0.0/0", NULL }, NULL, "any address" },
};

static void
test_together (const void *data)
{
  const size_t i = GPOINTER_TO_SIZE (data);
  g_auto (TrkConfigReport) report = { 0 };
  g_auto (TrkSettings) settings = { 0 };

  trk_settings_init (&settings);
  trk_config_report_init (&report);
  for (const char *const *pair = together[i].set; *pair != NULL; pair++)
    g_assert_true (trk_config_assign (*pair, &settings, &report));
  g_assert_cmpint (trk_config_check (&settings, &report), ==, together[i].error == NULL);
  g_assert_cmpuint (report.errors->len, >=, together[i].error != NULL);
  if (report.warnings->len > 0)
    g_test_message ("%s", (const char *) g_ptr_array_index (report.warnings, 0));
  g_assert_cmpuint (report.warnings->len, ==, together[i].warning != NULL);
  if (together[i].error != NULL)
    g_assert_nonnull (strstr (g_ptr_array_index (report.errors, 0), together[i].error));
  if (together[i].warning != NULL)
    g_assert_nonnull (strstr (g_ptr_array_index (report.warnings, 0), together[i].warning));
}

static void
test_layers (void)
{
  g_autofree char *folder = g_dir_make_tmp ("trk-config-XXXXXX", NULL);
  g_autofree char *path = trk_path (folder, TRK_PATH_CONFIG);
  g_auto (TrkConfigReport) report = { 0 };
  g_auto (TrkSettings) settings = { 0 };
  g_autofree char *pair = g_strdup ("announce.numwant=7");
  char *set[] = { pair, NULL };
  const TrkOptions options = { .folder = folder, .set = set };

  trk_config_report_init (&report);
  g_assert_true (g_file_set_contents (path, "[announce]\nnumwant=6\ninterval=1000\n", -1, NULL));
  g_assert_cmpint (g_chmod (path, 0666), ==, 0);
  g_assert_true (trk_options_load (&options, &settings, &report));
  g_assert_cmpuint (settings.numwant, ==, 7);
  g_assert_cmpuint (settings.interval_s, ==, 1000);
  g_assert_cmpstr (settings.folder, ==, folder);
  g_assert_cmpuint (report.warnings->len, ==, 1);
  g_assert_true (trk_options_sets (&options, "announce.numwant"));
  g_assert_false (trk_options_sets (&options, "announce.numwant-max"));
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_nearest (void)
{
  static const char *const words[] = { "run", "reload", "restore", NULL };

  g_assert_cmpstr (trk_nearest ("rum", words), ==, "run");
  g_assert_cmpstr (trk_nearest ("relaod", words), ==, "reload");
  g_assert_cmpstr (trk_nearest ("restore", words), ==, "restore");
  g_assert_null (trk_nearest ("completely-different", words));
  g_assert_null (trk_nearest ("", words));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/config/text/", cases[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_text);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (together); i++)
    {
      g_autofree char *path = g_strconcat ("/config/together/", together[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_together);
    }
  g_test_add_func ("/config/all-mistakes", test_all_mistakes);
  g_test_add_func ("/config/limits", test_limits);
  g_test_add_func ("/config/sample", test_sample);
  g_test_add_func ("/config/layers", test_layers);
  g_test_add_func ("/config/nearest", test_nearest);
  return g_test_run ();
}
