/* bench-tracker-udp.c: the UDP side of a tracker alone, for a load generator.
 *
 *     bench-tracker-udp ADDRESS PORT [WORKERS [RATE]]
 *
 * Every torrent is open. RATE is the limit of one source, in requests a second; without one there
 * is none. Ends on SIGTERM and SIGINT, and then tells what was counted and what it cost. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>

#include <glib.h>

#include "tracker-server/front/trk-udp.h"

#define MANY 100000000u

typedef struct
{
  TrkServiceParts parts;
  TrkService *service;
  TrkPolicy policy;
} Tracker;

/* 0 for what is no number. */
static uint32_t
number_of (const char *text)
{
  guint64 value = 0;

  (void) g_ascii_string_to_unsigned (text, 10, 0, UINT32_MAX, &value, NULL); /* see above */
  return (uint32_t) value;
}

static void
randomize (void *out, size_t len)
{
  if (getrandom (out, len, 0) != (ssize_t) len)
    abort ();
}

static void
tracker_init (Tracker *self, uint32_t rate)
{
  TrkSwarmsConfig swarms = { .max_swarms = MANY, .max_peers = MANY, .max_empty = MANY };
  TrkLimiterConfig limiter = { .rate = rate, .burst = rate, .n_buckets = 1u << 16 };
  uint8_t key[BT_SIPHASH_KEY_LEN];

  trk_policy_init (&self->policy);
  swarms.timeout_s = trk_policy_timeout_s (&self->policy);
  randomize (swarms.key, sizeof swarms.key);
  randomize (limiter.key, sizeof limiter.key);
  randomize (key, sizeof key);
  self->parts = (TrkServiceParts){ .swarms = trk_swarms_new (&swarms),
                                   .lists = trk_lists_new (key),
                                   .limiter = rate > 0 ? trk_limiter_new (&limiter) : NULL };
  self->service = trk_service_new (&self->parts, &self->policy, TRK_MODE_OPEN);
}

static void
tracker_clear (Tracker *self)
{
  trk_service_free (self->service);
  trk_limiter_free (self->parts.limiter);
  trk_lists_free (self->parts.lists);
  trk_swarms_free (self->parts.swarms);
}

static double
seconds (struct timeval time)
{
  return (double) time.tv_sec + (double) time.tv_usec / 1e6;
}

static void
report (Tracker *self)
{
  uint64_t counts[TRK_COUNTS];
  struct rusage used;
  double cpu;

  getrusage (RUSAGE_SELF, &used);
  cpu = seconds (used.ru_utime) + seconds (used.ru_stime);
  trk_service_counts (self->service, counts);
  for (unsigned i = 0; i < TRK_COUNTS; i++)
    if (counts[i] > 0)
      printf ("%s %" G_GUINT64_FORMAT "\n", trk_service_count_name ((TrkCount) i), counts[i]);
  printf ("CPU %.2f s, of which %.2f in the kernel; %.2f us an announce\n", cpu,
          seconds (used.ru_stime), cpu * 1e6 / (double) MAX (counts[TRK_COUNT_ANNOUNCES_UDP], 1));
}

static int
serve (const TrkUdpConfig *config, uint32_t rate)
{
  Tracker tracker;
  TrkUdpFault fault;
  TrkUdp *udp;
  sigset_t ends;
  int which;

  sigemptyset (&ends);
  sigaddset (&ends, SIGTERM);
  sigaddset (&ends, SIGINT);
  sigprocmask (SIG_BLOCK, &ends, NULL);
  tracker_init (&tracker, rate);
  udp = trk_udp_new (config, tracker.service, &fault);
  if (udp != NULL)
    sigwait (&ends, &which);
  else
    fprintf (stderr, "cannot listen: %s\n", g_strerror (fault.code));
  trk_udp_free (udp);
  report (&tracker);
  tracker_clear (&tracker);
  return udp != NULL ? 0 : 1;
}

int
main (int argc, char **argv)
{
  BtEndpoint address;
  uint8_t secret[BT_SIPHASH_KEY_LEN];
  TrkUdpConfig config = { .addresses = &address,
                          .n_addresses = 1,
                          .n_workers = argc > 3 ? number_of (argv[3]) : 1,
                          .buffer_len = TRK_UDP_BUFFER_LEN };

  if (argc < 3 || !bt_endpoint_parse_address (argv[1], strlen (argv[1]), &address)
      || !bt_port_parse (argv[2], strlen (argv[2]), &address.port))
    {
      fprintf (stderr, "usage: bench-tracker-udp ADDRESS PORT [WORKERS [RATE]]\n");
      return 2;
    }
  randomize (secret, sizeof secret);
  bt_connection_ids_init (&config.rules.ids, secret, false);
  return serve (&config, argc > 4 ? number_of (argv[4]) : 0);
}
