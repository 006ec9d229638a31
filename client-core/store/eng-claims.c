/* eng-claims.c: see eng-claims-private.h. */
#include "eng-claims-private.h"

#include <errno.h>
#include <sys/stat.h>

#include <glib.h>

/* What torrents of one profile have together. */
typedef struct
{
  char *path;
  EngLock *lock;
  unsigned n_users;
  unsigned n_writers;
} Held;

struct EngClaims
{
  char *state_folder;
  GHashTable *held; /* path to Held */
};

struct EngClaim
{
  EngClaims *claims;
  EngStoreOwnKey key;
  bool writes;
  Held *held; /* NULL: it was refused, or released */
  EngStoreFault fault;
  EngStoreSaved claimed; /* the engine's thread, like the next */
  void *data;
};

/* --- one lock --- */

/* Keyed by what the folder is, not by what it is called, and by the name of what lies in it: two
 * torrents of the same name write the same files. (transfer full) (nullable) */
static char *
lock_path (const char *state_folder, const EngStoreKey *key, EngStoreFault *fault)
{
  g_autofree char *locks = g_build_filename (state_folder, "locks", NULL);
  struct stat st;

  if (stat (key->folder, &st) != 0)
    return eng_store_fault_set (fault, ENG_STORE_SYSTEM, errno, key->folder), NULL;
  if (g_mkdir_with_parents (locks, 0700) != 0)
    return eng_store_fault_set (fault, ENG_STORE_SYSTEM, errno, locks), NULL;
  return g_strdup_printf ("%s/%llx-%llx-%016llx", locks, (unsigned long long) st.st_dev,
                          (unsigned long long) st.st_ino,
                          (unsigned long long) eng_store_digest (key->name));
}

static void
refuse (EngStoreFault *fault, const EngStoreKey *key, const EngHolder *holder)
{
  eng_store_fault_set (fault, ENG_STORE_FILES_IN_USE, 0, key->folder);
  fault->holder = *holder;
}

static EngLock *
take_lock (const char *path, const EngStoreKey *key, bool writes, EngStoreFault *fault)
{
  EngHolder holder = { 0 };
  EngLock *lock = eng_lock_take (path, !writes, &holder);

  if (lock == NULL && errno == EWOULDBLOCK)
    refuse (fault, key, &holder);
  else if (lock == NULL)
    eng_store_fault_set (fault, ENG_STORE_SYSTEM, errno, path);
  return lock;
}

EngLock *
eng_claim_lock (const char *state_folder, const EngStoreKey *key, bool writes, EngStoreFault *fault)
{
  g_autofree char *path = lock_path (state_folder, key, fault);

  return path != NULL ? take_lock (path, key, writes, fault) : NULL;
}

/* --- those of a profile --- */

static void
free_held (void *data)
{
  Held *held = data;

  eng_lock_free (held->lock);
  g_free (held->path);
  g_free (held);
}

EngClaims *
eng_claims_new (const char *state_folder)
{
  EngClaims *self = g_new0 (EngClaims, 1);

  self->state_folder = g_strdup (state_folder);
  self->held = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_held);
  return self;
}

void
eng_claims_free (EngClaims *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->held);
  g_free (self->state_folder);
  g_free (self);
}

/* NULL: it is another process's. */
static Held *
hold (EngClaims *self, EngClaim *claim, const char *path)
{
  Held *held = g_hash_table_lookup (self->held, path);
  EngHolder holder = { 0 };
  EngLock *lock;

  if (held != NULL && claim->writes && held->n_writers == 0 && !eng_lock_own (held->lock, &holder))
    return refuse (&claim->fault, &claim->key.key, &holder), NULL;
  if (held != NULL)
    return held;
  lock = take_lock (path, &claim->key.key, claim->writes, &claim->fault);
  if (lock == NULL)
    return NULL;
  held = g_new (Held, 1);
  *held = (Held){ .path = g_strdup (path), .lock = lock };
  g_hash_table_insert (self->held, held->path, held);
  return held;
}

static int
run_claim (sqlite3 *db, void *data)
{
  EngClaim *claim = data;
  g_autofree char *path = NULL;

  eng_store_key_resolve (&claim->key);
  path = lock_path (claim->claims->state_folder, &claim->key.key, &claim->fault);
  claim->held = path != NULL ? hold (claim->claims, claim, path) : NULL;
  if (claim->held == NULL)
    return SQLITE_OK;
  claim->held->n_users++;
  claim->held->n_writers += claim->writes;
  return SQLITE_OK;
}

static int
run_share (sqlite3 *db, void *data)
{
  EngClaim *claim = data;

  if (claim->held != NULL && claim->writes && --claim->held->n_writers == 0)
    eng_lock_share (claim->held->lock);
  claim->writes = false;
  return SQLITE_OK;
}

static int
run_release (sqlite3 *db, void *data)
{
  EngClaim *claim = data;
  Held *held = claim->held;

  (void) run_share (db, claim); /* says nothing */
  claim->held = NULL;
  if (held != NULL && --held->n_users == 0)
    g_hash_table_remove (claim->claims->held, held->path);
  return SQLITE_OK;
}

/* --- the engine's thread --- */

static void
answer_claim (void *data, const EngStoreProblem *problem)
{
  EngClaim *claim = data;
  const EngStoreProblem refusal = eng_store_fault_problem (&claim->fault);

  claim->claimed (claim->data, claim->fault.is_set ? &refusal : problem);
}

static void
free_claim (void *data)
{
  EngClaim *claim = data;

  eng_store_key_clear (&claim->key);
  eng_store_fault_clear (&claim->fault);
  g_free (claim);
}

EngClaim *
eng_store_claim (EngStore *store, const EngStoreKey *key, bool writes, EngStoreSaved claimed,
                 void *data)
{
  static const EngStoreTask task = { .run = run_claim, .answer = answer_claim };
  EngClaim *claim = g_new0 (EngClaim, 1);

  claim->claims = eng_store_claims (store);
  claim->writes = writes;
  claim->claimed = claimed;
  claim->data = data;
  eng_store_key_copy (&claim->key, key);
  eng_store_do (store, &task, claim);
  return claim;
}

void
eng_store_share_claim (EngStore *store, EngClaim *claim)
{
  static const EngStoreTask task = { .run = run_share };

  eng_store_do (store, &task, claim);
}

void
eng_store_release (EngStore *store, EngClaim *claim)
{
  static const EngStoreTask task = { .run = run_release, .forget = free_claim };

  eng_store_do (store, &task, claim);
}
