/* cli-create.c: `shoal create`: a .torrent of files and folders. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "cli/cli-lint.h"
#include "cli/cli-output.h"
#include "cli/cli-progress.h"
#include "cli/cli-qr.h"
#include "cli/cli-register.h"
#include "cli/cli-show.h"
#include "cli/cli-torrent.h"
#include "cli/cli-transfer-topics.h"
#include "cli/cli-transfer.h"
#include "cli/cli-tree.h"
#include "cli/cli-values.h"
#include "cli/cli-words.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"
#include "protocol/files/btf-create.h"
#include "protocol/files/btf-output.h"

typedef struct
{
  char *output;
  char *format;
  char *piece_size;
  CliWords words;
  char *name;
  gboolean no_date;
  gboolean no_creator;
  char **exclude;
  char **include;
  gboolean hidden;
  gboolean follow_symlinks;
  char *sort;
  int threads;
  char **reuse;
  gboolean dry_run;
  gboolean force;
  gboolean link;
  gboolean qr;
  char **allow;
  CliRegister registration;
  gboolean seed;
  CliTransferOptions transfer;
} Options;

/* One creation, from options to result. */
typedef struct
{
  const CliApp *app;
  Options *options;
  BtBuilder words;
  BtfWalkOptions walk;
  BtfTree *tree;
  BtfReuse *reuse; /* NULL without --reuse */
  char *output;    /* NULL for stdout */
  bool overwrite;  /* what is there already */
  GBytes *torrent;
  BtMetainfo *metainfo; /* of @torrent */
  char *folder;         /* that is seeded from; NULL: it cannot be */
  ShoalHashedFiles *hashed;
  CliLint lint;
} Creation;

static void
describe (void *data, GArray *entries)
{
  Options *o = data;

  cli_option (entries, "output", 'o', G_OPTION_ARG_FILENAME, &o->output,
              N_ ("Write to FILE or into that folder; - for standard output"), N_ ("FILE"));
  cli_option (entries, "format", 'f', G_OPTION_ARG_STRING, &o->format,
              N_ ("v1, v2 or hybrid (default: hybrid, with --private v1)"), N_ ("FORMAT"));
  cli_option (entries, "piece-size", 's', G_OPTION_ARG_STRING, &o->piece_size,
              N_ ("Size of the pieces, such as 256KiB, or auto"), N_ ("SIZE"));
  cli_words_describe (&o->words, entries);
  cli_option (entries, "name", 'n', G_OPTION_ARG_STRING, &o->name,
              N_ ("Name of the torrent (default: that of PATH)"), N_ ("NAME"));
  cli_option (entries, "no-date", 0, G_OPTION_ARG_NONE, &o->no_date,
              N_ ("Leave the time of creation out"), NULL);
  cli_option (entries, "no-creator", 0, G_OPTION_ARG_NONE, &o->no_creator,
              N_ ("Leave out which program made it"), NULL);
  cli_option (entries, "exclude", 'x', G_OPTION_ARG_STRING_ARRAY, &o->exclude,
              N_ ("Leave out files and folders that match GLOB (may repeat)"), N_ ("GLOB"));
  cli_option (entries, "include", 'i', G_OPTION_ARG_STRING_ARRAY, &o->include,
              N_ ("Take only files that match GLOB, or lie in such a folder (may repeat)"),
              N_ ("GLOB"));
  cli_option (entries, "hidden", 0, G_OPTION_ARG_NONE, &o->hidden,
              N_ ("Take files whose name starts with a dot, too"), NULL);
  cli_option (entries, "follow-symlinks", 'L', G_OPTION_ARG_NONE, &o->follow_symlinks,
              N_ ("Take what symbolic links lead to; otherwise links are left out"), NULL);
  cli_option (entries, "sort", 0, G_OPTION_ARG_STRING, &o->sort,
              N_ ("Order of the files: path, or size (largest first; v1 only)"), N_ ("ORDER"));
  cli_option (entries, "threads", 'j', G_OPTION_ARG_INT, &o->threads,
              N_ ("Hash with N threads (default: what the disk likes)"), N_ ("N"));
  cli_option (entries, "reuse", 0, G_OPTION_ARG_FILENAME_ARRAY, &o->reuse,
              N_ ("Take hashes of the same files from a .torrent, or from those in a folder, after "
                  "a look at some pieces (may repeat)"),
              N_ ("FILE|DIR"));
  cli_option (entries, "dry-run", 0, G_OPTION_ARG_NONE, &o->dry_run,
              N_ ("Say what would be made, and read no file"), NULL);
  cli_option (entries, "force", 0, G_OPTION_ARG_NONE, &o->force,
              N_ ("Write over a file that is there already"), NULL);
  cli_option (entries, "link", 0, G_OPTION_ARG_NONE, &o->link, N_ ("Print the magnet link"), NULL);
  cli_option (entries, "qr", 0, G_OPTION_ARG_NONE, &o->qr, N_ ("Show the magnet link as a QR code"),
              NULL);
  cli_option (entries, "allow", 0, G_OPTION_ARG_STRING_ARRAY, &o->allow,
              N_ ("Let a finding of that name pass (may repeat)"), N_ ("LINT"));
  cli_register_describe (&o->registration, entries);
  cli_option (entries, "seed", 0, G_OPTION_ARG_NONE, &o->seed,
              N_ ("Seed the files at once; the options of the network are for that"), NULL);
  cli_transfer_describe_network (&o->transfer, entries);
}

