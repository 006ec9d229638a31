/* cli-lint.c: the lints; the three first named ones carry the names that imdl gave them. */
#include "cli/cli-lint.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "cli/cli-output.h"
#include "protocol/core/bt-limits.h"

#define MANY_PIECES 2000000u
#define LARGE_TORRENT (10 * BT_MIB)

const char *const cli_lint_names[] = {
  "private-trackerless",
  "small-piece-length",
  "uneven-piece-length",
  "many-pieces",
  "large-torrent",
  "unportable-path",
  "case-clash",
  "local-tracker",
  "tracker-credentials",
  "private-http-tracker",
  NULL,
};

const char *
cli_lint_unknown (const char *const *allow)
{
  for (; allow != NULL && *allow != NULL; allow++)
    if (!g_strv_contains (cli_lint_names, *allow))
      return *allow;
  return NULL;
}

static void finding (CliLint *lint, const char *name, const char *format, ...) G_GNUC_PRINTF (3, 4);

static void
finding (CliLint *lint, const char *name, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  if (lint->allow != NULL && g_strv_contains (lint->allow, name))
    return;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  lint->refused++;
  cli_warn (lint->app, "[%s] %s", name, text);
}

/* --- words --- */

static bool
is_local_host (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address) || g_inet_address_get_is_any (address);
  return g_ascii_strcasecmp (host, "localhost") == 0;
}

void
cli_lint_tracker (CliLint *lint, const char *url, bool is_private)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  if (uri == NULL || g_uri_get_host (uri) == NULL)
    return;
  if (is_local_host (g_uri_get_host (uri)))
    finding (lint, "local-tracker", _ ("“%s” can be reached from this machine alone"), url);
  if (g_uri_get_userinfo (uri) != NULL)
    finding (lint, "tracker-credentials",
             _ ("“%s” carries a user name or a password, which everybody will see"), url);
  if (is_private && strcmp (g_uri_get_scheme (uri), "http") == 0)
    finding (lint, "private-http-tracker",
             _ ("“%s” sends a private torrent's announces unencrypted; use https"), url);
}

void
cli_lint_words (CliLint *lint, const BtBuilder *words)
{
  if (words->is_private && words->n_trackers == 0)
    finding (lint, "private-trackerless", _ ("a private torrent without a tracker finds no peers"));
  for (size_t i = 0; i < words->n_trackers; i++)
    cli_lint_tracker (lint, words->trackers[i].url, words->is_private);
}

/* --- files --- */

static bool
is_unportable (const char *path)
{
  for (const char *at = path; *at != '\0'; at++)
    if (strchr ("<>:\"|?*", *at) != NULL
        || ((*at == '.' || *at == ' ') && (at[1] == '/' || at[1] == '\0')))
      return true;
  return false;
}

void
cli_lint_name (CliLint *lint, const char *name)
{
  if (is_unportable (name))
    finding (lint, "unportable-path", _ ("not every system can keep the name “%s”"), name);
}

/* Names each kind once, with the first file that has it. */
static void
lint_paths (CliLint *lint, const BtfTree *tree)
{
  bool unportable = is_unportable (tree->name);
  const char *clash = btf_tree_find_case_clash (tree);

  cli_lint_name (lint, tree->name);
  for (guint i = 0; i < tree->entries->len && !unportable; i++)
    {
      const char *path = g_array_index (tree->entries, BtfEntry, i).path;

      unportable = is_unportable (path);
      if (unportable)
        finding (lint, "unportable-path", _ ("not every system can keep the name “%s”"), path);
    }
  if (clash != NULL)
    finding (lint, "case-clash", _ ("another file differs from “%s” by letter case alone"), clash);
}

uint64_t
cli_lint_count_pieces (const BtfTree *tree, uint64_t piece_length, BtFormat format)
{
  uint64_t n = 0;

  if (format == BT_FORMAT_V1)
    return (tree->total + piece_length - 1) / piece_length;
  for (guint i = 0; i < tree->entries->len; i++)
    n += (g_array_index (tree->entries, BtfEntry, i).length + piece_length - 1) / piece_length;
  return n;
}

void
cli_lint_files (CliLint *lint, const BtfTree *tree, uint64_t piece_length, BtFormat format)
{
  uint64_t n_pieces = cli_lint_count_pieces (tree, piece_length, format);

  if (piece_length < BT_BLOCK_LEN)
    finding (lint, "small-piece-length",
             _ ("pieces below 16 KiB make the torrent needlessly large"));
  if ((piece_length & (piece_length - 1)) != 0)
    finding (lint, "uneven-piece-length",
             _ ("a piece size that is no power of two is refused by some clients"));
  if (n_pieces > MANY_PIECES)
    finding (lint, "many-pieces",
             _ ("%llu pieces are more than most clients take; use larger pieces"),
             (unsigned long long) n_pieces);
  lint_paths (lint, tree);
}

void
cli_lint_size (CliLint *lint, uint64_t torrent_size)
{
  g_autofree char *size = cli_size_text (torrent_size);

  if (torrent_size > LARGE_TORRENT)
    finding (lint, "large-torrent",
             _ ("the .torrent has %s, more than some clients and sites take; use larger pieces"),
             size);
}

int
cli_lint_end (const CliLint *lint)
{
  if (lint->refused == 0)
    return CLI_OK;
  return cli_fail (lint->app, CLI_LINT, "lint", _ ("nothing was written, because of the above"),
                   _ ("--allow NAME lets a finding of that name pass."));
}
