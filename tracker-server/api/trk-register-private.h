/* trk-register-private.h: what the ways of registering a torrent share. */
#pragma once

#include "tracker-server/api/trk-handlers-private.h"

/* Parameters of all ways; those from TRK_REGISTER_OF_FILES on are of files alone. */
#define TRK_REGISTER_OF_FILES 2u
extern const TrkField trk_register_query[];

/* Registers a torrent, and answers now or later. */
void trk_register_add (TrkCall *call, GBytes *torrent, const char *category, const char *tags);

/* A file as the body: it is hashed as it comes. */
void trk_register_file_begin (TrkCall *call);
void trk_register_file_take (TrkCall *call, const uint8_t *data, size_t len);
void trk_register_file_end (TrkCall *call);
