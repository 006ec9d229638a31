/* cli-edit.c: `shoal edit`: changes keys of a .torrent and leaves every other byte as it is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "cli/cli-edit-lists.h"
#include "cli/cli-json.h"
#include "cli/cli-lint.h"
#include "cli/cli-output.h"
#include "cli/cli-torrent.h"
#include "protocol/core/bt-bencode.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"
#include "protocol/files/btf-output.h"
#include "protocol/torrent/bt-builder.h"
#include "protocol/torrent/bt-patch.h"
#include "protocol/torrent/bt-path.h"

/* Keys that one edit may change in one dictionary. */
#define MAX_PATCHES 12

typedef struct
{
  CliListChanges lists;
  char *comment;
  gboolean no_date;
  gboolean no_creator;
  char *name;
  char *source;
  gboolean is_private;
  gboolean is_public;
  gboolean rehash;
  char *output;
  gboolean force;
  gboolean dry_run;
  char **allow;
} Options;

/* Patches of one dictionary, and the bytes of their values. */
typedef struct
{
  BtPatch patches[MAX_PATCHES];
  size_t n;
  BtBuffer values[MAX_PATCHES];
} PatchSet;

typedef struct
{
  const CliApp *app;
  const Options *options;
  BtMetainfo *before;
  CliLists lists;
  PatchSet outer;
  PatchSet info;
  GBytes *info_bytes; /* of the new info dictionary; NULL when it stays */
  GBytes *torrent;
  BtMetainfo *after;
  char *output; /* NULL for stdout */
  bool in_place;
} Edit;

static void
describe (void *data, GArray *entries)
{
  Options *o = data;

  cli_list_changes_describe (&o->lists, entries);
  cli_option (entries, "comment", 'c', G_OPTION_ARG_STRING, &o->comment,
              N_ ("Put TEXT into the torrent; an empty one takes the comment out"), N_ ("TEXT"));
  cli_option (entries, "no-date", 0, G_OPTION_ARG_NONE, &o->no_date,
              N_ ("Take the time of creation out"), NULL);
  cli_option (entries, "no-creator", 0, G_OPTION_ARG_NONE, &o->no_creator,
              N_ ("Take out which program made it"), NULL);
  cli_option (entries, "name", 'n', G_OPTION_ARG_STRING, &o->name,
              N_ ("Rename the torrent's file or folder (needs --rehash)"), N_ ("NAME"));
  cli_option (entries, "source", 0, G_OPTION_ARG_STRING, &o->source,
              N_ ("Set the source; an empty one takes it out (needs --rehash)"), N_ ("TEXT"));
  cli_option (entries, "private", 'p', G_OPTION_ARG_NONE, &o->is_private,
              N_ ("Let peers come from the trackers alone (needs --rehash)"), NULL);
  cli_option (entries, "public", 0, G_OPTION_ARG_NONE, &o->is_public,
              N_ ("Take the private mark off (needs --rehash)"), NULL);
  cli_option (entries, "rehash", 0, G_OPTION_ARG_NONE, &o->rehash,
              N_ ("Let the info-hash change: it is then another torrent to every swarm"), NULL);
  cli_option (entries, "output", 'o', G_OPTION_ARG_FILENAME, &o->output,
              N_ ("Write to FILE or into that folder, - for standard output (default: in place)"),
              N_ ("FILE"));
  cli_option (entries, "force", 0, G_OPTION_ARG_NONE, &o->force,
              N_ ("Write over a file that is there already"), NULL);
  cli_option (entries, "dry-run", 0, G_OPTION_ARG_NONE, &o->dry_run,
              N_ ("Say what would change, and write nothing"), NULL);
  cli_option (entries, "allow", 0, G_OPTION_ARG_STRING_ARRAY, &o->allow,
              N_ ("Let a finding of that name pass (may repeat)"), N_ ("LINT"));
}

static void
release (void *data)
{
  Options *o = data;

  cli_list_changes_clear (&o->lists);
  g_free (o->comment);
  g_free (o->name);
  g_free (o->source);
  g_free (o->output);
  g_strfreev (o->allow);
}

/* --- patches --- */

/* A patch whose value the caller writes; nothing written takes the key out. */
static BtBuffer *
patch_begin (PatchSet *set, const char *key)
{
  BtBuffer *value = &set->values[set->n];

  bt_buffer_init (value, BT_LIMIT_OWN_TORRENT_SIZE);
  set->patches[set->n++].key = key;
  return value;
}

