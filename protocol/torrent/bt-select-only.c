/* bt-select-only.c: file indexes as sorted ranges (BEP 53). */
#include "protocol/torrent/bt-select-only.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/core/bt-limits.h"

void
bt_select_only_clear (BtSelectOnly *self)
{
  g_free (self->ranges);
  *self = (BtSelectOnly){ 0 };
}

static int
compare_first (const void *a, const void *b)
{
  const BtFileRange *left = a;
  const BtFileRange *right = b;

  return (left->first > right->first) - (left->first < right->first);
}

/* Sorts the ranges and joins those that overlap or touch. */
static void
normalise (BtSelectOnly *self)
{
  size_t n = 0; /* ranges that are done */

  if (self->n_ranges == 0)
    return;
  qsort (self->ranges, self->n_ranges, sizeof *self->ranges, compare_first);
  for (size_t i = 0; i < self->n_ranges; i++)
    {
      BtFileRange range = self->ranges[i];
      BtFileRange *before = n > 0 ? &self->ranges[n - 1] : NULL;

      if (before == NULL || range.first > before->last + 1)
        self->ranges[n++] = range;
      else if (range.last > before->last)
        before->last = range.last;
    }
  self->n_ranges = n;
}

static bool
is_allowed (uint32_t first, uint32_t last)
{
  return first <= last && last < BT_LIMIT_SELECT_ONLY;
}

/* Reads digits; false without any or when they are beyond the limit. */
static bool
read_index (const char **p, const char *end, uint32_t *out)
{
  const char *start = *p;
  uint32_t value = 0;

  for (; *p < end && **p >= '0' && **p <= '9'; ++*p)
    {
      value = value * 10 + (uint32_t) (**p - '0');
      if (value >= BT_LIMIT_SELECT_ONLY)
        return false;
    }
  *out = value;
  return *p > start;
}

static bool
read_part (const char *p, const char *end, BtFileRange *out)
{
  if (!read_index (&p, end, &out->first))
    return false;
  out->last = out->first;
  if (p < end && *p == '-')
    {
      p++;
      if (!read_index (&p, end, &out->last))
        return false;
    }
  return p == end && is_allowed (out->first, out->last);
}

void
bt_select_only_parse (BtSelectOnly *self, const char *text, size_t len)
{
  const char *end = len > 0 ? text + len : text;
  GArray *ranges = g_array_new (FALSE, FALSE, sizeof (BtFileRange));

  while (text < end)
    {
      const char *comma = memchr (text, ',', (size_t) (end - text));
      const char *stop = comma != NULL ? comma : end;
      BtFileRange range;

      if (read_part (text, stop, &range))
        g_array_append_val (ranges, range);
      text = comma != NULL ? comma + 1 : end;
    }
  bt_select_only_clear (self);
  self->n_ranges = ranges->len;
  self->ranges = (BtFileRange *) (void *) g_array_free (ranges, FALSE);
  normalise (self);
}

bool
bt_select_only_add (BtSelectOnly *self, uint32_t first, uint32_t last)
{
  if (!is_allowed (first, last))
    return false;
  self->ranges = g_renew (BtFileRange, self->ranges, self->n_ranges + 1);
  self->ranges[self->n_ranges++] = (BtFileRange){ first, last };
  normalise (self);
  return true;
}

bool
bt_select_only_contains (const BtSelectOnly *self, uint32_t index)
{
  size_t low = 0;
  size_t high = self->n_ranges;

  while (low < high)
    {
      size_t middle = low + (high - low) / 2;

      if (index > self->ranges[middle].last)
        low = middle + 1;
      else if (index < self->ranges[middle].first)
        high = middle;
      else
        return true;
    }
  return false;
}

uint32_t
bt_select_only_count (const BtSelectOnly *self)
{
  uint32_t n = 0;

  for (size_t i = 0; i < self->n_ranges; i++)
    n += self->ranges[i].last - self->ranges[i].first + 1;
  return n;
}

void
bt_select_only_write (const BtSelectOnly *self, GString *out)
{
  for (size_t i = 0; i < self->n_ranges; i++)
    {
      const BtFileRange *range = &self->ranges[i];

      if (i > 0)
        g_string_append_c (out, ',');
      g_string_append_printf (out, "%u", range->first);
      if (range->last > range->first)
        g_string_append_printf (out, "-%u", range->last);
    }
}
