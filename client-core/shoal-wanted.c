/* shoal-wanted.c: what a torrent is to be made of: a value, and the files that it means. */
#include "client-core/shoal-creator-private.h"

#define CREATED_BY "Shoal 0.1.0"

void
shoal_wanted_init (ShoalWanted *wanted)
{
  wanted->paths = g_ptr_array_new_null_terminated (0, g_free, TRUE);
  wanted->excludes = g_ptr_array_new_null_terminated (0, g_free, TRUE);
  wanted->web_seeds = g_ptr_array_new_with_free_func (g_free);
  wanted->urls = g_ptr_array_new_with_free_func (g_free);
  wanted->trackers = g_array_new (FALSE, FALSE, sizeof (BtTracker));
}

void
shoal_wanted_clear (ShoalWanted *wanted)
{
  g_free (wanted->name);
  g_free (wanted->source);
  g_free (wanted->comment);
  g_free (wanted->output);
  g_ptr_array_unref (wanted->paths);
  g_ptr_array_unref (wanted->excludes);
  g_ptr_array_unref (wanted->web_seeds);
  g_ptr_array_unref (wanted->urls);
  g_array_unref (wanted->trackers);
}

static void
copy_strings (GPtrArray *to, const GPtrArray *from)
{
  for (guint i = 0; i < from->len; i++)
    g_ptr_array_add (to, g_strdup (from->pdata[i]));
}

void
shoal_wanted_add_tracker (ShoalWanted *wanted, const char *url, unsigned tier)
{
  BtTracker tracker = { .url = g_strdup (url), .tier = tier };
  guint at = wanted->trackers->len;

  g_ptr_array_add (wanted->urls, (char *) (uintptr_t) tracker.url);
  while (at > 0 && g_array_index (wanted->trackers, BtTracker, at - 1).tier > tier)
    at--;
  g_array_insert_val (wanted->trackers, at, tracker);
}

void
shoal_wanted_init_copy (ShoalWanted *wanted, const ShoalWanted *from)
{
  *wanted = *from;
  shoal_wanted_init (wanted);
  wanted->name = g_strdup (from->name);
  wanted->source = g_strdup (from->source);
  wanted->comment = g_strdup (from->comment);
  wanted->output = g_strdup (from->output);
  copy_strings (wanted->paths, from->paths);
  copy_strings (wanted->excludes, from->excludes);
  copy_strings (wanted->web_seeds, from->web_seeds);
  for (guint i = 0; i < from->trackers->len; i++)
    {
      const BtTracker *tracker = &g_array_index (from->trackers, BtTracker, i);

      shoal_wanted_add_tracker (wanted, tracker->url, tracker->tier);
    }
}

BtfTree *
shoal_wanted_walk (const ShoalWanted *wanted, const BtfControl *control, BtfError *error)
{
  const BtfWalkOptions options
      = { .exclude = (const char *const *) wanted->excludes->pdata, .hidden = wanted->hidden };

  g_autoptr (BtfTree) tree = btf_tree_walk ((const char *const *) wanted->paths->pdata,
                                            wanted->name, &options, control, error);
  const char *clash = tree != NULL ? btf_tree_find_case_clash (tree) : NULL;

  /* One of the two would be looked for under another name, and not be found. */
  if (clash != NULL)
    {
      btf_error_set (error, BT_ERROR_CASE_CLASH, 0, clash);
      return NULL;
    }
  return g_steal_pointer (&tree);
}

BtWebSeed *
shoal_wanted_web_seeds (const ShoalWanted *wanted)
{
  BtWebSeed *seeds = g_new0 (BtWebSeed, wanted->web_seeds->len);

  for (guint i = 0; i < wanted->web_seeds->len; i++)
    seeds[i].url = wanted->web_seeds->pdata[i];
  return seeds;
}

BtBuilder
shoal_wanted_words (const ShoalWanted *wanted, const BtWebSeed *seeds)
{
  BtBuilder words = { .format = wanted->format,
                      .piece_length = wanted->piece_length,
                      .is_private = wanted->is_private,
                      .source = wanted->source,
                      .comment = wanted->comment,
                      .created_by = CREATED_BY,
                      .trackers = (const BtTracker *) (const void *) wanted->trackers->data,
                      .n_trackers = wanted->trackers->len,
                      .web_seeds = seeds,
                      .n_web_seeds = wanted->web_seeds->len };

  if (wanted->dated)
    words.creation_date = g_get_real_time () / G_USEC_PER_SEC;
  return words;
}
