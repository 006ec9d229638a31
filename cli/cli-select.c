/* cli-select.c: numbers of files, from what people count to what a torrent counts. */
#include "cli/cli-select.h"

#include <glib/gi18n.h>

#include "cli/cli-output.h"
#include "cli/cli-values.h"
#include "protocol/core/bt-limits.h"

#define PRIORITY_NORMAL 4
#define PRIORITY_FIRST 7

/* Where each file that people count stands in the torrent's own list; empty without a torrent. */
static GArray *
index_files (const BtMetainfo *metainfo)
{
  GArray *indexes = g_array_new (FALSE, FALSE, sizeof (uint32_t));
  const BtLayout *layout;

  if (metainfo == NULL)
    return indexes;
  layout = bt_metainfo_layout (metainfo);
  for (uint32_t i = 0; i < layout->n_files; i++)
    if ((layout->files[i].attr & BT_FILE_PAD) == 0)
      g_array_append_val (indexes, i);
  return indexes;
}

/* Adds the files @first to @last, from 1. */
static bool
select_range (BtSelectOnly *out, const GArray *indexes, uint64_t first, uint64_t last)
{
  bool ok = true;

  if (indexes->len == 0)
    return bt_select_only_add (out, (uint32_t) first - 1, (uint32_t) last - 1);
  for (uint64_t i = first - 1; ok && i < last; i++)
    {
      uint32_t at = g_array_index (indexes, uint32_t, i);

      ok = bt_select_only_add (out, at, at);
    }
  return ok;
}

/* "3" or "3-5", among @max files. */
static bool
select_part (BtSelectOnly *out, const GArray *indexes, const char *part, uint64_t max)
{
  g_auto (GStrv) ends = g_strsplit (part, "-", 2);
  uint64_t first;
  uint64_t last;

  if (ends[0] == NULL || !cli_parse_uint (ends[0], 1, max, &first))
    return false;
  last = first;
  if (ends[1] != NULL && !cli_parse_uint (ends[1], first, max, &last))
    return false;
  return select_range (out, indexes, first, last);
}

bool
cli_select_parse (const CliApp *app, const char *option, const char *text,
                  const BtMetainfo *metainfo, BtSelectOnly *out)
{
  g_autoptr (GArray) indexes = index_files (metainfo);
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  uint64_t max = indexes->len > 0 ? indexes->len : BT_LIMIT_SELECT_ONLY;

  if (parts[0] == NULL)
    return cli_fail_usage (app, _ ("--%s takes numbers of files such as 1,3-5"), option), false;
  for (size_t i = 0; parts[i] != NULL; i++)
    if (!select_part (out, indexes, g_strstrip (parts[i]), max))
      return cli_fail_usage (app,
                             _ ("--%s takes numbers of files from 1 to %u such as 1,3-5, not "
                                "“%s”"),
                             option, (unsigned) max, parts[i]),
             false;
  return true;
}

bool
cli_select_is_given (const CliSelection *selection)
{
  return selection->wanted != NULL || selection->preferred != NULL;
}

static GBytes *
join (const BtSelectOnly *wanted, bool all, const BtSelectOnly *preferred, size_t n)
{
  guint8 *priorities = g_malloc0 (MAX (n, 1));

  for (size_t i = 0; i < n; i++)
    if (bt_select_only_contains (preferred, (uint32_t) i))
      priorities[i] = PRIORITY_FIRST;
    else if (all || bt_select_only_contains (wanted, (uint32_t) i))
      priorities[i] = PRIORITY_NORMAL;
  return g_bytes_new_take (priorities, n);
}

bool
cli_select_priorities (const CliApp *app, const CliSelection *selection, const BtMetainfo *metainfo,
                       GBytes **out)
{
  const char *first = selection->preferred;
  const char *some = selection->wanted;
  BtSelectOnly preferred = { 0 };
  BtSelectOnly wanted = { 0 };
  bool ok = (first == NULL || cli_select_parse (app, "prefer", first, metainfo, &preferred))
            && (some == NULL || cli_select_parse (app, "select", some, metainfo, &wanted));

  if (ok && metainfo != NULL && cli_select_is_given (selection))
    *out = join (&wanted, some == NULL, &preferred, bt_metainfo_layout (metainfo)->n_files);
  bt_select_only_clear (&preferred);
  bt_select_only_clear (&wanted);
  return ok;
}
