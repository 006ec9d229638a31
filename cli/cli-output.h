/* cli-output.h: what goes to stdout and to stderr, and how.
 *
 * Nothing that a stranger wrote reaches a terminal raw: control characters and marks that change
 * the direction of text are replaced (a name could otherwise move the cursor or hide its end). */
#pragma once

#include <json-glib/json-glib.h>

#include "cli/cli.h"

typedef enum
{
  CLI_STYLE_PLAIN,
  CLI_STYLE_BOLD,
  CLI_STYLE_DIM,
  CLI_STYLE_GREEN,
  CLI_STYLE_RED,
  CLI_STYLE_YELLOW,
  CLI_STYLE_CYAN
} CliStyle;

/* Decides about colours and the form of the output from options, environment and terminal. */
bool cli_output_init (CliApp *app);

/* How many columns the terminal at @fd has; 80 when there is none. */
unsigned cli_columns (int fd);

/* How many columns @len bytes of UTF-8 take. */
unsigned cli_text_columns (const char *text, size_t len);

/* A text in as many columns as @width has: blanks behind it, or before it when @width is negative,
 * as printf() has it, which counts bytes. What is wider stays whole. (transfer full) */
char *cli_in_columns (const char *text, int width);

/* Text to stdout, as it is. */
void cli_put (const char *text);
void cli_putf (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* Text to stdout in a style, where stdout takes colours. */
void cli_put_styled (const CliApp *app, CliStyle style, const char *text);

/* One line of a record: the translated @label and the value for a person, @key and the value, a tab
 * between, with --plain. Nothing when @value is NULL. The value is made harmless. */
void cli_row (const CliApp *app, const char *key, const char *label, const char *value);

/* The same with a number, or a hash in hex; a NULL hash is nothing. */
void cli_row_number (const CliApp *app, const char *key, const char *label, uint64_t value);
void cli_row_hash (const CliApp *app, const char *key, const char *label, const uint8_t *hash,
                   size_t len);

/* A stranger's text, made harmless. (transfer full) */
char *cli_clean (const char *text);

/* Whether everything reached stdout; otherwise the exit code that says so. */
int cli_flush (int exit_code);

/* A JSON document on stdout; takes @root. */
void cli_put_json (JsonNode *root);
/* The same on one line, which is there at once. */
void cli_put_json_line (JsonNode *root);

/* "12.3 MiB", or bytes below a KiB. (transfer full) */
char *cli_size_text (uint64_t bytes);

/* Says on stderr, unless --quiet. */
void cli_say (const CliApp *app, const char *format, ...) G_GNUC_PRINTF (2, 3);
void cli_warn (const CliApp *app, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Reports why the command ends: a sentence on stderr, or an object on stdout with --json. @code is
 * a short name for programs; @hint may be NULL. Returns @exit_code. */
int cli_fail (const CliApp *app, int exit_code, const char *code, const char *message,
              const char *hint);

/* Such a name for what the library reports where one is as good as another: @code, unless it was
 * stopped. */
const char *cli_code_of (const GError *error, const char *code);

/* The same for what the protocol library reported of @subject. */
int cli_fail_problem (const CliApp *app, const BtError *why, const char *subject);
/* ... with a hint of the caller's, or NULL for none. */
int cli_fail_hinted (const CliApp *app, const BtError *why, const char *subject, const char *hint);
int cli_fail_file (const CliApp *app, const BtfError *error);

/* Whether a file that is there may be written over: with --yes, or when the person says so on the
 * terminal, who is not asked with --no-input. */
bool cli_confirm_overwrite (const CliApp *app, const char *path);

/* To be asked before the work begins that would be for nothing: whether @path can be written in
 * @place, the folder or file that it goes to; and whether a file can be made at @path, over what is
 * there when *overwrite says so, or the person does, which it says then. Each returns an exit code,
 * after the error was reported. */
int cli_check_writable (const CliApp *app, const char *place, const char *path);
int cli_check_output (const CliApp *app, const char *path, bool *overwrite);

/* A mistake in the command line. */
int cli_fail_usage (const CliApp *app, const char *format, ...) G_GNUC_PRINTF (2, 3);
