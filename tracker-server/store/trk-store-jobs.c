/* trk-store-jobs.c: what every job has: its copies, its faults, its entry in the audit log, and
 * what it tells the lists. */
#include <string.h>
#include <time.h>

#include "protocol/core/bt-hex.h"
#include "protocol/core/bt-utf8.h"
#include "trk-store-private.h"

static const char audit_sql[]
    = "INSERT INTO audit (at, who, what, subject, detail) VALUES (?1, ?2, ?3, ?4, ?5)";
static const char mark_sql[] = "SELECT mark FROM marks WHERE hash = ?1";
static const char state_v1_sql[] = "SELECT state FROM torrents WHERE v1 = ?1";
static const char state_v2_sql[] = "SELECT state FROM torrents WHERE substr (v2, 1, 20) = ?1";

/* --- lists of jobs --- */

void
trk_jobs_append (TrkJobList *list, TrkJob *job)
{
  job->next = NULL;
  if (list->last != NULL)
    list->last->next = job;
  else
    list->first = job;
  list->last = job;
}

TrkJob *
trk_jobs_take (TrkJobList *list)
{
  TrkJob *job = list->first;

  if (job == NULL)
    return NULL;
  list->first = job->next;
  if (list->first == NULL)
    list->last = NULL;
  job->next = NULL;
  return job;
}

/* --- copies --- */

void *
trk_job_new (TrkStore *store, const TrkJobKind *kind, const TrkActor *actor, void *data)
{
  TrkJob *job = g_malloc0 (kind->size);

  *job = (TrkJob){
    .kind = kind, .store = store, .data = data, .kept = g_ptr_array_new_with_free_func (g_free)
  };
  if (actor != NULL && trk_job_check_text (job, actor->who, TRK_WHO_MAX)
      && trk_job_check_text (job, actor->detail, TRK_NOTE_MAX))
    {
      job->who = trk_job_keep_text (job, actor->who);
      job->detail = trk_job_keep_text (job, actor->detail != NULL ? actor->detail : "");
    }
  return job;
}

void
trk_job_free (TrkJob *job)
{
  if (job->kind->clear != NULL)
    job->kind->clear (job);
  if (job->listed != NULL)
    g_array_unref (job->listed);
  g_ptr_array_unref (job->kept);
  trk_fault_clear (&job->fault);
  g_free (job);
}

void *
trk_job_keep (TrkJob *job, const void *bytes, size_t len)
{
  void *copy = bytes != NULL ? g_malloc (len + 1) : NULL;

  if (copy == NULL)
    return NULL;
  memcpy (copy, bytes, len);
  ((char *) copy)[len] = '\0';
  g_ptr_array_add (job->kept, copy);
  return copy;
}

char *
trk_job_keep_text (TrkJob *job, const char *text)
{
  return trk_job_keep (job, text, text != NULL ? strlen (text) : 0);
}

const char *
trk_job_keep_column (TrkJob *job, sqlite3_stmt *statement, int column)
{
  const void *text = sqlite3_column_text (statement, column);

  return trk_job_keep (job, text != NULL ? text : "",
                       text != NULL ? (size_t) sqlite3_column_bytes (statement, column) : 0);
}

/* --- faults --- */

bool
trk_job_fail (TrkJob *job, TrkTrouble trouble)
{
  trk_fault_set (&job->fault, trouble, 0, NULL);
  return false;
}

bool
trk_job_check_text (TrkJob *job, const char *text, size_t max)
{
  size_t len = text != NULL ? strlen (text) : 0;

  if (len <= max && bt_utf8_valid ((const uint8_t *) (text != NULL ? text : ""), len))
    return true;
  return trk_job_fail (job, TRK_TROUBLE_INVALID);
}

/* --- what goes with a change --- */

int64_t
trk_now_s (void)
{
  return (int64_t) time (NULL);
}

bool
trk_job_audit (TrkDb *db, TrkJob *job, const char *what, const char *subject)
{
  if (job->who == NULL)
    return true;
  return trk_db_run (db, audit_sql,
                     TRK_VALUES (TRK_INT (trk_now_s ()), TRK_TEXT (job->who), TRK_TEXT (what),
                                 TRK_TEXT (subject), TRK_TEXT (job->detail)));
}

bool
trk_job_audit_hash (TrkDb *db, TrkJob *job, const char *what, const uint8_t *hash, size_t len)
{
  char hex[2 * 32 + 1];

  bt_hex_write (hash, len, hex);
  return trk_job_audit (db, job, what, hex);
}

bool
trk_job_list (TrkDb *db, TrkJob *job, const uint8_t *hash)
{
  const TrkValue *key = TRK_VALUES (TRK_BLOB (hash, BT_INFO_HASH_LEN));
  int64_t mark = TRK_MARK_NONE;
  TrkListed listed;

  if (hash == NULL)
    return true;
  if (!trk_db_number (db, mark_sql, key, &mark) && !trk_db_number (db, state_v1_sql, key, &mark)
      && !trk_db_number (db, state_v2_sql, key, &mark) && db->failure != SQLITE_OK)
    return false;
  memcpy (listed.hash, hash, sizeof listed.hash);
  listed.mark = (TrkMark) mark;
  if (job->listed == NULL)
    job->listed = g_array_new (FALSE, FALSE, sizeof (TrkListed));
  g_array_append_val (job->listed, listed);
  return true;
}
