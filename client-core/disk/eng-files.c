/* eng-files.c: a table of what is open, and a queue with the longest unused in front. */
#include "eng-files-private.h"

#include <pthread.h>
#include <unistd.h>

#include <glib.h>

struct EngFiles
{
  size_t max;
  EngFilesOpen open;
  pthread_mutex_t lock;
  GHashTable *table; /* EngOpenFile -> its link in the queue */
  GQueue queue;      /* the least recently used first */
};

static guint
hash_key (gconstpointer key)
{
  const EngOpenFile *open = key;

  return g_direct_hash (open->owner) * 31 + (guint) open->file * 2654435761u;
}

static gboolean
equal_keys (gconstpointer a, gconstpointer b)
{
  const EngOpenFile *one = a;
  const EngOpenFile *other = b;

  return one->owner == other->owner && one->file == other->file;
}

EngFiles *
eng_files_new (size_t max, EngFilesOpen open)
{
  EngFiles *files = g_new0 (EngFiles, 1);

  files->max = max;
  files->open = open;
  files->table = g_hash_table_new (hash_key, equal_keys);
  g_queue_init (&files->queue);
  pthread_mutex_init (&files->lock, NULL);
  return files;
}

static void
close_file (EngOpenFile *open)
{
  if (open == NULL)
    return;
  close (open->fd);
  g_free (open);
}

/* Takes a file out of the cache. Returns it when nobody holds it, to be closed without the lock.
 */
static EngOpenFile *
evict (EngFiles *files, GList *link)
{
  EngOpenFile *open = link->data;

  g_hash_table_remove (files->table, open);
  g_queue_delete_link (&files->queue, link);
  open->kept = false;
  return open->n_holders == 0 ? open : NULL;
}

void
eng_files_drop (EngFiles *files, const void *owner)
{
  g_autoptr (GPtrArray) closing = g_ptr_array_new ();

  pthread_mutex_lock (&files->lock);
  for (GList *link = files->queue.head; link != NULL;)
    {
      GList *next = link->next;
      const EngOpenFile *open = link->data;

      if (owner == NULL || open->owner == owner)
        g_ptr_array_add (closing, evict (files, link));
      link = next;
    }
  pthread_mutex_unlock (&files->lock);
  for (unsigned i = 0; i < closing->len; i++)
    close_file (g_ptr_array_index (closing, i));
}

void
eng_files_free (EngFiles *files)
{
  if (files == NULL)
    return;
  eng_files_drop (files, NULL);
  g_hash_table_unref (files->table);
  pthread_mutex_destroy (&files->lock);
  g_free (files);
}

/* The caller holds the lock. */
static EngOpenFile *
find (EngFiles *files, const void *owner, size_t file)
{
  const EngOpenFile key = { .owner = owner, .file = file };
  GList *link = g_hash_table_lookup (files->table, &key);

  if (link == NULL)
    return NULL;
  g_queue_unlink (&files->queue, link);
  g_queue_push_tail_link (&files->queue, link);
  return link->data;
}

EngOpenFile *
eng_files_hold_open (EngFiles *files, const void *owner, size_t file)
{
  EngOpenFile *open;

  pthread_mutex_lock (&files->lock);
  open = find (files, owner, file);
  if (open != NULL)
    open->n_holders++;
  pthread_mutex_unlock (&files->lock);
  return open;
}

void
eng_files_drop_file (EngFiles *files, const void *owner, size_t file)
{
  EngOpenFile *closing = NULL;

  pthread_mutex_lock (&files->lock);
  if (find (files, owner, file) != NULL)
    closing = evict (files, files->queue.tail);
  pthread_mutex_unlock (&files->lock);
  close_file (closing);
}

/* Puts a file that was just opened into the cache, in place of one that is in the way: another
 * thread's, or one that cannot be written. */
static void
keep (EngFiles *files, EngOpenFile *open)
{
  EngOpenFile *other;
  EngOpenFile *oldest = NULL;

  pthread_mutex_lock (&files->lock);
  other = find (files, open->owner, open->file);
  if (other != NULL)
    other = evict (files, files->queue.tail);
  else if (files->queue.length >= files->max)
    oldest = evict (files, files->queue.head);
  open->kept = true;
  open->n_holders = 1;
  g_queue_push_tail (&files->queue, open);
  g_hash_table_insert (files->table, open, files->queue.tail);
  pthread_mutex_unlock (&files->lock);
  close_file (other);
  close_file (oldest);
}

EngOpenFile *
eng_files_hold (EngFiles *files, const void *owner, size_t file, bool writable)
{
  EngOpenFile *open = eng_files_hold_open (files, owner, file);
  int fd;

  if (open != NULL && (open->writable || !writable))
    return open;
  if (open != NULL)
    eng_files_release (files, open);
  fd = files->open (owner, file, writable);
  if (fd < 0)
    return NULL;
  open = g_new (EngOpenFile, 1);
  *open = (EngOpenFile){ .owner = owner, .file = file, .fd = fd, .writable = writable };
  keep (files, open);
  return open;
}

void
eng_files_release (EngFiles *files, EngOpenFile *open)
{
  bool last;

  pthread_mutex_lock (&files->lock);
  last = --open->n_holders == 0 && !open->kept;
  pthread_mutex_unlock (&files->lock);
  if (last)
    close_file (open);
}