static void
release (void *data)
{
  Options *o = data;

  g_free (o->output);
  g_free (o->format);
  g_free (o->piece_size);
  cli_words_clear (&o->words);
  g_free (o->name);
  g_strfreev (o->exclude);
  g_strfreev (o->include);
  g_free (o->sort);
  g_strfreev (o->reuse);
  g_strfreev (o->allow);
  cli_register_clear (&o->registration);
  cli_transfer_clear (&o->transfer);
}

/* --- options to what the library takes --- */

static bool
read_format (Creation *c)
{
  const char *format = c->options->format;

  if (format == NULL)
    c->words.format = c->words.is_private ? BT_FORMAT_V1 : BT_FORMAT_HYBRID;
  else if (strcmp (format, "v1") == 0)
    c->words.format = BT_FORMAT_V1;
  else if (strcmp (format, "v2") == 0)
    c->words.format = BT_FORMAT_V2;
  else if (strcmp (format, "hybrid") == 0)
    c->words.format = BT_FORMAT_HYBRID;
  else
    return cli_fail_usage (c->app, _ ("--format takes v1, v2 or hybrid, not “%s”"), format), false;
  return true;
}

static bool
read_piece_size (Creation *c)
{
  const char *text = c->options->piece_size;
  uint64_t size = 0;
  bool v2 = c->words.format != BT_FORMAT_V1;

  if (text == NULL || strcmp (text, "auto") == 0)
    return true;
  if (!cli_parse_size (text, &size) || size == 0 || size > BT_LIMIT_PIECE_LENGTH)
    return cli_fail_usage (c->app, _ ("--piece-size takes a size such as 256KiB, not “%s”"), text),
           false;
  if (v2 && (size < BT_BLOCK_LEN || (size & (size - 1)) != 0))
    return cli_fail_usage (
               c->app, _ ("--piece-size of a %s torrent must be a power of two of at least 16 KiB"),
               cli_format_name (c->words.format)),
           false;
  c->words.piece_length = size;
  return true;
}

static bool
read_sort (Creation *c)
{
  const char *sort = c->options->sort;

  if (sort == NULL || strcmp (sort, "path") == 0)
    return true;
  if (strcmp (sort, "size") != 0)
    return cli_fail_usage (c->app, _ ("--sort takes path or size, not “%s”"), sort), false;
  if (c->words.format != BT_FORMAT_V1)
    return cli_fail_usage (c->app, _ ("--sort=size needs --format=v1: v2 has an order of its own")),
           false;
  c->walk.sort = BTF_SORT_SIZE;
  return true;
}

/* What is hashed is read from several places at once, and looked at again. */
static bool
check_paths (Creation *c)
{
  struct stat st;

  for (char **path = c->app->arguments; *path != NULL; path++)
    if (strcmp (*path, "-") == 0 && lstat (*path, &st) != 0)
      return cli_fail (c->app, CLI_USAGE, "usage",
                       _ ("a torrent is made of files on the disk, not of standard input"),
                       _ ("Write it to a file first, and give that.")),
             false;
  return true;
}

static bool
check_rest (Creation *c)
{
  const Options *o = c->options;
  const char *unknown = cli_lint_unknown ((const char *const *) o->allow);

  if (c->app->arguments[0] == NULL)
    return cli_fail_usage (c->app, _ ("no file or folder was given")), false;
  if (c->app->arguments[1] != NULL && o->name == NULL)
    return cli_fail_usage (c->app, _ ("several paths need a --name for the torrent")), false;
  if (o->threads < 0 || o->threads > 1024)
    return cli_fail_usage (c->app, _ ("--threads takes a number from 1 to 1024")), false;
  if (unknown != NULL)
    return cli_fail_usage (c->app, _ ("--allow knows no lint named “%s”"), unknown), false;
  return check_paths (c);
}

