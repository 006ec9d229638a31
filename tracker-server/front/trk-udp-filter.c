/* trk-udp-filter.c: the check of a tag as a program for the kernel's packet filter.
 *
 * Offsets are from the head of UDP, which is 8 bytes long; those of the source address from the
 * head of IP. M[] are the program's own words. Source: filter.txt of the kernel's documentation,
 * BEP 15. */
#include "trk-udp-filter-private.h"

#include <linux/filter.h>
#include <linux/sock_diag.h>
#include <stddef.h>
#include <sys/socket.h>

#include "protocol/core/bt-assert.h"

#define UDP_HEAD 8u
#define AT_ID_HIGH UDP_HEAD
#define AT_ID_LOW (UDP_HEAD + 4)
#define AT_ACTION (UDP_HEAD + 8)
#define LEN_MIN (UDP_HEAD + 16)

/* BEP 15: the id of a connect. */
#define PROTOCOL_HIGH 0x417u
#define PROTOCOL_LOW 0x27101980u

#define AT_SOURCE_V4 12u
#define AT_SOURCE_V6 8u

/* M[] */
#define ID_LOW 0u
#define ADD 1u
#define MULTIPLY 2u
#define TAG 3u

#define PASS UINT32_MAX
#define DROP 0u
#define PROGRAM_MAX 80u

typedef struct
{
  struct sock_filter code[PROGRAM_MAX];
  unsigned short n;
} Program;

static void
put (Program *self, unsigned code, uint32_t k)
{
  bt_assert (self->n < PROGRAM_MAX);
  self->code[self->n++] = (struct sock_filter) BPF_STMT ((unsigned short) code, k);
}

/* Goes on behind the next @n statements unless the accumulator is @k. */
static void
unless_equal_skip (Program *self, uint32_t k, unsigned char n)
{
  bt_assert (self->n < PROGRAM_MAX);
  self->code[self->n++] = (struct sock_filter) BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, k, 0, n);
}

static void
load (Program *self, uint32_t offset)
{
  put (self, BPF_LD | BPF_W | BPF_ABS, offset);
}

/* Accumulator @op M[@word]. */
static void
combine (Program *self, unsigned op, uint32_t word)
{
  put (self, BPF_LDX | BPF_MEM, word);
  put (self, BPF_ALU | op | BPF_X, 0);
}

/* x ^= x >> @by */
static void
fold (Program *self, uint32_t by)
{
  put (self, BPF_MISC | BPF_TAX, 0);
  put (self, BPF_ALU | BPF_RSH | BPF_K, by);
  put (self, BPF_ALU | BPF_XOR | BPF_X, 0);
}

/* Junk is too short; a connect has an id that all know. */
static void
put_connects (Program *self)
{
  put (self, BPF_LD | BPF_W | BPF_LEN, 0);
  self->code[self->n++] = (struct sock_filter) BPF_JUMP (BPF_JMP | BPF_JGE | BPF_K, LEN_MIN, 1, 0);
  put (self, BPF_RET | BPF_K, DROP);
  load (self, AT_ACTION);
  unless_equal_skip (self, 0, 6);
  load (self, AT_ID_HIGH);
  unless_equal_skip (self, PROTOCOL_HIGH, 3);
  load (self, AT_ID_LOW);
  unless_equal_skip (self, PROTOCOL_LOW, 1);
  put (self, BPF_RET | BPF_K, PASS);
  put (self, BPF_RET | BPF_K, DROP);
}

/* The lowest bits of an id say which slot's key its tag was made with. The first is there until
 * another one is: nothing may be read that was not written. */
static void
put_keys (Program *self, const BtConnectionIds *ids, uint64_t now_us)
{
  load (self, AT_ID_LOW);
  put (self, BPF_ST, ID_LOW);
  for (uint32_t slot = 0; slot < BT_CONNECTION_TAG_SLOTS; slot++)
    {
      BtConnectionTagKey key = bt_connection_tag_key (ids, slot, now_us);

      if (slot > 0)
        {
          put (self, BPF_LD | BPF_MEM, ID_LOW);
          put (self, BPF_ALU | BPF_AND | BPF_K, BT_CONNECTION_TAG_SLOTS - 1);
          unless_equal_skip (self, slot, 4);
        }
      put (self, BPF_LD | BPF_IMM, key.add);
      put (self, BPF_ST, ADD);
      put (self, BPF_LD | BPF_IMM, key.multiply);
      put (self, BPF_ST, MULTIPLY);
    }
}

/* As bt_connection_tag() does it. */
static void
put_tag (Program *self, BtFamily family)
{
  load (self, (uint32_t) SKF_NET_OFF + (family == BT_FAMILY_V4 ? AT_SOURCE_V4 : AT_SOURCE_V6));
  for (uint32_t word = 1; family == BT_FAMILY_V6 && word < 4; word++)
    {
      combine (self, BPF_MUL, MULTIPLY);
      put (self, BPF_ST, TAG);
      load (self, (uint32_t) SKF_NET_OFF + AT_SOURCE_V6 + 4 * word);
      combine (self, BPF_ADD, TAG);
    }
  combine (self, BPF_XOR, ADD);
  combine (self, BPF_MUL, MULTIPLY);
  fold (self, BT_CONNECTION_TAG_FOLD_1);
  put (self, BPF_ALU | BPF_MUL | BPF_K, BT_CONNECTION_TAG_MULTIPLY);
  fold (self, BT_CONNECTION_TAG_FOLD_2);
  put (self, BPF_ALU | BPF_RSH | BPF_K, 16);
  put (self, BPF_ST, TAG);
}

static void
put_verdict (Program *self)
{
  put (self, BPF_LD | BPF_MEM, ID_LOW);
  put (self, BPF_ALU | BPF_RSH | BPF_K, 16);
  put (self, BPF_LDX | BPF_MEM, TAG);
  self->code[self->n++] = (struct sock_filter) BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 1);
  put (self, BPF_RET | BPF_K, PASS);
  put (self, BPF_RET | BPF_K, DROP);
}

void
trk_udp_filter_attach (int fd, BtFamily family, const BtConnectionIds *ids, uint64_t now_us)
{
  Program program = { .n = 0 };
  struct sock_fprog whole = { .filter = program.code };

  if (ids->has_former)
    return; /* those of another secret have other tags */
  put_connects (&program);
  put_keys (&program, ids, now_us);
  put_tag (&program, family);
  put_verdict (&program);
  whole.len = program.n;
  /* Where this is refused, workers drop what it would have. */
  (void) setsockopt (fd, SOL_SOCKET, SO_ATTACH_FILTER, &whole, sizeof whole);
}

uint32_t
trk_udp_filter_dropped (int fd)
{
  uint32_t info[SK_MEMINFO_VARS] = { 0 };
  socklen_t len = sizeof info;

  if (getsockopt (fd, SOL_SOCKET, SO_MEMINFO, info, &len) != 0)
    return 0;
  return info[SK_MEMINFO_DROPS];
}
