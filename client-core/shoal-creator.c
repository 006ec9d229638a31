/* shoal-creator.c: what a torrent is to be made of, and the making on a thread of its own. */
#include "shoal-creator.h"

#include <string.h>

#include "client-core/shoal-creator-private.h"
#include "client-core/shoal-hashed-files-private.h"
#include "client-core/shoal-task-private.h"
#include "protocol/core/bt-limits.h"
#include "protocol/core/bt-url.h"
#include "protocol/digest/btd.h"
#include "protocol/files/btf-create.h"
#include "protocol/files/btf-output.h"
#include "shoal-error.h"

enum
{
  PROP_NAME = 1,
  PROP_FORMAT,
  PROP_PIECE_LENGTH,
  PROP_PRIVATE,
  PROP_SOURCE,
  PROP_COMMENT,
  PROP_HIDDEN,
  PROP_DATED,
  PROP_OUTPUT,
  PROP_OVERWRITE,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

struct _ShoalCreator
{
  GObject parent;
  ShoalWanted wanted;
  ShoalHashedFiles *hashed; /* of the last torrent that was made, or NULL */
  char *folder;             /* likewise */
};

enum
{
  SIGNAL_PROGRESS,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShoalCreator, shoal_creator, G_TYPE_OBJECT)

GType
shoal_format_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { SHOAL_FORMAT_V1, "SHOAL_FORMAT_V1", "v1" },
    { SHOAL_FORMAT_V2, "SHOAL_FORMAT_V2", "v2" },
    { SHOAL_FORMAT_HYBRID, "SHOAL_FORMAT_HYBRID", "hybrid" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("ShoalFormat", values));
  return type;
}

/* --- the making --- */

typedef struct
{
  ShoalWork work; /* first: the two are freed as one */
  ShoalWanted wanted;
} Making;

/* What comes of it. */
typedef struct
{
  GBytes *torrent;
  ShoalHashedFiles *hashed;
  char *folder; /* or NULL */
} Made;

static void
free_made (void *data)
{
  Made *made = data;

  g_bytes_unref (made->torrent);
  g_object_unref (made->hashed);
  g_free (made->folder);
  g_free (made);
}

static ShoalHashedFiles *
list_hashed (const BtfTree *tree)
{
  ShoalHashedFiles *hashed = shoal_hashed_files_new ();
  const BtfEntry *entry;
  size_t at = 0;

  while ((entry = btf_tree_next_settled (tree, &at)) != NULL)
    shoal_hashed_files_add (hashed, entry->path, entry->inode, entry->length, entry->mtime_ns);
  return hashed;
}

static bool
make (const Making *making, Made *out, BtfError *error)
{
  const ShoalWanted *wanted = &making->wanted;
  g_autofree BtWebSeed *seeds = shoal_wanted_web_seeds (wanted);
  BtBuilder words = shoal_wanted_words (wanted, seeds);
  g_autoptr (BtfTree) tree = shoal_wanted_walk (wanted, &making->work.control, error);
  BtfCreate create = { .tree = tree, .ops = btd_ops (), .words = &words };
  g_autoptr (GBytes) torrent = NULL;
  gsize len;
  const void *data;

  if (tree != NULL)
    torrent = btf_create (&create, &making->work.control, error);
  if (torrent == NULL)
    return false;
  data = g_bytes_get_data (torrent, &len);
  if (wanted->output != NULL
      && !btf_output_write (wanted->output, data, len, wanted->overwrite, error))
    return false;
  *out = (Made){ .torrent = g_steal_pointer (&torrent),
                 .hashed = list_hashed (tree),
                 .folder = btf_tree_folder (tree) };
  return true;
}

static void
run_making (ShoalWork *work)
{
  Making *making = (Making *) (void *) work;
  g_auto (BtfError) error = { 0 };
  Made made;

  if (make (making, &made, &error))
    work->result = g_memdup2 (&made, sizeof made);
  else
    work->error = shoal_work_problem (&error);
  work->forget = free_made;
}

static void
tell_progress (ShoalWork *work, const BtfProgress *progress)
{
  g_signal_emit (g_task_get_source_object (work->task), signals[SIGNAL_PROGRESS], 0,
                 progress->files, progress->done, progress->total);
}

