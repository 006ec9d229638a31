/* cli-lint.h: what a torrent should not be like, though it could. Each finding has a name, and
 * --allow NAME lets it pass. */
#pragma once

#include "cli/cli.h"
#include "protocol/files/btf-tree.h"
#include "protocol/torrent/bt-builder.h"

typedef struct
{
  const CliApp *app;
  const char *const *allow; /* NULL-terminated or NULL */
  unsigned refused;
} CliLint;

/* Names of all lints; ends with NULL. */
extern const char *const cli_lint_names[];

/* Whether each name of @allow is a lint; otherwise the first that is none. */
const char *cli_lint_unknown (const char *const *allow);

/* Looks at the words, then at the files; findings go to stderr. */
void cli_lint_words (CliLint *lint, const BtBuilder *words);
void cli_lint_files (CliLint *lint, const BtfTree *tree, uint64_t piece_length, BtFormat format);
void cli_lint_tracker (CliLint *lint, const char *url, bool is_private);
void cli_lint_name (CliLint *lint, const char *name);
void cli_lint_size (CliLint *lint, uint64_t torrent_size);

/* How many pieces such a torrent will have. */
uint64_t cli_lint_count_pieces (const BtfTree *tree, uint64_t piece_length, BtFormat format);

/* CLI_OK, or CLI_LINT after saying what can be done. */
int cli_lint_end (const CliLint *lint);