/* A seed needs the files where the torrent will say that they are. */
static bool
read_seed (Creation *c)
{
  const Options *o = c->options;
  g_autofree char *path = NULL;
  g_autofree char *name = NULL;

  if (!o->seed)
    return true;
  path = g_canonicalize_filename (c->app->arguments[0], NULL);
  name = g_path_get_basename (path);
  if (c->app->arguments[1] != NULL || (o->name != NULL && strcmp (o->name, name) != 0))
    return cli_fail_usage (c->app, _ ("--seed takes one path, which names the torrent: what has "
                                      "another name on the disk cannot be seeded")),
           false;
  if (c->app->output == CLI_OUTPUT_JSON && g_strcmp0 (o->output, "-") == 0)
    return cli_fail_usage (c->app, _ ("standard output takes the torrent or the events of --seed, "
                                      "not both")),
           false;
  return cli_transfer_check (c->app, &o->transfer);
}

static bool
read_options (Creation *c)
{
  Options *o = c->options;

  c->walk = (BtfWalkOptions){ .include = (const char *const *) o->include,
                              .exclude = (const char *const *) o->exclude,
                              .hidden = o->hidden,
                              .follow_symlinks = o->follow_symlinks };
  if (!cli_words_read (&o->words, c->app, &c->words))
    return false;
  c->words.created_by = o->no_creator ? NULL : "Shoal " CLI_VERSION;
  c->words.creation_date = o->no_date ? 0 : g_get_real_time () / G_USEC_PER_SEC;
  c->lint = (CliLint){ .app = c->app, .allow = (const char *const *) o->allow };
  return read_format (c) && read_piece_size (c) && read_sort (c) && check_rest (c) && read_seed (c);
}

/* --- the steps; each returns an exit code --- */

static int
walk (Creation *c)
{
  g_auto (BtfError) error = { 0 };
  CliProgress progress;
  BtfControl control;

  cli_progress_init (&progress, c->app, _ ("Looking"), &control);
  c->tree = btf_tree_walk ((const char *const *) c->app->arguments, c->options->name, &c->walk,
                           &control, &error);
  cli_progress_end (&progress);
  if (c->tree == NULL)
    return cli_fail_file (c->app, &error);
  c->folder = btf_tree_folder (c->tree);
  if (c->tree->skipped_links > 0)
    cli_warn (c->app, _ ("%u symbolic links were left out; --follow-symlinks takes them"),
              c->tree->skipped_links);
  if (c->tree->skipped_special > 0)
    cli_warn (c->app, _ ("%u sockets, pipes or devices were left out"), c->tree->skipped_special);
  if (c->tree->skipped_hidden > 0 && c->app->globals.verbose)
    cli_say (c->app, _ ("%u hidden names were left out; --hidden takes them"),
             c->tree->skipped_hidden);
  return CLI_OK;
}

/* Loads the torrents of --reuse; with an automatic piece size the one of a torrent of just these
 * files is taken, since only then it can be of use. */
static int
load_reuse (Creation *c)
{
  g_auto (BtfError) error = { 0 };
  BtfControl control = { .cancel = &cli_interrupted };

  if (c->options->reuse != NULL)
    c->reuse = btf_reuse_new (c->tree, c->words.format, btd_ops ());
  for (char **path = c->options->reuse; path != NULL && *path != NULL; path++)
    if (!btf_reuse_add (c->reuse, *path, &control, &error))
      return cli_fail_file (c->app, &error);
  if (c->words.piece_length == 0 && c->reuse != NULL)
    c->words.piece_length = btf_reuse_piece_length (c->reuse);
  if (c->words.piece_length == 0)
    c->words.piece_length = btf_create_piece_length (c->tree->total);
  return CLI_OK;
}

static void
say_reused (const Creation *c)
{
  BtfReuseSum sum = btf_reuse_sum (c->reuse);
  g_autofree char *size = cli_size_text (sum.bytes);

  if (sum.files > 0)
    cli_say (c->app,
             ngettext ("Hashes of %zu file were taken from other torrents: %s were not read.",
                       "Hashes of %zu files were taken from other torrents: %s were not read.",
                       sum.files),
             sum.files, size);
  else
    cli_say (c->app, "%s", _ ("No hashes could be taken from other torrents."));
  if (sum.different_files > 0)
    cli_warn (c->app,
              ngettext ("%zu file has the name and length of one in another torrent, but differs",
                        "%zu files have names and lengths of some in other torrents, but differ",
                        sum.different_files),
              sum.different_files);
}

