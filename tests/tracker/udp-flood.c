/* udp-flood.c: announces over UDP at a rate that a tracker on the same machine cannot keep up with,
 * and honest ones beside them.
 *
 *     udp-flood capacity PORT SECONDS
 *     udp-flood flood PORT SECONDS RATE HONEST
 *     udp-flood fill PORT COUNT TORRENTS
 *
 * "capacity" keeps 256 announces under way and says how many a second are answered. "flood" sends
 * RATE a second, every second one with a connection id that is made up, the others from few
 * addresses with good ones; HONEST a second come from many addresses, each once, and are waited for
 * for a second. "fill" sends COUNT announces, 256 under way, of so many torrents or, with 0, of a
 * new one each, and says how long one who asks for one torrent beside it waits. All addresses are
 * in 127.0.0.0/8. Says what was sent, and what came back, as "NAME NUMBER" lines. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ANNOUNCE_LEN 98
#define BATCH 32
#define WINDOW 256
#define FLOODERS 8
#define HONEST 500
#define NS_PER_S 1000000000ull
#define TICK_NS 1000000ull

/* A client at an address of its own. */
typedef struct
{
  int fd;
  uint64_t id;       /* of its connection, in the order of the network */
  uint64_t asked_ns; /* 0: nothing is under way */
} Client;

static uint64_t random_state = 88172645463325252ull;

static uint64_t
next (void)
{
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state;
}

static uint64_t
now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (uint64_t) now.tv_sec * NS_PER_S + (uint64_t) now.tv_nsec;
}

static void
die (const char *what)
{
  perror (what);
  exit (1);
}

static void
put_u32 (uint8_t *at, uint32_t value)
{
  value = htonl (value);
  memcpy (at, &value, sizeof value);
}

/* --- clients --- */

static void
client_open (Client *c, unsigned net, unsigned number, uint16_t port)
{
  struct sockaddr_in from = { .sin_family = AF_INET };
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons (port) };
  int room = 1 << 20;

  from.sin_addr.s_addr = htonl (0x7f000000u | net << 16 | (number + 1));
  to.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  *c = (Client){ .fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) };
  if (c->fd < 0 || bind (c->fd, (struct sockaddr *) &from, sizeof from) != 0
      || connect (c->fd, (struct sockaddr *) &to, sizeof to) != 0)
    die ("socket");
  setsockopt (c->fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
}

/* Asks for a connection id until there is one; answers to what was asked before come first. */
static void
client_connect (Client *c)
{
  static const uint8_t packet[16] = { 0, 0, 4, 0x17, 0x27, 0x10, 0x19, 0x80 };
  uint8_t reply[2048];

  for (int tries = 0; tries < 20; tries++)
    {
      struct pollfd ready = { .fd = c->fd, .events = POLLIN };

      (void) !send (c->fd, packet, sizeof packet, 0);
      while (poll (&ready, 1, 200) == 1)
        if (recv (c->fd, reply, sizeof reply, 0) == 16 && reply[3] == 0)
          {
            memcpy (&c->id, reply + 8, sizeof c->id);
            return;
          }
    }
  die ("no connection id");
}

static void
write_announce (uint8_t *out, uint64_t id, uint32_t torrent, uint16_t port)
{
  memset (out, 0, ANNOUNCE_LEN);
  memcpy (out, &id, sizeof id);
  put_u32 (out + 8, 1);
  put_u32 (out + 16, torrent);
  memcpy (out + 36, "-XX0000-", 8);
  put_u32 (out + 68, 1000);
  out[96] = (uint8_t) (port >> 8);
  out[97] = (uint8_t) port;
}

/* Bytes of all that has come; how many announces were answered, or refused as in a tracker that is
 * full, is added to @n. */
static uint64_t
client_drain (Client *c, uint64_t *n)
{
  uint8_t reply[2048];
  uint64_t bytes = 0;
  ssize_t len;

  while ((len = recv (c->fd, reply, sizeof reply, MSG_DONTWAIT)) >= 0)
    {
      bytes += (uint64_t) len;
      *n += len >= 8 && (reply[3] == 1 || reply[3] == 3);
    }
  return bytes;
}

/* --- capacity --- */

