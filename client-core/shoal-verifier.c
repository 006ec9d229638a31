/* shoal-verifier.c: a verification on a thread of its own, and what it found. */
#include "shoal-verifier.h"

#include "client-core/shoal-work-private.h"
#include "client-core/shoal-task-private.h"
#include "protocol/digest/btd.h"
#include "protocol/files/btf-verify.h"
#include "shoal-error.h"

struct _ShoalVerifier
{
  GObject parent;
  BtfReport *report; /* of the last verification that came to its end, or NULL */
};

enum
{
  SIGNAL_PROGRESS,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShoalVerifier, shoal_verifier, G_TYPE_OBJECT)

GType
shoal_file_state_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { SHOAL_FILE_STATE_GOOD, "SHOAL_FILE_STATE_GOOD", "good" },
    { SHOAL_FILE_STATE_MISSING, "SHOAL_FILE_STATE_MISSING", "missing" },
    { SHOAL_FILE_STATE_SHORT, "SHOAL_FILE_STATE_SHORT", "short" },
    { SHOAL_FILE_STATE_LONG, "SHOAL_FILE_STATE_LONG", "long" },
    { SHOAL_FILE_STATE_CORRUPT, "SHOAL_FILE_STATE_CORRUPT", "corrupt" },
    { SHOAL_FILE_STATE_UNREADABLE, "SHOAL_FILE_STATE_UNREADABLE", "unreadable" },
    { SHOAL_FILE_STATE_NOT_A_FILE, "SHOAL_FILE_STATE_NOT_A_FILE", "not-a-file" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("ShoalFileState", values));
  return type;
}

/* --- the verification --- */

typedef struct
{
  ShoalWork work; /* first: the two are freed as one */
  BtMetainfo *metainfo;
  char *folder;
} Verification;

static void
forget_report (void *report)
{
  btf_report_free (report);
}

static void
run_verification (ShoalWork *work)
{
  Verification *v = (Verification *) (void *) work;
  g_auto (BtfError) error = { 0 };

  work->result = btf_verify (v->metainfo, v->folder, btd_ops (), 0, &work->control, &error);
  work->forget = forget_report;
  if (work->result == NULL)
    work->error = shoal_work_problem (&error);
}

static void
tell_progress (ShoalWork *work, const BtfProgress *progress)
{
  g_signal_emit (g_task_get_source_object (work->task), signals[SIGNAL_PROGRESS], 0, progress->done,
                 progress->total);
}

static void
free_verification (ShoalWork *work)
{
  Verification *v = (Verification *) (void *) work;

  bt_metainfo_unref (v->metainfo);
  g_free (v->folder);
  g_free (v);
}

/**
 * shoal_verifier_verify_async:
 * @self: a verifier
 * @torrent: the bytes of a .torrent
 * @folder: (type filename): the folder that holds the torrent's file or folder, or the content
 * @cancellable: (nullable): stops it
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Hashes what is there, on threads of its own, and compares. #ShoalVerifier::progress tells how far
 * it is, on the thread-default main context of the caller.
 */
void
shoal_verifier_verify_async (ShoalVerifier *self, GBytes *torrent, const char *folder,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  BtError why = { 0 };
  Verification *v;
  BtMetainfo *metainfo;
  GTask *task;

  g_return_if_fail (SHOAL_IS_VERIFIER (self));
  g_return_if_fail (torrent != NULL && folder != NULL);
  task = g_task_new (self, cancellable, callback, user_data);
  metainfo = bt_metainfo_parse (torrent, BT_ORIGIN_OWN, btd_ops (), &why);
  if (metainfo == NULL)
    {
      g_task_return_error (
          task, shoal_error_new_problem (why.code, 0, why.offset, why.item, why.key, NULL));
      g_object_unref (task);
      return;
    }
  v = g_new0 (Verification, 1);
  v->work.run = run_verification;
  v->work.progress = tell_progress;
  v->work.free = free_verification;
  v->metainfo = metainfo;
  v->folder = g_strdup (folder);
  shoal_work_start (&v->work, task);
}

/**
 * shoal_verifier_verify_finish:
 * @self: a verifier
 * @result: what the callback was given
 * @error: return location for an error of %SHOAL_ERROR
 *
 * Ends a verification; what it found can be asked for from now on. That files differ is no error.
 *
 * Returns: %FALSE when it could not be done
 */
gboolean
shoal_verifier_verify_finish (ShoalVerifier *self, GAsyncResult *result, GError **error)
{
  BtfReport *report;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  report = shoal_task_take_pointer (result, error);
  if (report == NULL)
    return FALSE;
  btf_report_free (self->report);
  self->report = report;
  return TRUE;
}

/* --- what was found --- */

static const BtLayout *
layout_of (const ShoalVerifier *self)
{
  return bt_metainfo_layout (self->report->metainfo);
}

