/* shoal-ask-private.h: one question to the network on the application's thread, and its answer.
 *
 * The reactor stands in the application's own context: nothing of an engine is needed. An answer is
 * handed over in a turn of its own, when nothing below is under way any more, so that whoever gets
 * it may free everything. */
#pragma once

#include <gio/gio.h>

#include "protocol/io/btio-tcp.h"

/* What all questions of one owner share. */
typedef struct
{
  BtioReactor *reactor;
  BtioBind bind;
  char *interface; /* that @bind borrows */
  uint64_t random[4];
} ShoalAskPlace;

/* @address as shoal_session_new() takes it. False and an error of SHOAL_ERROR. */
gboolean shoal_ask_place_init (ShoalAskPlace *place, const char *address, GError **error);
/* Accepts one that is zeroed. */
void shoal_ask_place_clear (ShoalAskPlace *place);

/* Embedded at the start of what a question needs. */
typedef struct ShoalAsk ShoalAsk;
struct ShoalAsk
{
  GTask *task;
  GSource *cancelled;    /* NULL without a cancellable, and once it is over */
  void *result;          /* one of the two, once it is over */
  GDestroyNotify forget; /* frees the result */
  GError *error;
  /* Takes back what is under way; no answer comes. */
  void (*cancel) (ShoalAsk *ask);
  /* After the answer was handed over, or taken back. */
  void (*free) (ShoalAsk *ask);
};

/* Takes @task, and watches its cancellable. */
void shoal_ask_begin (ShoalAsk *ask, GTask *task);
/* It is over: takes the result or, when that is NULL, the error. */
void shoal_ask_end (ShoalAsk *ask, void *result, GDestroyNotify forget, GError *error);

/* "“URL”: the problem". */
GError *shoal_ask_problem (const char *url, const char *problem);