static void
measure_capacity (uint16_t port, double seconds)
{
  uint64_t start = now_ns ();
  uint64_t end = start + (uint64_t) (seconds * (double) NS_PER_S);
  uint64_t answered = 0;
  uint64_t asked = 0;
  Client c;

  client_open (&c, 76, 0, port);
  client_connect (&c);
  while (now_ns () < end)
    {
      struct pollfd ready = { .fd = c.fd, .events = POLLIN };
      uint8_t packet[ANNOUNCE_LEN];

      for (; asked < answered + WINDOW; asked++)
        {
          write_announce (packet, c.id, (uint32_t) next () % 1000,
                          (uint16_t) (1 + next () % 60000));
          if (send (c.fd, packet, sizeof packet, 0) < 0)
            break;
        }
      if (poll (&ready, 1, 100) == 0)
        asked = answered; /* they are lost */
      (void) client_drain (&c, &answered);
    }
  printf ("capacity %.0f\n", (double) answered * (double) NS_PER_S / (double) (now_ns () - start));
}

/* --- many torrents --- */

#define WAITS_MAX 200000u

/* Who asks one question after the other. */
typedef struct
{
  Client client;
  uint32_t waits_us[WAITS_MAX];
  unsigned n;
} Patient;

static void
patient_turn (Patient *self, uint64_t now)
{
  uint8_t packet[ANNOUNCE_LEN];
  uint64_t n = 0;

  (void) client_drain (&self->client, &n);
  if (n > 0 && self->n < WAITS_MAX)
    self->waits_us[self->n++] = (uint32_t) ((now - self->client.asked_ns) / 1000);
  if (n == 0 && self->client.asked_ns != 0 && now - self->client.asked_ns < NS_PER_S)
    return;
  write_announce (packet, self->client.id, 7, 6881);
  self->client.asked_ns = now;
  (void) !send (self->client.fd, packet, sizeof packet, 0);
}

static int
compare (const void *a, const void *b)
{
  uint32_t x = *(const uint32_t *) a;
  uint32_t y = *(const uint32_t *) b;

  return (x > y) - (x < y);
}

static void
fill (uint16_t port, uint64_t count, uint32_t torrents)
{
  static Patient patient;
  uint64_t start = now_ns ();
  uint64_t answered = 0, asked = 0, renewed = start, heard = start;
  Client c;

  client_open (&c, 76, 1, port);
  client_open (&patient.client, 75, 1, port);
  client_connect (&c);
  client_connect (&patient.client);
  while (answered < count)
    {
      uint8_t packet[ANNOUNCE_LEN];
      uint64_t before = answered;
      uint64_t now = now_ns ();

      for (; asked < count && asked < answered + WINDOW; asked++)
        {
          uint64_t random = next ();

          write_announce (packet, c.id, torrents > 0 ? (uint32_t) random % torrents : 0,
                          (uint16_t) (1 + (random >> 32) % 60000));
          if (torrents == 0)
            memcpy (packet + 16, &random, sizeof random);
          if (send (c.fd, packet, sizeof packet, 0) < 0)
            break;
        }
      (void) client_drain (&c, &answered);
      heard = answered > before ? now : heard;
      if (now - heard > NS_PER_S)
        answered = asked; /* they are lost */
      patient_turn (&patient, now);
      if (now - renewed > 60 * NS_PER_S)
        {
          client_connect (&c);
          client_connect (&patient.client);
          answered = asked; /* some answers were passed over */
          patient.client.asked_ns = 0;
          renewed = heard = now_ns ();
        }
    }
  qsort (patient.waits_us, patient.n, sizeof patient.waits_us[0], compare);
  printf ("rate %.0f\nwaits %u\np50_us %u\np99_us %u\n",
          (double) count * (double) NS_PER_S / (double) (now_ns () - start), patient.n,
          patient.waits_us[patient.n / 2], patient.waits_us[patient.n * 99 / 100]);
}

/* --- flood --- */

typedef struct
{
  Client forgers[FLOODERS]; /* they make up ids, and nothing may come to them */
  Client greedy[FLOODERS];  /* they have good ones, and ask too often */
  Client honest[HONEST];
  uint64_t sent, sent_forged;
  uint64_t asked, answered;
  uint64_t to_forgers, to_all; /* bytes */
} Flood;

