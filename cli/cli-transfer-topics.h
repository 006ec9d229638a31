/* cli-transfer-topics.h: what the man pages of transfers say beside their options. */
#pragma once

#include "cli/cli.h"

/* The events alone, and with the command of --on-complete; both end with { NULL }. */
extern const CliTopic cli_transfer_topics[];
extern const CliTopic cli_download_topics[];
