/* cli-torrent.c: loading, naming, and what is odd about a torrent. */
#include "cli/cli-torrent.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "cli/cli-input.h"
#include "cli/cli-output.h"
#include "protocol/core/bt-hex.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"

/* --- a torrent or a magnet --- */

int
cli_source_load_only (CliSource *source, const CliApp *app)
{
  if (app->arguments[0] == NULL)
    return cli_fail_usage (app, _ ("no torrent was given"));
  if (app->arguments[1] != NULL)
    return cli_fail_usage (app, _ ("one torrent at a time"));
  return cli_source_load (source, app, app->arguments[0]);
}

void
cli_source_clear (CliSource *source)
{
  bt_metainfo_unref (source->metainfo);
  bt_magnet_free (source->magnet);
  *source = (CliSource){ 0 };
}

static bool
is_magnet_uri (const char *text, size_t len)
{
  return len >= 7 && g_ascii_strncasecmp (text, "magnet:", 7) == 0;
}

/* An info-hash of v2, bare or as the multihash that magnets have. */
static BtMagnet *
parse_bare_v2 (const char *text, size_t len)
{
  uint8_t hash[BT_SHA256_LEN];
  BtMagnet *magnet;

  if (len == 2 * BT_SHA256_LEN + 4 && strncmp (text, "1220", 4) == 0)
    {
      text += 4;
      len -= 4;
    }
  if (len != 2 * BT_SHA256_LEN || !bt_hex_parse (text, len, hash, sizeof hash))
    return NULL;
  magnet = bt_magnet_new ();
  bt_magnet_set_v2 (magnet, hash);
  return magnet;
}

static BtMagnet *
parse_magnet (const char *text, size_t len, BtError *why)
{
  BtMagnet *magnet;

  while (len > 0 && g_ascii_isspace (text[len - 1]))
    len--; /* the end of a line, when it was read */
  magnet = parse_bare_v2 (text, len);
  return magnet != NULL ? magnet : bt_magnet_parse (text, len, why);
}

static const char *
subject_of (const char *path)
{
  return strcmp (path, "-") == 0 ? _ ("standard input") : path;
}

/* What was given in the place of a torrent's path, or NULL. */
static const char *
hint_for_path (const BtError *why, const char *path)
{
  if (why->sys_errno == EISDIR)
    return _ ("That is a folder; shoal create makes a torrent of one.");
  if (why->code == BT_ERROR_OPEN && is_magnet_uri (path, strlen (path)))
    return _ ("shoal resolve writes the .torrent that a magnet link stands for.");
  if (why->code == BT_ERROR_OPEN && strstr (path, "://") != NULL)
    return _ ("shoal download takes an address of the web, http or https; the other verbs take "
              "files.");
  return NULL;
}

/* What is in the place of a torrent, or NULL: it is one that is damaged. */
static const char *
hint_for_bytes (GBytes *bytes)
{
  gsize len;
  const char *data = g_bytes_get_data (bytes, &len);

  for (; len > 0 && g_ascii_isspace (*data); len--)
    data++;
  if (len == 0)
    return _ ("There is nothing in it.");
  if (*data == '<')
    return _ ("That is a page of the web, not a torrent: in a browser its address may ask you to "
              "log in.");
  return *data != 'd' ? _ ("That is no torrent, but a file of another kind.") : NULL;
}

int
cli_torrent_fail (const CliApp *app, const BtError *why, const char *path, GBytes *bytes)
{
  return cli_fail_hinted (app, why, subject_of (path),
                          bytes != NULL ? hint_for_bytes (bytes) : hint_for_path (why, path));
}

/* The longest bare info-hash, and the end of its line. */
#define BARE_MAX 80

/* What a file holds. No torrent is as short as an info-hash. */
static int
load_bytes (CliSource *source, const CliApp *app, const char *path)
{
  BtError why = { 0 };
  g_autoptr (GBytes) bytes = cli_input_read (path, &why);
  const char *data;
  gsize len;

  if (bytes == NULL)
    return cli_torrent_fail (app, &why, path, NULL);
  data = g_bytes_get_data (bytes, &len);
  if (is_magnet_uri (data, len))
    source->magnet = parse_magnet (data, len, &why);
  else if (len <= BARE_MAX)
    source->magnet = parse_magnet (data, len, NULL);
  if (source->magnet == NULL && !is_magnet_uri (data, len))
    source->metainfo = bt_metainfo_parse (bytes, BT_ORIGIN_OWN, btd_ops (), &why);
  if (source->magnet == NULL && source->metainfo == NULL)
    return is_magnet_uri (data, len) ? cli_fail_problem (app, &why, subject_of (path))
                                     : cli_torrent_fail (app, &why, path, bytes);
  return CLI_OK;
}

