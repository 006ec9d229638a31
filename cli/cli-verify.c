/* cli-verify.c: `shoal verify`: which files and pieces are not what the torrent says. */
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gi18n.h>

#include "cli/cli-json.h"
#include "cli/cli-output.h"
#include "cli/cli-progress.h"
#include "cli/cli-torrent.h"
#include "protocol/digest/btd.h"
#include "protocol/files/btf-names.h"
#include "protocol/files/btf-verify.h"

/* Bad pieces that are named, unless --verbose asks for all. */
#define PIECE_LINES 20

/* Files that are named for one piece, likewise. */
#define PIECE_FILES 4

typedef struct
{
  int threads;
} Options;

/* A run of bad bytes in a file. */
typedef struct
{
  uint64_t offset;
  uint64_t length;
} Range;

typedef struct
{
  const CliApp *app;
  const BtfReport *report;
  const BtLayout *layout;
} Result;

static void
describe (void *data, GArray *entries)
{
  Options *o = data;

  cli_option (entries, "threads", 'j', G_OPTION_ARG_INT, &o->threads,
              N_ ("Hash with N threads (default: what the disk likes)"), N_ ("N"));
}

static void
release (void *data)
{
}

/* --- what is wrong with a file --- */

static bool
is_shown (const Result *r, size_t file)
{
  return (r->layout->files[file].attr & BT_FILE_PAD) == 0;
}

static bool
is_bad (const Result *r, size_t file)
{
  return r->report->files[file].state != BTF_FILE_GOOD;
}

static size_t
count_shown (const Result *r)
{
  return bt_metainfo_n_real_files (r->report->metainfo);
}

/* The parts of @file that lie in bad pieces; neighbours are one. */
static GArray *
bad_ranges (const Result *r, size_t file)
{
  GArray *ranges = g_array_new (FALSE, FALSE, sizeof (Range));
  const BtFile *f = &r->layout->files[file];
  uint32_t piece;
  uint32_t end;

  for (bt_layout_file_pieces (r->layout, file, &piece, &end); piece < end; piece++)
    {
      uint64_t start = MAX (bt_layout_piece_start (r->layout, piece), f->offset) - f->offset;
      uint64_t stop = MIN (bt_layout_piece_start (r->layout, piece) + r->layout->piece_length,
                           f->offset + f->length)
                      - f->offset;
      Range *last = ranges->len > 0 ? &g_array_index (ranges, Range, ranges->len - 1) : NULL;

      if (r->report->good[piece] != 0)
        continue;
      if (last != NULL && last->offset + last->length == start)
        last->length = stop - last->offset;
      else
        g_array_append_vals (ranges, &(Range){ start, stop - start }, 1);
    }
  return ranges;
}

/* "; bytes 0-16383, 32768-49151", the first few. */
static void
append_ranges (GString *text, const Result *r, size_t file)
{
  g_autoptr (GArray) ranges = bad_ranges (r, file);
  guint max = r->app->globals.verbose ? ranges->len : MIN (ranges->len, 5);

  for (guint i = 0; i < max; i++)
    {
      const Range *range = &g_array_index (ranges, Range, i);

      g_string_append (text, i > 0 ? ", " : _ (": bytes "));
      g_string_append_printf (text, "%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT, range->offset,
                              range->offset + range->length - 1);
    }
  if (max < ranges->len)
    g_string_append (text, ", …");
}

/* Nothing says which piece of it is bad. */
static bool
is_judged_whole (const Result *r, size_t file)
{
  const BtMetainfo *metainfo = r->report->metainfo;

  return bt_metainfo_format (metainfo) == BT_FORMAT_V2 && bt_metainfo_lacks_layer (metainfo, file);
}

