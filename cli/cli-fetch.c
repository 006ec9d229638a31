/* cli-fetch.c: files by the disk, URLs by the library. */
#include "cli/cli-fetch.h"

#include <unistd.h>

#include "cli/cli-output.h"
#include "cli/cli-values.h"
#include "cli/cli-wait.h"
#include "client-core/shoal.h"
#include "protocol/digest/btd.h"

typedef struct
{
  CliWait *wait;
  GBytes *bytes;
  GError *error;
} Fetch;

static void
on_fetched (GObject *source, GAsyncResult *result, void *data)
{
  Fetch *fetch = data;

  fetch->bytes = shoal_fetch_torrent_finish (result, &fetch->error);
  fetch->wait->open--;
}

static GBytes *
fetch_url (const CliApp *app, const char *url, const char *bind, int *exit_code)
{
  g_autofree char *address = cli_listen_text (bind, 0);
  g_auto (CliWait) wait = { 0 };
  Fetch fetch = { .wait = &wait };

  cli_wait_init (&wait);
  wait.open = 1;
  shoal_fetch_torrent_async (url, address, wait.cancellable, on_fetched, &fetch);
  cli_wait_run (&wait, 0, true);
  if (fetch.bytes == NULL)
    *exit_code = cli_fail (app, CLI_NETWORK, cli_code_of (fetch.error, "fetch"),
                           fetch.error->message, NULL);
  g_clear_error (&fetch.error);
  return fetch.bytes;
}

int
cli_fetch_source (CliSource *source, const CliApp *app, const char *text, const char *bind)
{
  BtError why = { 0 };
  g_autoptr (GBytes) bytes = NULL;
  int exit_code = CLI_OK;

  if (!cli_is_http_url (text) || access (text, F_OK) == 0)
    return cli_source_load (source, app, text);
  bytes = fetch_url (app, text, bind, &exit_code);
  if (bytes == NULL)
    return exit_code;
  source->metainfo = bt_metainfo_parse (bytes, BT_ORIGIN_STRANGER, btd_ops (), &why);
  return source->metainfo != NULL ? CLI_OK : cli_torrent_fail (app, &why, text, bytes);
}
