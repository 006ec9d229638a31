/* eng-router-main.c: shoal-map-port: asks a router for one port, or takes it back, and ends.
 *
 * A program of its own: libnatpmp and miniupnpc wait in their calls, and take what a router sends
 * whatever its length. Here that ends this program, by its bounds of memory and time, and nobody
 * else. See eng-router.h for what it is told and says. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "client-core/discovery/eng-router-private.h"

#define MEMORY_MAX (32u * 1024 * 1024)
/* When nobody is left who would end it. */
#define LIFE_S 30

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED 1
#endif
#endif

static void
bound (void)
{
  const struct rlimit no_core = { 0 };

  sigset_t none;

  /* Whoever starts this may have signals blocked or ignored. */
  sigemptyset (&none);
  (void) sigprocmask (SIG_SETMASK, &none, NULL); /* these three cannot fail */
  (void) sigaction (SIGALRM, &(struct sigaction){ .sa_handler = SIG_DFL }, NULL);
  (void) alarm (LIFE_S);
  (void) setrlimit (RLIMIT_CORE, &no_core); /* less than there was is always given */
#ifndef IS_SANITIZED                        /* which need far more memory */
  const struct rlimit memory = { .rlim_cur = MEMORY_MAX, .rlim_max = MEMORY_MAX };

  (void) setrlimit (RLIMIT_DATA, &memory);
#endif
}

static void
say (const char *text)
{
  if (fputs (text, stdout) < 0 || fflush (stdout) != 0)
    exit (EXIT_FAILURE); /* nobody listens any more */
}

#ifdef HAVE_MINIUPNPC
static void
say_found (void)
{
  say ("found\n");
}
#endif

static void
map (const EngRouterOrder *order, EngRouterAnswer *out)
{
  EngRouterAnswer before = { .problem = ENG_MAPPING_SILENCE };

  *out = before;
#ifdef HAVE_MINIUPNPC
  if (order->control != NULL)
    eng_router_upnp_renew (order, out);
#endif
#ifdef HAVE_NATPMP
  if (out->problem != ENG_MAPPING_FINE)
    eng_router_natpmp_map (order, out);
#endif
  before = *out;
#ifdef HAVE_MINIUPNPC
  if (out->problem != ENG_MAPPING_FINE)
    eng_router_upnp_map (order, say_found, out);
#endif
  if (out->problem == ENG_MAPPING_SILENCE)
    *out = before; /* NAT-PMP may have said no */
}

static void
unmap (const EngRouterOrder *order)
{
#ifdef HAVE_NATPMP
  if (order->by == ENG_MAPPED_BY_NAT_PMP)
    eng_router_natpmp_unmap (order);
#endif
#ifdef HAVE_MINIUPNPC
  if (order->by == ENG_MAPPED_BY_UPNP && order->control != NULL)
    eng_router_upnp_unmap (order);
#endif
}

int
main (int argc, char **argv)
{
  EngRouterOrder order;
  EngRouterAnswer answer;

  bound ();
  if (argc != 1 + (int) ENG_ROUTER_WORDS || !eng_router_order_parse (argv + 1, &order))
    {
      fputs ("shoal-map-port is run by Shoal, not by hand\n", stderr);
      return EXIT_FAILURE;
    }
  if (order.unmap)
    unmap (&order);
  else
    {
      g_autofree char *line = NULL;

      map (&order, &answer);
      line = eng_router_answer_write (&answer);
      say (line);
    }
  return EXIT_SUCCESS;
}