/**
 * shoal_verifier_is_good:
 * @self: a verifier
 *
 * Returns: whether the last verification found every file as the torrent has it
 */
gboolean
shoal_verifier_is_good (ShoalVerifier *self)
{
  g_return_val_if_fail (SHOAL_IS_VERIFIER (self), FALSE);
  return self->report != NULL && self->report->n_bad_files == 0;
}

/**
 * shoal_verifier_get_n_pieces:
 * @self: a verifier
 *
 * Returns: how many pieces the torrent of the last verification has
 */
guint
shoal_verifier_get_n_pieces (ShoalVerifier *self)
{
  g_return_val_if_fail (SHOAL_IS_VERIFIER (self), 0);
  return self->report != NULL ? layout_of (self)->n_pieces : 0;
}

/**
 * shoal_verifier_dup_bad_pieces:
 * @self: a verifier
 * @n: (out): how many there are
 *
 * Returns: (transfer full) (array length=n): the pieces that the last verification found bad
 */
guint *
shoal_verifier_dup_bad_pieces (ShoalVerifier *self, gsize *n)
{
  g_autoptr (GArray) bad = g_array_new (FALSE, FALSE, sizeof (guint));

  g_return_val_if_fail (SHOAL_IS_VERIFIER (self), NULL);
  for (guint i = 0; i < shoal_verifier_get_n_pieces (self); i++)
    if (!self->report->good[i])
      g_array_append_val (bad, i);
  return g_array_steal (bad, n);
}

/**
 * shoal_verifier_get_n_files:
 * @self: a verifier
 *
 * Returns: how many files the torrent of the last verification has, those that only fill gaps
 *   counted
 */
guint
shoal_verifier_get_n_files (ShoalVerifier *self)
{
  g_return_val_if_fail (SHOAL_IS_VERIFIER (self), 0);
  return self->report != NULL ? (guint) layout_of (self)->n_files : 0;
}

static const char *
path_of (const ShoalVerifier *self, guint index)
{
  const BtMetainfo *metainfo = self->report->metainfo;

  return bt_metainfo_is_single_file (metainfo) ? bt_metainfo_name (metainfo)
                                               : layout_of (self)->files[index].path;
}

/**
 * shoal_verifier_get_file:
 * @self: a verifier
 * @index: a file, below shoal_verifier_get_n_files()
 * @state: (out) (optional): how it compares
 * @bad_pieces: (out) (optional): how many bad pieces touch it
 *
 * Returns: (transfer none): its path in the torrent's folder
 */
const char *
shoal_verifier_get_file (ShoalVerifier *self, guint index, ShoalFileState *state, guint *bad_pieces)
{
  g_return_val_if_fail (SHOAL_IS_VERIFIER (self), NULL);
  g_return_val_if_fail (index < shoal_verifier_get_n_files (self), NULL);
  if (state != NULL)
    *state = (ShoalFileState) self->report->files[index].state;
  if (bad_pieces != NULL)
    *bad_pieces = self->report->files[index].bad_pieces;
  return path_of (self, index);
}

/**
 * shoal_verifier_dup_bad_files:
 * @self: a verifier
 *
 * Returns: (transfer full) (array zero-terminated=1): the paths of the files that are not as the
 *   torrent has them
 */
char **
shoal_verifier_dup_bad_files (ShoalVerifier *self)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  g_return_val_if_fail (SHOAL_IS_VERIFIER (self), NULL);
  for (guint i = 0; i < shoal_verifier_get_n_files (self); i++)
    if (self->report->files[i].state != BTF_FILE_GOOD)
      g_strv_builder_add (paths, path_of (self, i));
  return g_strv_builder_end (paths);
}

/* --- the class --- */

/**
 * shoal_verifier_new:
 *
 * Returns: (transfer full): a verifier that has found nothing yet
 */
ShoalVerifier *
shoal_verifier_new (void)
{
  return g_object_new (SHOAL_TYPE_VERIFIER, NULL);
}

static void
shoal_verifier_finalize (GObject *object)
{
  btf_report_free (SHOAL_VERIFIER (object)->report);
  G_OBJECT_CLASS (shoal_verifier_parent_class)->finalize (object);
}

static void
shoal_verifier_class_init (ShoalVerifierClass *class)
{
  G_OBJECT_CLASS (class)->finalize = shoal_verifier_finalize;

  /**
   * ShoalVerifier::progress:
   * @self: the verifier
   * @done: bytes that were read
   * @total: of so many
   *
   * How far it is, about ten times a second.
   */
  signals[SIGNAL_PROGRESS]
      = g_signal_new ("progress", SHOAL_TYPE_VERIFIER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 2, G_TYPE_UINT64, G_TYPE_UINT64);
}

static void
shoal_verifier_init (ShoalVerifier *self)
{
}