static void
free_making (ShoalWork *work)
{
  shoal_wanted_clear (&((Making *) (void *) work)->wanted);
  g_free (work);
}

bool
shoal_creator_has_paths (ShoalCreator *self, GTask *task)
{
  if (self->wanted.paths->len > 0)
    return true;
  g_task_return_error (task, shoal_error_new_problem (BT_ERROR_NOTHING_TO_SHARE, 0, BT_NOWHERE,
                                                      BT_NOWHERE, NULL, NULL));
  g_object_unref (task);
  return false;
}

const ShoalWanted *
shoal_creator_peek_wanted (ShoalCreator *self)
{
  return &self->wanted;
}

/**
 * shoal_creator_create_async:
 * @self: a creator
 * @cancellable: (nullable): stops it
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Looks for the files, reads and hashes each of them once on threads of their own, and makes the
 * torrent. What is set meanwhile is for the next one. #ShoalCreator::progress tells how far it is,
 * on the thread-default main context of the caller.
 */
void
shoal_creator_create_async (ShoalCreator *self, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Making *making;

  g_return_if_fail (SHOAL_IS_CREATOR (self));
  task = g_task_new (self, cancellable, callback, user_data);
  if (!shoal_creator_has_paths (self, task))
    return;
  making = g_new0 (Making, 1);
  making->work.run = run_making;
  making->work.progress = tell_progress;
  making->work.free = free_making;
  shoal_wanted_init_copy (&making->wanted, &self->wanted);
  shoal_work_start (&making->work, task);
}

/**
 * shoal_creator_create_finish:
 * @self: a creator
 * @result: what the callback was given
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Returns: (transfer full): the bytes of the torrent, or %NULL
 */
GBytes *
shoal_creator_create_finish (ShoalCreator *self, GAsyncResult *result, GError **error)
{
  Made *made;
  GBytes *torrent;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  made = shoal_task_take_pointer (result, error);
  if (made == NULL)
    return NULL;
  g_set_object (&self->hashed, made->hashed);
  g_free (self->folder);
  self->folder = g_steal_pointer (&made->folder);
  torrent = g_bytes_ref (made->torrent);
  free_made (made);
  return torrent;
}

/**
 * shoal_creator_get_hashed_files:
 * @self: a creator
 *
 * Tells how the files were of which the last torrent was made that shoal_creator_create_finish()
 * has returned, for shoal_session_add_hashed(). Those that were written to in the two seconds
 * before it was begun are left out.
 *
 * Returns: (transfer none) (nullable): the files, or %NULL before a torrent was made
 */
ShoalHashedFiles *
shoal_creator_get_hashed_files (ShoalCreator *self)
{
  g_return_val_if_fail (SHOAL_IS_CREATOR (self), NULL);
  return self->hashed;
}

/**
 * shoal_creator_get_folder:
 * @self: a creator
 *
 * Tells out of which folder the last torrent that shoal_creator_create_finish() has returned can be
 * seeded: the one that holds its file or folder, for shoal_session_add_hashed(). Of a folder whose
 * one file has the folder's name, the torrent is of the file, which v2 cannot tell from the folder,
 * and this is the folder itself.
 *
 * Returns: (transfer none) (nullable): the folder, or %NULL before a torrent was made, and when
 *   what lies on the disk is not called what the torrent is called
 */
const char *
shoal_creator_get_folder (ShoalCreator *self)
{
  g_return_val_if_fail (SHOAL_IS_CREATOR (self), NULL);
  return self->folder;
}

/* --- asking for things --- */

/**
 * shoal_creator_new:
 *
 * Returns: (transfer full): a creator that has nothing to share yet
 */
ShoalCreator *
shoal_creator_new (void)
{
  return g_object_new (SHOAL_TYPE_CREATOR, NULL);
}

/**
 * shoal_creator_add_path:
 * @self: a creator
 * @path: (type filename): a file or a folder
 *
 * One more to be shared. A single folder's files stand in the torrent's folder directly; several
 * paths stand side by side in a folder of #ShoalCreator:name.
 */
