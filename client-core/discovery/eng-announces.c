/* eng-announces.c: a torrent's trackers: asking the one whose turn it is, and telling what it said.
 */
#include <string.h>

#include "client-core/discovery/eng-announcer-private.h"
#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-utf8.h"

/* What is kept of a tracker's own words, in bytes. */
#define MESSAGE_MAX 500
#define TRACKER_ID_MAX 1024

/* --- what is shown --- */

/* A tracker's words as a person may see them: whole characters, one line. (transfer full) */
static char *
clean_text (const BtLent *text)
{
  g_autofree char *whole = bt_utf8_repair (text->bytes, MIN (text->len, MESSAGE_MAX));
  GString *out = g_string_new (NULL);

  for (char *at = whole; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      g_string_append_unichar (out, g_unichar_isprint (c) || c == 0xfffd ? c : ' ');
    }
  g_strstrip (out->str);
  return g_string_free (out, FALSE);
}

/* Takes @message over. */
static void
show (EngTracker *tracker, EngTrackerState state, char *message)
{
  tracker->state = state;
  g_free (tracker->message);
  tracker->message = message;
}

static void
tell_changed (EngTracker *tracker)
{
  EngAnnounces *self = tracker->announces;

  if (!self->stopping)
    self->events->changed (self->owner, tracker->index);
}

/* --- answers --- */

static bool
is_local (const BtEndpoint *remote)
{
  return (bt_endpoint_range (remote) & (BT_RANGE_LOOPBACK | BT_RANGE_PRIVATE | BT_RANGE_LINK_LOCAL))
         != 0;
}

static void
hand_over_peers (EngAnnounces *self, const EngAnswer *answer)
{
  g_autofree BtEndpoint *peers = g_new (BtEndpoint, answer->n_peers);

  for (size_t i = 0; i < answer->n_peers; i++)
    peers[i] = answer->peers[i].endpoint;
  if (answer->n_peers > 0)
    self->events->peers (self->owner, peers, answer->n_peers, is_local (&answer->remote));
}

static void
take_success (EngTracker *tracker, const EngAnswer *answer)
{
  const BtLent *warning = &answer->reply.warning;
  const BtLent *id = &answer->reply.tracker_id;

  show (tracker, ENG_TRACKER_WORKING, warning->bytes != NULL ? clean_text (warning) : NULL);
  tracker->complete = answer->reply.complete;
  tracker->incomplete = answer->reply.incomplete;
  tracker->n_peers = (uint32_t) answer->n_peers;
  if (id->bytes != NULL && id->len <= TRACKER_ID_MAX)
    {
      g_clear_pointer (&tracker->tracker_id, g_bytes_unref);
      tracker->tracker_id = g_bytes_new (id->bytes, id->len);
    }
}

static void
take_answer (EngTracker *tracker, const EngAnswer *answer)
{
  EngAnnounces *self = tracker->announces;
  uint64_t now_us = btio_reactor_now_us (self->announcer->reactor);
  BtLent problem;

  tracker->answered_us = now_us;
  if (answer->problem != NULL)
    {
      problem = bt_lent_text (answer->problem); /* a server's own words may be in it */
      show (tracker, ENG_TRACKER_FAILING, clean_text (&problem));
      eng_turns_failed (&self->turns, &tracker->turn, NULL, now_us);
    }
  else if (answer->reply.failure.bytes != NULL)
    {
      show (tracker, ENG_TRACKER_FAILING, clean_text (&answer->reply.failure));
      eng_turns_failed (&self->turns, &tracker->turn, &answer->reply, now_us);
    }
  else
    {
      take_success (tracker, answer);
      eng_turns_answered (&self->turns, &tracker->turn, &answer->reply, now_us);
    }
}

static bool say_last (EngTracker *tracker, BtAnnounceEvent said);

/* It has heard of a port that is ours no more. */
static bool
is_misled (const EngTracker *tracker)
{
  return tracker->told_port != 0 && tracker->told_port != tracker->announces->announcer->port;
}

/* An answer on the way out. */
static void
take_last (EngTracker *tracker, const EngAnswer *answer)
{
  EngAnnounces *self = tracker->announces;
  BtAnnounceEvent said = tracker->turn.event;

  take_answer (tracker, answer);
  if (!say_last (tracker, said) && --self->n_asks == 0)
    btio_turn_ask (&self->stopped, self->announcer->reactor);
}

