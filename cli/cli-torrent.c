/* cli-torrent.c: loading, naming, and what is odd about a torrent. */
#include "cli/cli-torrent.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "cli/cli-output.h"
#include "protocol/core/bt-hex.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"

/* Reads to the end, up to one byte over the limit, so that the parser can say it is too large. */
static bool
read_all (int fd, GByteArray *out, size_t expected)
{
  size_t room = MIN (expected + 1, BT_LIMIT_OWN_TORRENT_SIZE + 1);

  for (;;)
    {
      size_t len = out->len;
      ssize_t n;

      g_byte_array_set_size (out, (guint) (len + room));
      n = read (fd, out->data + len, room);
      g_byte_array_set_size (out, (guint) (len + (n > 0 ? (size_t) n : 0)));
      if (n < 0 && errno == EINTR && !atomic_load (&cli_interrupted))
        continue;
      if (n <= 0 || out->len > BT_LIMIT_OWN_TORRENT_SIZE)
        return n >= 0;
      room = MAX (64 * 1024, (size_t) n < room ? room - (size_t) n : room);
      room = MIN (room, BT_LIMIT_OWN_TORRENT_SIZE + 1 - out->len);
    }
}

static GBytes *
read_file (const char *path, BtError *why)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  bool is_stdin = strcmp (path, "-") == 0;
  int fd = is_stdin ? STDIN_FILENO : open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  struct stat st = { 0 };
  bool ok;

  if (fd < 0)
    {
      bt_error_set (why, BT_ERROR_OPEN, BT_NOWHERE, NULL);
      why->sys_errno = errno;
      return NULL;
    }
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode))
    st.st_size = 64 * 1024;
  ok = read_all (fd, bytes, (size_t) st.st_size);
  if (!ok)
    {
      bt_error_set (why, BT_ERROR_READ, BT_NOWHERE, NULL);
      why->sys_errno = errno;
    }
  if (!is_stdin)
    close (fd);
  return ok ? g_byte_array_free_to_bytes (g_steal_pointer (&bytes)) : NULL;
}

BtMetainfo *
cli_torrent_load (const CliApp *app, const char *path, int *exit_code)
{
  BtError why = { 0 };
  g_autoptr (GBytes) bytes = read_file (path, &why);
  BtMetainfo *metainfo = NULL;

  if (bytes != NULL)
    metainfo = bt_metainfo_parse (bytes, BT_ORIGIN_OWN, btd_ops (), &why);
  if (metainfo == NULL)
    *exit_code
        = cli_fail_problem (app, &why, strcmp (path, "-") == 0 ? _ ("standard input") : path);
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
}
