/* cli-output.c: styles, harmless text, errors; see the header. */
#include "cli/cli-output.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "client-core/shoal.h"
#include "protocol/core/bt-digest.h"
#include "protocol/core/bt-hex.h"

static bool
wants_color (const CliApp *app, int fd)
{
  const char *no_color = g_getenv ("NO_COLOR");

  if (app->globals.no_color || g_strcmp0 (app->globals.color, "never") == 0)
    return false;
  if (g_strcmp0 (app->globals.color, "always") == 0)
    return true;
  return isatty (fd) && (no_color == NULL || *no_color == '\0')
         && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
}

bool
cli_output_init (CliApp *app)
{
  const char *color = app->globals.color;

  app->output = app->globals.json    ? CLI_OUTPUT_JSON
                : app->globals.plain ? CLI_OUTPUT_PLAIN
                                     : CLI_OUTPUT_HUMAN;
  app->color_out = app->output == CLI_OUTPUT_HUMAN && wants_color (app, STDOUT_FILENO);
  app->color_err = wants_color (app, STDERR_FILENO);
  app->utf8 = g_get_charset (NULL);
  return color == NULL || strcmp (color, "auto") == 0 || strcmp (color, "always") == 0
         || strcmp (color, "never") == 0;
}

unsigned
cli_columns (int fd)
{
  struct winsize size;

  return ioctl (fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void
cli_put (const char *text)
{
  fputs (text, stdout);
}

void
cli_putf (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  vfprintf (stdout, format, args);
  va_end (args);
}

static const char *
style_code (CliStyle style)
{
  static const char *const codes[] = {
    [CLI_STYLE_PLAIN] = "0",  [CLI_STYLE_BOLD] = "1", [CLI_STYLE_DIM] = "2",
    [CLI_STYLE_GREEN] = "32", [CLI_STYLE_RED] = "31", [CLI_STYLE_YELLOW] = "33",
    [CLI_STYLE_CYAN] = "36",
  };

  return codes[style];
}

static void
put_styled (FILE *to, bool color, CliStyle style, const char *text)
{
  if (color && style != CLI_STYLE_PLAIN)
    fprintf (to, "\033[%sm%s\033[0m", style_code (style), text);
  else
    fputs (text, to);
}

void
cli_put_styled (const CliApp *app, CliStyle style, const char *text)
{
  put_styled (stdout, app->color_out, style, text);
}

/* Control characters, marks of direction, separators of lines, and what nobody can see; joiners
 * stay, which many a script needs. */
static bool
is_harmful (gunichar c)
{
  static const struct
  {
    gunichar first;
    gunichar last;
  } ranges[] = { { 0x00, 0x1f },     { 0x7f, 0x9f },     { 0xad, 0xad },     { 0x061c, 0x061c },
                 { 0x180e, 0x180e }, { 0x200b, 0x200b }, { 0x200e, 0x200f }, { 0x2028, 0x202e },
                 { 0x2060, 0x206f }, { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0xe0000, 0xe0fff } };

  for (size_t i = 0; i < G_N_ELEMENTS (ranges); i++)
    if (c >= ranges[i].first && c <= ranges[i].last)
      return true;
  return false;
}

static bool
is_plain_ascii (const char *text)
{
  while (*text >= 0x20 && *text < 0x7f)
    text++;
  return *text == '\0';
}

char *
cli_clean (const char *text)
{
  g_autofree char *valid = NULL;
  GString *out;

  if (is_plain_ascii (text))
    return g_strdup (text);
  valid = g_utf8_make_valid (text, -1);
  out = g_string_sized_new (strlen (valid));

  for (const char *at = valid; *at != '\0'; at = g_utf8_find_next_char (at, NULL))
    {
      gunichar c = g_utf8_get_char (at);

      if (c == '\n' || c == '\t')
        g_string_append_c (out, ' ');
      else
        g_string_append_unichar (out, is_harmful (c) ? 0xfffd : c);
    }
  return g_string_free (out, FALSE);
}

unsigned
cli_text_columns (const char *text, size_t len)
{
  unsigned columns = 0;

  for (const char *at = text; at < text + len; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      columns += g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
    }
  return columns;
}

char *
cli_in_columns (const char *text, int width)
{
  int blanks = MAX (0, ABS (width) - (int) cli_text_columns (text, strlen (text)));

  return width < 0 ? g_strdup_printf ("%*s%s", blanks, "", text)
                   : g_strdup_printf ("%s%*s", text, blanks, "");
}

/* Columns of the labels. */
#define LABEL_WIDTH 14

void
cli_row (const CliApp *app, const char *key, const char *label, const char *value)
{
  g_autofree char *clean = NULL;
  g_autofree char *column = NULL;

  if (value == NULL)
    return;
  clean = cli_clean (value);
  if (app->output == CLI_OUTPUT_PLAIN)
    {
      cli_putf ("%s\t%s\n", key, clean);
      return;
    }
  column = cli_in_columns (label, LABEL_WIDTH);
  cli_put_styled (app, CLI_STYLE_BOLD, column);
  cli_putf ("  %s\n", clean);
}

void
cli_row_number (const CliApp *app, const char *key, const char *label, uint64_t value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, value);

  cli_row (app, key, label, text);
}

void
cli_row_hash (const CliApp *app, const char *key, const char *label, const uint8_t *hash,
              size_t len)
{
  char hex[2 * BT_SHA256_LEN + 1];

  if (hash == NULL)
    return;
  bt_hex_write (hash, len, hex);
  cli_row (app, key, label, hex);
}

int
cli_flush (int exit_code)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return exit_code;
  if (ferror (stdout))
    {
      /* An earlier write has failed, and nobody kept the reason: a byte more tells it again. */
      clearerr (stdout);
      errno = EIO;
      (void) !(fputc ('\n', stdout) != EOF && fflush (stdout) == 0);
    }
  if (errno != EPIPE)
    fprintf (stderr, "shoal: %s: %s\n", _ ("the output could not be written"), g_strerror (errno));
  return exit_code == CLI_OK ? (errno == ENOSPC ? CLI_NO_SPACE : CLI_WRITE) : exit_code;
}