static void
patch_text (PatchSet *set, const char *key, const char *text)
{
  BtBuffer *value = patch_begin (set, key);

  if (text != NULL && *text != '\0')
    bt_bencode_write_text (value, text);
}

/* Points the patches at their values, which have stopped growing. */
static void
patches_end (PatchSet *set)
{
  for (size_t i = 0; i < set->n; i++)
    if (set->values[i].len > 0)
      {
        set->patches[i].value = set->values[i].data;
        set->patches[i].len = set->values[i].len;
      }
}

static void
patches_clear (PatchSet *set)
{
  for (size_t i = 0; i < set->n; i++)
    bt_buffer_clear (&set->values[i]);
}

static void
patch_lists (Edit *e)
{
  const CliLists *lists = &e->lists;
  const BtWebSeed *seeds = (const BtWebSeed *) (void *) lists->seeds->data;

  if (lists->trackers_changed)
    {
      BtBuffer *announce = patch_begin (&e->outer, "announce");
      BtBuffer *list = patch_begin (&e->outer, "announce-list");

      bt_builder_write_trackers ((const BtTracker *) (void *) lists->trackers->data,
                                 lists->trackers->len, announce, list);
    }
  if (lists->seeds_changed)
    {
      bt_builder_write_web_seeds (seeds, lists->seeds->len, false,
                                  patch_begin (&e->outer, "url-list"));
      bt_builder_write_web_seeds (seeds, lists->seeds->len, true,
                                  patch_begin (&e->outer, "httpseeds"));
    }
}

static void
patch_words (Edit *e)
{
  const Options *o = e->options;

  if (o->comment != NULL)
    {
      patch_text (&e->outer, "comment", o->comment);
      patch_text (&e->outer, "comment.utf-8", NULL);
    }
  if (o->no_creator)
    patch_text (&e->outer, "created by", NULL);
  if (o->no_date)
    patch_text (&e->outer, "creation date", NULL);
}

/* --- the info dictionary --- */

/* The first value of the dictionary whose opening token was read; with @key the value of that
 * key. */
static bool
find_value (BtBencodeReader *reader, const char *key, const uint8_t **value, size_t *len)
{
  BtBencodeToken token;

  while (bt_bencode_next (reader, &token) && token.type == BT_BENCODE_KEY)
    {
      bool hit = key == NULL || bt_bencode_token_is (&token, key, strlen (key));

      if (!bt_bencode_next (reader, &token) || !bt_bencode_skip (reader, &token))
        return false;
      *value = reader->data + token.offset;
      *len = reader->at - token.offset;
      if (hit)
        return true;
    }
  return false;
}

/* The value of @key in a dictionary, or its first value. */
static bool
dict_value (const uint8_t *dict, size_t dict_len, const char *key, const uint8_t **value,
            size_t *len)
{
  BtBencodeLimits limits = { .max_size = BT_LIMIT_OWN_TORRENT_SIZE,
                             .max_depth = BT_LIMIT_TORRENT_DEPTH,
                             .max_tokens = BT_LIMIT_OWN_TORRENT_TOKENS };
  BtBencodeReader reader;
  BtBencodeToken token;
  bool found;

  bt_bencode_init (&reader, dict, dict_len, &limits);
  found = bt_bencode_next (&reader, &token) && token.type == BT_BENCODE_DICT
          && find_value (&reader, key, value, len);
  bt_bencode_clear (&reader);
  return found;
}

/* A v2 torrent of one file has its name in the file tree as well (BEP 52). */
static void
patch_name (Edit *e)
{
  const char *name = e->options->name;
  size_t info_len;
  const uint8_t *info = bt_metainfo_info (e->before, &info_len);
  const uint8_t *tree;
  const uint8_t *leaf;
  size_t tree_len;
  size_t leaf_len;
  BtBuffer *value;

  patch_text (&e->info, "name", name);
  patch_text (&e->info, "name.utf-8", NULL);
  if (!bt_metainfo_is_single_file (e->before)
      || !dict_value (info, info_len, "file tree", &tree, &tree_len)
      || !dict_value (tree, tree_len, NULL, &leaf, &leaf_len))
    return;
  value = patch_begin (&e->info, "file tree");
  bt_bencode_open_dict (value);
  bt_bencode_write_text (value, name);
  bt_buffer_append (value, leaf, leaf_len);
  bt_bencode_close (value);
}

