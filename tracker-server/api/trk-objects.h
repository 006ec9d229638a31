/* trk-objects.h: the objects of the API, of bodies and of answers, as tables of their members. */
#pragma once

#include "tracker-server/api/trk-fields.h"

/* Choices, in the order of TrkMark, TrkSort, TrkSpan and TrkScope. */
extern const char *const trk_mark_names[];
extern const char *const trk_sort_names[];
extern const char *const trk_span_names[];
extern const char *const trk_scope_names[];

/* Answers */
extern const TrkObject trk_object_error;
extern const TrkObject trk_object_torrent;
extern const TrkObject trk_object_torrents;
extern const TrkObject trk_object_added;
extern const TrkObject trk_object_magnet;
extern const TrkObject trk_object_peers;
extern const TrkObject trk_object_marks;
extern const TrkObject trk_object_imported;
extern const TrkObject trk_object_settings;
extern const TrkObject trk_object_tokens;
extern const TrkObject trk_object_secret;
extern const TrkObject trk_object_audit;
extern const TrkObject trk_object_history;
extern const TrkObject trk_object_backup;
extern const TrkObject trk_object_stats;
extern const TrkObject trk_object_health;
extern const TrkObject trk_object_announced;
extern const TrkObject trk_object_classic_torrent;
extern const TrkObject trk_object_classic_torrents;
extern const TrkObject trk_object_classic_peers;

/* Bodies */
extern const TrkObject trk_object_change;
extern const TrkObject trk_object_mark_change;
extern const TrkObject trk_object_settings_change;
extern const TrkObject trk_object_token_wish;
extern const TrkObject trk_object_announce;
extern const TrkObject trk_object_classic_new;