static void
send_batch (Flood *f, Client *from, bool forged, unsigned n)
{
  static uint8_t packets[BATCH][ANNOUNCE_LEN];
  struct iovec parts[BATCH];
  struct mmsghdr messages[BATCH] = { 0 };
  int done;

  for (unsigned i = 0; i < n; i++)
    {
      write_announce (packets[i], forged ? next () : from->id, (uint32_t) next () % 1000,
                      (uint16_t) (1 + next () % 60000));
      parts[i] = (struct iovec){ packets[i], ANNOUNCE_LEN };
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
  done = sendmmsg (from->fd, messages, n, MSG_DONTWAIT);
  f->sent += done > 0 ? (uint64_t) done : 0;
  f->sent_forged += forged && done > 0 ? (uint64_t) done : 0;
}

static void
send_flood (Flood *f, uint64_t due)
{
  while (f->sent < due)
    {
      unsigned n = (unsigned) (due - f->sent < 2 * BATCH ? (due - f->sent + 1) / 2 : BATCH);
      uint64_t before = f->sent;

      send_batch (f, &f->forgers[next () % FLOODERS], true, n);
      send_batch (f, &f->greedy[next () % FLOODERS], false, n);
      if (f->sent == before)
        return;
    }
}

/* Each honest client has at most one question under way. */
static void
ask_honestly (Flood *f, uint64_t due, uint64_t now)
{
  for (; f->asked < due; f->asked++)
    {
      Client *c = &f->honest[f->asked % HONEST];
      uint8_t packet[ANNOUNCE_LEN];

      write_announce (packet, c->id, 7, 6881);
      (void) !send (c->fd, packet, sizeof packet, 0);
      c->asked_ns = now;
    }
}

static void
take_answers (Flood *f)
{
  uint64_t other = 0;

  for (unsigned i = 0; i < FLOODERS; i++)
    {
      uint64_t forged = client_drain (&f->forgers[i], &other);

      f->to_forgers += forged;
      f->to_all += forged + client_drain (&f->greedy[i], &other);
    }
  for (unsigned i = 0; i < HONEST; i++)
    if (f->honest[i].asked_ns != 0)
      {
        uint64_t n = 0;

        f->to_all += client_drain (&f->honest[i], &n);
        f->answered += n;
        if (n > 0)
          f->honest[i].asked_ns = 0;
      }
}

static void
open_all (Flood *f, uint16_t port)
{
  for (unsigned i = 0; i < FLOODERS; i++)
    {
      client_open (&f->forgers[i], 77, i, port);
      client_open (&f->greedy[i], 78, i, port);
      client_connect (&f->greedy[i]);
    }
  for (unsigned i = 0; i < HONEST; i++)
    {
      client_open (&f->honest[i], 79, i, port);
      client_connect (&f->honest[i]);
    }
}

static void
flood (uint16_t port, double seconds, double rate, double honest)
{
  static Flood f;
  uint64_t start, end, now, drained = 0;

  open_all (&f, port);
  start = now_ns ();
  end = start + (uint64_t) (seconds * (double) NS_PER_S);
  while ((now = now_ns ()) < end + NS_PER_S)
    {
      double passed = (double) ((now < end ? now : end) - start) / (double) NS_PER_S;

      if (now < end)
        {
          send_flood (&f, (uint64_t) (rate * passed));
          ask_honestly (&f, (uint64_t) (honest * passed), now);
        }
      if (now - drained > 20 * TICK_NS)
        {
          take_answers (&f);
          drained = now;
        }
      if (now_ns () - now < TICK_NS / 4)
        (void) poll (NULL, 0, 1); /* the rate asks for no more than this */
    }
  printf ("sent %.0f\nforged %.0f\nhonest %llu\nanswered %llu\n", (double) f.sent / seconds,
          (double) f.sent_forged / seconds, (unsigned long long) f.asked,
          (unsigned long long) f.answered);
  printf ("to_forgers %llu\namplification %.3f\n", (unsigned long long) f.to_forgers,
          (double) f.to_all / (double) (f.sent + f.asked) / ANNOUNCE_LEN);
}

int
main (int argc, char **argv)
{
  uint16_t port = argc > 2 ? (uint16_t) strtoul (argv[2], NULL, 10) : 0;

  if (argc == 4 && strcmp (argv[1], "capacity") == 0)
    measure_capacity (port, (double) strtoul (argv[3], NULL, 10));
  else if (argc == 6 && strcmp (argv[1], "flood") == 0)
    flood (port, (double) strtoul (argv[3], NULL, 10), (double) strtoul (argv[4], NULL, 10),
           (double) strtoul (argv[5], NULL, 10));
  else if (argc == 5 && strcmp (argv[1], "fill") == 0)
    fill (port, strtoull (argv[3], NULL, 10), (uint32_t) strtoul (argv[4], NULL, 10));
  else
    return fprintf (stderr, "usage: udp-flood capacity PORT SECONDS | flood PORT SECONDS RATE "
                            "HONEST | fill PORT COUNT TORRENTS\n"),
           2;
  return 0;
}
