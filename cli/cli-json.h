/* cli-json.h: building the documents of --json.
 *
 * A document is one object whose first member, "schema", is the version of its form. What
 * is not UTF-8 in a text, such as a path on disk, is replaced. */
#pragma once

#include <json-glib/json-glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A new document, open. */
JsonBuilder *cli_json_begin (void);

/* Closes the document and prints it; takes @b. */
void cli_json_end (JsonBuilder *b);

/* The same in one line, for documents that follow each other; whoever reads along gets it now. */
void cli_json_end_line (JsonBuilder *b);

/* One member each. NULL is null. */
void cli_json_text (JsonBuilder *b, const char *name, const char *text);
void cli_json_number (JsonBuilder *b, const char *name, uint64_t number);
void cli_json_bool (JsonBuilder *b, const char *name, bool value);
void cli_json_hash (JsonBuilder *b, const char *name, const uint8_t *hash, size_t len);

/* Texts that are UTF-8. */
void cli_json_texts (JsonBuilder *b, const char *name, const char *const *texts, size_t n);

/* An array that the caller fills and ends. */
void cli_json_open_array (JsonBuilder *b, const char *name);
