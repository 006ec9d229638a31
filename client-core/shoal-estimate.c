/* shoal-estimate.c: what a torrent will be like. Its lists are written once for each format, with
 * no hash in them; what the hashes and the gaps between files add is reckoned for each piece
 * length. */
#include "shoal-estimate.h"

#include <string.h>

#include "client-core/shoal-creator-private.h"
#include "client-core/shoal-task-private.h"
#include "protocol/core/bt-limits.h"
#include "protocol/files/btf-create.h"

/* The powers of two that a torrent may have as piece length, of which v2 takes all. */
#define FIRST_POWER 14u
#define LAST_POWER 30u
#define N_POWERS (LAST_POWER - FIRST_POWER + 1)
#define N_FORMATS 3u

typedef struct
{
  uint64_t n_pieces; /* 0: a torrent cannot be so */
  uint64_t size;     /* bytes */
} Figures;

struct _ShoalEstimate
{
  GObject parent;
  char *name;
  uint64_t total;
  guint n_files;
  guint n_left_out;
  uint64_t piece_length;
  Figures figures[N_FORMATS][N_POWERS];
};

G_DEFINE_FINAL_TYPE (ShoalEstimate, shoal_estimate, G_TYPE_OBJECT)

/**
 * ShoalEstimate:
 *
 * What shoal_creator_create_async() would make of the files as they are now.
 */

static void
shoal_estimate_finalize (GObject *object)
{
  g_free (SHOAL_ESTIMATE (object)->name);
  G_OBJECT_CLASS (shoal_estimate_parent_class)->finalize (object);
}

static void
shoal_estimate_class_init (ShoalEstimateClass *class)
{
  G_OBJECT_CLASS (class)->finalize = shoal_estimate_finalize;
}

static void
shoal_estimate_init (ShoalEstimate *self)
{
}

/* --- the reckoning, on the work's thread --- */

static unsigned
count_digits (uint64_t n)
{
  unsigned digits = 1;

  for (; n >= 10; n /= 10)
    digits++;
  return digits;
}

/* A string of bencode: its length, ':' and itself. */
static uint64_t
size_of_string (uint64_t len)
{
  return count_digits (len) + 1 + len;
}

/* One pad of a hybrid: d4:attr1:p6:lengthi%ue4:pathl4:.pad%u:%uee. */
static uint64_t
size_of_pad (uint64_t length)
{
  unsigned digits = count_digits (length);

  return strlen ("d4:attr1:p6:lengthie4:pathl4:.padee") + digits + size_of_string (digits);
}

/* Pieces of 2^@power bytes: a shift, since this is done for each file and each power. */
static uint64_t
count_pieces (uint64_t length, unsigned power)
{
  return (length + (UINT64_C (1) << power) - 1) >> power;
}

/* Of all files with pieces of a length, whatever the format. */
typedef struct
{
  uint64_t aligned; /* pieces when each file begins one */
  uint64_t pads;    /* bytes of the pads between files */
  uint64_t layers;  /* bytes of hashes of files with several pieces */
} Sums;

static Sums
sum_files (const BtfTree *tree, unsigned power)
{
  const uint64_t piece_length = UINT64_C (1) << power;
  Sums sums = { 0 };
  uint64_t over = 0;

  for (guint i = 0; i < tree->entries->len; i++)
    {
      uint64_t length = g_array_index (tree->entries, BtfEntry, i).length;
      uint64_t n = count_pieces (length, power);

      if (length > 0 && over > 0)
        sums.pads += size_of_pad (piece_length - over);
      if (length > 0)
        over = length & (piece_length - 1);
      sums.aligned += n;
      if (n > 1)
        sums.layers += size_of_string (BT_SHA256_LEN) + size_of_string (n * BT_SHA256_LEN);
    }
  return sums;
}

/* @base: bytes with neither piece, pad, layer nor a piece length of more than one digit. */
static Figures
reckon (const BtfTree *tree, const Sums *sums, BtFormat format, unsigned power, uint64_t base)
{
  bool v1 = (format & BT_FORMAT_V1) != 0;
  bool v2 = (format & BT_FORMAT_V2) != 0;
  Figures out = { .n_pieces = v2 ? sums->aligned : count_pieces (tree->total, power),
                  .size = base + count_digits (UINT64_C (1) << power) - 1 };

  if (v1)
    out.size += size_of_string (out.n_pieces * BT_SHA1_LEN) - size_of_string (0);
  if (v1 && v2 && !tree->single_file)
    out.size += sums->pads;
  if (v2)
    out.size += sums->layers;
  if (out.n_pieces > BT_LIMIT_PIECES || out.size > BT_LIMIT_OWN_TORRENT_SIZE)
    return (Figures){ 0 };
  return out;
}

