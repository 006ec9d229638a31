/* shoal-torrent-private.h: what the parts of ShoalTorrent share.
 *
 * shoal-torrent.c: its life; shoal-torrent-choice.c: what is decided before it begins;
 * shoal-torrent-commands.c: what it is told to do; shoal-torrent-properties.c: what a row of a list
 * shows, and telling what of it has changed; shoal-torrent-details.c: its files, peers, trackers
 * and pieces; shoal-torrent-facts.c: what it is; shoal-torrent-places.c: where its files lie;
 * shoal-torrent-wishes.c: what the person wants of it. */
#pragma once

#include <stdbool.h>

#include "client-core/shoal-session-private.h"
#include "shoal-file.h"
#include "shoal-log-entry.h"
#include "shoal-peer.h"
#include "shoal-torrent-tracker.h"
#include "shoal-torrent.h"

typedef struct _ShoalFileList ShoalFileList;

struct _ShoalTorrent
{
  GObject parent;
  ShoalSession *session; /* NULL once it has left, like the next */
  EngEngine *engine;
  uint64_t id;
  BtMagnet *magnet;     /* NULL: it came as a .torrent */
  BtMetainfo *metainfo; /* NULL: not known, or in the profile */
  bool is_kept;         /* its metainfo is in the profile */
  char *name;
  char *info_hash;    /* in hex; NULL: none, or not known */
  char *info_hash_v2; /* likewise */
  char *folder;
  EngNames names; /* of its files, by the person */
  GBytes *file;   /* like the metainfo */
  EngTorrentStats stats;
  bool removed;
  bool removing;
  bool unchosen; /* it waits for shoal_torrent_choose() */
  gint64 added;  /* wall time, seconds */
  char *tracker;
  GError *error;

  EngWishes wishes;    /* without priorities */
  uint8_t *priorities; /* one a file of the layout; NULL: all normal */
  bool priorities_changed;
  GSource *wish; /* that hands them to the engine; NULL when it knows them */

  GArray *added_trackers; /* of BtTracker, by the person; the strings are ours */
  GHashTable *dropped;    /* URLs that the person has taken away; NULL: none */

  ShoalFileList *files; /* no references: the lists of who looks, or NULL */
  GListStore *peers;
  GListStore *trackers;
  GBytes *pieces; /* as they were seen last */

  GListStore *log;    /* NULL: nothing has happened, or nobody has looked: */
  gint64 restored_at; /* wall time when it came out of a profile; 0: it did not */
  uint64_t restored_left;
  GHashTable *outcomes;  /* swarm and URL to the last outcome of an announce there; NULL: none */
  ShoalHistory *history; /* NULL: it has not moved */

  GList *askers;   /* of GTask, for the pieces */
  GList *removers; /* of GTask, for the end */
  GError *undeleted;
  GHashTable *tickets; /* to GTask, for the disk; NULL: none */
  uint64_t last_ticket;
  uint64_t move_done; /* bytes; both 0 while nothing is moved */
  uint64_t move_total;
};

/* What can change and is not in the stats. */
typedef struct
{
  EngTorrentStats stats;
  ShoalTorrentState state;
  double progress;
  double ratio;
  const GError *error; /* lent, to tell one from none */
} ShoalTorrentShown;

/* shoal-torrent-properties.c */
void shoal_torrent_install_properties (GObjectClass *class);
ShoalTorrentShown shoal_torrent_shown (ShoalTorrent *self);
/* Notifies of each property that is not as it was in @before. */
void shoal_torrent_notify_changes (ShoalTorrent *self, const ShoalTorrentShown *before);
/* Keeps what a tracker said, which may be NULL, and notifies when it is something else. */
void shoal_torrent_set_tracker_message (ShoalTorrent *self, const char *message);
/* One of those that other files change. */
enum
{
  SHOAL_TORRENT_PROP_PAUSED,
  SHOAL_TORRENT_PROP_SEQUENTIAL,
  SHOAL_TORRENT_PROP_EDGES_FIRST,
  SHOAL_TORRENT_PROP_CHOSEN,
  SHOAL_TORRENT_PROP_FORCED,
  SHOAL_TORRENT_PROP_QUEUE_RANK
};
void shoal_torrent_notify (ShoalTorrent *self, guint property);

