/* cli-transfer-events.c: the members of events; cli-transfer-topics.c has them for the man pages.
 */
#include "cli/cli-transfer-events.h"

#include "cli/cli-json.h"

static JsonBuilder *
begin (const char *event)
{
  JsonBuilder *b = cli_json_begin ();

  cli_json_text (b, "event", event);
  return b;
}

static void
add_numbers (JsonBuilder *b, ShoalSession *session, ShoalTorrent *torrent, int64_t start_us)
{
  const struct
  {
    const char *name;
    uint64_t value;
  } numbers[] = { { "total", shoal_torrent_get_total (torrent) },
                  { "left", shoal_torrent_get_left (torrent) },
                  { "wanted", shoal_torrent_get_wanted (torrent) },
                  { "wanted_left", shoal_torrent_get_wanted_left (torrent) },
                  { "verified", shoal_torrent_get_verified (torrent) },
                  { "hashed", shoal_torrent_get_hashed (torrent) },
                  { "downloaded", shoal_torrent_get_downloaded (torrent) },
                  { "uploaded", shoal_torrent_get_uploaded (torrent) },
                  { "rate_down", shoal_torrent_get_rate_down (torrent) },
                  { "rate_up", shoal_torrent_get_rate_up (torrent) },
                  { "peers", shoal_torrent_get_n_peers (torrent) },
                  { "seeds", shoal_torrent_get_n_seeds (torrent) },
                  { "port", shoal_session_get_port (session) },
                  { "external_port", shoal_session_get_external_port (session) },
                  { "elapsed_ms", (uint64_t) (g_get_monotonic_time () - start_us) / 1000 } };

  for (size_t i = 0; i < G_N_ELEMENTS (numbers); i++)
    cli_json_number (b, numbers[i].name, numbers[i].value);
}

void
cli_transfer_put_event (const char *event, const CliEventText *texts, ShoalSession *session,
                        ShoalTorrent *torrent, int64_t start_us)
{
  JsonBuilder *b = begin (event);

  for (; texts != NULL && texts->name != NULL; texts++)
    cli_json_text (b, texts->name, texts->value);
  add_numbers (b, session, torrent, start_us);
  cli_json_end_line (b);
}

void
cli_transfer_put_renamed (unsigned number, const char *path, ShoalSession *session,
                          ShoalTorrent *torrent, int64_t start_us)
{
  JsonBuilder *b = begin ("renamed");

  cli_json_number (b, "file", number);
  cli_json_text (b, "path", path);
  add_numbers (b, session, torrent, start_us);
  cli_json_end_line (b);
}

void
cli_transfer_put_error (const char *code, const char *message, const char *hint)
{
  JsonBuilder *b = begin ("error");

  json_builder_set_member_name (b, "error");
  json_builder_begin_object (b);
  cli_json_text (b, "code", code);
  cli_json_text (b, "message", message);
  cli_json_text (b, "hint", hint);
  json_builder_end_object (b);
  cli_json_end_line (b);
}