/* Bytes of the torrent without what depends on the piece length; 0: it is too large in any case. */
static uint64_t
measure_base (const BtfTree *tree, const ShoalWanted *wanted, BtFormat format)
{
  static const uint8_t no_hash[BT_SHA256_LEN];
  g_autofree BtFile *files = g_new0 (BtFile, tree->entries->len);
  g_autofree BtWebSeed *seeds = shoal_wanted_web_seeds (wanted);
  BtBuilder builder = shoal_wanted_words (wanted, seeds);
  g_autoptr (GBytes) bytes = NULL;
  BtError why = { 0 };

  for (guint i = 0; i < tree->entries->len; i++)
    {
      files[i].path = g_array_index (tree->entries, BtfEntry, i).path;
      files[i].length = g_array_index (tree->entries, BtfEntry, i).length > 0 ? 1 : 0;
      files[i].root = no_hash;
    }
  builder.format = format;
  builder.name = tree->name;
  builder.single_file = tree->single_file;
  builder.piece_length = 1;
  builder.files = files;
  builder.n_files = tree->entries->len;
  builder.pieces_v1 = no_hash;
  bytes = bt_builder_write (&builder, &why);
  return bytes != NULL ? g_bytes_get_size (bytes) : 0;
}

/* Lengths were written as one digit each. */
static uint64_t
count_more_digits (const BtfTree *tree)
{
  uint64_t n = 0;

  for (guint i = 0; i < tree->entries->len; i++)
    n += count_digits (g_array_index (tree->entries, BtfEntry, i).length) - 1;
  return n;
}

static ShoalEstimate *
estimate_tree (const BtfTree *tree, const ShoalWanted *wanted)
{
  static const BtFormat formats[N_FORMATS] = { BT_FORMAT_V1, BT_FORMAT_V2, BT_FORMAT_HYBRID };
  ShoalEstimate *self = g_object_new (SHOAL_TYPE_ESTIMATE, NULL);
  uint64_t digits = count_more_digits (tree);
  Sums sums[N_POWERS];

  self->name = g_strdup (tree->name);
  self->total = tree->total;
  self->n_files = tree->entries->len;
  self->n_left_out = tree->skipped_globs;
  self->piece_length = btf_create_piece_length (tree->total);
  for (unsigned p = 0; p < N_POWERS; p++)
    sums[p] = sum_files (tree, p + FIRST_POWER);
  for (unsigned f = 0; f < N_FORMATS; f++)
    {
      uint64_t base = measure_base (tree, wanted, formats[f]);
      uint64_t twice = formats[f] == BT_FORMAT_HYBRID ? 2 : 1;

      for (unsigned p = 0; base > 0 && p < N_POWERS; p++)
        self->figures[f][p]
            = reckon (tree, &sums[p], formats[f], p + FIRST_POWER, base + twice * digits);
    }
  return self;
}

/* --- asking for it --- */

typedef struct
{
  ShoalWork work; /* first: the two are freed as one */
  ShoalWanted wanted;
} Estimating;

static void
run_estimating (ShoalWork *work)
{
  Estimating *estimating = (Estimating *) (void *) work;
  g_auto (BtfError) error = { 0 };
  g_autoptr (BtfTree) tree = shoal_wanted_walk (&estimating->wanted, &work->control, &error);

  if (tree == NULL)
    work->error = shoal_work_problem (&error);
  else
    work->result = estimate_tree (tree, &estimating->wanted);
  work->forget = g_object_unref;
}

static void
ignore_progress (ShoalWork *work, const BtfProgress *progress)
{
}

static void
free_estimating (ShoalWork *work)
{
  shoal_wanted_clear (&((Estimating *) (void *) work)->wanted);
  g_free (work);
}

/**
 * shoal_creator_estimate_async:
 * @self: a creator
 * @cancellable: (nullable): stops it
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Looks for the files on a thread of its own, without reading them, and tells what torrents they
 * would make.
 */
