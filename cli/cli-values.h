/* cli-values.h: reading the values of options. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

/* "256KiB", "4M", "1.5 GB", "262144": KiB, MiB and so on, and the letters alone, are powers of
 * 1,024; KB, MB and so on are powers of 1,000. False when it is none. */
bool cli_parse_size (const char *text, uint64_t *out);

/* A whole number between @min and @max. */
bool cli_parse_uint (const char *text, uint64_t min, uint64_t max, uint64_t *out);

/* "90s", "30m", "2h", "1d", in microseconds. */
bool cli_parse_duration (const char *text, uint64_t *out_us);

/* Where to listen, as shoal_session_new() takes it: @bind is an address, with brackets or without,
 * an interface, or NULL for everywhere. (transfer full) */
char *cli_listen_text (const char *bind, int port);

/* Whether a tracker could be there: http, https or udp, with a host. */
bool cli_is_tracker_url (const char *url);

/* Whether it is an http or https URL with a host. */
bool cli_is_http_url (const char *url);

/* Whether it is an http, https or ftp URL with a host. */
bool cli_is_web_url (const char *url);

/* The word of @words (ends with NULL) nearest to a mistyped @word, or NULL when none is near. */
const char *cli_nearest (const char *word, const char *const *words);
