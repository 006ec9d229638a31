/* test-gui-text.c: figures, times and strangers' names in a person's words. */
#include "gtk-client/text/gui-text.h"

#include <string.h>

static void
test_duration (void)
{
  static const struct
  {
    guint64 seconds;
    const char *text;
  } cases[] = {
    { 0, "0 s" },
    { 59, "59 s" },
    { 60, "1 min" },
    { 3599, "59 min" },
    { 3600, "1 h 0 min" },
    { 86399, "23 h 59 min" },
    { 86400, "1 day" },
    { 2 * 86400, "2 days" },
    { 999 * 86400ull, "999 days" },
    { 1000 * 86400ull, "∞" },
    { G_MAXUINT64 - 1, "∞" },
    { G_MAXUINT64, "∞" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = gui_text_duration (cases[i].seconds);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_percent (void)
{
  static const struct
  {
    double fraction;
    const char *text;
  } cases[] = {
    { -1, "0 %" },  { 0, "0 %" },   { 0.42, "42 %" }, { 0.999999, "99 %" },
    { 1, "100 %" }, { 7, "100 %" }, { 0.29, "29 %" }, { 0.57, "57 %" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = gui_text_percent (cases[i].fraction);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_figures (void)
{
  g_autofree char *still = gui_text_rate (0);
  g_autofree char *rate = gui_text_rate (3 * 1024 * 1024 / 2);
  g_autofree char *size = gui_text_size (G_MAXUINT64);
  g_autofree char *ratio = gui_text_ratio (2.345);
  g_autofree char *large = gui_text_ratio (12.345);
  g_autofree char *none = gui_text_count (0);
  g_autofree char *twelve = gui_text_count (12);
  g_autofree char *never = gui_text_moment (0);
  g_autofree char *far = gui_text_moment (G_MAXINT64);

  g_assert_cmpstr (still, ==, "");
  g_assert_nonnull (strstr (rate, "MiB/s"));
  g_assert_nonnull (strstr (size, "EiB"));
  g_assert_cmpstr (ratio, ==, "2.35");
  g_assert_cmpstr (large, ==, "12.3");
  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (twelve, ==, "12");
  g_assert_cmpstr (never, ==, "");
  g_assert_cmpstr (far, ==, "");
}

static void
test_hostile_names (void)
{
  static const struct
  {
    const char *name;
    const char *text;
  } cases[] = {
    { NULL, "" },
    { "", "" },
    { "Debian 12.iso", "Debian 12.iso" },
    { "<b>bold</b> & <span", "<b>bold</b> & <span" },
    { "two\nlines\tand\ra tab", "two lines and a tab" },
    { "bell\a and \x1b[31mred", "bell and [31mred" },
    { "exe.\xe2\x80\xaegpj", "exe.gpj" },
    { "\xe2\x81\xa6isolate\xe2\x81\xa9", "isolate" },
    { "zero\xe2\x80\x8bwidth", "zerowidth" },
    { "broken \xff\xfe bytes", "broken \xef\xbf\xbd\xef\xbf\xbd bytes" },
    { "cut \xe2\x82", "cut \xef\xbf\xbd\xef\xbf\xbd" },
    { "over\xc0\xaflong", "over\xef\xbf\xbd\xef\xbf\xbdlong" },
    { "سلام.mkv", "سلام.mkv" },
    { "e\xcc\x81t\xc3\xa9", "e\xcc\x81t\xc3\xa9" },
    { "line\xe2\x80\xa8separator", "lineseparator" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = gui_text_name (cases[i].name);

      g_assert_cmpstr (text, ==, cases[i].text);
      g_assert_true (g_utf8_validate (text, -1, NULL));
    }
}

/* Whatever a name holds, it is between the marks that keep it apart, and they end with it. */
static void
test_within (void)
{
  g_autofree char *text = gui_text_name_within ("\xe2\x80\xaegpj\xe2\x81\xa9.exe \xd7\xa9");

  g_assert_cmpstr (text, ==, "\xe2\x81\xa8gpj.exe \xd7\xa9\xe2\x81\xa9");
}

/* A megabyte of a stranger's name costs a line, not a megabyte. */
static void
test_long_names (void)
{
  g_autofree char *name = g_strnfill (1024 * 1024, 'a');
  g_autofree char *text = gui_text_name (name);
  g_autofree char *line = gui_text_line (name);

  g_assert_cmpint (g_utf8_strlen (text, -1), ==, GUI_TEXT_NAME_MAX + 1);
  g_assert_true (g_str_has_suffix (text, "…"));
  g_assert_cmpint (g_utf8_strlen (line, -1), ==, GUI_TEXT_LINE_MAX + 1);
}

static void
test_direction (void)
{
  g_assert_cmpint (gui_text_direction (""), ==, 0);
  g_assert_cmpint (gui_text_direction ("12 %"), ==, 0);
  g_assert_cmpint (gui_text_direction ("12 MiB"), ==, 1);
  g_assert_cmpint (gui_text_direction ("سلام abc"), ==, -1);
  g_assert_cmpint (gui_text_direction ("(שלום)"), ==, -1);
  g_assert_cmpint (gui_text_direction ("Ärger"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/duration", test_duration);
  g_test_add_func ("/text/percent", test_percent);
  g_test_add_func ("/text/figures", test_figures);
  g_test_add_func ("/text/direction", test_direction);
  g_test_add_func ("/text/hostile-names", test_hostile_names);
  g_test_add_func ("/text/within", test_within);
  g_test_add_func ("/text/long-names", test_long_names);
  return g_test_run ();
}