void
shoal_creator_estimate_async (ShoalCreator *self, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Estimating *estimating;

  g_return_if_fail (SHOAL_IS_CREATOR (self));
  task = g_task_new (self, cancellable, callback, user_data);
  if (!shoal_creator_has_paths (self, task))
    return;
  estimating = g_new0 (Estimating, 1);
  estimating->work.run = run_estimating;
  estimating->work.progress = ignore_progress;
  estimating->work.free = free_estimating;
  shoal_wanted_init_copy (&estimating->wanted, shoal_creator_peek_wanted (self));
  shoal_work_start (&estimating->work, task);
}

/**
 * shoal_creator_estimate_finish:
 * @self: a creator
 * @result: what the callback was given
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Returns: (transfer full): the estimate, or %NULL when a path cannot be read or nothing is left
 */
ShoalEstimate *
shoal_creator_estimate_finish (ShoalCreator *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return shoal_task_take_pointer (result, error);
}

/* --- what it says --- */

/**
 * shoal_estimate_get_name:
 * @self: an estimate
 *
 * Returns: (transfer none): what the torrent will call itself
 */
const char *
shoal_estimate_get_name (ShoalEstimate *self)
{
  g_return_val_if_fail (SHOAL_IS_ESTIMATE (self), NULL);
  return self->name;
}

/**
 * shoal_estimate_get_total:
 * @self: an estimate
 *
 * Returns: bytes of the files
 */
guint64
shoal_estimate_get_total (ShoalEstimate *self)
{
  g_return_val_if_fail (SHOAL_IS_ESTIMATE (self), 0);
  return self->total;
}

/**
 * shoal_estimate_get_n_files:
 * @self: an estimate
 *
 * Returns: how many files it will have
 */
guint
shoal_estimate_get_n_files (ShoalEstimate *self)
{
  g_return_val_if_fail (SHOAL_IS_ESTIMATE (self), 0);
  return self->n_files;
}

/**
 * shoal_estimate_get_n_left_out:
 * @self: an estimate
 *
 * Returns: how many files and folders shoal_creator_add_exclude() leaves out
 */
guint
shoal_estimate_get_n_left_out (ShoalEstimate *self)
{
  g_return_val_if_fail (SHOAL_IS_ESTIMATE (self), 0);
  return self->n_left_out;
}

/**
 * shoal_estimate_get_piece_length:
 * @self: an estimate
 *
 * Returns: the piece length, in bytes, that is taken when #ShoalCreator:piece-length is 0
 */
guint64
shoal_estimate_get_piece_length (ShoalEstimate *self)
{
  g_return_val_if_fail (SHOAL_IS_ESTIMATE (self), 0);
  return self->piece_length;
}

static const Figures *
find_figures (ShoalEstimate *self, ShoalFormat format, guint64 piece_length)
{
  static const Figures none = { 0 };

  for (unsigned p = 0; p < N_POWERS; p++)
    if (piece_length == UINT64_C (1) << (p + FIRST_POWER) && format >= SHOAL_FORMAT_V1
        && format <= SHOAL_FORMAT_HYBRID)
      return &self->figures[format - SHOAL_FORMAT_V1][p];
  return &none;
}

/**
 * shoal_estimate_get_n_pieces:
 * @self: an estimate
 * @format: a format
 * @piece_length: bytes, a power of two of at least 16 KiB
 *
 * Returns: how many pieces the torrent will have, or 0 when it cannot be made so: it would have too
 *   many, or be too large
 */
guint64
shoal_estimate_get_n_pieces (ShoalEstimate *self, ShoalFormat format, guint64 piece_length)
{
  g_return_val_if_fail (SHOAL_IS_ESTIMATE (self), 0);
  return find_figures (self, format, piece_length)->n_pieces;
}

/**
 * shoal_estimate_get_torrent_size:
 * @self: an estimate
 * @format: a format
 * @piece_length: bytes, a power of two of at least 16 KiB
 *
 * Returns: how many bytes the .torrent will have, or a few less where files of the same content
 *   share their hashes; 0 when it cannot be made so
 */
guint64
shoal_estimate_get_torrent_size (ShoalEstimate *self, ShoalFormat format, guint64 piece_length)
{
  g_return_val_if_fail (SHOAL_IS_ESTIMATE (self), 0);
  return find_figures (self, format, piece_length)->size;
}
