/* eng-silence.h: whom a session has called lately, and who of them has not answered.
 *
 * Strangers name the addresses, and one may name a victim. Were each torrent to count for itself, a
 * hundred of them would call it three hundred times an hour; so the session counts: an address that
 * does not answer is called three times an hour, whatever torrents it is named in. Who has shaken
 * hands is no victim, and may be called as often as each torrent sees fit for an hour.
 *
 * What is older than an hour is forgotten, and in an hour there are only so many calls, see
 * BT_LIMIT_CONNECTS_PER_SECOND: beyond that nobody who is not in the table is called. A session's;
 * lent to the candidates of its torrents. No locks. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "protocol/core/bt-endpoint.h"

typedef struct EngSilence EngSilence;

/* @many_per_address: as of the candidates. */
EngSilence *eng_silence_new (bool many_per_address, uint64_t seed);
/* Accepts NULL. */
void eng_silence_free (EngSilence *silence);

/* Whether it may be called now. */
bool eng_silence_allows (const EngSilence *silence, const BtEndpoint *endpoint, uint64_t now_us);
/* It is called now. Amortized O(1). */
void eng_silence_called (EngSilence *silence, const BtEndpoint *endpoint, uint64_t now_us);
/* It has shaken hands. */
void eng_silence_answered (EngSilence *silence, const BtEndpoint *endpoint, uint64_t now_us);

/* This machine is in another network: whoever did not answer there may well do so from here. */
void eng_silence_forget (EngSilence *silence);
