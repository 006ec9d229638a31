/* shoal-error.c: the one place where a problem that the protocol library reports becomes a sentence
 * for a person, for the client and for the commands. */
#include "shoal-error.h"

#include <errno.h>
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-error.h"

/* GLib's own macros cast const away. */
#define _(text) g_dgettext (GETTEXT_PACKAGE, text)
#define N_(text) (text)

/**
 * shoal_error_quark:
 *
 * Returns: the domain of the library's errors
 */
GQuark
shoal_error_quark (void)
{
  return g_quark_from_static_string ("shoal-error-quark");
}

/* What is said of a subject, "“x.torrent”: ...". */
typedef struct
{
  ShoalError code;
  const char *sentence;
} Problem;

static const Problem problems[BT_ERROR_COUNT] = {
  [BT_OK] = { SHOAL_ERROR_FAILED, N_ ("no error") },
  [BT_ERROR_TRUNCATED] = { SHOAL_ERROR_INVALID, N_ ("ends in the middle of a value") },
  [BT_ERROR_EXPECTED_DIGIT] = { SHOAL_ERROR_INVALID, N_ ("a digit is missing") },
  [BT_ERROR_EXPECTED_COLON]
  = { SHOAL_ERROR_INVALID, N_ ("the colon behind the length of a string is missing") },
  [BT_ERROR_EXPECTED_VALUE] = { SHOAL_ERROR_INVALID, N_ ("a value is missing") },
  [BT_ERROR_NUMBER_FORM]
  = { SHOAL_ERROR_INVALID, N_ ("a number has leading zeros or is minus zero") },
  [BT_ERROR_OVERFLOW] = { SHOAL_ERROR_INVALID, N_ ("a number is too large") },
  [BT_ERROR_DEPTH] = { SHOAL_ERROR_LIMIT, N_ ("lists and dictionaries are nested too deeply") },
  [BT_ERROR_TOKENS] = { SHOAL_ERROR_LIMIT, N_ ("holds too many values") },
  [BT_ERROR_TOO_LARGE] = { SHOAL_ERROR_LIMIT, N_ ("is too large") },
  [BT_ERROR_KEY_ORDER] = { SHOAL_ERROR_INVALID, N_ ("the keys of a dictionary are not sorted") },
  [BT_ERROR_KEY_DUPLICATE] = { SHOAL_ERROR_INVALID, N_ ("a key stands twice in a dictionary") },
  [BT_ERROR_TRAILING] = { SHOAL_ERROR_INVALID, N_ ("something follows after the end") },
  [BT_ERROR_WRONG_TYPE] = { SHOAL_ERROR_INVALID, N_ ("a value is of the wrong type") },
  [BT_ERROR_MISSING_KEY] = { SHOAL_ERROR_INVALID, N_ ("a key is missing") },
  [BT_ERROR_OUT_OF_RANGE] = { SHOAL_ERROR_INVALID, N_ ("a number is outside its range") },
  [BT_ERROR_NOT_POWER_OF_TWO]
  = { SHOAL_ERROR_INVALID, N_ ("the piece length is not a power of two") },
  [BT_ERROR_WRONG_LENGTH] = { SHOAL_ERROR_INVALID, N_ ("a string has the wrong length") },
  [BT_ERROR_MERKLE_V1]
  = { SHOAL_ERROR_UNSUPPORTED,
      N_ ("is a Merkle torrent of BEP 30, which nothing supports any more; BEP 52 replaced it") },
  [BT_ERROR_META_VERSION]
  = { SHOAL_ERROR_UNSUPPORTED, N_ ("is of a version that is not known here") },
  [BT_ERROR_NO_FILES] = { SHOAL_ERROR_INVALID, N_ ("names no files") },
  [BT_ERROR_BOTH_FORMS]
  = { SHOAL_ERROR_INVALID, N_ ("describes one file and a list of files at once") },
  [BT_ERROR_EMPTY_TORRENT] = { SHOAL_ERROR_INVALID, N_ ("has no bytes in any of its files") },
  [BT_ERROR_TOTAL_OVERFLOW] = { SHOAL_ERROR_LIMIT, N_ ("the lengths of its files are too large") },
  [BT_ERROR_TOO_MANY_PIECES]
  = { SHOAL_ERROR_LIMIT, N_ ("has too many pieces; a larger piece size makes fewer") },
  [BT_ERROR_PATH_DEPTH] = { SHOAL_ERROR_LIMIT, N_ ("folders are nested too deeply") },
  [BT_ERROR_COLLISIONS] = { SHOAL_ERROR_LIMIT, N_ ("too many files have the same name") },
  [BT_ERROR_PIECE_COUNT]
  = { SHOAL_ERROR_INVALID, N_ ("the number of hashes does not match the lengths of the files") },
  [BT_ERROR_TREE_ORDER] = { SHOAL_ERROR_INVALID, N_ ("the file tree is not sorted") },
  [BT_ERROR_TREE_SHAPE] = { SHOAL_ERROR_INVALID, N_ ("the file tree has a malformed node") },
  [BT_ERROR_HYBRID_MISMATCH]
  = { SHOAL_ERROR_INVALID, N_ ("the v1 half and the v2 half describe different files") },
  [BT_ERROR_LAYER_MISSING] = { SHOAL_ERROR_INVALID, N_ ("the piece layer of a file is missing") },
  [BT_ERROR_LAYER_MISMATCH]
  = { SHOAL_ERROR_INVALID, N_ ("a piece layer does not match the root of its file") },
  [BT_ERROR_LAYER_EXTRA] = { SHOAL_ERROR_INVALID, N_ ("a piece layer belongs to no file") },
  [BT_ERROR_SYMLINK] = { SHOAL_ERROR_INVALID, N_ ("a symbolic link leads out of the torrent") },
  [BT_ERROR_NOT_MAGNET] = { SHOAL_ERROR_INVALID, N_ ("is neither a magnet link nor an info-hash") },
  [BT_ERROR_NO_HASH] = { SHOAL_ERROR_INVALID, N_ ("the magnet link has no info-hash") },
  [BT_ERROR_BAD_HASH] = { SHOAL_ERROR_INVALID, N_ ("the info-hash is malformed") },
  [BT_ERROR_BAD_ESCAPE] = { SHOAL_ERROR_INVALID, N_ ("a percent sign starts no valid escape") },
  [BT_ERROR_TWO_HASHES]
  = { SHOAL_ERROR_INVALID, N_ ("the magnet link has two different info-hashes of one kind") },
  [BT_ERROR_BAD_ADDRESS] = { SHOAL_ERROR_INVALID, N_ ("is not an address with a port") },
  [BT_ERROR_BAD_URL] = { SHOAL_ERROR_INVALID, N_ ("is not a URL that can be asked here") },
  [BT_ERROR_OPEN] = { SHOAL_ERROR_READ, N_ ("cannot be opened") },
  [BT_ERROR_READ] = { SHOAL_ERROR_READ, N_ ("cannot be read") },
  [BT_ERROR_WRITE] = { SHOAL_ERROR_WRITE, N_ ("cannot be written") },
  [BT_ERROR_NO_SPACE] = { SHOAL_ERROR_NO_SPACE, N_ ("cannot be written") },
  [BT_ERROR_EXISTS] = { SHOAL_ERROR_EXISTS, N_ ("is there already") },
  [BT_ERROR_FILE_CHANGED] = { SHOAL_ERROR_CHANGED, N_ ("changed while it was being read") },
  [BT_ERROR_FILE_VANISHED] = { SHOAL_ERROR_CHANGED, N_ ("went away while it was being read") },
  [BT_ERROR_FILE_SHRANK] = { SHOAL_ERROR_CHANGED, N_ ("became shorter while it was being read") },
  [BT_ERROR_FILE_KIND] = { SHOAL_ERROR_UNFIT, N_ ("is neither a file nor a folder") },
  [BT_ERROR_NAME_ENCODING]
  = { SHOAL_ERROR_UNFIT, N_ ("the name is not UTF-8 and cannot stand in a torrent; rename it") },
  [BT_ERROR_NAME_UNFIT]
  = { SHOAL_ERROR_UNFIT,
      N_ ("the name cannot stand in a torrent, because other systems could not keep it; rename "
          "it") },
  [BT_ERROR_CASE_CLASH]
  = { SHOAL_ERROR_UNFIT,
      N_ ("another file's name differs from this one by letter case alone, and not every disk can "
          "have both; rename one of them or leave it out") },
  [BT_ERROR_LINK_LOOP] = { SHOAL_ERROR_UNFIT, N_ ("symbolic links lead in a circle") },
  [BT_ERROR_NOTHING_TO_SHARE] = { SHOAL_ERROR_UNFIT, N_ ("has nothing to share in it") },
  [BT_ERROR_CANCELLED] = { SHOAL_ERROR_CANCELLED, N_ ("stopped") },
};

