/* cli-qr.h: a QR code on the terminal. */
#pragma once

#include "cli/cli.h"

/* Prints @text as a QR code, dark on light. False when it is too long for one. */
bool cli_qr_put (const CliApp *app, const char *text);
