/* cli-transfer-metadata.c: see the header. */
#include "cli/cli-transfer-metadata.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "cli/cli-output.h"
#include "protocol/digest/btd.h"
#include "protocol/files/btf-output.h"

int
cli_transfer_read_metadata (const CliTransfer *t, ShoalTorrent *torrent, BtMetainfo **out)
{
  BtError why = { 0 };
  GBytes *file = shoal_torrent_get_torrent_file (torrent);

  *out = bt_metainfo_parse (file, BT_ORIGIN_OWN, btd_ops (), &why);
  return *out != NULL ? CLI_OK : cli_fail_problem (t->app, &why, _ ("the magnet link"));
}

static int
write_to_stdout (GBytes *file)
{
  gsize len;
  const char *data = g_bytes_get_data (file, &len);

  (void) !fwrite (data, 1, len, stdout); /* the stream keeps the failure */
  return cli_flush (CLI_OK);
}

int
cli_transfer_write_torrent (const CliTransfer *t, ShoalTorrent *torrent, char **output)
{
  GBytes *file = shoal_torrent_get_torrent_file (torrent);
  BtfError error = { 0 };
  g_autofree char *name = g_strdup_printf ("%s.torrent", shoal_torrent_get_name (torrent));
  g_autofree char *path = t->torrent_output != NULL ? g_strdup (t->torrent_output)
                                                    : g_build_filename (t->folder, name, NULL);
  gsize len;
  const void *data = g_bytes_get_data (file, &len);
  bool overwrite
      = t->overwrite || (access (path, F_OK) == 0 && cli_confirm_overwrite (t->app, path));

  if (strcmp (path, "-") == 0)
    return write_to_stdout (file);
  if (!btf_output_write (path, data, len, overwrite, &error))
    return cli_fail_file (t->app, &error);
  *output = g_steal_pointer (&path);
  return CLI_OK;
}
