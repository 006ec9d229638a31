/* trk-udp-answer.h: what a tracker answers to one datagram (BEP 15, 41): bytes in, bytes out.
 *
 * Cheap questions come first, and what they turn away is counted and gets no answer: junk and
 * sources that cannot be answered, then wrong connection ids, then who asks too often. An address
 * that has not proved itself is sent no more bytes than it sent. Of a worker's thread; no socket,
 * no clock, no allocation. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/tracker/bt-connection-id.h"
#include "protocol/tracker/bt-udp-tracker.h"
#include "tracker-server/front/trk-service.h"

/* No answer is longer: an announce with as many v6 peers as it may list. */
#define TRK_UDP_REPLY_MAX 1352u

typedef struct
{
  BtConnectionIds ids;
  /* Why an announce with these URL data (BEP 41: path and query of the tracker's URL; empty when it
   * said none) is refused, as static text; NULL when it is not. On the worker's thread. (nullable)
   */
  const char *(*refuse) (void *data, const uint8_t *url, size_t len);
  void *data; /* of refuse(); lent */
} TrkUdpRules;

typedef struct
{
  const uint8_t *bytes;
  size_t len;
  BtEndpoint from;
} TrkUdpDatagram;

/* A datagram that deserves an answer, on its way to it. */
typedef struct
{
  const TrkUdpDatagram *datagram; /* lent */
  BtUdpAction action;
  BtUdpHead head;

  /* Of an announce */
  BtTrackerProblem problem; /* then the rest is not there */
  BtAnnounceRequest request;
  BtLent options;
  TrkExpected expected;
} TrkUdpTurn;

/* The cheap questions: false when there is no answer, which was counted. In a turn of @worker,
 * which has the same @now_us. */
bool trk_udp_look (TrkWorker *worker, const TrkUdpRules *rules, const TrkUdpDatagram *datagram,
                   uint64_t now_us, TrkUdpTurn *turn);

/* What an announce needs is asked for ahead, see trk_worker_ahead(). */
void trk_udp_ahead (TrkWorker *worker, TrkUdpTurn *turn, TrkAheadStep step);

/* Writes the answer to what was looked at, and returns its length; 0: there is none. */
size_t trk_udp_write (TrkWorker *worker, const TrkUdpRules *rules, const TrkUdpTurn *turn,
                      uint64_t now_us, uint8_t out[TRK_UDP_REPLY_MAX]);

/* All of it for a datagram that came alone. */
size_t trk_udp_answer (TrkWorker *worker, const TrkUdpRules *rules, const TrkUdpDatagram *datagram,
                       uint64_t now_us, uint8_t out[TRK_UDP_REPLY_MAX]);
