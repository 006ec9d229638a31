/* fuzz-target.h: what every fuzz-NAME.c defines, for libFuzzer and for the replay alike. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Gives @len bytes at @data, which lie in an allocation of exactly that size, to the parser;
 * returns 0. It traps when the parser breaks a promise. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t len);
