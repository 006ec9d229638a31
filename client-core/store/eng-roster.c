/* eng-roster.c: see the header. */
#include "client-core/store/eng-roster.h"

#include <string.h>

static void
clear_tracker (void *tracker)
{
  g_free (((EngRosterTracker *) tracker)->url);
}

static GArray *
need_trackers (EngRosterRow *row)
{
  if (row->trackers != NULL)
    return row->trackers;
  row->trackers = g_array_new (FALSE, FALSE, sizeof (EngRosterTracker));
  g_array_set_clear_func (row->trackers, clear_tracker);
  return row->trackers;
}

void
eng_roster_row_set_tracker (EngRosterRow *row, const char *url, unsigned tier, bool dropped)
{
  GArray *trackers = need_trackers (row);
  EngRosterTracker tracker = { .tier = tier, .dropped = dropped };

  for (guint i = 0; i < trackers->len; i++)
    {
      EngRosterTracker *there = &g_array_index (trackers, EngRosterTracker, i);

      if (strcmp (there->url, url) != 0)
        continue;
      there->tier = tier;
      there->dropped = dropped;
      return;
    }
  tracker.url = g_strdup (url);
  g_array_append_val (trackers, tracker);
}

EngRosterRow *
eng_roster_row_copy (const EngRosterRow *from)
{
  EngRosterRow *row = g_memdup2 (from, sizeof *from);

  row->name = g_strdup (from->name);
  row->folder = g_strdup (from->folder);
  row->trackers = NULL;
  for (guint i = 0; from->trackers != NULL && i < from->trackers->len; i++)
    {
      const EngRosterTracker *tracker = &g_array_index (from->trackers, EngRosterTracker, i);

      eng_roster_row_set_tracker (row, tracker->url, tracker->tier, tracker->dropped);
    }
  return row;
}

void
eng_roster_row_free (EngRosterRow *row)
{
  if (row == NULL)
    return;
  g_free (row->name);
  g_free (row->folder);
  g_clear_pointer (&row->trackers, g_array_unref);
  g_free (row);
}

void
eng_roster_source_clear (EngRosterSource *source)
{
  g_clear_pointer (&source->metainfo, g_bytes_unref);
  g_clear_pointer (&source->magnet, g_free);
  g_clear_pointer (&source->priorities, g_bytes_unref);
  eng_names_clear (&source->names);
}

EngRosterSource *
eng_roster_source_copy (const EngRosterSource *from)
{
  EngRosterSource *source = g_new0 (EngRosterSource, 1);

  if (from->metainfo != NULL)
    source->metainfo = g_bytes_ref (from->metainfo);
  if (from->priorities != NULL)
    source->priorities = g_bytes_ref (from->priorities);
  source->magnet = g_strdup (from->magnet);
  eng_names_init_copy (&source->names, &from->names);
  return source;
}

void
eng_roster_source_free (EngRosterSource *source)
{
  if (source == NULL)
    return;
  eng_roster_source_clear (source);
  g_free (source);
}
