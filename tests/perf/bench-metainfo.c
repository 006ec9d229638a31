/* bench-metainfo.c: how long large torrents take to be parsed, and how much memory they hold.
 *
 *     bench-metainfo [TURNS]
 *
 * Each is parsed in a process of its own: the median of the turns' processor time, without the
 * hash of the info dictionary, and the peak of resident memory over what the process had before. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <glib.h>

#include "protocol/digest/btd.h"
#include "protocol/torrent/bt-metainfo.h"

#define MAX_TURNS 101

static void
add_pieces (GString *out, size_t n)
{
  g_string_append_printf (out, "6:pieces%zu:", n * 20);
  for (size_t i = 0; i < n; i++)
    g_string_append_printf (out, "%020zu", i);
}

/* One file of a million pieces. */
static GString *
make_pieces (void)
{
  GString *out
      = g_string_new ("d8:announce26:http://10.77.0.20/announce4:infod6:lengthi65536000000e"
                      "4:name7:big.bin12:piece lengthi65536e");

  add_pieces (out, 1000000);
  return g_string_append (out, "ee");
}

/* @n files in folders of a hundred. */
static GString *
make_v1 (unsigned n)
{
  GString *out = g_string_new ("d8:announce26:http://10.77.0.20/announce4:infod5:filesl");
  uint64_t total = 0;

  for (unsigned i = 0; i < n; i++)
    {
      g_string_append_printf (out, "d6:lengthi%ue4:pathl8:dir%05u25:some-file-name-%06u.datee",
                              1000 + i % 50000, i / 100, i);
      total += 1000 + i % 50000;
    }
  g_string_append (out, "e4:name3:top12:piece lengthi1048576e");
  add_pieces (out, (size_t) ((total + (1 << 20) - 1) >> 20));
  return g_string_append (out, "ee");
}

static GString *
make_v2 (unsigned n)
{
  GString *out = g_string_new ("d4:infod9:file treed");

  for (unsigned i = 0; i < n; i++)
    {
      if (i % 100 == 0)
        g_string_append_printf (out, "%s8:dir%05ud", i > 0 ? "e" : "", i / 100);
      g_string_append_printf (out,
                              "25:some-file-name-%06u.datd0:d6:lengthi%ue11:pieces root32:%032uee",
                              i, 1000 + i % 50000, i);
    }
  return g_string_append (out, "ee12:meta versioni2e4:name3:top12:piece lengthi1048576eee");
}

/* No hash at all: what is left is the parser's own work. */
static void
hash_nothing (BtDigestKind kind, const BtDigestMessage *messages, size_t n)
{
  for (size_t i = 0; i < n; i++)
    memset (messages[i].out, 0, bt_digest_len (kind));
}

static int
compare_times (const void *a, const void *b)
{
  int64_t x = *(const int64_t *) a, y = *(const int64_t *) b;

  return (x > y) - (x < y);
}

/* Processor time of this process: other processes do not count. */
static int64_t
cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static long
peak_kib (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

static void
measure (const char *name, GString *text, unsigned turns)
{
  const BtDigestOps ops = { .name = "none", .hash = hash_nothing };
  g_autoptr (GBytes) bytes = g_bytes_new_take (text->str, text->len);
  int64_t times_us[MAX_TURNS] = { 0 };
  long before = peak_kib ();
  long after = before;
  size_t n_files = 0;
  int64_t median_us;

  for (unsigned i = 0; i < turns; i++)
    {
      int64_t start_us = cpu_us ();
      g_autoptr (BtMetainfo) metainfo = bt_metainfo_parse (bytes, BT_ORIGIN_OWN, &ops, NULL);

      times_us[i] = cpu_us () - start_us;
      n_files = metainfo != NULL ? bt_metainfo_layout (metainfo)->n_files : 0;
      after = i == 0 ? peak_kib () : after;
    }
  qsort (times_us, turns, sizeof times_us[0], compare_times);
  median_us = times_us[turns / 2];
  printf ("%-16s %8.1f MB %9zu files %9.2f ms %9.1f MiB\n", name, (double) text->len / 1e6, n_files,
          (double) median_us / 1e3, (double) (after - before) / 1024.0);
  g_string_free (text, FALSE);
}

static void
run (unsigned which, unsigned turns)
{
  switch (which)
    {
    case 0:
      measure ("1 M pieces", make_pieces (), turns);
      break;
    case 1:
      measure ("200 k files v1", make_v1 (200000), turns);
      break;
    case 2:
      measure ("200 k files v2", make_v2 (200000), turns);
      break;
    case 3:
      measure ("1 M files v1", make_v1 (1000000), turns);
      break;
    default:
      measure ("1 M files v2", make_v2 (1000000), turns);
      break;
    }
}

int
main (int argc, char **argv)
{
  unsigned turns = argc > 1 ? (unsigned) g_ascii_strtoull (argv[1], NULL, 10) : 11;

  turns = CLAMP (turns, 1, MAX_TURNS);
  for (unsigned which = 0; which < 5; which++)
    {
      pid_t pid;

      fflush (stdout);
      pid = fork ();
      if (pid == 0)
        {
          run (which, turns);
          return EXIT_SUCCESS;
        }
      if (pid < 0 || waitpid (pid, NULL, 0) != pid)
        return EXIT_FAILURE;
    }
  return EXIT_SUCCESS;
}
