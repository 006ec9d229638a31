/* btf-verify.h: comparing the files on disk with a torrent. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/files/btf-control.h"
#include "protocol/files/btf-error.h"
#include "protocol/torrent/bt-metainfo.h"

typedef enum
{
  BTF_FILE_GOOD,
  BTF_FILE_MISSING,
  BTF_FILE_SHORT,
  BTF_FILE_LONG,       /* the part that the torrent knows may still be good */
  BTF_FILE_CORRUPT,    /* of the right length, with pieces that do not match */
  BTF_FILE_UNREADABLE, /* @sys_errno says why */
  BTF_FILE_NOT_A_FILE  /* a folder, a device, a socket stands in its place */
} BtfFileState;

typedef struct
{
  BtfFileState state;
  int sys_errno;
  uint64_t found;      /* bytes on disk */
  uint32_t bad_pieces; /* that touch it; some may be its neighbours' fault. Of a file of v2 whose
                          piece layer is missing: all or none */
} BtfFileReport;

typedef struct
{
  BtMetainfo *metainfo;
  char *base;           /* the folder of the files, or the single file */
  uint8_t *raw;         /* what btf_names_find() says of that folder */
  BtfFileReport *files; /* one for each of the layout; pads and links are good */
  uint8_t *good;        /* one for each piece: 1 when it matches */
  uint32_t n_good;
  size_t n_bad_files;
} BtfReport;

/* Hashes what is there. @place is the folder that holds the torrent's file or folder, or the
 * content itself. NULL and @error when it was cancelled or there is nothing at @place; a file that
 * cannot be read is part of the report. */
BtfReport *btf_verify (BtMetainfo *metainfo, const char *place, const BtDigestOps *ops,
                       unsigned n_threads, const BtfControl *control, BtfError *error);

void btf_report_free (BtfReport *report);

/* "missing", "short" and so on; static. */
const char *btf_file_state_name (BtfFileState state);

/* A file's place on disk. (transfer full) */
char *btf_report_disk_path (const BtfReport *report, size_t file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BtfReport, btf_report_free)