void
shoal_creator_add_path (ShoalCreator *self, const char *path)
{
  g_return_if_fail (SHOAL_IS_CREATOR (self));
  g_return_if_fail (path != NULL);
  g_ptr_array_add (self->wanted.paths, g_strdup (path));
}

/**
 * shoal_creator_add_exclude:
 * @self: a creator
 * @glob: knows '*' and '?'; without '/' it speaks of a file's or folder's own name, with '/' of the
 *   path in the torrent
 *
 * Leaves out what is called so.
 */
void
shoal_creator_add_exclude (ShoalCreator *self, const char *glob)
{
  g_return_if_fail (SHOAL_IS_CREATOR (self));
  g_return_if_fail (glob != NULL);
  g_ptr_array_add (self->wanted.excludes, g_strdup (glob));
}

static gboolean
is_url (const char *url, const char *const *schemes, GError **error)
{
  if (strlen (url) <= BT_LIMIT_URL && bt_url_is_clean (url, strlen (url), schemes))
    return TRUE;
  g_propagate_error (
      error, shoal_error_new_problem (BT_ERROR_BAD_URL, 0, BT_NOWHERE, BT_NOWHERE, NULL, url));
  return FALSE;
}

/**
 * shoal_creator_add_tracker:
 * @self: a creator
 * @url: where it is asked, of http, https or udp
 * @tier: trackers of a lower tier are asked first
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Names a tracker.
 *
 * Returns: %FALSE when @url is none that a tracker has
 */
gboolean
shoal_creator_add_tracker (ShoalCreator *self, const char *url, guint tier, GError **error)
{
  static const char *const schemes[] = { "http", "https", "udp", NULL };

  g_return_val_if_fail (SHOAL_IS_CREATOR (self), FALSE);
  g_return_val_if_fail (url != NULL, FALSE);
  if (!is_url (url, schemes, error))
    return FALSE;
  shoal_wanted_add_tracker (&self->wanted, url, tier);
  return TRUE;
}

/**
 * shoal_creator_add_web_seed:
 * @self: a creator
 * @url: where the files are on the web (BEP 19), of http, https or ftp
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Names a web seed.
 *
 * Returns: %FALSE when @url is none that a web seed has
 */
gboolean
shoal_creator_add_web_seed (ShoalCreator *self, const char *url, GError **error)
{
  static const char *const schemes[] = { "http", "https", "ftp", NULL };

  g_return_val_if_fail (SHOAL_IS_CREATOR (self), FALSE);
  g_return_val_if_fail (url != NULL, FALSE);
  if (!is_url (url, schemes, error))
    return FALSE;
  g_ptr_array_add (self->wanted.web_seeds, g_strdup (url));
  return TRUE;
}

/* --- the class --- */

static char **
string_of (ShoalWanted *wanted, guint id)
{
  return id == PROP_NAME      ? &wanted->name
         : id == PROP_SOURCE  ? &wanted->source
         : id == PROP_COMMENT ? &wanted->comment
         : id == PROP_OUTPUT  ? &wanted->output
                              : NULL;
}

static bool *
switch_of (ShoalWanted *wanted, guint id)
{
  return id == PROP_PRIVATE  ? &wanted->is_private
         : id == PROP_HIDDEN ? &wanted->hidden
         : id == PROP_DATED  ? &wanted->dated
                             : &wanted->overwrite;
}

static void
shoal_creator_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  ShoalWanted *wanted = &SHOAL_CREATOR (object)->wanted;

  if (id == PROP_FORMAT)
    g_value_set_enum (value, (gint) wanted->format);
  else if (id == PROP_PIECE_LENGTH)
    g_value_set_uint64 (value, wanted->piece_length);
  else if (string_of (wanted, id) != NULL)
    g_value_set_string (value, *string_of (wanted, id));
  else
    g_value_set_boolean (value, *switch_of (wanted, id));
}