int
cli_source_load (CliSource *source, const CliApp *app, const char *text)
{
  BtError why = { 0 };
  size_t len = strlen (text);

  if (strcmp (text, "-") == 0 || (!is_magnet_uri (text, len) && access (text, F_OK) == 0))
    return load_bytes (source, app, text);
  source->magnet = parse_magnet (text, len, &why);
  if (source->magnet != NULL)
    return CLI_OK;
  if (is_magnet_uri (text, len))
    return cli_fail_problem (app, &why, _ ("the magnet link"));
  return load_bytes (source, app, text);
}

BtMetainfo *
cli_torrent_load (const CliApp *app, const char *path, int *exit_code)
{
  BtError why = { 0 };
  g_autoptr (GBytes) bytes = cli_input_read (path, &why);
  BtMetainfo *metainfo = NULL;

  if (bytes != NULL)
    metainfo = bt_metainfo_parse (bytes, BT_ORIGIN_OWN, btd_ops (), &why);
  if (metainfo == NULL)
    *exit_code = cli_torrent_fail (app, &why, path, bytes);
  return metainfo;
}

BtMagnet *
cli_torrent_magnet (const BtMetainfo *metainfo)
{
  BtMagnet *magnet = bt_magnet_new ();
  const char *name = bt_metainfo_name (metainfo);
  const BtTracker *trackers;
  const BtWebSeed *seeds;
  size_t n;

  if (bt_metainfo_info_hash_v1 (metainfo) != NULL)
    bt_magnet_set_v1 (magnet, bt_metainfo_info_hash_v1 (metainfo));
  if (bt_metainfo_info_hash_v2 (metainfo) != NULL)
    bt_magnet_set_v2 (magnet, bt_metainfo_info_hash_v2 (metainfo));
  bt_magnet_set_name (magnet, name, strlen (name));
  magnet->has_length = true;
  magnet->length = bt_metainfo_content_size (metainfo);
  trackers = bt_metainfo_trackers (metainfo, &n);
  for (size_t i = 0; i < n; i++)
    (void) bt_magnet_add_tracker (magnet, trackers[i].url, strlen (trackers[i].url));
  seeds = bt_metainfo_web_seeds (metainfo, &n);
  for (size_t i = 0; i < n; i++)
    if (!seeds[i].single)
      (void) bt_magnet_add_web_seed (magnet, seeds[i].url, strlen (seeds[i].url));
  return magnet;
}

const char *
cli_format_name (BtFormat format)
{
  return format == BT_FORMAT_HYBRID ? "hybrid" : format == BT_FORMAT_V2 ? "v2" : "v1";
}

char *
cli_hex (const uint8_t *bytes, size_t len)
{
  char *text;

  if (bytes == NULL)
    return NULL;
  text = g_malloc (2 * len + 1);
  bt_hex_write (bytes, len, text);
  text[2 * len] = '\0';
  return text;
}

/* Of a hybrid the hashes of v1 are enough. */
static void
warn_of_layers (const CliApp *app, const BtMetainfo *metainfo)
{
  size_t n = bt_metainfo_lacks_layers (metainfo);

  if (bt_metainfo_needs_layers (metainfo))
    cli_warn (app,
              ngettext ("piece layers are missing for %zu file: they are fetched from peers",
                        "piece layers are missing for %zu files: they are fetched from peers", n),
              n);
  else if (n > 0)
    cli_warn (app,
              ngettext ("piece layers are missing for %zu file: its hashes of v1 do",
                        "piece layers are missing for %zu files: their hashes of v1 do", n),
              n);
}

void
cli_torrent_warn (const CliApp *app, const BtMetainfo *metainfo)
{
  static const struct
  {
    BtOddity oddity;
    const char *text;
  } texts[] = {
    { BT_ODD_UNSORTED, N_ ("the keys of a dictionary are not sorted") },
    { BT_ODD_NUMBER_FORM, N_ ("a number has leading zeros") },
    { BT_ODD_TRAILING, N_ ("an end of line follows after the torrent") },
    { BT_ODD_NAMES, N_ ("some names are changed for the disk") },
    { BT_ODD_URL, N_ ("a tracker or web seed is no URL and is left out") },
    { BT_ODD_IGNORED, N_ ("an optional key is of the wrong type and is left out") },
    { BT_ODD_LINK, N_ ("a symbolic link leads nowhere in the torrent") },
    { BT_ODD_PIECE_LENGTH, N_ ("the piece length is not a power of two") },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    if ((bt_metainfo_oddities (metainfo) & texts[i].oddity) != 0)
      cli_warn (app, "%s", _ (texts[i].text));
  warn_of_layers (app, metainfo);
}
