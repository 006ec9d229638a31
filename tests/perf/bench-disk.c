/* bench-disk.c: what a download costs behind the network: blocks handed over, hashed and written.
 *
 *     bench-disk [FOLDER]
 *
 * Blocks come in order within each piece, eight pieces side by side, as fast as the budget takes
 * them, into a new folder below FOLDER (/dev/shm). A memcpy for each block stands for the network's
 * copy and is part of the figures. The best of the turns. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "client-core/disk/eng-disk.h"
#include "protocol/core/bt-limits.h"
#include "protocol/digest/btd.h"
#include "tests/unit/files-maker.h"

#define TURNS 3
#define LENGTH ((size_t) 1 << 30)
#define PIECE ((size_t) 1 << 20)
#define BESIDE 8 /* pieces at a time */

typedef struct
{
  GMainContext *context;
  BtioReactor *reactor;
  EngDisk *disk;
  EngStorage *storage;
  BtMetainfo *metainfo;
  const char *content;
  uint32_t n_checked;
  uint32_t n_good;
  bool closed;
} Bench;

static void
on_checked (void *owner, uint32_t piece, EngCheck check)
{
  Bench *b = owner;

  b->n_checked++;
  b->n_good += check == ENG_CHECK_GOOD;
}

static void
on_fault (void *owner, EngAccess access, int sys_errno, const char *path)
{
  fprintf (stderr, "%s: %s\n", path, g_strerror (sys_errno));
  exit (1);
}

static void
on_closed (void *data)
{
  ((Bench *) data)->closed = true;
}

static void
put_block (Bench *b, uint32_t piece, uint32_t begin)
{
  uint8_t *block;

  while (eng_disk_is_full (b->disk))
    g_main_context_iteration (b->context, TRUE);
  block = eng_disk_take_block (b->disk);
  memcpy (block, b->content + piece * PIECE + begin, BT_BLOCK_LEN);
  eng_storage_write (b->storage, piece, begin, block, BT_BLOCK_LEN);
}

static void
put_all (Bench *b)
{
  const uint32_t n = LENGTH / PIECE;

  for (uint32_t first = 0; first < n; first += BESIDE)
    {
      for (uint32_t at = 0; at < PIECE; at += BT_BLOCK_LEN)
        for (uint32_t i = 0; i < BESIDE; i++)
          put_block (b, first + i, at);
      g_main_context_iteration (b->context, FALSE);
    }
  while (b->n_checked < n)
    g_main_context_iteration (b->context, TRUE);
  if (b->n_good != n)
    exit (1);
}

static double
cpu_s (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void
run (Bench *b, const char *folder, unsigned n_threads, double *seconds, double *cpu)
{
  static const EngStorageEvents events = { .checked = on_checked, .fault = on_fault };
  const EngDiskConfig config = { .n_threads = n_threads, .ops = btd_ops () };
  g_autofree char *path = g_build_filename (folder, bt_metainfo_name (b->metainfo), NULL);

  b->reactor = btio_reactor_new (b->context);
  b->disk = eng_disk_new (b->reactor, &config);
  b->storage = eng_storage_new (b->disk, b->metainfo, folder, ENG_PREALLOCATE_SPARSE, &events, b);
  b->n_checked = b->n_good = 0;
  b->closed = false;
  double cpu_before = cpu_s ();
  int64_t before = g_get_monotonic_time ();
  put_all (b);
  *seconds = MIN (*seconds, (double) (g_get_monotonic_time () - before) / 1e6);
  *cpu = MIN (*cpu, cpu_s () - cpu_before);
  eng_storage_close (b->storage, on_closed, b);
  while (!b->closed)
    g_main_context_iteration (b->context, TRUE);
  eng_disk_free (b->disk);
  btio_reactor_free (b->reactor);
  g_unlink (path);
}

static void
measure (const char *name, const char *source, const char *folder, BtFormat format)
{
  Bench b = { .context = g_main_context_new () };
  char *content = NULL;

  if (!g_file_get_contents (source, &content, NULL, NULL))
    exit (1);
  b.content = content;
  b.metainfo = files_torrent (source, format, PIECE, 0);
  for (unsigned n_threads = 1; n_threads <= 2; n_threads++)
    {
      double seconds = 1e9;
      double cpu = 1e9;

      for (unsigned i = 0; i < TURNS; i++)
        run (&b, folder, n_threads, &seconds, &cpu);
      printf ("%-8s %u thread%s  %6.2f GiB/s  %6.2f s of CPU a GiB\n", name, n_threads,
              n_threads > 1 ? "s" : " ", 1 / seconds, cpu);
    }
  bt_metainfo_unref (b.metainfo);
  g_main_context_unref (b.context);
  g_free (content);
}

int
main (int argc, char **argv)
{
  g_autofree char *source
      = g_build_filename (argc > 1 ? argv[1] : "/dev/shm", "shoal-bench-XXXXXX", NULL);
  g_autofree char *folder = g_strdup (source);
  g_autofree char *file = NULL;

  if (g_mkdtemp (source) == NULL || g_mkdtemp (folder) == NULL)
    return 1;
  file = g_build_filename (source, "content", NULL);
  files_write (source, "content", LENGTH, 1);
  measure ("v1", file, folder, BT_FORMAT_V1);
  measure ("v2", file, folder, BT_FORMAT_V2);
  measure ("hybrid", file, folder, BT_FORMAT_HYBRID);
  g_unlink (file);
  g_rmdir (source);
  g_rmdir (folder);
  return 0;
}
