/* eng-bytes-private.h: bytes at a place of a file, all of them. False and errno. Any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ENODATA: the file ends before. */
bool eng_bytes_read (int fd, uint8_t *out, size_t len, uint64_t at);
bool eng_bytes_write (int fd, const uint8_t *bytes, size_t len, uint64_t at);
