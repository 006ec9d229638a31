/* bt-layout.c: pieces, files and what lies between. */
#include "protocol/torrent/bt-layout.h"

#include <glib.h>

#include "protocol/core/bt-limits.h"

static uint64_t
round_up (uint64_t value, uint64_t unit)
{
  uint64_t rest = value % unit;

  return rest == 0 ? value : value + (unit - rest);
}

bool
bt_layout_place (BtLayout *layout, BtFile *files, size_t n_files, uint64_t piece_length,
                 bool aligned)
{
  const uint64_t max = (uint64_t) BT_LIMIT_PIECES * piece_length;
  uint64_t end = 0;

  for (size_t i = 0; i < n_files; i++)
    {
      if (aligned && files[i].length > 0)
        end = round_up (end, piece_length);
      files[i].offset = end;
      if (files[i].length > max - end)
        return false;
      end += files[i].length;
    }
  *layout = (BtLayout){ .files = files,
                        .n_files = n_files,
                        .n_pieces = (uint32_t) (round_up (end, piece_length) / piece_length),
                        .piece_length = piece_length,
                        .end = end };
  return true;
}

uint64_t
bt_layout_piece_start (const BtLayout *layout, uint32_t piece)
{
  return piece * layout->piece_length;
}

size_t
bt_layout_file_at (const BtLayout *layout, uint64_t offset)
{
  size_t low = 0;
  size_t high = layout->n_files;

  while (low < high)
    {
      size_t middle = low + (high - low) / 2;
      const BtFile *file = &layout->files[middle];

      if (file->offset + file->length > offset)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

uint64_t
bt_layout_piece_size (const BtLayout *layout, uint32_t piece)
{
  uint64_t start = bt_layout_piece_start (layout, piece);

  return MIN (start + layout->piece_length, layout->end) - start;
}

uint64_t
bt_layout_piece_size_v2 (const BtLayout *layout, uint32_t piece)
{
  uint64_t start = bt_layout_piece_start (layout, piece);
  const BtFile *file = &layout->files[bt_layout_file_at (layout, start)];

  return MIN (layout->piece_length, file->offset + file->length - start);
}

void
bt_layout_file_pieces (const BtLayout *layout, size_t file, uint32_t *first, uint32_t *end)
{
  const BtFile *f = &layout->files[file];

  *first = (uint32_t) (f->offset / layout->piece_length);
  *end = *first;
  if (f->length > 0)
    *end = (uint32_t) ((f->offset + f->length - 1) / layout->piece_length) + 1;
}

void
bt_span_iter_init (BtSpanIter *iter, const BtLayout *layout, uint64_t offset, uint64_t length)
{
  *iter = (BtSpanIter){
    .layout = layout, .file = bt_layout_file_at (layout, offset), .at = offset, .end = layout->end
  };
  if (offset < iter->end && length < iter->end - offset)
    iter->end = offset + length;
}

bool
bt_span_iter_next (BtSpanIter *iter, BtSpan *out)
{
  const BtFile *files = iter->layout->files;
  const BtFile *file;

  while (iter->file < iter->layout->n_files
         && files[iter->file].offset + files[iter->file].length <= iter->at)
    iter->file++;
  if (iter->file == iter->layout->n_files)
    return false;
  file = &files[iter->file];
  iter->at = MAX (iter->at, file->offset);
  if (iter->at >= iter->end)
    return false;
  *out = (BtSpan){ .file = iter->file,
                   .offset = iter->at - file->offset,
                   .length = MIN (iter->end, file->offset + file->length) - iter->at };
  iter->at += out->length;
  return true;
}
