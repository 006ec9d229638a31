/* gui-process.h: what this process costs its machine: memory, and how often it wakes up. */
#pragma once

#include <glib.h>

typedef struct
{
  double rss_MiB;       /* in memory, also of files that are mapped */
  double most_rss_MiB;  /* ever */
  double pss_MiB;       /* the same, what others have as well shared out between them */
  double anonymous_MiB; /* of it what no file has */
  guint64 wakeups;      /* of all its threads, those that have ended included */
} GuiProcess;

GuiProcess gui_process_look (void);
