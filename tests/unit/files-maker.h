/* files-maker.h: folders full of known bytes for the tests of protocol/files. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/files/btf-create.h"

/* A temporary folder; remove it with files_remove(). (transfer full) */
char *files_folder (void);
void files_remove (char *folder);

/* Writes @len bytes that depend on @seed alone to a file below @folder, making its folders. */
void files_write (const char *folder, const char *path, size_t len, uint32_t seed);

/* The same bytes in memory. (transfer full) */
uint8_t *files_bytes (size_t len, uint32_t seed);

/* Changes one byte of a file. */
void files_spoil (const char *folder, const char *path, size_t at);

/* A torrent of everything below @folder, whose last component is its name. (transfer full) */
BtMetainfo *files_torrent (const char *folder, BtFormat format, uint64_t piece_length,
                           unsigned n_threads);