static void
shoal_creator_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  ShoalWanted *wanted = &SHOAL_CREATOR (object)->wanted;
  char **string = string_of (wanted, id);

  if (id == PROP_FORMAT)
    wanted->format = (BtFormat) g_value_get_enum (value);
  else if (id == PROP_PIECE_LENGTH)
    wanted->piece_length = g_value_get_uint64 (value);
  else if (string != NULL)
    {
      g_free (*string);
      *string = g_value_dup_string (value);
    }
  else
    *switch_of (wanted, id) = g_value_get_boolean (value);
}

static void
shoal_creator_finalize (GObject *object)
{
  shoal_wanted_clear (&SHOAL_CREATOR (object)->wanted);
  g_clear_object (&SHOAL_CREATOR (object)->hashed);
  g_free (SHOAL_CREATOR (object)->folder);
  G_OBJECT_CLASS (shoal_creator_parent_class)->finalize (object);
}

static void
shoal_creator_init (ShoalCreator *self)
{
  shoal_wanted_init (&self->wanted);
}

#define WRITES (G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS)

static void
make_strings (void)
{
  /**
   * ShoalCreator:name:
   *
   * What the torrent calls itself; %NULL: as its file or folder. Of several paths it must be given.
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, WRITES);

  /**
   * ShoalCreator:source:
   *
   * What tells the torrents of two trackers apart, which changes the info-hash.
   */
  properties[PROP_SOURCE] = g_param_spec_string ("source", NULL, NULL, NULL, WRITES);

  /**
   * ShoalCreator:comment:
   *
   * A comment.
   */
  properties[PROP_COMMENT] = g_param_spec_string ("comment", NULL, NULL, NULL, WRITES);

  /**
   * ShoalCreator:output:
   *
   * The file that the torrent is written to, whole or not at all; %NULL: to none.
   */
  properties[PROP_OUTPUT] = g_param_spec_string ("output", NULL, NULL, NULL, WRITES);
}

static void
make_switches (void)
{
  /**
   * ShoalCreator:private:
   *
   * Whether peers come from its trackers alone (BEP 27).
   */
  properties[PROP_PRIVATE] = g_param_spec_boolean ("private", NULL, NULL, FALSE, WRITES);

  /**
   * ShoalCreator:hidden:
   *
   * Whether names that start with a dot are shared as well.
   */
  properties[PROP_HIDDEN] = g_param_spec_boolean ("hidden", NULL, NULL, FALSE, WRITES);

  /**
   * ShoalCreator:dated:
   *
   * Whether it says when it was made; without, the same files give the same bytes.
   */
  properties[PROP_DATED] = g_param_spec_boolean ("dated", NULL, NULL, TRUE, WRITES);

  /**
   * ShoalCreator:overwrite:
   *
   * Whether #ShoalCreator:output may take the place of a file.
   */
  properties[PROP_OVERWRITE] = g_param_spec_boolean ("overwrite", NULL, NULL, FALSE, WRITES);
}

static void
shoal_creator_class_init (ShoalCreatorClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = shoal_creator_get_property;
  object_class->set_property = shoal_creator_set_property;
  object_class->finalize = shoal_creator_finalize;
  make_strings ();
  make_switches ();

  /**
   * ShoalCreator:format:
   *
   * The torrent's format.
   */
  properties[PROP_FORMAT]
      = g_param_spec_enum ("format", NULL, NULL, SHOAL_TYPE_FORMAT, SHOAL_FORMAT_HYBRID, WRITES);

  /**
   * ShoalCreator:piece-length:
   *
   * Bytes of a piece, a power of two of at least 16 KiB; 0: what gives 1,000 to 2,000 pieces.
   */
  properties[PROP_PIECE_LENGTH]
      = g_param_spec_uint64 ("piece-length", NULL, NULL, 0, BT_LIMIT_PIECE_LENGTH, 0, WRITES);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /**
   * ShoalCreator::progress:
   * @self: the creator
   * @files: how many files were found
   * @done: bytes that were read
   * @total: of so many; 0 while files are looked for
   *
   * How far it is, about ten times a second.
   */
  signals[SIGNAL_PROGRESS]
      = g_signal_new ("progress", SHOAL_TYPE_CREATOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 3, G_TYPE_UINT64, G_TYPE_UINT64, G_TYPE_UINT64);
}
