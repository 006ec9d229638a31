/* eng-book.h: the entries of an engine, by number and by every name that swarms and encrypted
 * connections have for them.
 *
 * O(1), however many there are. The engine's thread. */
#pragma once

#include <stdint.h>

#include <glib.h>

#include "protocol/core/bt-digest.h"

typedef struct EngBook EngBook;

/* (transfer full) */
EngBook *eng_book_new (const BtDigestOps *ops);
void eng_book_free (EngBook *book); /* accepts NULL */

/* An entry comes, and goes with all of its names. */
void eng_book_add (EngBook *book, uint64_t id, void *entry);
void eng_book_remove (EngBook *book, uint64_t id);
void *eng_book_find (const EngBook *book, uint64_t id);

/* A swarm calls the entry @name, of v2 the first 20 bytes of the hash. Who has it keeps it. */
void eng_book_name (EngBook *book, const uint8_t name[20], void *entry);
/* It is not called anything any more. O(its names). */
void eng_book_unname (EngBook *book, const uint8_t name[20], const void *entry);

void *eng_book_find_name (const EngBook *book, const uint8_t name[20]);
/* The name that bt_mse_name() makes @crypt of, or NULL. Lent. */
const uint8_t *eng_book_find_crypt (const EngBook *book, const uint8_t crypt[20]);
