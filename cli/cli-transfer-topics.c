/* cli-transfer-topics.c: the events that cli-transfer-events.c writes, and the words that
 * cli-hook.c knows, for the man pages. */
#include "cli/cli-transfer-topics.h"

#include <glib/gi18n.h>

static const char events_title[] = N_ ("Events of --json");

static const char events_text[]
    = N_ ("With --json each event is an object in a line of its own. Its members are schema, "
          "which is 1; event, one of those below; total and wanted, the bytes of the torrent and "
          "of the chosen files; left and wanted_left, those that are not here; verified, those "
          "that the verification has looked at, and hashed, those that it has read; downloaded and "
          "uploaded, bytes of this run; "
          "rate_down and rate_up, bytes a second; peers, and how many of them are seeds; port, "
          "where it listens, and external_port, the router’s that leads there, or 0; and "
          "elapsed_ms.");

static const CliTerm events[] = {
  { "created", N_ ("The first one of shoal create --seed, with torrent, info_hash, info_hash_v2, "
                   "content_size and magnet in the place of the numbers.") },
  { "started", N_ ("The torrent has been added, and the port is known.") },
  { "seeking",
    N_ ("The metadata of a magnet link is being looked for, or the piece layers that a torrent "
        "lacks; up to four times a second.") },
  { "metadata", N_ ("It is here: name, and torrent, the file that it was written to, or null.") },
  { "renamed", N_ ("A file is called as --rename says: file, its number, and path.") },
  { "verifying", N_ ("What is here is being compared; up to four times a second.") },
  { "downloading", N_ ("Something is lacking, and is being fetched.") },
  { "progress", N_ ("The numbers have changed; up to four times a second.") },
  { "tracker", N_ ("A tracker has failed or warned: url, message, and kind, which is failure or "
                   "warning. Each sentence of a tracker comes once.") },
  { "port",
    N_ ("Who reaches this computer is known, or has changed: state, which is unknown, open "
        "or closed; mapper, nat-pmp, upnp or null; external_address and problem, or null.") },
  { "warning", N_ ("Something is wrong that does not stop the transfer: message.") },
  { "complete", N_ ("All that is wanted is here, verified and on the disk.") },
  { "seeding", N_ ("It goes on for the sake of others: link, the magnet link to hand out.") },
  { "error", N_ ("Something went wrong: in the place of the numbers, error is an object of code, "
                 "message and hint.") },
  { "stopped",
    N_ ("The last one unless that is error; reason is complete, metadata, ratio, time, timeout or "
        "signal.") },
  { NULL, NULL },
};

static const CliTerm words[] = {
  { "%f, SHOAL_PATH", N_ ("The torrent's file or folder, with its whole path.") },
  { "%d, SHOAL_DIR", N_ ("The folder that holds it.") },
  { "%n, SHOAL_NAME", N_ ("Its name.") },
  { "%i, SHOAL_INFO_HASH", N_ ("The info-hash of v1 or, without one, of v2.") },
  { "%%", N_ ("A percent sign.") },
  { NULL, NULL },
};

const CliTopic cli_transfer_topics[] = {
  { events_title, events_text, events },
  { NULL, NULL, NULL },
};

const CliTopic cli_download_topics[] = {
  { N_ ("The command of --on-complete"),
    N_ ("It is split into words as by a shell, and run without one, so that nothing that a torrent "
        "names is ever interpreted. It is run at the end of each run that finds everything here; "
        "what it prints goes to standard error, and when it fails, the exit code is 1. In its "
        "words and its environment stand:"),
    words },
  { events_title, events_text, events },
  { NULL, NULL, NULL },
};
