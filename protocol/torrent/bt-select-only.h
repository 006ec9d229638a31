/* bt-select-only.h: which files of a torrent a magnet URI asks for (BEP 53): "0,2,4,6-8".
 *
 * Kept as ranges, so that "0-99999" costs what "0" costs. Indexes are those of the torrent's file
 * list, from 0, and below BT_LIMIT_SELECT_ONLY. One owner at a time; no locks. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/* Files @first to @last, both included. */
typedef struct
{
  uint32_t first;
  uint32_t last;
} BtFileRange;

/* Embedded; zeroed means that nothing is selected, which asks for every file. */
typedef struct
{
  BtFileRange *ranges; /* owned; sorted, with at least one file between two of them */
  size_t n_ranges;
} BtSelectOnly;

void bt_select_only_clear (BtSelectOnly *self);

/* Reads @len bytes into an empty @self. Parts that are no index and no range, or that go beyond the
 * limit, are ignored. O(n log n). */
void bt_select_only_parse (BtSelectOnly *self, const char *text, size_t len);

/* Adds files; false when the range is backwards or beyond the limit. O(number of ranges). */
bool bt_select_only_add (BtSelectOnly *self, uint32_t first, uint32_t last);

bool bt_select_only_contains (const BtSelectOnly *self, uint32_t index);

/* How many files are selected. */
uint32_t bt_select_only_count (const BtSelectOnly *self);

/* Appends the text. */
void bt_select_only_write (const BtSelectOnly *self, GString *out);
