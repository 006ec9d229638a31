/* eng-gather.c: see the header. */
#include "eng-gather-private.h"

#include "protocol/core/bt-assert.h"

/* At 1 GiB/s ten pieces of 1 MiB; nothing that a person or a peer would notice. */
#define LINGER_US 10000

static void
on_due (BtioTimer *timer, uint64_t now_us)
{
  eng_gather_flush ((EngGather *) (void *) timer);
}

void
eng_gather_init (EngGather *self, BtioReactor *reactor, EngCrew *crew, unsigned max,
                 uint64_t max_bytes)
{
  bt_assert (max >= 1 && max <= ENG_CREW_BATCH);
  *self = (EngGather){
    .timer.due = on_due, .reactor = reactor, .crew = crew, .max = max, .max_bytes = max_bytes
  };
}

void
eng_gather_clear (EngGather *self)
{
  bt_assert (self->n == 0);
  btio_timer_stop (&self->timer);
}

void
eng_gather_add (EngGather *self, EngTask *task, uint64_t bytes)
{
  self->tasks[self->n++] = task;
  self->bytes += bytes;
  if (self->n == self->max || self->bytes >= self->max_bytes)
    eng_gather_flush (self);
  else if (self->n == 1)
    btio_timer_set (&self->timer, self->reactor, btio_reactor_now_us (self->reactor) + LINGER_US);
}

void
eng_gather_remove (EngGather *self, EngTask *task, uint64_t bytes)
{
  for (unsigned i = 0; i < self->n; i++)
    if (self->tasks[i] == task)
      {
        self->tasks[i] = self->tasks[--self->n];
        self->bytes -= bytes;
        return;
      }
}

void
eng_gather_flush (EngGather *self)
{
  eng_crew_queue_all (self->crew, self->tasks, self->n);
  self->n = 0;
  self->bytes = 0;
  btio_timer_stop (&self->timer);
}
