/* bt-layout.h: where each byte of a torrent lies, in pieces and in files.
 *
 * A torrent's files stand one behind the other in one space of bytes, which is cut into pieces.
 * In v1 they touch, so a piece may hold several files; in v2 and in hybrids each file starts on a
 * piece (BEP 52), and what lies between is a pad file (BEP 47) or nothing at all. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* BtFile.attr (BEP 47); from the fifth on they are our own findings. */
typedef enum
{
  BT_FILE_PAD = 1 << 0, /* zeros that are not written to disk */
  BT_FILE_EXECUTABLE = 1 << 1,
  BT_FILE_HIDDEN = 1 << 2,
  BT_FILE_SYMLINK = 1 << 3,
  BT_FILE_CLEANED = 1 << 4,  /* the path differs from the metadata's: see bt-path.h */
  BT_FILE_SUFFIXED = 1 << 5, /* ... because another file had the same name */
  BT_FILE_RAW = 1 << 6       /* ... and a disk can have the metadata's, see bt_file_raw_path() */
} BtFileAttr;

typedef struct
{
  uint64_t offset;      /* of the first byte in the torrent's space */
  uint64_t length;      /* bytes */
  const char *path;     /* in the torrent's folder, '/' between components, safe for the disk */
  const char *target;   /* of a symbolic link, in the torrent's folder; NULL for other files */
  const uint8_t *root;  /* v2: the file's merkle root, 32 bytes; NULL when v1 only or empty */
  const uint8_t *layer; /* v2: one hash a piece; NULL for a file of at most one piece */
  uint32_t attr;        /* BtFileAttr */
} BtFile;

/* The path as the torrent spells it, where that is another one and cannot lead out of the folder,
 * either; its bytes may be no UTF-8. NULL for all others. It stands behind @path, so that it costs
 * nothing where there is none. */
static inline const char *
bt_file_raw_path (const BtFile *file)
{
  return (file->attr & BT_FILE_RAW) != 0 ? file->path + strlen (file->path) + 1 : NULL;
}

/* Borrows the files: their owner outlives the layout. */
typedef struct
{
  const BtFile *files;
  size_t n_files;
  uint32_t n_pieces;
  uint64_t piece_length; /* bytes */
  uint64_t end;          /* where the last file ends: the size of the space */
} BtLayout;

/* A run of bytes inside one file. */
typedef struct
{
  size_t file;
  uint64_t offset; /* in the file */
  uint64_t length;
} BtSpan;

typedef struct
{
  const BtLayout *layout;
  size_t file;
  uint64_t at;
  uint64_t end;
} BtSpanIter;

/* Places @files one behind the other, from their lengths, and describes the result. With @aligned
 * each file that is not empty starts on a piece. False when the sum or the number of pieces is
 * over its limit. */
bool bt_layout_place (BtLayout *layout, BtFile *files, size_t n_files, uint64_t piece_length,
                      bool aligned);

uint64_t bt_layout_piece_start (const BtLayout *layout, uint32_t piece);

/* How many bytes the v1 hash of a piece covers: all, but for the last piece. */
uint64_t bt_layout_piece_size (const BtLayout *layout, uint32_t piece);

/* How many bytes the v2 hash of a piece covers: up to the end of the file that it starts with.
 * O(log files). */
uint64_t bt_layout_piece_size_v2 (const BtLayout *layout, uint32_t piece);

/* Pieces [*first, *end) that hold bytes of @file; an empty range for an empty file. */
void bt_layout_file_pieces (const BtLayout *layout, size_t file, uint32_t *first, uint32_t *end);

/* The first file that ends behind @offset: it holds the byte, or the byte lies in the gap before
 * it; n_files when there is none. O(log files). */
size_t bt_layout_file_at (const BtLayout *layout, uint64_t offset);

/* Walks the files' parts in [@offset, @offset + @length); gaps and empty files are passed over. */
void bt_span_iter_init (BtSpanIter *iter, const BtLayout *layout, uint64_t offset, uint64_t length);
bool bt_span_iter_next (BtSpanIter *iter, BtSpan *out);