/* shoal-torrent-metadata.c */
/* What a magnet has become, or a .torrent that lacked piece layers. */
void shoal_torrent_take_metadata (ShoalTorrent *self, BtMetainfo *metainfo);

/* shoal-torrent-facts.c */
/* What its .torrent says; NULL while that is not known. Lent. */
BtMetainfo *shoal_torrent_metainfo (ShoalTorrent *self);
/* Whether it is known, without reading it. */
bool shoal_torrent_has_metadata (const ShoalTorrent *self);
/* False for NULL, and for no hash of @len bytes in hex. */
bool shoal_torrent_read_hash (const char *text, uint8_t *out, size_t len);
/* Those that were not known. */
void shoal_torrent_set_hashes (ShoalTorrent *self, const BtMagnetHashes *hashes);

/* Its hashes, name and size, its trackers and web seeds. (transfer full) */
BtMagnet *shoal_torrent_make_magnet (ShoalTorrent *self);

/* The person has added a tracker, or taken it away. */
/* Added, or with its tier changed; or dropped. */
void shoal_torrent_note_tracker (ShoalTorrent *self, const char *url, unsigned tier);
void shoal_torrent_note_dropped (ShoalTorrent *self, const char *url);

/* shoal-torrent-places.c */
/* What an earlier session called its files. */
void shoal_torrent_take_names (ShoalTorrent *self, const EngNames *names);
/* What a file is called, lent; and where it lies, (transfer full). */
const char *shoal_torrent_file_name (ShoalTorrent *self, guint index);
char *shoal_torrent_file_place (ShoalTorrent *self, guint index);
/* Who waits for the disk hears that the torrent is gone. */
void shoal_torrent_forget_tickets (ShoalTorrent *self);
void shoal_torrent_clear_places (ShoalTorrent *self);

/* shoal-torrent-details.c */
/* 0 while they are not known. */
uint32_t shoal_torrent_n_pieces (ShoalTorrent *self);
void shoal_torrent_clear_details (ShoalTorrent *self);
/* Who waits for pieces of a torrent that is gone hears that. */
void shoal_torrent_forget_askers (ShoalTorrent *self);
ShoalPeer *shoal_peer_new (const EngPeerPicture *picture, uint32_t n_pieces);
uint32_t shoal_peer_id (const ShoalPeer *self);
void shoal_peer_take_picture (ShoalPeer *self, const EngPeerPicture *now);
ShoalTorrentTracker *shoal_torrent_tracker_new (const EngTrackerPicture *picture);
void shoal_torrent_tracker_take_picture (ShoalTorrentTracker *self, const EngTrackerPicture *now);

/* shoal-torrent-wishes.c, and the last two shoal-torrent-commands.c */
/* Files of the layout; 0 while they are not known. */
size_t shoal_torrent_n_files (ShoalTorrent *self);
uint8_t shoal_torrent_priority (ShoalTorrent *self, guint index);
void shoal_torrent_set_priority (ShoalTorrent *self, guint index, uint8_t priority);
void shoal_torrent_set_rank (ShoalTorrent *self, int64_t rank);
void shoal_torrent_clear_wishes (ShoalTorrent *self);
/* Those that wait for the end of this turn. */
void shoal_torrent_send_wishes (ShoalTorrent *self);
void shoal_torrent_answer_removers (ShoalTorrent *self);

/* shoal-log-entry.c */
/* @time: wall time, in seconds. */
ShoalLogEntry *shoal_log_entry_new (ShoalLogSeverity severity, gint64 time, const char *text);

/* shoal-torrent-log.c */
void shoal_torrent_log (ShoalTorrent *self, ShoalLogSeverity severity, const char *text);
/* What an announce has come to, unless it is what the last one came to. */
void shoal_torrent_log_tracker (ShoalTorrent *self, const EngTrackerStatus *status);
/* It came out of a profile, with what its stats say. */
void shoal_torrent_log_restored (ShoalTorrent *self);
void shoal_torrent_clear_log (ShoalTorrent *self);
/* A translated sentence, and the file or folder that it is about. */
void shoal_torrent_log_place (ShoalTorrent *self, const char *sentence, const char *path);
/* What of a picture is an event. */
void shoal_torrent_log_changes (ShoalTorrent *self, const ShoalTorrentShown *before);
