/* bt-peer-id.c: the styles of ids, tried one after another (BEP 20). */
#include "protocol/peer/bt-peer-id.h"

#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/peer/bt-peer-id-names-private.h"

void
bt_peer_id_make (const uint8_t random[BT_PEER_ID_RANDOM], uint8_t out[BT_PEER_ID_LEN])
{
  memcpy (out, BT_PEER_ID_PREFIX, BT_PEER_ID_LEN - BT_PEER_ID_RANDOM);
  memcpy (out + BT_PEER_ID_LEN - BT_PEER_ID_RANDOM, random, BT_PEER_ID_RANDOM);
}

/* 0 to 61, or -1. */
static int
digit (uint8_t c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'A' && c <= 'Z')
    return c - 'A' + 10;
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 36;
  return -1;
}

static bool
is_decimal (uint8_t c)
{
  return c >= '0' && c <= '9';
}

static bool
is_printable (uint8_t c)
{
  return c > ' ' && c < 0x7f;
}

static void
set_name (BtPeerClient *out, const char *name)
{
  (void) g_strlcpy (out->name, name, sizeof out->name); /* names of the table fit */
}

/* Writes the numbers with dots between; zeros at the end are dropped as long as @keep stay. */
static void
write_numbers (BtPeerClient *out, const int *numbers, size_t n, size_t keep)
{
  size_t at = 0;

  while (n > keep && numbers[n - 1] == 0)
    n--;
  for (size_t i = 0; i < n; i++)
    at += (size_t) g_snprintf (out->version + at, sizeof out->version - at, i > 0 ? ".%d" : "%d",
                               numbers[i]);
}

static void
write_transmission (BtPeerClient *out, const uint8_t v[4], const int n[4])
{
  const char *kind = v[3] == 'B' ? " beta" : v[3] == 'Z' || v[3] == 'X' ? " dev" : "";

  if (n[0] >= 4)
    g_snprintf (out->version, sizeof out->version, "%d.%d.%d%s", n[0], n[1], n[2], kind);
  else if (n[0] > 0)
    g_snprintf (out->version, sizeof out->version, "%d.%c%c%s", n[0], v[1], v[2], kind);
  else
    g_snprintf (out->version, sizeof out->version, "0.%c%c", v[2], v[3]);
}

static void
write_version (BtPeerClient *out, BtVersionForm form, const uint8_t v[4])
{
  int n[4];

  for (size_t i = 0; i < 4; i++)
    {
      n[i] = digit (v[i]);
      if (n[i] < 0)
        return;
    }
  switch (form)
    {
    case BT_VERSION_FOUR:
      write_numbers (out, n, 4, 2);
      break;
    case BT_VERSION_THREE:
      write_numbers (out, n, 3, 3);
      break;
    case BT_VERSION_TWO_TWO:
      write_numbers (out, (const int[]){ n[0] * 10 + n[1], n[2] * 10 + n[3] }, 2, 2);
      break;
    case BT_VERSION_ONE_TWO:
      g_snprintf (out->version, sizeof out->version, "%d.%c%c", n[1], v[2], v[3]);
      break;
    case BT_VERSION_TRANSMISSION:
      write_transmission (out, v, n);
      break;
    }
}

/* "-qB4630-" and twelve random bytes. */
static bool
read_azureus (const uint8_t *id, BtPeerClient *out)
{
  const BtPeerIdName *known;

  if (id[0] != '-' || !is_printable (id[1]) || !is_printable (id[2]))
    return false;
  known = bt_peer_id_azureus_name (id + 1);
  if (id[7] != '-' && known == NULL)
    return false;
  if (known != NULL)
    set_name (out, known->name);
  else
    g_snprintf (out->name, sizeof out->name, "%c%c", id[1], id[2]);
  write_version (out, known != NULL ? known->form : BT_VERSION_FOUR, id + 3);
  return true;
}

/* "4-20-8-" from @at on: up to three numbers, each ended by a dash. */
static bool
read_dashed (const uint8_t *id, size_t at, BtPeerClient *out)
{
  int numbers[3] = { 0 };
  size_t n = 0;

  while (n < G_N_ELEMENTS (numbers) && at < BT_PEER_ID_LEN && is_decimal (id[at]))
    {
      for (int digits = 0; at < BT_PEER_ID_LEN && is_decimal (id[at]) && digits < 3; digits++)
        numbers[n] = numbers[n] * 10 + (id[at++] - '0');
      if (at == BT_PEER_ID_LEN || id[at++] != '-')
        return false;
      n++;
    }
  if (n < G_N_ELEMENTS (numbers))
    return false;
  write_numbers (out, numbers, n, n);
  return true;
}

/* "M4-20-8-", and others that write their version as Mainline does. */
static bool
read_mainline (const uint8_t *id, BtPeerClient *out)
{
  static const struct
  {
    const char *prefix;
    const char *name;
  } cases[] = { { "M", "Mainline" }, { "Q", "Queen Bee" }, { "A2-", "aria2" } };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      size_t len = strlen (cases[i].prefix);

      if (memcmp (id, cases[i].prefix, len) == 0 && read_dashed (id, len, out))
        {
          set_name (out, cases[i].name);
          return true;
        }
    }
  return false;
}