/* The events come last, and may stop the announces: what is left to do waits for the timer. */
static void
on_answer (void *owner, const EngAnswer *answer)
{
  EngTracker *tracker = owner;
  EngAnnounces *self = tracker->announces;

  tracker->ask = NULL;
  if (tracker->dropped && !self->stopping)
    {
      self->turns.trackers[tracker->index].knows_us = false;
      return;
    }
  if (self->stopping)
    {
      take_last (tracker, answer);
      return;
    }
  take_answer (tracker, answer);
  if (tracker->state == ENG_TRACKER_WORKING && is_misled (tracker))
    eng_turns_moved (&self->turns, tracker->index);
  btio_timer_set (&self->timer, self->announcer->reactor, 0);
  tell_changed (tracker);
  if (!self->stopping && tracker->state == ENG_TRACKER_WORKING)
    hand_over_peers (self, answer);
}

/* --- asking --- */

static BtAnnounceRequest
make_request (const EngTracker *tracker, BtAnnounceEvent event)
{
  const EngAnnounces *self = tracker->announces;
  const EngAnnouncer *announcer = self->announcer;
  EngAnnounceFacts facts = { 0 };
  BtAnnounceRequest request;

  self->events->facts (self->owner, &facts);
  bt_announce_request_init (&request);
  memcpy (request.info_hash, self->info_hash, sizeof request.info_hash);
  memcpy (request.peer_id, announcer->peer_id, sizeof request.peer_id);
  request.port = announcer->port;
  request.event = event == BT_ANNOUNCE_NONE && facts.partial_seed ? BT_ANNOUNCE_PAUSED : event;
  request.uploaded = facts.uploaded;
  request.downloaded = facts.downloaded;
  request.left = facts.left;
  request.numwant = event == BT_ANNOUNCE_STOPPED ? 0 : (int32_t) MIN (facts.want_peers, INT32_MAX);
  request.key = announcer->key;
  request.has_key = true;
  request.no_peer_id = true;
  if (tracker->tracker_id != NULL)
    request.tracker_id.bytes = g_bytes_get_data (tracker->tracker_id, &request.tracker_id.len);
  return request;
}

static void
ask_tracker (EngTracker *tracker, const EngTurn *turn)
{
  EngAnnounces *self = tracker->announces;
  BtAnnounceRequest request = make_request (tracker, turn->event);

  tracker->turn = *turn;
  tracker->told_port = request.port;
  tracker->ask = eng_ask_new (&self->announcer->askers, tracker->url, &request, self->stopping,
                              on_answer, tracker);
}

static void
go_on (EngAnnounces *self)
{
  uint64_t now_us = btio_reactor_now_us (self->announcer->reactor);
  EngTurn turn;

  while (!self->stopping && eng_turns_next (&self->turns, now_us, &turn))
    {
      EngTracker *tracker = self->trackers->pdata[turn.tracker];

      ask_tracker (tracker, &turn);
      tracker->state = ENG_TRACKER_BUSY;
      tell_changed (tracker);
    }
  if (!self->stopping)
    btio_timer_set (&self->timer, self->announcer->reactor, eng_turns_deadline (&self->turns));
}

static void
on_timer (BtioTimer *timer, uint64_t now_us)
{
  EngAnnounces *self = (EngAnnounces *) (void *) ((char *) timer - offsetof (EngAnnounces, timer));

  if (self->stopping)
    btio_turn_ask (&self->stopped, self->announcer->reactor);
  else
    go_on (self);
}

/* --- the beginning --- */

static void on_stopped (BtioTurn *turn);

static void
tracker_free (void *data)
{
  EngTracker *tracker = data;

  eng_ask_cancel (tracker->ask);
  g_free (tracker->url);
  g_free (tracker->message);
  g_clear_pointer (&tracker->tracker_id, g_bytes_unref);
  g_free (tracker);
}