/* Finds out before the hashing what could only fail after it. */
static int
choose_output (Creation *c)
{
  const char *asked = c->options->output;
  g_autofree char *file = g_strconcat (c->tree->name, ".torrent", NULL);
  struct stat st;

  if (g_strcmp0 (asked, "-") == 0)
    return CLI_OK;
  if (asked != NULL && stat (asked, &st) == 0 && S_ISDIR (st.st_mode))
    c->output = g_build_filename (asked, file, NULL);
  else
    c->output = g_strdup (asked != NULL ? asked : file);
  if (c->options->dry_run)
    return CLI_OK;
  c->overwrite = c->options->force;
  return cli_check_output (c->app, c->output, &c->overwrite);
}

static int
look_for_lint (Creation *c)
{
  cli_lint_words (&c->lint, &c->words);
  cli_lint_files (&c->lint, c->tree, c->words.piece_length, c->words.format);
  return cli_lint_end (&c->lint);
}

static int
hash (Creation *c)
{
  BtfCreate create = { .tree = c->tree,
                       .ops = btd_ops (),
                       .words = &c->words,
                       .reuse = c->reuse,
                       .n_threads = (unsigned) c->options->threads };
  g_auto (BtfError) error = { 0 };
  CliProgress progress;
  BtfControl control;

  cli_progress_init (&progress, c->app, _ ("Hashing"), &control);
  c->torrent = btf_create (&create, &control, &error);
  cli_progress_end (&progress);
  if (c->torrent == NULL)
    return cli_fail_file (c->app, &error);
  if (c->reuse != NULL)
    say_reused (c);
  cli_lint_size (&c->lint, g_bytes_get_size (c->torrent));
  return cli_lint_end (&c->lint);
}

static int
write_torrent (Creation *c)
{
  g_auto (BtfError) error = { 0 };
  gsize len;
  const void *data = g_bytes_get_data (c->torrent, &len);

  if (c->output == NULL)
    {
      (void) !fwrite (data, 1, len, stdout); /* the flush at the end reports */
      return CLI_OK;
    }
  if (!btf_output_write (c->output, data, len, c->overwrite, &error))
    return cli_fail_file (c->app, &error);
  return CLI_OK;
}

static bool
is_reported (const Creation *c)
{
  return c->output != NULL
         && (!c->app->globals.quiet || c->options->link || c->options->qr
             || c->app->output != CLI_OUTPUT_HUMAN);
}

static int
register_torrent (Creation *c)
{
  return cli_register_run (&c->options->registration, c->app, c->torrent, c->output);
}

/* Reads back what was made: the summary speaks of what is there, and a seed serves it. */
static int
read_back (Creation *c)
{
  BtError why = { 0 };

  if (!is_reported (c) && !c->options->seed)
    return CLI_OK;
  /* Where hashes were taken from elsewhere, nothing was read as a whole. */
  if (c->options->seed && (c->reuse == NULL || btf_reuse_sum (c->reuse).files == 0))
    c->hashed = cli_tree_hashed (c->tree);
  /* A million files need not be held twice. */
  g_clear_pointer (&c->reuse, btf_reuse_free);
  g_clear_pointer (&c->tree, btf_tree_free);
  c->metainfo = bt_metainfo_parse (c->torrent, BT_ORIGIN_OWN, btd_ops (), &why);
  if (c->metainfo == NULL)
    return cli_fail_problem (c->app, &why, c->output);
  return CLI_OK;
}

/* Among events the summary is one as well. */
static int
report (Creation *c)
{
  const CliShow show = { .app = c->app,
                         .metainfo = c->metainfo,
                         .path = c->output,
                         .link = c->options->link,
                         .qr = c->options->qr,
                         .added = c->options->registration.added };

  if (c->app->output == CLI_OUTPUT_JSON && c->options->seed)
    cli_show_made_event (&show);
  else if (is_reported (c))
    cli_show_made (&show);
  return CLI_OK;
}

static int
seed (Creation *c)
{
  const CliTransfer transfer = { .app = c->app,
                                 .options = &c->options->transfer,
                                 .metainfo = c->metainfo,
                                 .folder = c->folder,
                                 .hashed = c->hashed,
                                 .seed_only = true,
                                 .seed_after = true };

  if (!c->options->seed)
    return CLI_OK;
  (void) cli_flush (CLI_OK); /* whoever waits for the link gets it now; the end reports */
  return cli_transfer_run (&transfer);
}