/* "key “info.files.path”, file 3, byte 93", as far as it is known; otherwise NULL. */
static char *
place_text (guint64 offset, guint64 item, const char *key)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  if (key != NULL)
    g_ptr_array_add (parts, g_strdup_printf (_ ("key “%s”"), key));
  if (item != BT_NOWHERE)
    g_ptr_array_add (parts, g_strdup_printf (_ ("file %llu"), (unsigned long long) item + 1));
  if (offset != BT_NOWHERE)
    g_ptr_array_add (parts, g_strdup_printf (_ ("byte %llu"), (unsigned long long) offset));
  if (parts->len == 0)
    return NULL;
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (", ", (char **) parts->pdata);
}

/**
 * shoal_error_new_problem: (skip)
 * @problem: a code of the protocol library
 * @sys_errno: what the system said, or 0
 * @offset: the byte of the input that is meant, or %G_MAXUINT64
 * @item: the file of a torrent that is meant, from 0, or %G_MAXUINT64
 * @key: (nullable): the key of a torrent that is meant
 * @subject: (nullable): what was being read or written, as the person knows it
 *
 * Makes an error with a translated sentence of what the protocol library reported. Any thread.
 *
 * Returns: (transfer full): an error of %SHOAL_ERROR
 */
GError *
shoal_error_new_problem (guint problem, int sys_errno, guint64 offset, guint64 item,
                         const char *key, const char *subject)
{
  const Problem *p = &problems[problem < BT_ERROR_COUNT ? problem : 0];
  g_autofree char *place = place_text (offset, item, key);
  g_autoptr (GString) text = g_string_new (NULL);
  ShoalError code = p->code;

  g_string_append (text, _ (p->sentence));
  if (sys_errno != 0)
    g_string_append_printf (text, ": %s", g_strerror (sys_errno));
  if (place != NULL)
    g_string_append_printf (text, " (%s)", place);
  if (sys_errno == ENOENT && code == SHOAL_ERROR_READ)
    code = SHOAL_ERROR_NOT_FOUND;
  if (subject != NULL)
    return g_error_new (SHOAL_ERROR, (gint) code, _ ("“%s”: %s"), subject, text->str);
  return g_error_new_literal (SHOAL_ERROR, (gint) code, text->str);
}