/* "S58B-----": a letter, up to five characters of version, dashes. */
static bool
read_shadow (const uint8_t *id, BtPeerClient *out)
{
  const char *name = bt_peer_id_shadow_name (id[0]);
  int numbers[5];
  size_t n = 0;

  if (name == NULL || memcmp (id + 6, "---", 3) != 0)
    return false;
  while (n < G_N_ELEMENTS (numbers) && digit (id[1 + n]) >= 0)
    {
      numbers[n] = digit (id[1 + n]);
      n++;
    }
  for (size_t i = 1 + n; i < 6; i++)
    if (id[i] != '-')
      return false;
  if (n == 0)
    return false;
  set_name (out, name);
  write_numbers (out, numbers, n, n);
  return true;
}

/* "exbc" or "FUTB", then two bytes of version; BitLord adds its name. */
static bool
read_bitcomet (const uint8_t *id, BtPeerClient *out)
{
  if (memcmp (id, "exbc", 4) != 0 && memcmp (id, "FUTB", 4) != 0)
    return false;
  set_name (out, memcmp (id + 6, "LORD", 4) == 0 ? "BitLord" : "BitComet");
  g_snprintf (out->version, sizeof out->version, "%u.%02u", id[4], id[5]);
  return true;
}

/* Copies characters that fit a version: letters, digits and dots, at most @max. */
static void
copy_version (BtPeerClient *out, const uint8_t *from, size_t max)
{
  size_t n = 0;

  while (n < max && (digit (from[n]) >= 0 || from[n] == '.'))
    {
      out->version[n] = (char) from[n];
      n++;
    }
  out->version[n] = '\0';
}

static bool
read_xbt (const uint8_t *id, BtPeerClient *out)
{
  if (memcmp (id, "XBT", 3) != 0 || !is_decimal (id[3]) || !is_decimal (id[4])
      || !is_decimal (id[5]))
    return false;
  set_name (out, "XBT Client");
  g_snprintf (out->version, sizeof out->version, "%c.%c.%c%s", id[3], id[4], id[5],
              id[6] == 'd' ? " debug" : "");
  return true;
}

/* Programs of a fixed opening, some with the version behind it as it stands. */
static bool
read_prefixed (const uint8_t *id, BtPeerClient *out)
{
  static const struct
  {
    const char *prefix;
    size_t len;
    const char *name;
    size_t version; /* characters of version behind the prefix, at most; the first is a digit */
  } cases[] = {
    { "-ML", 3, "MLDonkey", 8 },
    { "-BOW", 4, "Bits on Wheels", 0 },
    { "-G3", 3, "G3 Torrent", 0 },
    { "AZ2500BT", 8, "BitTyrant", 0 },
    { "346------", 9, "TorrenTopia", 0 },
    { "\0\003BS", 4, "BitSpirit 3", 0 },
    { "\0\002BS", 4, "BitSpirit 2", 0 },
    { "OP", 2, "Opera", 4 },
    { "TIX", 3, "Tixati", 4 },
    { "AP", 2, "AllPeers", 4 },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    if (memcmp (id, cases[i].prefix, cases[i].len) == 0
        && (cases[i].version == 0 || is_decimal (id[cases[i].len])))
      {
        set_name (out, cases[i].name);
        copy_version (out, id + cases[i].len, cases[i].version);
        return true;
      }
  return false;
}

bool
bt_peer_id_client (const uint8_t id[BT_PEER_ID_LEN], BtPeerClient *out)
{
  static bool (*const styles[]) (const uint8_t *id, BtPeerClient *out)
      = { read_bitcomet, read_xbt, read_mainline, read_shadow, read_prefixed, read_azureus };

  for (size_t i = 0; i < G_N_ELEMENTS (styles); i++)
    {
      BtPeerClient client = { 0 };

      if (styles[i](id, &client))
        {
          *out = client;
          return true;
        }
    }
  *out = (BtPeerClient){ 0 };
  return false;
}

size_t
bt_peer_id_write (const uint8_t id[BT_PEER_ID_LEN], char out[BT_PEER_ID_TEXT])
{
  BtPeerClient client;
  int n;

  if (!bt_peer_id_client (id, &client))
    {
      for (size_t i = 0; i < BT_PEER_ID_LEN; i++)
        out[i] = is_printable (id[i]) ? (char) id[i] : '.';
      out[BT_PEER_ID_LEN] = '\0';
      return BT_PEER_ID_LEN;
    }
  n = g_snprintf (out, BT_PEER_ID_TEXT, client.version[0] != '\0' ? "%s %s" : "%s", client.name,
                  client.version);
  bt_assert (n > 0 && n < BT_PEER_ID_TEXT);
  return (size_t) n;
}