static int
report_dry_run (const Creation *c)
{
  g_autofree char *size = cli_size_text (c->tree->total);
  g_autofree char *piece = cli_size_text (c->words.piece_length);
  g_autofree char *output = cli_clean (c->output != NULL ? c->output : "-");
  uint64_t n_pieces = cli_lint_count_pieces (c->tree, c->words.piece_length, c->words.format);

  if (c->app->output == CLI_OUTPUT_JSON)
    cli_show_plan_json (c->tree, &c->words, n_pieces, c->output);
  else
    cli_putf (_ ("Would make %s: %s, %u files, %s, %llu pieces of %s\n"), output,
              cli_format_name (c->words.format), c->tree->entries->len, size,
              (unsigned long long) n_pieces, piece);
  return CLI_OK;
}

static int
create (Creation *c)
{
  static int (*const steps[]) (Creation *)
      = { hash, write_torrent, register_torrent, read_back, report, seed };
  int code = cli_register_open (&c->options->registration, c->app, &c->words);

  if (code == CLI_OK)
    code = walk (c);
  if (code == CLI_OK)
    code = load_reuse (c);
  if (code == CLI_OK)
    code = look_for_lint (c);
  if (code == CLI_OK)
    code = choose_output (c);
  if (code == CLI_OK && c->options->dry_run)
    return report_dry_run (c);
  for (size_t i = 0; code == CLI_OK && i < G_N_ELEMENTS (steps); i++)
    code = steps[i](c);
  return code;
}

static int
run (CliApp *app, void *options)
{
  Creation c = { .app = app, .options = options };
  int code;

  app->json_lines = c.options->seed;
  code = read_options (&c) ? create (&c) : CLI_USAGE;

  btf_reuse_free (c.reuse);
  btf_tree_free (c.tree);
  g_free (c.output);
  g_free (c.folder);
  g_clear_pointer (&c.torrent, g_bytes_unref);
  bt_metainfo_unref (c.metainfo);
  g_clear_object (&c.hashed);
  return code;
}

static const CliExample examples[] = {
  { "shoal create Holiday", N_ ("Make Holiday.torrent, a hybrid, of a file or folder") },
  { "shoal create Holiday --tracker udp://tracker.example:6969 --link",
    N_ ("Name a tracker and print the magnet link") },
  { "shoal create -f v1 -s 1MiB -o - song.flac > song.torrent",
    N_ ("Choose format and piece size, and write to standard output") },
  { "shoal create docs src --name project -x '*.o'",
    N_ ("Put two folders into one torrent, without object files") },
  { "shoal create --reuse ~/torrents Holiday",
    N_ ("Read only what no torrent in that folder knows already") },
  { "shoal create --seed --seed-for 2h --link -t udp://tracker.example:6969 Holiday",
    N_ ("Make it, print its link and seed it for two hours") },
  { "shoal create -t https://tracker.example/announce --register --token-file token Holiday",
    N_ ("Register it at its tracker") },
  { NULL, NULL },
};

static const char *const formats[] = { "v1", "v2", "hybrid", NULL };
static const char *const piece_sizes[]
    = { "auto", "16KiB", "32KiB", "64KiB", "128KiB", "256KiB", "512KiB",
        "1MiB", "2MiB",  "4MiB",  "8MiB",  "16MiB",  "32MiB",  NULL };
static const char *const orders[] = { "path", "size", NULL };

static const CliChoice choices[] = {
  { "format", formats },       { "piece-size", piece_sizes },     { "sort", orders },
  { "allow", cli_lint_names }, { "encryption", cli_encryptions }, { NULL, NULL },
};

const CliVerb cli_create_verb = {
  .name = "create",
  .arguments = N_ ("PATH…"),
  .takes = CLI_TAKES_PATHS,
  .choices = choices,
  .summary = N_ ("Make a .torrent of files and folders"),
  .description
  = N_ ("Reads the files once and writes a .torrent, by default a hybrid: clients of v1 and of v2 "
        "share it. A few programs, such as aria2 and Transmission before 4.0, take v1 alone. Each "
        "--tracker is a tier of its own; trackers joined by commas share one. "
        "With --reuse the hashes of files that other torrents hold are taken from there, after a "
        "sample of their pieces was read and compared. "
        "Nothing is written when a file changes while it is read, or when a lint finds "
        "something that the torrent should not have. "
        "With --register its tracker is given the .torrent, which stays when the tracker refuses; "
        "the "
        "exit code is 8 then, and nothing is seeded. "
        "With --seed the files are served at once, until it is stopped, or "
        "until --seed-ratio or --seed-for is reached."),
  .topics = cli_transfer_topics,
  .examples = examples,
  .options_size = sizeof (Options),
  .describe = describe,
  .release = release,
  .run = run,
};