static void
put_json (JsonNode *root, bool pretty)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autofree char *text = NULL;

  json_generator_set_pretty (generator, pretty);
  json_generator_set_root (generator, root);
  text = json_generator_to_data (generator, NULL);
  cli_put (text);
  cli_put ("\n");
  json_node_unref (root);
}

void
cli_put_json (JsonNode *root)
{
  put_json (root, true);
}

void
cli_put_json_line (JsonNode *root)
{
  put_json (root, false);
  fflush (stdout);
}

char *
cli_size_text (uint64_t bytes)
{
  char *text = g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);
  char *gap = strstr (text, "\u00a0");

  /* The blank that joins number and unit, where the locale has none. */
  if (gap != NULL && !g_get_charset (NULL))
    {
      gap[0] = ' ';
      memmove (gap + 1, gap + 2, strlen (gap + 2) + 1);
    }
  return text;
}

void
cli_say (const CliApp *app, const char *format, ...)
{
  va_list args;

  if (app->globals.quiet)
    return;
  va_start (args, format);
  vfprintf (stderr, format, args);
  va_end (args);
  fputc ('\n', stderr);
}

void
cli_warn (const CliApp *app, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *clean = NULL;
  va_list args;

  if (app->globals.quiet)
    return;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  clean = cli_clean (text);
  put_styled (stderr, app->color_err, CLI_STYLE_YELLOW, _ ("warning:"));
  fprintf (stderr, " %s\n", clean);
}

static void
put_error_json (bool line, const char *code, const char *message, const char *hint)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  JsonNode *root;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "schema");
  json_builder_add_int_value (builder, 1);
  json_builder_set_member_name (builder, "error");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "code");
  json_builder_add_string_value (builder, code);
  json_builder_set_member_name (builder, "message");
  json_builder_add_string_value (builder, message);
  json_builder_set_member_name (builder, "hint");
  if (hint != NULL)
    json_builder_add_string_value (builder, hint);
  else
    json_builder_add_null_value (builder);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  if (line)
    cli_put_json_line (root);
  else
    cli_put_json (root);
}

int
cli_fail (const CliApp *app, int exit_code, const char *code, const char *message, const char *hint)
{
  g_autofree char *clean = cli_clean (message);

  if (app->output == CLI_OUTPUT_JSON)
    {
      g_autofree char *valid = g_utf8_make_valid (message, -1);

      put_error_json (app->json_lines, code, valid, hint);
      return exit_code;
    }
  put_styled (stderr, app->color_err, CLI_STYLE_RED, "shoal:");
  fprintf (stderr, " %s\n", clean);
  if (hint != NULL)
    fprintf (stderr, "%s %s\n", _ ("hint:"), hint);
  return exit_code;
}