static void
keep_tracker (EngAnnounces *self, const BtTracker *tracker)
{
  EngTracker *kept = g_new (EngTracker, 1);

  *kept = (EngTracker){ .announces = self,
                        .index = self->trackers->len,
                        .url = g_strdup (tracker->url),
                        .complete = BT_UNSAID,
                        .incomplete = BT_UNSAID };
  g_ptr_array_add (self->trackers, kept);
}

EngAnnounces *
eng_announces_new (EngAnnouncer *announcer, const uint8_t info_hash[20], const BtTracker *trackers,
                   size_t n, const EngAnnounceEvents *events, void *owner)
{
  EngAnnounces *self = g_new0 (EngAnnounces, 1);

  self->announcer = announcer;
  announcer->n_announces++;
  memcpy (self->info_hash, info_hash, sizeof self->info_hash);
  announcer->random += UINT64_C (0x9e3779b97f4a7c15);
  eng_turns_init (&self->turns, trackers, n, announcer->random);
  self->trackers = g_ptr_array_new_with_free_func (tracker_free);
  for (size_t i = 0; i < n; i++)
    keep_tracker (self, &trackers[i]);
  self->events = events;
  self->owner = owner;
  self->timer.due = on_timer;
  self->stopped.run = on_stopped;
  btio_timer_set (&self->timer, announcer->reactor, n > 0 ? 0 : BTIO_NEVER);
  return self;
}

/* The tracker of a URL that was not dropped, or ENG_TURNS_NONE. */
static size_t
find_tracker (const EngAnnounces *self, const char *url)
{
  for (size_t i = 0; i < self->turns.n; i++)
    {
      const EngTracker *tracker = self->trackers->pdata[i];

      if (!tracker->dropped && strcmp (tracker->url, url) == 0)
        return i;
    }
  return ENG_TURNS_NONE;
}

void
eng_announces_add (EngAnnounces *self, const BtTracker *tracker)
{
  size_t there = find_tracker (self, tracker->url);

  bt_assert (!self->stopping);
  if (there != ENG_TURNS_NONE)
    {
      eng_turns_move (&self->turns, there, tracker->tier);
      return;
    }
  keep_tracker (self, tracker);
  eng_turns_add (&self->turns, tracker->tier);
  btio_timer_set (&self->timer, self->announcer->reactor, eng_turns_deadline (&self->turns));
}

void
eng_announces_set_private (EngAnnounces *self, bool is_private)
{
  self->turns.one_at_a_time = is_private;
}

void
eng_announces_tell (EngAnnounces *self, BtAnnounceEvent event)
{
  eng_turns_tell (&self->turns, event);
  btio_timer_set (&self->timer, self->announcer->reactor, eng_turns_deadline (&self->turns));
}

void
eng_announces_more (EngAnnounces *self)
{
  eng_turns_more (&self->turns);
  btio_timer_set (&self->timer, self->announcer->reactor, eng_turns_deadline (&self->turns));
}

void
eng_announces_now (EngAnnounces *self, const char *url)
{
  size_t tracker = url != NULL ? find_tracker (self, url) : ENG_TURNS_NONE;

  if (url != NULL && tracker == ENG_TURNS_NONE)
    return;
  eng_turns_now (&self->turns, tracker);
  btio_timer_set (&self->timer, self->announcer->reactor, eng_turns_deadline (&self->turns));
}

void
eng_announces_moved (EngAnnounces *self)
{
  for (guint i = 0; i < self->trackers->len; i++)
    if (is_misled (self->trackers->pdata[i]))
      eng_turns_moved (&self->turns, i);
  if (!self->stopping)
    btio_timer_set (&self->timer, self->announcer->reactor, eng_turns_deadline (&self->turns));
}

void
eng_announces_elsewhere (EngAnnounces *self)
{
  if (self->stopping)
    return;
  eng_turns_elsewhere (&self->turns);
  btio_timer_set (&self->timer, self->announcer->reactor, eng_turns_deadline (&self->turns));
}

/* --- the end --- */

static void
announces_free (EngAnnounces *self)
{
  g_ptr_array_unref (self->trackers);
  btio_timer_stop (&self->timer);
  btio_turn_stop (&self->stopped);
  self->announcer->n_announces--;
  eng_turns_clear (&self->turns);
  g_free (self);
}