/* What is to be said behind the path. */
static char *
state_text (const Result *r, size_t file)
{
  const BtfFileReport *f = &r->report->files[file];
  g_autofree char *found = cli_size_text (f->found);
  g_autofree char *wanted = cli_size_text (r->layout->files[file].length);
  GString *text = g_string_new (NULL);

  if (f->state == BTF_FILE_SHORT)
    g_string_append_printf (text, _ (" (has %s of %s)"), found, wanted);
  else if (f->state == BTF_FILE_LONG)
    g_string_append_printf (text, _ (" (has %s instead of %s)"), found, wanted);
  else if (f->state == BTF_FILE_UNREADABLE)
    g_string_append_printf (text, " (%s)", g_strerror (f->sys_errno));
  if (f->bad_pieces == 0 || f->state == BTF_FILE_MISSING || f->state == BTF_FILE_NOT_A_FILE)
    return g_string_free (text, FALSE);
  if (is_judged_whole (r, file))
    g_string_append (text, _ (" (which part of it is not known: its piece layer is missing)"));
  else
    {
      g_string_append_printf (text, ngettext (" %u bad piece", " %u bad pieces", f->bad_pieces),
                              f->bad_pieces);
      append_ranges (text, r, file);
    }
  return g_string_free (text, FALSE);
}

static const char *
state_label (BtfFileState state)
{
  static const char *const labels[] = {
    [BTF_FILE_GOOD] = N_ ("good"),
    [BTF_FILE_MISSING] = N_ ("missing"),
    [BTF_FILE_SHORT] = N_ ("short"),
    [BTF_FILE_LONG] = N_ ("long"),
    [BTF_FILE_CORRUPT] = N_ ("corrupt"),
    [BTF_FILE_UNREADABLE] = N_ ("unreadable"),
    [BTF_FILE_NOT_A_FILE] = N_ ("not a file"),
  };

  return _ (labels[state]);
}

/* --- for a person --- */

static void
put_file (const Result *r, size_t file)
{
  BtfFileState state = r->report->files[file].state;
  g_autofree char *label = cli_in_columns (state_label (state), 11);
  g_autofree char *path = cli_clean (r->layout->files[file].path);
  g_autofree char *text = state_text (r, file);

  cli_put_styled (r->app, state == BTF_FILE_GOOD ? CLI_STYLE_GREEN : CLI_STYLE_RED, label);
  cli_putf (" %s%s\n", path, text);
}

/* The files that a piece touches, and which bytes of them; the first few. */
static void
put_piece (const Result *r, uint32_t piece)
{
  unsigned max = r->app->globals.verbose ? UINT_MAX : PIECE_FILES;
  unsigned n = 0;
  BtSpanIter iter;
  BtSpan span;

  cli_putf (_ ("  piece %u:"), piece);
  bt_span_iter_init (&iter, r->layout, bt_layout_piece_start (r->layout, piece),
                     r->layout->piece_length);
  while (bt_span_iter_next (&iter, &span) && n <= max)
    {
      g_autofree char *path = cli_clean (r->layout->files[span.file].path);

      if (!is_shown (r, span.file))
        continue;
      if (n++ == max)
        cli_put (", …");
      else
        cli_putf ("%s %s %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT, n == 1 ? "" : ",", path,
                  span.offset, span.offset + span.length - 1);
    }
  cli_put ("\n");
}

static bool
is_listed (const Result *r, uint32_t piece)
{
  uint64_t start = bt_layout_piece_start (r->layout, piece);

  return r->report->good[piece] == 0 && !is_judged_whole (r, bt_layout_file_at (r->layout, start));
}

static void
put_pieces (const Result *r)
{
  uint32_t n_bad = 0;
  uint32_t max;
  uint32_t shown = 0;

  for (uint32_t i = 0; i < r->layout->n_pieces; i++)
    n_bad += is_listed (r, i);
  max = r->app->globals.verbose ? n_bad : MIN (n_bad, PIECE_LINES);

  if (n_bad == 0)
    return;
  cli_put_styled (r->app, CLI_STYLE_BOLD, _ ("Bad pieces"));
  cli_put ("\n");
  for (uint32_t i = 0; i < r->layout->n_pieces && shown < max; i++)
    if (is_listed (r, i))
      {
        put_piece (r, i);
        shown++;
      }
  if (shown < n_bad)
    cli_putf (ngettext ("  … and %u more (--verbose shows all)\n",
                        "  … and %u more (--verbose shows all)\n", n_bad - shown),
              n_bad - shown);
}

static void
put_end (const Result *r)
{
  uint32_t n_bad = r->layout->n_pieces - r->report->n_good;
  g_autofree char *size = cli_size_text (bt_metainfo_content_size (r->report->metainfo));

  if (r->report->n_bad_files == 0)
    cli_putf (ngettext ("All is well: %zu file, %s, matches the torrent.\n",
                        "All is well: %zu files, %s, match the torrent.\n", count_shown (r)),
              count_shown (r), size);
  else
    cli_putf (_ ("%zu of %zu files and %u of %u pieces do not match the torrent.\n"),
              r->report->n_bad_files, count_shown (r), n_bad, r->layout->n_pieces);
}

