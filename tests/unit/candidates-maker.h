/* candidates-maker.h: addresses by their text and by number, for the tests of the candidates. */
#pragma once

#include <string.h>

#include <glib.h>

#include "client-core/torrent/eng-candidates.h"

#define SECOND UINT64_C (1000000)
#define START (1000 * SECOND)

static inline BtEndpoint
endpoint (const char *text)
{
  BtEndpoint out = { 0 };

  g_assert_true (bt_endpoint_parse (text, strlen (text), &out));
  return out;
}

static inline BtEndpoint
numbered (uint32_t address, uint16_t port)
{
  const uint8_t bytes[4] = { (uint8_t) (address >> 24), (uint8_t) (address >> 16),
                             (uint8_t) (address >> 8), (uint8_t) address };

  return bt_endpoint_v4 (bytes, port);
}

static inline EngAdd
add (EngCandidates *list, const char *text, EngSource source)
{
  BtEndpoint at = endpoint (text);

  return eng_candidates_add (list, &at, source, false);
}