static void
on_stopped (BtioTurn *turn)
{
  EngAnnounces *self = (EngAnnounces *) (void *) ((char *) turn - offsetof (EngAnnounces, stopped));
  void (*done) (void *data) = self->done;
  void *data = self->data;

  announces_free (self);
  if (done != NULL)
    done (data);
}

static bool
owes_completed (const EngTurnsTracker *known)
{
  return known->owes && known->owed == BT_ANNOUNCE_COMPLETED;
}

/* After what was said, a tracker that knows of us hears that all is here, if it is owed that, and
 * then that we go. False: there is no more to say. */
static bool
say_last (EngTracker *tracker, BtAnnounceEvent said)
{
  const EngTurnsTracker *known = &tracker->announces->turns.trackers[tracker->index];
  bool owes = owes_completed (known) && said != BT_ANNOUNCE_COMPLETED;
  EngTurn turn = { .tracker = tracker->index,
                   .event = owes ? BT_ANNOUNCE_COMPLETED : BT_ANNOUNCE_STOPPED,
                   .owed = owes };

  if (said == BT_ANNOUNCE_STOPPED || !known->knows_us)
    return false;
  ask_tracker (tracker, &turn);
  return true;
}

/* A tracker that has not answered yet may know of us all the same. One that is owed "completed" has
 * to answer first: it counts nobody of whom it never heard. */
static void
say_goodbye (EngTracker *tracker)
{
  const EngTurnsTracker *known = &tracker->announces->turns.trackers[tracker->index];
  EngTurn turn = { .tracker = tracker->index, .event = BT_ANNOUNCE_STOPPED };

  if (tracker->ask == NULL && (tracker->dropped || !say_last (tracker, BT_ANNOUNCE_NONE)))
    return;
  tracker->announces->n_asks++;
  if (tracker->turn.event == BT_ANNOUNCE_STOPPED || owes_completed (known))
    return;
  g_clear_pointer (&tracker->ask, eng_ask_cancel);
  ask_tracker (tracker, &turn);
}

void
eng_announces_stop (EngAnnounces *self, uint64_t timeout_us, void (*done) (void *data), void *data)
{
  BtioReactor *reactor = self->announcer->reactor;

  bt_assert (!self->stopping);
  self->stopping = true;
  self->done = done;
  self->data = data;
  for (size_t i = 0; i < self->turns.n; i++)
    say_goodbye (self->trackers->pdata[i]);
  btio_timer_set (&self->timer, reactor, btio_reactor_now_us (reactor) + timeout_us);
  if (self->n_asks == 0)
    btio_turn_ask (&self->stopped, reactor);
}

/* --- for people --- */

static void
drop (EngTracker *tracker)
{
  EngAnnounces *self = tracker->announces;
  EngTurn turn = { .tracker = tracker->index, .event = BT_ANNOUNCE_STOPPED };

  tracker->dropped = true;
  g_clear_pointer (&tracker->ask, eng_ask_cancel);
  eng_turns_drop (&self->turns, tracker->index);
  if (self->turns.trackers[tracker->index].knows_us)
    ask_tracker (tracker, &turn);
  btio_timer_set (&self->timer, self->announcer->reactor, 0);
}

void
eng_announces_drop (EngAnnounces *self, const char *url)
{
  size_t tracker = find_tracker (self, url);

  if (tracker != ENG_TURNS_NONE)
    drop (self->trackers->pdata[tracker]);
}

bool
eng_announces_is_dropped (const EngAnnounces *self, size_t i)
{
  return ((EngTracker *) self->trackers->pdata[i])->dropped;
}

size_t
eng_announces_count (const EngAnnounces *self)
{
  return self->turns.n;
}

EngTrackerStatus
eng_announces_status (const EngAnnounces *self, size_t i)
{
  const EngTracker *tracker = self->trackers->pdata[i];

  return (EngTrackerStatus){ .url = tracker->url,
                             .tier = self->turns.trackers[i].tier,
                             .state = tracker->state,
                             .message = tracker->message,
                             .answered_us = tracker->answered_us,
                             .next_us = eng_turns_when (&self->turns, i),
                             .complete = tracker->complete,
                             .incomplete = tracker->incomplete,
                             .n_peers = tracker->n_peers };
}
