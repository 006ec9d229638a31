/* shoal-post-private.h: letters from the engine's thread to the application's.
 *
 * Letters are taken in the order in which they were sent, on the thread that made the post; however
 * many wait, one turn of its main context takes them. */
#pragma once

#include <glib.h>

typedef struct ShoalPost ShoalPost;

/* On the application's thread, whose thread-default context takes the letters. @owner is lent until
 * shoal_post_close(). */
ShoalPost *shoal_post_new (void *owner);

/* Any thread: @take is called with the owner and @letter, unless the post is closed by then; then
 * @forget frees the letter. */
void shoal_post_send (ShoalPost *post, void (*take) (void *owner, void *letter), void *letter,
                      GDestroyNotify forget);

/* The owner goes: nothing more is taken. On the application's thread; letters may be sent until
 * shoal_post_unref(). */
void shoal_post_close (ShoalPost *post);
void shoal_post_unref (ShoalPost *post);
