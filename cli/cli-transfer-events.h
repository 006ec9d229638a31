/* cli-transfer-events.h: what happens during a transfer, as JSON, one object a line. */
#pragma once

#include "client-core/shoal.h"

/* A member of one event beside those that all have; NULL is null. */
typedef struct
{
  const char *name;
  const char *value;
} CliEventText;

/* Prints an event with its own members, which end with { NULL }, and the numbers of the moment. */
void cli_transfer_put_event (const char *event, const CliEventText *texts, ShoalSession *session,
                             ShoalTorrent *torrent, int64_t start_us);

/* The event "renamed": @number of the file, from 1, and its @path in the torrent's folder. */
void cli_transfer_put_renamed (unsigned number, const char *path, ShoalSession *session,
                               ShoalTorrent *torrent, int64_t start_us);

/* The event of an error, as `error` stands in every other document. */
void cli_transfer_put_error (const char *code, const char *message, const char *hint);
