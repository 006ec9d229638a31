/* trk-help.h: the verbs' tables as text for people and as JSON, of which man pages and completions
 * are made (data/tracker-pages.py). All to standard output. */
#pragma once

#include <stdio.h>

#include "tracker-server/server/trk-verb.h"

void trk_help_put_overview (FILE *to);
void trk_help_put_verb (const TrkVerb *verb);
void trk_help_put_json (void);