static void
patch_info (Edit *e)
{
  const Options *o = e->options;

  if (o->name != NULL && strcmp (o->name, bt_metainfo_name (e->before)) != 0)
    patch_name (e);
  if (o->source != NULL && g_strcmp0 (o->source, bt_metainfo_source (e->before)) != 0)
    patch_text (&e->info, "source", o->source);
  if (o->is_private && !bt_metainfo_is_private (e->before))
    bt_bencode_write_int (patch_begin (&e->info, "private"), 1);
  if (o->is_public && bt_metainfo_is_private (e->before))
    patch_text (&e->info, "private", NULL);
}

/* --- checking the options --- */

static bool
asks_for_something (const Options *o)
{
  const CliListChanges *l = &o->lists;

  return l->add_trackers != NULL || l->remove_trackers != NULL || l->replace_trackers != NULL
         || l->add_seeds != NULL || l->remove_seeds != NULL || o->comment != NULL || o->no_date
         || o->no_creator || o->name != NULL || o->source != NULL || o->is_private || o->is_public;
}

static bool
check_options (const Edit *e)
{
  const Options *o = e->options;
  const CliApp *app = e->app;
  const char *unknown = cli_lint_unknown ((const char *const *) o->allow);

  if (app->arguments[0] == NULL)
    return cli_fail_usage (app, _ ("no torrent was given")), false;
  if (app->arguments[1] != NULL)
    return cli_fail_usage (app, _ ("one torrent at a time")), false;
  if (!asks_for_something (o))
    return cli_fail_usage (app, _ ("nothing to change was given")), false;
  if (o->is_private && o->is_public)
    return cli_fail_usage (app, _ ("--private and --public exclude each other")), false;
  if (unknown != NULL)
    return cli_fail_usage (app, _ ("--allow knows no lint named “%s”"), unknown), false;
  if (o->name != NULL && !bt_path_fits (o->name))
    return cli_fail_usage (app, _ ("“%s” cannot be the name of a torrent"), o->name), false;
  return true;
}

/* --- the steps; each returns an exit code --- */

static int
fail_rehash (const Edit *e)
{
  return cli_fail (e->app, CLI_USAGE, "rehash", _ ("the info-hash would change"),
                   _ ("--rehash allows it; peers of the old torrent will not know the new one."));
}

static int
patch (Edit *e)
{
  size_t info_len;
  const uint8_t *info = bt_metainfo_info (e->before, &info_len);
  gsize len;
  const void *data = g_bytes_get_data (bt_metainfo_bytes (e->before), &len);
  BtError why = { 0 };

  if (e->info.n > 0 && !e->options->rehash)
    return fail_rehash (e);
  patches_end (&e->info);
  if (e->info.n > 0)
    e->info_bytes = bt_patch_dict (info, info_len, e->info.patches, e->info.n, &why);
  if (e->info.n > 0 && e->info_bytes == NULL)
    return cli_fail_problem (e->app, &why, e->app->arguments[0]);
  if (e->info_bytes != NULL)
    bt_buffer_append (patch_begin (&e->outer, "info"), g_bytes_get_data (e->info_bytes, NULL),
                      g_bytes_get_size (e->info_bytes));
  patches_end (&e->outer);
  e->torrent = e->outer.n > 0 ? bt_patch_dict (data, len, e->outer.patches, e->outer.n, &why)
                              : g_bytes_ref (bt_metainfo_bytes (e->before));
  if (e->torrent == NULL)
    return cli_fail_problem (e->app, &why, e->app->arguments[0]);
  return CLI_OK;
}

/* Nothing is written that could not be read again. */
static int
read_back (Edit *e)
{
  BtError why = { 0 };

  e->after = bt_metainfo_parse (e->torrent, BT_ORIGIN_OWN, btd_ops (), &why);
  if (e->after == NULL)
    return cli_fail_problem (e->app, &why, e->app->arguments[0]);
  return CLI_OK;
}

