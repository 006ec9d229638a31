/* gui-process.c: see gui-process.h. */
#include "tests/perf/gui-process.h"

#include <string.h>

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
  g_autoptr (GDir) threads = g_dir_open ("/proc/self/task", 0, NULL);
  const char *thread;
  guint64 n = 0;

  while ((thread = g_dir_read_name (threads)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc/self/task", thread, "status", NULL);
      g_autofree char *status = NULL;

      if (g_file_get_contents (path, &status, NULL, NULL))
        n += find_number (status, "\nvoluntary_ctxt_switches:");
    }
  return n;
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
