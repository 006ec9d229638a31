/* cli-select.h: the files that --select and --prefer name, "1,3-5", as `shoal show` numbers them.
 */
#pragma once

#include "cli/cli.h"
#include "protocol/torrent/bt-metainfo.h"
#include "protocol/torrent/bt-select-only.h"

/* Reads @text, the value of --@option, into an empty @out, in the torrent's own numbers, which
 * count pads as well. Without a @metainfo (NULL) the two are taken for the same. False after the
 * mistake was reported. */
bool cli_select_parse (const CliApp *app, const char *option, const char *text,
                       const BtMetainfo *metainfo, BtSelectOnly *out);

/* What was given; NULL: nothing was. */
typedef struct
{
  const char *wanted;    /* --select: these alone */
  const char *preferred; /* --prefer: these before the others, and wanted in any case */
} CliSelection;

bool cli_select_is_given (const CliSelection *selection);

/* One byte for each file, as shoal_session_add() takes them; NULL when nothing was given, or there
 * is no @metainfo yet: then the lists are only looked at. False after a mistake was reported.
 * (transfer full) */
bool cli_select_priorities (const CliApp *app, const CliSelection *selection,
                            const BtMetainfo *metainfo, GBytes **out);
