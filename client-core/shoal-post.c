/* shoal-post.c: see the header. It outlives its owner while letters are under way. */
#include "client-core/shoal-post-private.h"

#include <pthread.h>
#include <stdbool.h>

struct ShoalPost
{
  int refs;              /* atomic */
  GMainContext *context; /* the application's */
  void *owner;           /* for the application's thread alone; NULL when it is gone */
  pthread_mutex_t lock;
  GQueue letters; /* of Letter */
  bool is_called; /* the context will look at them */
};

typedef struct
{
  void (*take) (void *owner, void *data);
  void *data;
  GDestroyNotify forget;
} Letter;

static void
letter_free (void *data)
{
  Letter *letter = data;

  letter->forget (letter->data);
  g_free (letter);
}

ShoalPost *
shoal_post_new (void *owner)
{
  ShoalPost *post = g_new0 (ShoalPost, 1);

  post->refs = 1;
  post->context = g_main_context_ref_thread_default ();
  post->owner = owner;
  pthread_mutex_init (&post->lock, NULL);
  g_queue_init (&post->letters);
  return post;
}

void
shoal_post_unref (ShoalPost *post)
{
  if (!g_atomic_int_dec_and_test (&post->refs))
    return;
  g_queue_clear_full (&post->letters, letter_free);
  pthread_mutex_destroy (&post->lock);
  g_main_context_unref (post->context);
  g_free (post);
}

void
shoal_post_close (ShoalPost *post)
{
  post->owner = NULL;
}

static Letter *
next_letter (ShoalPost *post, bool first)
{
  Letter *letter;

  pthread_mutex_lock (&post->lock);
  if (first)
    post->is_called = false;
  letter = g_queue_pop_head (&post->letters);
  pthread_mutex_unlock (&post->lock);
  return letter;
}

/* Each is taken out alone: whoever takes one may run the context. */
static gboolean
take_all (void *data)
{
  ShoalPost *post = data;

  for (Letter *letter = next_letter (post, true); letter != NULL;
       letter = next_letter (post, false))
    {
      if (post->owner != NULL)
        letter->take (post->owner, letter->data);
      letter_free (letter);
    }
  return G_SOURCE_REMOVE;
}

static void
unref_post (void *data)
{
  shoal_post_unref (data);
}

static void
call (ShoalPost *post)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_atomic_int_inc (&post->refs);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, take_all, post, unref_post);
  g_source_attach (source, post->context);
}

void
shoal_post_send (ShoalPost *post, void (*take) (void *owner, void *letter), void *data,
                 GDestroyNotify forget)
{
  const Letter letter = { .take = take, .data = data, .forget = forget };
  bool calls;

  pthread_mutex_lock (&post->lock);
  g_queue_push_tail (&post->letters, g_memdup2 (&letter, sizeof letter));
  calls = !post->is_called;
  post->is_called = true;
  pthread_mutex_unlock (&post->lock);
  if (calls)
    call (post);
}
