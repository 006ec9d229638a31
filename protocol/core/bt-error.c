/* bt-error.c: the names of the codes. */
#include "protocol/core/bt-error.h"

#include "protocol/core/bt-assert.h"

static const char *const names[BT_ERROR_COUNT] = {
  [BT_OK] = "ok",
  [BT_ERROR_TRUNCATED] = "truncated",
  [BT_ERROR_EXPECTED_DIGIT] = "expected-digit",
  [BT_ERROR_EXPECTED_COLON] = "expected-colon",
  [BT_ERROR_EXPECTED_VALUE] = "expected-value",
  [BT_ERROR_NUMBER_FORM] = "number-form",
  [BT_ERROR_OVERFLOW] = "overflow",
  [BT_ERROR_DEPTH] = "depth",
  [BT_ERROR_TOKENS] = "tokens",
  [BT_ERROR_TOO_LARGE] = "too-large",
  [BT_ERROR_KEY_ORDER] = "key-order",
  [BT_ERROR_KEY_DUPLICATE] = "key-duplicate",
  [BT_ERROR_TRAILING] = "trailing",
  [BT_ERROR_WRONG_TYPE] = "wrong-type",
  [BT_ERROR_MISSING_KEY] = "missing-key",
  [BT_ERROR_OUT_OF_RANGE] = "out-of-range",
  [BT_ERROR_NOT_POWER_OF_TWO] = "not-power-of-two",
  [BT_ERROR_WRONG_LENGTH] = "wrong-length",
  [BT_ERROR_MERKLE_V1] = "merkle-v1",
  [BT_ERROR_META_VERSION] = "meta-version",
  [BT_ERROR_NO_FILES] = "no-files",
  [BT_ERROR_BOTH_FORMS] = "both-forms",
  [BT_ERROR_EMPTY_TORRENT] = "empty-torrent",
  [BT_ERROR_TOTAL_OVERFLOW] = "total-overflow",
  [BT_ERROR_TOO_MANY_PIECES] = "too-many-pieces",
  [BT_ERROR_PATH_DEPTH] = "path-depth",
  [BT_ERROR_COLLISIONS] = "collisions",
  [BT_ERROR_PIECE_COUNT] = "piece-count",
  [BT_ERROR_TREE_ORDER] = "tree-order",
  [BT_ERROR_TREE_SHAPE] = "tree-shape",
  [BT_ERROR_HYBRID_MISMATCH] = "hybrid-mismatch",
  [BT_ERROR_LAYER_MISSING] = "layer-missing",
  [BT_ERROR_LAYER_MISMATCH] = "layer-mismatch",
  [BT_ERROR_LAYER_EXTRA] = "layer-extra",
  [BT_ERROR_SYMLINK] = "symlink",
  [BT_ERROR_NOT_MAGNET] = "not-magnet",
  [BT_ERROR_NO_HASH] = "no-hash",
  [BT_ERROR_BAD_HASH] = "bad-hash",
  [BT_ERROR_BAD_ESCAPE] = "bad-escape",
  [BT_ERROR_TWO_HASHES] = "two-hashes",
  [BT_ERROR_BAD_ADDRESS] = "bad-address",
  [BT_ERROR_BAD_URL] = "bad-url",
  [BT_ERROR_OPEN] = "open",
  [BT_ERROR_READ] = "read",
  [BT_ERROR_WRITE] = "write",
  [BT_ERROR_NO_SPACE] = "no-space",
  [BT_ERROR_EXISTS] = "exists",
  [BT_ERROR_FILE_CHANGED] = "file-changed",
  [BT_ERROR_FILE_VANISHED] = "file-vanished",
  [BT_ERROR_FILE_SHRANK] = "file-shrank",
  [BT_ERROR_FILE_KIND] = "file-kind",
  [BT_ERROR_NAME_ENCODING] = "name-encoding",
  [BT_ERROR_NAME_UNFIT] = "name-unfit",
  [BT_ERROR_CASE_CLASH] = "case-clash",
  [BT_ERROR_LINK_LOOP] = "link-loop",
  [BT_ERROR_NOTHING_TO_SHARE] = "nothing-to-share",
  [BT_ERROR_CANCELLED] = "cancelled",
};

const char *
bt_error_code_name (BtErrorCode code)
{
  bt_assert (code < BT_ERROR_COUNT && names[code] != NULL);
  return names[code];
}
