/* gui-process.c: see gui-process.h. */
#include "tests/perf/gui-process.h"

#include <string.h>
#include <sys/resource.h>

/* The number behind a name in a text of lines. */
static guint64
find_number (const char *text, const char *name)
{
  const char *at = strstr (text, name);

  g_assert_nonnull (at);
  return g_ascii_strtoull (at + strlen (name), NULL, 10);
}

static guint64
count_wakeups (void)
{
  struct rusage usage;

  g_assert_cmpint (getrusage (RUSAGE_SELF, &usage), ==, 0);
  return (guint64) usage.ru_nvcsw;
}

GuiProcess
gui_process_look (void)
{
  g_autofree char *status = NULL;
  g_autofree char *maps = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  g_assert_true (g_file_get_contents ("/proc/self/smaps_rollup", &maps, NULL, NULL));
  return (GuiProcess){ .rss_MiB = (double) find_number (status, "VmRSS:") / 1024,
                       .most_rss_MiB = (double) find_number (status, "VmHWM:") / 1024,
                       .pss_MiB = (double) find_number (maps, "\nPss:") / 1024,
                       .anonymous_MiB = (double) find_number (maps, "\nAnonymous:") / 1024,
                       .wakeups = count_wakeups () };
}
