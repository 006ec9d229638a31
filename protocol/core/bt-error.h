/* bt-error.h: what went wrong, and where, without a word of text.
 *
 * The protocol library reports a code and a place; the sentence for a person is made and translated
 * at the edge: by libshoal-1 for the client and the commands, by the tracker for itself. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each code has a stable name (bt_error_code_name()) for tests and machine-readable output. */
typedef enum
{
  BT_OK,

  /* Bencode (BEP 3) */
  BT_ERROR_TRUNCATED,      /* the input ends inside a value */
  BT_ERROR_EXPECTED_DIGIT, /* a digit had to stand here */
  BT_ERROR_EXPECTED_COLON, /* the colon after a string's length is missing */
  BT_ERROR_EXPECTED_VALUE, /* a value had to start here */
  BT_ERROR_NUMBER_FORM,    /* leading zeros or minus zero, in strict mode */
  BT_ERROR_OVERFLOW,       /* a number does not fit */
  BT_ERROR_DEPTH,          /* nested too deeply */
  BT_ERROR_TOKENS,         /* too many values */
  BT_ERROR_TOO_LARGE,      /* the whole input is over its limit */
  BT_ERROR_KEY_ORDER,      /* dictionary keys not sorted, in strict mode */
  BT_ERROR_KEY_DUPLICATE,  /* a dictionary key twice */
  BT_ERROR_TRAILING,       /* bytes after the end of the value */

  /* The shape of a torrent (BEP 3, 12, 19, 30, 47, 52) */
  BT_ERROR_WRONG_TYPE,       /* a key holds another type than it must */
  BT_ERROR_MISSING_KEY,      /* a key that must be there is not */
  BT_ERROR_OUT_OF_RANGE,     /* a number is outside what its key allows */
  BT_ERROR_NOT_POWER_OF_TWO, /* a v2 piece length */
  BT_ERROR_WRONG_LENGTH,     /* a string of hashes of the wrong length */
  BT_ERROR_MERKLE_V1,        /* a BEP 30 torrent */
  BT_ERROR_META_VERSION,     /* a version that we do not know */
  BT_ERROR_NO_FILES,         /* neither a file nor a list of files */
  BT_ERROR_BOTH_FORMS,       /* "length" and "files" together */
  BT_ERROR_EMPTY_TORRENT,    /* no bytes in any file */
  BT_ERROR_TOTAL_OVERFLOW,   /* the sum of the lengths does not fit */
  BT_ERROR_TOO_MANY_PIECES,
  BT_ERROR_PATH_DEPTH,      /* folders nested too deeply */
  BT_ERROR_COLLISIONS,      /* too many files of the same name */
  BT_ERROR_PIECE_COUNT,     /* the number of v1 hashes does not match the lengths */
  BT_ERROR_TREE_ORDER,      /* a v2 file tree that is not sorted */
  BT_ERROR_TREE_SHAPE,      /* a v2 file tree with a bad node */
  BT_ERROR_HYBRID_MISMATCH, /* the v1 and the v2 half name different files */
  BT_ERROR_LAYER_MISSING,   /* no piece layer for a file of several pieces */
  BT_ERROR_LAYER_MISMATCH,  /* a piece layer does not hash to its root */
  BT_ERROR_LAYER_EXTRA,     /* a piece layer that belongs to no file */
  BT_ERROR_SYMLINK,         /* a symbolic link that leads out of the torrent */

  /* Magnet URIs (BEP 9, 53) and addresses */
  BT_ERROR_NOT_MAGNET,  /* neither a magnet URI nor an info-hash */
  BT_ERROR_NO_HASH,     /* no "xt" that we know */
  BT_ERROR_BAD_HASH,    /* an info-hash of the wrong length or alphabet */
  BT_ERROR_BAD_ESCAPE,  /* a broken percent escape in the hash */
  BT_ERROR_TWO_HASHES,  /* two different hashes of one kind */
  BT_ERROR_BAD_ADDRESS, /* not an address and port */
  BT_ERROR_BAD_URL,     /* not a URL, or of a kind that is not for this */

  /* Files on disk: BtError.sys_errno holds the reason where there is one */
  BT_ERROR_OPEN,
  BT_ERROR_READ,
  BT_ERROR_WRITE,
  BT_ERROR_NO_SPACE,
  BT_ERROR_EXISTS,           /* the output is there already */
  BT_ERROR_FILE_CHANGED,     /* a file changed while it was being read */
  BT_ERROR_FILE_VANISHED,    /* a file went away while it was being read */
  BT_ERROR_FILE_SHRANK,      /* a file became shorter while it was being read */
  BT_ERROR_FILE_KIND,        /* neither a file, a folder nor a link */
  BT_ERROR_NAME_ENCODING,    /* a file name that is not UTF-8 */
  BT_ERROR_NAME_UNFIT,       /* a name that no torrent may carry */
  BT_ERROR_CASE_CLASH,       /* a path that differs from another by letter case alone */
  BT_ERROR_LINK_LOOP,        /* symbolic links that lead in a circle */
  BT_ERROR_NOTHING_TO_SHARE, /* no file left to put into the torrent */
  BT_ERROR_CANCELLED,

  BT_ERROR_COUNT
} BtErrorCode;

#define BT_NOWHERE UINT64_MAX

/* A plain value: nothing to free. @key is static text, the keys from the root joined by dots. */
typedef struct
{
  BtErrorCode code;
  int sys_errno;   /* 0 unless the system refused something */
  uint64_t offset; /* byte in the input, or BT_NOWHERE */
  uint64_t item;   /* which element of a list, from 0, or BT_NOWHERE */
  const char *key; /* "info.piece length", or NULL */
} BtError;

/* Fills @why, which may be NULL, and returns false so that a parser can return it. Inline, so that
 * whoever reads the caller, a static analyser too, sees that it is false. */
static inline bool
bt_error_set (BtError *why, BtErrorCode code, uint64_t offset, const char *key)
{
  if (why != NULL)
    *why = (BtError){ .code = code, .offset = offset, .item = BT_NOWHERE, .key = key };
  return false;
}

/* "key-order" for BT_ERROR_KEY_ORDER; static; never NULL. */
const char *bt_error_code_name (BtErrorCode code);