static void
put_human (const Result *r)
{
  bool quiet = r->app->globals.quiet;

  for (size_t i = 0; i < r->layout->n_files; i++)
    if (is_bad (r, i) || (r->app->globals.verbose && !quiet && is_shown (r, i)))
      put_file (r, i);
  if (quiet)
    return;
  put_pieces (r);
  put_end (r);
}

/* --- for a script --- */

static void
put_plain (const Result *r)
{
  const BtfReport *report = r->report;

  for (size_t i = 0; i < r->layout->n_files; i++)
    {
      const BtfFileReport *f = &report->files[i];
      g_autofree char *path = cli_clean (r->layout->files[i].path);

      if (is_bad (r, i) || (r->app->globals.verbose && is_shown (r, i)))
        cli_putf ("file\t%s\t%" G_GUINT64_FORMAT "\t%" G_GUINT64_FORMAT "\t%u\t%s\n",
                  btf_file_state_name (f->state), r->layout->files[i].length, f->found,
                  f->bad_pieces, path);
    }
  for (uint32_t i = 0; i < r->layout->n_pieces; i++)
    if (report->good[i] == 0)
      cli_putf ("piece\t%u\n", i);
  cli_putf ("result\t%s\t%zu\t%zu\t%u\t%u\n", report->n_bad_files == 0 ? "good" : "bad",
            report->n_bad_files, count_shown (r), r->layout->n_pieces - report->n_good,
            r->layout->n_pieces);
}

/* --- JSON --- */

static void
add_pieces (const Result *r, JsonBuilder *b)
{
  json_builder_set_member_name (b, "pieces");
  json_builder_begin_object (b);
  cli_json_number (b, "count", r->layout->n_pieces);
  cli_json_number (b, "good", r->report->n_good);
  cli_json_open_array (b, "bad");
  for (uint32_t i = 0; i < r->layout->n_pieces; i++)
    if (r->report->good[i] == 0)
      json_builder_add_int_value (b, i);
  json_builder_end_array (b);
  json_builder_end_object (b);
}

static void
add_ranges (const Result *r, JsonBuilder *b, size_t file)
{
  g_autoptr (GArray) ranges = bad_ranges (r, file);

  cli_json_open_array (b, "ranges");
  for (guint i = 0; i < ranges->len; i++)
    {
      json_builder_begin_object (b);
      cli_json_number (b, "offset", g_array_index (ranges, Range, i).offset);
      cli_json_number (b, "length", g_array_index (ranges, Range, i).length);
      json_builder_end_object (b);
    }
  json_builder_end_array (b);
}

static void
add_file (const Result *r, JsonBuilder *b, size_t file)
{
  const BtfFileReport *f = &r->report->files[file];

  json_builder_begin_object (b);
  cli_json_text (b, "path", r->layout->files[file].path);
  cli_json_text (b, "state", btf_file_state_name (f->state));
  cli_json_text (b, "reason", f->state == BTF_FILE_UNREADABLE ? g_strerror (f->sys_errno) : NULL);
  cli_json_number (b, "length", r->layout->files[file].length);
  cli_json_number (b, "found", f->found);
  cli_json_number (b, "bad_pieces", f->bad_pieces);
  add_ranges (r, b, file);
  json_builder_end_object (b);
}

static void
put_json (const Result *r, const char *torrent)
{
  JsonBuilder *b = cli_json_begin ();

  cli_json_text (b, "torrent", torrent);
  cli_json_text (b, "content", r->report->base);
  cli_json_bool (b, "good", r->report->n_bad_files == 0);
  cli_json_number (b, "file_count", count_shown (r));
  cli_json_number (b, "bad_files", r->report->n_bad_files);
  add_pieces (r, b);
  cli_json_open_array (b, "files");
  for (size_t i = 0; i < r->layout->n_files; i++)
    if (is_bad (r, i) || (r->app->globals.verbose && is_shown (r, i)))
      add_file (r, b, i);
  json_builder_end_array (b);
  cli_json_end (b);
}

/* --- the verb --- */

