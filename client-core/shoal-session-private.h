/* shoal-session-private.h: what a session and its torrents share. */
#pragma once

#include "client-core/engine/eng-engine.h"
#include "protocol/torrent/bt-magnet.h"
#include "shoal-session.h"

typedef struct ShoalPost ShoalPost;
typedef struct ShoalOpening ShoalOpening;
typedef struct ShoalHistory ShoalHistory;

/* What all torrents together do. */
typedef struct
{
  guint64 rate_down;
  guint64 rate_up;
  guint64 downloaded; /* in all sessions */
  guint64 uploaded;
  guint n_peers;
} ShoalTotals;

/* Who reaches it, as it was told last. */
typedef struct
{
  guint state;  /* ShoalPortState */
  guint mapper; /* ShoalPortMapper */
  guint port;   /* the router's; 0: none */
  char *address;
  char *problem;
} ShoalReach;

struct _ShoalSession
{
  GObject parent;
  ShoalPost *post;
  EngEngine *engine;
  GHashTable *torrents; /* of id to ShoalTorrent */
  GPtrArray *list;      /* the same, in the order of the queue */
  GHashTable *by_hash;  /* info-hash in hex to ShoalTorrent, no references */
  uint64_t next_id;
  char *state_folder;
  char *address; /* where it was asked to listen */
  guint16 port;  /* that it listens at */
  GQueue moves;  /* of GTask, to other addresses */
  ShoalEncryption encryption;
  bool no_exchange; /* of peers with peers */
  bool no_mapping;  /* of a port of the router */
  ShoalReach reach;
  guint max_downloads; /* at a time; 0: no limit */
  guint max_seeds;
  guint64 down_Bps; /* limits */
  guint64 up_Bps;

  ShoalOpening *opening; /* a profile that is being read; NULL: none, or it was read */
  char *profile;         /* its folder; NULL: nothing is kept */
  char *rescue;          /* what became of it when it was damaged; NULL: it was not */
  EngReader *reader;     /* of the profile */
  GQueue flushes;        /* of GTask */

  ShoalTotals totals;
  ShoalTotals shown; /* as they were told last */
  GSource *telling;  /* that tells them; NULL: they were */
  gint64 kept_us;    /* when they were kept last */
  ShoalHistory *history;
};

/* shoal-session-properties.c */
typedef enum
{
  SHOAL_SESSION_PROP_ENCRYPTION = 1,
  SHOAL_SESSION_PROP_EXTERNAL_ADDRESS,
  SHOAL_SESSION_PROP_EXTERNAL_PORT,
  SHOAL_SESSION_PROP_LOADED,
  SHOAL_SESSION_PROP_MAX_ACTIVE_DOWNLOADS,
  SHOAL_SESSION_PROP_MAX_ACTIVE_SEEDS,
  SHOAL_SESSION_PROP_PROFILE,
  SHOAL_SESSION_PROP_RESCUE,
  SHOAL_SESSION_PROP_STATE_FOLDER,
  SHOAL_SESSION_PROP_PORT,
  SHOAL_SESSION_PROP_PORT_MAPPER,
  SHOAL_SESSION_PROP_PORT_MAPPING,
  SHOAL_SESSION_PROP_PORT_PROBLEM,
  SHOAL_SESSION_PROP_PORT_STATE,
  SHOAL_SESSION_PROP_RATE_DOWN,
  SHOAL_SESSION_PROP_RATE_UP,
  SHOAL_SESSION_PROP_DOWNLOADED,
  SHOAL_SESSION_PROP_UPLOADED,
  SHOAL_SESSION_PROP_N_PEERS,
  SHOAL_SESSION_N_PROPS
} ShoalSessionProp;
void shoal_session_install_properties (GObjectClass *class);
void shoal_session_notify (ShoalSession *self, ShoalSessionProp property);

