/* sim-tracker.h: trackers on virtual time, and the announces of the clients, whose turns are the
 * production's own (eng-turns.h). */
#pragma once

#include "tests/sim/sim-client.h"

typedef struct SimTracker SimTracker;
typedef struct SimAnnounces SimAnnounces;

/* What a tracker tells beside the truth. */
typedef enum
{
  SIM_LIE_MARTIANS = 1 << 0, /* loopback, private, multicast, port 0 */
  SIM_LIE_NOBODY = 1 << 1,   /* addresses where nobody is */
  SIM_LIE_ITSELF = 1 << 2    /* the asker's own address */
} SimLie;

typedef struct
{
  uint64_t latency_us; /* from the question to the answer */
  uint32_t interval_s;
  uint32_t min_interval_s;
  uint32_t give;           /* peers in an answer */
  uint32_t fail_first;     /* so many questions get no answer but a failure */
  uint64_t blind_until_us; /* it knows nobody before */
  unsigned lies;           /* SimLie, eight each */
} SimTrackerConfig;

SimTracker *sim_tracker_new (SimWorld *world, const SimTrackerConfig *config);
/* All announces must have been freed. */
void sim_tracker_free (SimTracker *tracker);
uint32_t sim_tracker_n_asked (const SimTracker *tracker);

/* A host that is no client, as a peer that others hear of. */
void sim_tracker_add (SimTracker *tracker, SimHost *host);

/* Announces @client to the trackers, one a tier, from its start to its stop. */
SimAnnounces *sim_announces_new (SimClient *client, SimTracker **trackers, size_t n);
/* The client must not be running. */
void sim_announces_free (SimAnnounces *announces);