static int
exit_code_for (const GError *error)
{
  switch ((ShoalError) error->code)
    {
    case SHOAL_ERROR_WRITE:
    case SHOAL_ERROR_EXISTS:
    case SHOAL_ERROR_IN_USE:
      return CLI_WRITE;
    case SHOAL_ERROR_NO_SPACE:
      return CLI_NO_SPACE;
    case SHOAL_ERROR_CANCELLED:
      return CLI_SIGINT;
    case SHOAL_ERROR_NETWORK:
    case SHOAL_ERROR_UNAUTHORIZED:
    case SHOAL_ERROR_FORBIDDEN:
    case SHOAL_ERROR_CONFLICT:
      return CLI_NETWORK;
    case SHOAL_ERROR_FAILED:
      return CLI_FAILED;
    case SHOAL_ERROR_INVALID:
    case SHOAL_ERROR_UNSUPPORTED:
    case SHOAL_ERROR_LIMIT:
    case SHOAL_ERROR_NOT_FOUND:
    case SHOAL_ERROR_READ:
    case SHOAL_ERROR_CHANGED:
    case SHOAL_ERROR_UNFIT:
    default:
      return CLI_READ;
    }
}

const char *
cli_code_of (const GError *error, const char *code)
{
  return g_error_matches (error, SHOAL_ERROR, SHOAL_ERROR_CANCELLED)
             ? bt_error_code_name (BT_ERROR_CANCELLED)
             : code;
}

/* What to do about it, where that is not plain. */
static const char *
hint_for (BtErrorCode code)
{
  switch (code)
    {
    case BT_ERROR_EXISTS:
      return _ ("--force writes over it, --output chooses another name.");
    case BT_ERROR_NO_SPACE:
      return _ ("Free some space, or write to another disk with --output.");
    case BT_ERROR_FILE_CHANGED:
    case BT_ERROR_FILE_SHRANK:
    case BT_ERROR_FILE_VANISHED:
      return _ ("Wait until nothing writes to the files, then run the command again.");
    case BT_ERROR_NOTHING_TO_SHARE:
      return _ ("Empty files alone make no torrent; --hidden and --follow-symlinks take more "
                "files.");
    case BT_ERROR_NAME_ENCODING:
    case BT_ERROR_NAME_UNFIT:
      return _ ("--exclude leaves it out, --name chooses the name of the torrent.");
    default:
      return NULL;
    }
}

int
cli_fail_hinted (const CliApp *app, const BtError *why, const char *subject, const char *hint)
{
  g_autoptr (GError) error = shoal_error_new_problem (why->code, why->sys_errno, why->offset,
                                                      why->item, why->key, subject);

  return cli_fail (app, exit_code_for (error), bt_error_code_name (why->code), error->message,
                   hint);
}

int
cli_fail_problem (const CliApp *app, const BtError *why, const char *subject)
{
  return cli_fail_hinted (app, why, subject, hint_for (why->code));
}

int
cli_fail_file (const CliApp *app, const BtfError *error)
{
  return cli_fail_problem (app, &error->why, error->path);
}

int
cli_fail_usage (const CliApp *app, const char *format, ...)
{
  g_autofree char *message = NULL;
  g_autofree char *hint = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  hint = g_strdup_printf (_ ("shoal help %s tells how it is used."), app->verb->name);
  return cli_fail (app, CLI_USAGE, "usage", message, hint);
}

bool
cli_confirm_overwrite (const CliApp *app, const char *path)
{
  g_autofree char *clean = NULL;
  char answer[16] = "";

  if (app->globals.yes)
    return true;
  if (app->globals.no_input || app->output != CLI_OUTPUT_HUMAN || !isatty (STDIN_FILENO)
      || !isatty (STDERR_FILENO))
    return false;
  clean = cli_clean (path);
  fprintf (stderr, _ ("“%s” is there already. Write over it? [y/N] "), clean);
  return fgets (answer, sizeof answer, stdin) != NULL && rpmatch (answer) == 1;
}

/* --- before the work --- */

static int
fail_output (const CliApp *app, BtErrorCode code, int sys_errno, const char *path)
{
  const BtError why
      = { .code = code, .sys_errno = sys_errno, .offset = BT_NOWHERE, .item = BT_NOWHERE };

  return cli_fail_problem (app, &why, path);
}

int
cli_check_writable (const CliApp *app, const char *place, const char *path)
{
  return access (place, W_OK) == 0 ? CLI_OK : fail_output (app, BT_ERROR_WRITE, errno, path);
}

int
cli_check_output (const CliApp *app, const char *path, bool *overwrite)
{
  g_autofree char *folder = g_path_get_dirname (path);
  struct stat st;
  bool is_there = lstat (path, &st) == 0;

  if (is_there && !*overwrite)
    *overwrite = cli_confirm_overwrite (app, path);
  if (is_there && !*overwrite)
    return fail_output (app, BT_ERROR_EXISTS, 0, path);
  return cli_check_writable (app, folder, path);
}