/* shoal-session-queue.c */
void shoal_session_read_queue (ShoalSession *self, EngProfile *profile);
/* Behind all others. */
int64_t shoal_session_next_rank (const ShoalSession *self);
/* Ranks of a profile that leave no room, or two of which are the same, are given out anew. */
void shoal_session_mend_ranks (ShoalSession *self);

/* shoal-session-totals.c */
/* A torrent's part of the totals is another one. */
void shoal_session_count (ShoalSession *self, const EngTorrentStats *before,
                          const EngTorrentStats *now);
void shoal_session_read_totals (ShoalSession *self, EngProfile *profile);
void shoal_session_keep_totals (ShoalSession *self);
/* And the rates of all that has moved. */
void shoal_session_keep_all (ShoalSession *self);
void shoal_session_clear_totals (ShoalSession *self);

/* shoal-rates.c: the rates of a torrent, or with id 0 of a session, for graphs. */
/* Accepts a history that is NULL, and makes it when something moves. */
void shoal_history_set (ShoalHistory **self, ShoalSession *session, uint64_t id, guint64 down_Bps,
                        guint64 up_Bps);
/* Hands the profile what is not in it yet. */
void shoal_history_keep (ShoalHistory *self);
void shoal_history_free (ShoalHistory *self);

/* shoal-session-open.c */
/* Waits for a profile that is being read, and puts its torrents into the list. */
void shoal_session_finish_opening (ShoalSession *self);
void shoal_session_clear_profile (ShoalSession *self);
/* What the profile is to keep of a torrent; NULL without a profile. (transfer full) */
EngRosterRow *shoal_session_make_row (ShoalSession *self, ShoalTorrent *torrent,
                                      ShoalAddFlags flags);
/* Hands a number to the profile, if there is one. */
void shoal_session_keep_setting (ShoalSession *self, const char *name, gint64 value);
/* shoal-session.c */
void shoal_session_apply_encryption (ShoalSession *self);
void shoal_session_warn (ShoalSession *self, const char *message);
/* Listens at @address. */
gboolean shoal_session_start (ShoalSession *self, const char *address, gboolean many_per_address,
                              GError **error);

/* shoal-session-address.c */
/* That a profile keeps; NULL for none. (transfer full) */
char *shoal_session_read_address (EngProfile *profile);
/* Listens at @address, which was kept, or at another port of it. */
gboolean shoal_session_start_kept (ShoalSession *self, const char *address,
                                   gboolean many_per_address, GError **error);
/* The engine's thread. */
void shoal_session_on_listens (void *post, int sys_errno, uint16_t port);

/* shoal-session-port.c */
void shoal_session_read_mapping (ShoalSession *self, EngProfile *profile);
/* The engine's thread. */
void shoal_session_on_port (void *post, const EngPortPicture *picture);
void shoal_session_clear_port (ShoalSession *self);

/* shoal-session-list.c */
void shoal_session_list_init (GListModelInterface *list);
/* Takes the reference. */
void shoal_session_list_add (ShoalSession *self, ShoalTorrent *torrent);
/* Without telling of it. */
void shoal_session_list_put (ShoalSession *self, ShoalTorrent *torrent);
void shoal_session_list_remove (ShoalSession *self, ShoalTorrent *torrent);
/* Its hashes are known, or more of them; and it is not to be found by them any more. */
void shoal_session_name (ShoalSession *self, ShoalTorrent *torrent);
void shoal_session_list_forget_names (ShoalSession *self, ShoalTorrent *torrent);
/* The torrent that has one of them; lent. */
ShoalTorrent *shoal_session_find_hashes (ShoalSession *self, const BtMagnetHashes *hashes);

/* shoal-session-news.c: what the engine is to call. */
extern const EngEngineEvents shoal_session_events;

/* A picture that crosses from the engine's thread. */
typedef struct
{
  EngTorrentStats stats;
  char *fault_path;
  char *tracker;
} ShoalPicture;

