/* cli-input.h: whole inputs: a file, a pipe, standard input. */
#pragma once

#include <glib.h>

#include "protocol/core/bt-error.h"

/* Reads @path, or standard input for "-", up to one byte over the limit of a person's own torrent,
 * so that the parser can say that it is too large. NULL and @why on a failure. (transfer full) */
GBytes *cli_input_read (const char *path, BtError *why);
