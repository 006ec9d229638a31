/* cli-qr.c: two rows of modules a line where the locale has half blocks. */
#include "cli/cli-qr.h"

#include <qrencode.h>

#include "cli/cli-output.h"

#define MARGIN 2

static bool
is_dark (const QRcode *code, int x, int y)
{
  if (x < 0 || y < 0 || x >= code->width || y >= code->width)
    return false;
  return (code->data[y * code->width + x] & 1) != 0;
}

/* Light modules are drawn, so that the code reads on a dark terminal as well with its margin. */
static void
put_half_blocks (const QRcode *code)
{
  static const char *const blocks[2][2] = { { "█", "▀" }, { "▄", " " } };

  for (int y = -MARGIN; y < code->width + MARGIN; y += 2)
    {
      for (int x = -MARGIN; x < code->width + MARGIN; x++)
        cli_put (blocks[is_dark (code, x, y)][is_dark (code, x, y + 1)]);
      cli_put ("\n");
    }
}

static void
put_ascii (const QRcode *code)
{
  for (int y = -MARGIN; y < code->width + MARGIN; y++)
    {
      for (int x = -MARGIN; x < code->width + MARGIN; x++)
        cli_put (is_dark (code, x, y) ? "  " : "##");
      cli_put ("\n");
    }
}

bool
cli_qr_put (const CliApp *app, const char *text)
{
  QRcode *code = QRcode_encodeString8bit (text, 0, QR_ECLEVEL_L);

  if (code == NULL)
    return false;
  if (app->utf8)
    put_half_blocks (code);
  else
    put_ascii (code);
  QRcode_free (code);
  return true;
}