/* Only what the edit brought in is looked at. */
static int
look_for_lint (Edit *e)
{
  CliLint lint = { .app = e->app, .allow = (const char *const *) e->options->allow };
  bool is_private = bt_metainfo_is_private (e->after);
  bool now_private = is_private && !bt_metainfo_is_private (e->before);
  size_t n_before;
  size_t n;
  const BtTracker *before = bt_metainfo_trackers (e->before, &n_before);
  const BtTracker *trackers = bt_metainfo_trackers (e->after, &n);

  if (is_private && n == 0 && (now_private || n_before > 0))
    cli_lint_words (&lint, &(BtBuilder){ .is_private = true });
  for (size_t i = 0; i < n; i++)
    {
      bool is_old = false;

      for (size_t k = 0; k < n_before && !is_old; k++)
        is_old = strcmp (before[k].url, trackers[i].url) == 0;
      if (!is_old || now_private)
        cli_lint_tracker (&lint, trackers[i].url, is_private);
    }
  if (e->options->name != NULL)
    cli_lint_name (&lint, e->options->name);
  return cli_lint_end (&lint);
}

/* In place means: the file that a symbolic link leads to, under its own name. */
static int
choose_output (Edit *e)
{
  const char *path = e->app->arguments[0];
  const char *asked = e->options->output;
  g_autofree char *file = g_path_get_basename (path);
  struct stat st;

  e->in_place = asked == NULL && strcmp (path, "-") != 0;
  if (e->in_place)
    {
      char *real = lstat (path, &st) == 0 && S_ISLNK (st.st_mode) ? realpath (path, NULL) : NULL;

      e->output = g_strdup (real != NULL ? real : path);
      free (real);
    }
  else if (asked == NULL || strcmp (asked, "-") == 0)
    e->output = NULL;
  else if (stat (asked, &st) == 0 && S_ISDIR (st.st_mode))
    e->output = g_build_filename (asked, file, NULL);
  else
    e->output = g_strdup (asked);
  return CLI_OK;
}

static int
write_torrent (Edit *e)
{
  g_auto (BtfError) error = { 0 };
  gsize len;
  const void *data = g_bytes_get_data (e->torrent, &len);
  bool overwrite;

  if (e->options->dry_run)
    return CLI_OK;
  if (e->output == NULL)
    {
      (void) !fwrite (data, 1, len, stdout); /* the flush at the end reports */
      return CLI_OK;
    }
  if (e->in_place && g_bytes_equal (e->torrent, bt_metainfo_bytes (e->before)))
    return CLI_OK;
  overwrite = e->in_place || e->options->force
              || (access (e->output, F_OK) == 0 && cli_confirm_overwrite (e->app, e->output));
  if (!btf_output_write (e->output, data, len, overwrite, &error))
    return cli_fail_file (e->app, &error);
  return CLI_OK;
}

/* --- what was done --- */

static bool
hash_changed (const Edit *e)
{
  return e->info_bytes != NULL;
}

static void
report_json (const Edit *e)
{
  JsonBuilder *b = cli_json_begin ();

  cli_json_text (b, "torrent", e->output);
  cli_json_bool (b, "dry_run", e->options->dry_run);
  cli_json_bool (b, "changed", !g_bytes_equal (e->torrent, bt_metainfo_bytes (e->before)));
  cli_json_bool (b, "info_hash_changed", hash_changed (e));
  cli_json_hash (b, "info_hash", bt_metainfo_info_hash_v1 (e->after), BT_SHA1_LEN);
  cli_json_hash (b, "info_hash_v2", bt_metainfo_info_hash_v2 (e->after), BT_SHA256_LEN);
  cli_json_hash (b, "info_hash_before", bt_metainfo_info_hash_v1 (e->before), BT_SHA1_LEN);
  cli_json_hash (b, "info_hash_v2_before", bt_metainfo_info_hash_v2 (e->before), BT_SHA256_LEN);
  cli_json_open_array (b, "keys");
  for (size_t i = 0; i < e->outer.n; i++)
    json_builder_add_string_value (b, e->outer.patches[i].key);
  for (size_t i = 0; i < e->info.n; i++)
    {
      g_autofree char *key = g_strconcat ("info.", e->info.patches[i].key, NULL);

      json_builder_add_string_value (b, key);
    }
  json_builder_end_array (b);
  cli_json_end (b);
}

