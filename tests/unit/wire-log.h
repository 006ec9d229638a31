/* wire-log.h: a driver for the wire that writes down what it sees, for the tests of protocol/peer.
 *
 * Events and data become text, "have 7; request 1 0 16384; ", so that a test compares two lines. */
#pragma once

#include <glib.h>

#include "protocol/peer/bt-wire.h"

/* Gives @len bytes to the wire, in an allocation of their size, as a reader of sockets would, and
 * appends to @log what comes. Returns how many bytes were used: all, until the end. */
size_t wire_log_input (BtWire *wire, const uint8_t *bytes, size_t len, uint64_t now_us,
                       GString *log);

/* The same in parts of @part bytes. */
void wire_log_parts (BtWire *wire, const uint8_t *bytes, size_t len, size_t part, GString *log);

/* Appends the events that wait. */
void wire_log_events (BtWire *wire, GString *log);

/* Bytes written as hexadecimal digits and spaces. (transfer full) */
GByteArray *wire_log_bytes (const char *hex);

/* Takes what waits to be sent, in steps of @step bytes; the data of a block is its cookie's lowest
 * byte, repeated. Hexadecimal. (transfer full) */
char *wire_log_output (BtWire *wire, size_t step);