static bool
holds (const BtMetainfo *metainfo, const char *folder)
{
  g_autofree char *path = NULL;
  BtfPlace place;
  struct stat st;

  btf_place_init (&place, folder);
  path = g_build_filename (folder, btf_names_top (metainfo, &place), NULL);
  return lstat (path, &st) == 0;
}

/* Where the content is when nobody says it: in the current folder, or beside the torrent. */
static char *
find_place (const CliApp *app, const BtMetainfo *metainfo)
{
  const char *torrent = app->arguments[0];
  g_autofree char *folder = g_path_get_dirname (torrent);

  if (app->arguments[1] != NULL)
    return g_strdup (app->arguments[1]);
  if (holds (metainfo, "."))
    return g_strdup (".");
  if (strcmp (torrent, "-") != 0 && holds (metainfo, folder))
    return g_steal_pointer (&folder);
  return NULL;
}

static int
fail_nowhere (const CliApp *app, const BtMetainfo *metainfo)
{
  g_autofree char *text = g_strdup_printf (
      _ ("“%s” is neither in this folder nor beside the torrent"), bt_metainfo_name (metainfo));

  return cli_fail (app, CLI_READ, "content-not-found", text,
                   _ ("shoal verify FILE PATH says where it is."));
}

static int
verify (const CliApp *app, const Options *o, BtMetainfo *metainfo)
{
  g_autofree char *place = find_place (app, metainfo);
  g_auto (BtfError) error = { 0 };
  g_autoptr (BtfReport) report = NULL;
  CliProgress progress;
  BtfControl control;
  Result result;

  if (place == NULL)
    return fail_nowhere (app, metainfo);
  cli_progress_init (&progress, app, _ ("Verifying"), &control);
  report = btf_verify (metainfo, place, btd_ops (), (unsigned) o->threads, &control, &error);
  cli_progress_end (&progress);
  if (report == NULL)
    return cli_fail_file (app, &error);
  result = (Result){ .app = app, .report = report, .layout = bt_metainfo_layout (metainfo) };
  if (app->output == CLI_OUTPUT_JSON)
    put_json (&result, app->arguments[0]);
  else if (app->output == CLI_OUTPUT_PLAIN)
    put_plain (&result);
  else
    put_human (&result);
  return report->n_bad_files == 0 ? CLI_OK : CLI_VERIFY;
}

static int
run (CliApp *app, void *data)
{
  const Options *o = data;
  g_autoptr (BtMetainfo) metainfo = NULL;
  int code = CLI_OK;

  if (app->arguments[0] == NULL)
    return cli_fail_usage (app, _ ("no torrent was given"));
  if (app->arguments[1] != NULL && app->arguments[2] != NULL)
    return cli_fail_usage (app, _ ("a torrent and one path are all that is taken"));
  if (o->threads < 0 || o->threads > 1024)
    return cli_fail_usage (app, _ ("--threads takes a number from 1 to 1024"));
  metainfo = cli_torrent_load (app, app->arguments[0], &code);
  if (metainfo == NULL)
    return code;
  cli_torrent_warn (app, metainfo);
  return verify (app, o, metainfo);
}

static const CliExample examples[] = {
  { "shoal verify Holiday.torrent", N_ ("Look in this folder, then beside the torrent") },
  { "shoal verify Holiday.torrent ~/Downloads", N_ ("Say where the content is") },
  { "shoal verify --plain Holiday.torrent | awk '$1 == \"file\"'",
    N_ ("List the bad files for a script") },
  { NULL, NULL },
};

const CliVerb cli_verify_verb = {
  .name = "verify",
  .arguments = N_ ("FILE [PATH]"),
  .takes = CLI_TAKES_TORRENT_AND_PATH,
  .summary = N_ ("Compare files with a .torrent"),
  .description
  = N_ ("Hashes the files and names those that are missing, of the wrong length, corrupt or "
        "unreadable, the pieces that do not match, and which bytes of which files they hold. PATH "
        "is the file or folder itself, or the folder that holds it. With --plain a line says "
        "“file”, state, length, bytes found, bad pieces and path; “piece” and its number, from 0; "
        "or “result”, good or bad, and how many files and pieces are bad of how many. With "
        "--verbose good files are listed, too."),
  .examples = examples,
  .options_size = sizeof (Options),
  .describe = describe,
  .release = release,
  .run = run,
};