static int
report (Edit *e)
{
  const CliApp *app = e->app;

  if (e->output == NULL && !e->options->dry_run)
    return CLI_OK;
  if (app->output == CLI_OUTPUT_JSON)
    {
      report_json (e);
      return CLI_OK;
    }
  if (app->globals.quiet)
    return CLI_OK;
  if (g_bytes_equal (e->torrent, bt_metainfo_bytes (e->before)))
    cli_say (app, "%s", _ ("The torrent is that already; nothing changes."));
  cli_row (app, "torrent", e->options->dry_run ? _ ("Would write") : _ ("Torrent"),
           e->output != NULL ? e->output : "-");
  if (hash_changed (e))
    cli_warn (app, "%s",
              _ ("the info-hash is another one: peers of the old torrent do not know "
                 "it"));
  cli_row_hash (app, "info-hash", _ ("Info-hash v1"), bt_metainfo_info_hash_v1 (e->after),
                BT_SHA1_LEN);
  cli_row_hash (app, "info-hash-v2", _ ("Info-hash v2"), bt_metainfo_info_hash_v2 (e->after),
                BT_SHA256_LEN);
  return CLI_OK;
}

/* What is written here is taken by every program. */
static int
fail_layers (const Edit *e)
{
  const char *path = e->app->arguments[0];
  g_autofree char *text = g_strdup_printf (_ ("“%s” lacks piece layers"), path);

  return cli_fail (e->app, CLI_READ, "layer-missing", text,
                   _ ("shoal resolve FILE fetches them from peers and writes a whole torrent."));
}

static int
edit (Edit *e)
{
  static int (*const steps[]) (Edit *)
      = { patch, read_back, look_for_lint, choose_output, write_torrent, report };
  int code = CLI_OK;

  e->before = cli_torrent_load (e->app, e->app->arguments[0], &code);
  if (e->before == NULL)
    return code;
  if (bt_metainfo_needs_layers (e->before))
    return fail_layers (e);
  cli_torrent_warn (e->app, e->before);
  if (!cli_lists_change (&e->lists, &e->options->lists, e->app, e->before))
    return CLI_USAGE;
  patch_lists (e);
  patch_words (e);
  patch_info (e);
  for (size_t i = 0; code == CLI_OK && i < G_N_ELEMENTS (steps); i++)
    code = steps[i](e);
  return code;
}

static int
run (CliApp *app, void *options)
{
  Edit e = { .app = app, .options = options };
  int code = check_options (&e) ? edit (&e) : CLI_USAGE;

  cli_lists_clear (&e.lists);
  patches_clear (&e.outer);
  patches_clear (&e.info);
  g_clear_pointer (&e.info_bytes, g_bytes_unref);
  g_clear_pointer (&e.torrent, g_bytes_unref);
  bt_metainfo_unref (e.before);
  bt_metainfo_unref (e.after);
  g_free (e.output);
  return code;
}

static const CliExample examples[] = {
  { "shoal edit --add-tracker udp://tracker.example:6969 Holiday.torrent",
    N_ ("Add a tracker in a tier of its own") },
  { "shoal edit --replace-tracker http://old.example/a=https://new.example/a Holiday.torrent",
    N_ ("Follow a tracker that has moved") },
  { "shoal edit --comment '' --no-date --no-creator -o clean.torrent Holiday.torrent",
    N_ ("Write a copy that says less") },
  { "shoal edit --private --source SITE --rehash -o site.torrent Holiday.torrent",
    N_ ("Make another torrent of the same files") },
  { NULL, NULL },
};

static const CliChoice choices[] = { { "allow", cli_lint_names }, { NULL, NULL } };

const CliVerb cli_edit_verb = {
  .name = "edit",
  .arguments = N_ ("FILE|-"),
  .takes = CLI_TAKES_TORRENT,
  .choices = choices,
  .summary = N_ ("Change what a .torrent says around its files"),
  .description
  = N_ ("Changes the keys that the options name and leaves every other byte as it is, those of "
        "keys that nobody knows as well. Trackers and seeds are first taken out, then replaced, "
        "then added. The result is read back before it is written; the file is there whole, old "
        "or new, at every moment. Name, source and the private mark are part of the info-hash: "
        "changing them needs --rehash."),
  .examples = examples,
  .options_size = sizeof (Options),
  .describe = describe,
  .release = release,
  .run = run,
};