/* The sentence for a state that cannot be kept. (transfer full) */
char *shoal_trouble_text (const EngStoreProblem *problem);
/* Why a profile cannot be opened, or something not be kept in it. (transfer full) */
GError *shoal_profile_error (const EngStoreProblem *problem);

/* What became of a profile that was damaged. (transfer full) */
char *shoal_rescue_text (const EngRescue *rescue);

/* Why a torrent is in its fault. (transfer full) */
GError *shoal_fault_error (const ShoalPicture *picture);

ShoalTorrent *shoal_torrent_new (ShoalSession *session, uint64_t id, BtMetainfo *metainfo,
                                 const char *folder);
/* Takes @magnet over. */
ShoalTorrent *shoal_torrent_new_magnet (ShoalSession *session, uint64_t id, BtMagnet *magnet,
                                        const char *folder);
/* One that a profile kept. */
ShoalTorrent *shoal_torrent_new_kept (ShoalSession *session, const EngRosterRow *row);
uint64_t shoal_torrent_id (ShoalTorrent *self);

/* Reads "1.2.3.4:80", "[::1]:80", "eth0:80", ":80"; the name of an interface is a copy, which @out
 * borrows. */
bool shoal_parse_bind (const char *text, BtioBind *out, char **interface);
/* Why it was none. (transfer full) */
GError *shoal_bind_error (const char *text);

/* In hex. (transfer full) */
char *shoal_hash_text (const uint8_t *hash, size_t len);
BtMagnetHashes shoal_hashes_of (const BtMetainfo *metainfo);

/* One byte from 0 to 7 for each file of the layout. */
bool shoal_are_priorities (GBytes *priorities, const BtMetainfo *metainfo);

/* What it was added with; no @priorities: all are normal. */
void shoal_torrent_begin_with (ShoalTorrent *self, const EngAddition *addition);

/* On the application's thread. */
void shoal_torrent_take_detail (ShoalTorrent *self, EngDetail *detail);
void shoal_torrent_take_name (ShoalTorrent *self, uint32_t file, const char *path);
void shoal_torrent_take_folder (ShoalTorrent *self, const char *folder);
void shoal_torrent_take_moving (ShoalTorrent *self, uint64_t done, uint64_t total);
void shoal_torrent_take_answer (ShoalTorrent *self, uint64_t ticket, int sys_errno,
                                const char *path);
void shoal_torrent_take_undeleted (ShoalTorrent *self, int sys_errno, const char *path);
void shoal_torrent_take_picture (ShoalTorrent *self, const ShoalPicture *picture);
void shoal_torrent_tell_completed (ShoalTorrent *self);
void shoal_torrent_tell_tracker (ShoalTorrent *self, const EngTrackerStatus *status);
void shoal_torrent_tell_metadata (ShoalTorrent *self, BtMetainfo *metainfo);
void shoal_torrent_tell_warning (ShoalTorrent *self, const char *message);
void shoal_torrent_log_spoilt (ShoalTorrent *self, uint32_t piece, const char *senders);
void shoal_torrent_log_banned (ShoalTorrent *self, const char *address);
void shoal_torrent_tell_removed (ShoalTorrent *self);

/* shoal-magnet.c: the bytes of a .torrent: a magnet's metadata, and what the magnet says around it.
 * (transfer full) */
GBytes *shoal_magnet_build_torrent (const BtMagnet *magnet, const BtMetainfo *metainfo);
/* What it is called while nothing else is known. (transfer full) */
char *shoal_magnet_name (const BtMagnet *magnet);
/* The part of an addition that a magnet says; lent. */
void shoal_magnet_describe (const BtMagnet *magnet, EngAddition *out);
/* Hands its trackers, unless they are not to be used, and its peers to the engine. */
void shoal_magnet_introduce (const BtMagnet *magnet, EngEngine *engine, uint64_t id,
                             bool use_trackers);

/* The session is gone, and the torrent with it. */
void shoal_torrent_forget_session (ShoalTorrent *self);
