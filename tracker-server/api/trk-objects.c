/* trk-objects.c: tables of members. */
#include "tracker-server/api/trk-objects.h"

#include "tracker-server/store/trk-store-admin.h"
#include "tracker-server/store/trk-store-torrents.h"

#define NAMES_MAX 100000

/* Members of answers, which are always there. */
#define TEXT(name, help)                                                                           \
  {                                                                                                \
    name, TRK_TYPE_TEXT, TRK_FIELD_REQUIRED, 0, INT32_MAX, NULL, NULL, help                        \
  }
#define TEXT_OR_NULL(name, help)                                                                   \
  {                                                                                                \
    name, TRK_TYPE_TEXT, TRK_FIELD_REQUIRED | TRK_FIELD_NULLABLE, 0, INT32_MAX, NULL, NULL, help   \
  }
#define NUMBER(name, help)                                                                         \
  {                                                                                                \
    name, TRK_TYPE_NUMBER, TRK_FIELD_REQUIRED, 0, INT64_MAX, NULL, NULL, help                      \
  }
#define NUMBER_OR_NULL(name, help)                                                                 \
  {                                                                                                \
    name, TRK_TYPE_NUMBER, TRK_FIELD_REQUIRED | TRK_FIELD_NULLABLE, 0, INT64_MAX, NULL, NULL, help \
  }
#define FLAG(name, help)                                                                           \
  {                                                                                                \
    name, TRK_TYPE_BOOL, TRK_FIELD_REQUIRED, 0, 0, NULL, NULL, help                                \
  }
#define HASH(name, help)                                                                           \
  {                                                                                                \
    name, TRK_TYPE_HASH, TRK_FIELD_REQUIRED, 0, 0, NULL, NULL, help                                \
  }
#define HASH_OR_NULL(name, help)                                                                   \
  {                                                                                                \
    name, TRK_TYPE_HASH, TRK_FIELD_REQUIRED | TRK_FIELD_NULLABLE, 0, 0, NULL, NULL, help           \
  }
#define CHOICE(name, choices, help)                                                                \
  {                                                                                                \
    name, TRK_TYPE_TEXT, TRK_FIELD_REQUIRED, 0, INT32_MAX, choices, NULL, help                     \
  }
#define LIST(name, object, help)                                                                   \
  {                                                                                                \
    name, TRK_TYPE_LIST, TRK_FIELD_REQUIRED, 0, NAMES_MAX, NULL, object, help                      \
  }
#define END                                                                                        \
  {                                                                                                \
    .name = NULL                                                                                   \
  }

const char *const trk_mark_names[] = { "none", "allowed", "pending", "denied", NULL };
const char *const trk_sort_names[] = { "added", "name", "size", "completed", NULL };
const char *const trk_span_names[] = { "minute", "hour", "day", NULL };
const char *const trk_scope_names[] = { "admin", "register", "read", NULL };

static const char *const states[] = { "allowed", "pending", "denied", NULL };
static const char *const healths[] = { "ok", NULL };
static const char *const families[] = { "ipv4", "ipv6", NULL };

/* --- errors --- */

static const TrkField error_fields[]
    = { TEXT ("code", "For programs; stable"),
        TEXT ("message", "For people"),
        { "id", TRK_TYPE_NUMBER, 0, 1, INT64_MAX, NULL, NULL, "Of the torrent that is there" },
        END };
static const TrkObject error_inner = { "Problem", error_fields, "What went wrong" };
static const TrkField error_outer[]
    = { { "error", TRK_TYPE_OBJECT, TRK_FIELD_REQUIRED, 0, 0, NULL, &error_inner, "The problem" },
        END };
const TrkObject trk_object_error = { "Error", error_outer, "Answer to what was not done" };

/* --- the catalogue --- */

static const TrkField torrent_fields[]
    = { NUMBER ("id", "Never used again"),
        HASH_OR_NULL ("info_hash", "v1, 40 digits"),
        HASH_OR_NULL ("info_hash_v2", "v2, 64 digits"),
        TEXT ("name", "As the torrent says; any text"),
        NUMBER ("size", "Of the files, in bytes"),
        NUMBER ("piece_length", "In bytes"),
        NUMBER ("files", "How many"),
        FLAG ("private", "Peers come from the tracker alone"),
        TEXT ("comment", "As the torrent says"),
        TEXT ("category", "One word of the operator's"),
        LIST ("tags", NULL, "Words"),
        NUMBER_OR_NULL ("created_at", "Seconds since 1970, as the torrent says"),
        NUMBER ("registered_at", "Seconds since 1970"),
        NUMBER_OR_NULL ("registered_by", "A token's id; for administrators"),
        CHOICE ("state", states, "Only what is allowed is shown to everyone"),
        NUMBER ("completed", "Downloads"),
        NUMBER ("seeders", "Now"),
        NUMBER ("leechers", "Now"),
        END };
const TrkObject trk_object_torrent = { "Torrent", torrent_fields, "A torrent of the catalogue" };

static const TrkField torrents_fields[]
    = { LIST ("torrents", &trk_object_torrent, "Of this page"), NUMBER ("total", "On all pages"),
        NUMBER ("page", "From 1"), NUMBER ("per_page", "At most"), END };
const TrkObject trk_object_torrents = { "Torrents", torrents_fields, "A page of the catalogue" };

static const TrkField added_fields[]
    = { NUMBER ("id", "Of the torrent"),
        HASH_OR_NULL ("info_hash", "v1"),
        HASH_OR_NULL ("info_hash_v2", "v2"),
        TEXT ("name", "As the torrent says"),
        CHOICE ("state", states, "Pending: the administrator decides"),
        FLAG ("merged", "A half of this hybrid was there"),
        END };
const TrkObject trk_object_added = { "Added", added_fields, "A torrent that was registered" };

static const TrkField magnet_fields[] = { TEXT ("magnet", "A magnet URI"), END };
const TrkObject trk_object_magnet = { "Magnet", magnet_fields, "A link" };

static const TrkField change_fields[]
    = { { "state", TRK_TYPE_TEXT, 0, 0, 16, states, NULL, "The new state" },
        { "category", TRK_TYPE_TEXT, TRK_FIELD_LINE, 0, TRK_CATEGORY_MAX, NULL, NULL,
          "One word of the operator's; empty for none" },
        { "tags", TRK_TYPE_LIST, TRK_FIELD_LINE, 0, TRK_TAGS_MAX, NULL, NULL,
          "Words, in place of those that were there" },
        END };
const TrkObject trk_object_change
    = { "Change", change_fields, "Changes of a torrent; what is left out stays" };

/* --- peers --- */

static const TrkField peer_fields[]
    = { CHOICE ("family", families, "Of the address"),
        TEXT_OR_NULL ("ip", "For tokens that read"),
        NUMBER_OR_NULL ("port", "For tokens that read"),
        FLAG ("seeder", "Has all of it"),
        FLAG ("partial", "Wants no more of it (BEP 21)"),
        TEXT_OR_NULL ("peer_id", "Where the tracker keeps it"),
        NUMBER_OR_NULL ("uploaded", "Where the tracker keeps it; bytes"),
        NUMBER_OR_NULL ("downloaded", "Where the tracker keeps it; bytes"),
        NUMBER_OR_NULL ("last_seen", "Where the tracker keeps it; seconds since 1970"),
        END };
static const TrkObject peer = { "Peer", peer_fields, "A member of a swarm" };
static const TrkField peers_fields[]
    = { LIST ("peers", &peer, "At most so many as asked for"), NUMBER ("seeders", "In the swarm"),
        NUMBER ("leechers", "In the swarm"), END };
const TrkObject trk_object_peers = { "Peers", peers_fields, "A swarm" };

static const TrkField classic_peer_fields[]
    = { NUMBER ("id", "Of this answer alone"),
        TEXT_OR_NULL ("peer_id", "Where the tracker keeps it"),
        TEXT_OR_NULL ("ip", "For tokens that read"),
        NUMBER_OR_NULL ("port", "For tokens that read"),
        NUMBER ("torrent_id", "Of the torrent"),
        NUMBER_OR_NULL ("uploaded", "Where the tracker keeps it; bytes"),
        NUMBER_OR_NULL ("downloaded", "Where the tracker keeps it; bytes"),
        NUMBER_OR_NULL ("last_seen", "Where the tracker keeps it; seconds since 1970"),
        END };
static const TrkObject classic_peer
    = { "ClassicPeer", classic_peer_fields, "A member of a swarm, as small trackers show it" };
/* An answer that is a list is an object of one field without a name to speak of. */
static const TrkField classic_peers_fields[]
    = { LIST ("[]", &classic_peer, "The members of the swarm"), END };
const TrkObject trk_object_classic_peers
    = { "ClassicPeers", classic_peers_fields, "A swarm, as small trackers show it" };

static const TrkField announced_peer_fields[]
    = { TEXT ("ip", "Address"), NUMBER ("port", "Port"),
        TEXT_OR_NULL ("peer_id", "Where the tracker keeps it"), END };
static const TrkObject announced_peer
    = { "AnnouncedPeer", announced_peer_fields, "Somebody to connect to" };
static const TrkField announced_fields[]
    = { NUMBER ("interval", "Seconds to the next announce"),
        NUMBER ("min_interval", "Seconds before which none should come"),
        NUMBER ("complete", "Seeders"),
        NUMBER ("incomplete", "Leechers"),
        NUMBER ("downloaded", "How often it was completed"),
        TEXT_OR_NULL ("external_ip", "The address that the tracker sees"),
        LIST ("peers", &announced_peer, "Members of the swarm"),
        END };
const TrkObject trk_object_announced = { "Announced", announced_fields, "Answer to an announce" };

#define COUNTER(name, help)                                                                        \
  {                                                                                                \
    name, TRK_TYPE_NUMBER, 0, 0, INT64_MAX, NULL, NULL, help                                       \
  }

static const TrkField announce_fields[]
    = { { "info_hash", TRK_TYPE_HASH, TRK_FIELD_REQUIRED, 0, 0, NULL, NULL,
          "v1, or v2, which is cut" },
        { "peer_id", TRK_TYPE_TEXT, TRK_FIELD_REQUIRED, 0, 40, NULL, NULL,
          "20 characters, or 40 hexadecimal digits" },
        { "port", TRK_TYPE_NUMBER, TRK_FIELD_REQUIRED, 0, 65535, NULL, NULL,
          "Where it listens; 0 only when it stops" },
        COUNTER ("uploaded", "Bytes"),
        COUNTER ("downloaded", "Bytes"),
        COUNTER ("left", "Bytes; unsaid: it leeches"),
        { "event", TRK_TYPE_TEXT, TRK_FIELD_NULLABLE, 0, 32, NULL, NULL,
          "started, stopped, completed, paused; others are ignored" },
        { "numwant", TRK_TYPE_NUMBER, 0, -1, INT32_MAX, NULL, NULL, "Peers wanted" },
        { "pieces", TRK_TYPE_TEXT, TRK_FIELD_NULLABLE, 0, 65536, NULL, NULL,
          "Bitfield in base64: all of it there means that nothing is left; otherwise not looked "
          "at" },
        END };
const TrkObject trk_object_announce = { "Announce", announce_fields, "An announce" };

/* --- the classic paths --- */

static const TrkField classic_fields[]
    = { NUMBER ("id", "Never used again"),
        HASH ("info_hash", "40 digits; v2 is cut"),
        TEXT ("name", "As the torrent says"),
        NUMBER ("size", "Bytes"),
        NUMBER ("piece_length", "Bytes"),
        { "pieces", TRK_TYPE_TEXT, TRK_FIELD_NULLABLE, 0, INT32_MAX, NULL, NULL,
          "SHA-1 of all pieces in base64, when asked for" },
        NUMBER_OR_NULL ("created_at", "Seconds since 1970"),
        END };
const TrkObject trk_object_classic_torrent
    = { "ClassicTorrent", classic_fields, "A torrent, as small trackers show it" };
static const TrkField classic_list_fields[]
    = { LIST ("[]", &trk_object_classic_torrent, "The newest first"), END };
const TrkObject trk_object_classic_torrents
    = { "ClassicTorrents", classic_list_fields, "Torrents, as small trackers show them" };

static const TrkField classic_new_fields[]
    = { { "info_hash", TRK_TYPE_HASH, TRK_FIELD_REQUIRED, 0, 0, NULL, NULL, "v1 or v2" },
        { "name", TRK_TYPE_TEXT, TRK_FIELD_REQUIRED | TRK_FIELD_LINE, 0, TRK_NAME_MAX, NULL, NULL,
          "Of the torrent" },
        { "size", TRK_TYPE_NUMBER, TRK_FIELD_REQUIRED, 0, INT64_MAX, NULL, NULL, "Bytes" },
        { "piece_length", TRK_TYPE_NUMBER, TRK_FIELD_REQUIRED, 1, INT32_MAX, NULL, NULL, "Bytes" },
        { "pieces", TRK_TYPE_TEXT, TRK_FIELD_NULLABLE, 0, 65536, NULL, NULL, "Is not kept" },
        END };
const TrkObject trk_object_classic_new
    = { "ClassicNew", classic_new_fields, "A torrent of which the hash alone is known" };

/* --- lists of the operator --- */

static const TrkField mark_fields[]
    = { HASH ("info_hash", "40 digits"), CHOICE ("mark", states, "What is done with it"),
        TEXT ("note", "Of the operator"), NUMBER ("added_at", "Seconds since 1970"), END };
static const TrkObject mark = { "Mark", mark_fields, "What the operator says of a hash" };
static const TrkField marks_fields[]
    = { LIST ("marks", &mark, "Of this page"), NUMBER ("total", "On all pages"),
        NUMBER ("page", "From 1"), NUMBER ("per_page", "At most"), END };
const TrkObject trk_object_marks = { "Marks", marks_fields, "A page of marks" };

static const TrkField mark_change_fields[]
    = { { "mark", TRK_TYPE_TEXT, TRK_FIELD_REQUIRED, 0, 16, states, NULL, "The mark" },
        { "note", TRK_TYPE_TEXT, TRK_FIELD_LINE | TRK_FIELD_NULLABLE, 0, TRK_NOTE_MAX, NULL, NULL,
          "Why" },
        END };
const TrkObject trk_object_mark_change = { "MarkChange", mark_change_fields, "A mark to set" };

static const TrkField imported_fields[] = { NUMBER ("new", "Hashes that had no mark"),
                                            NUMBER ("changed", "Hashes that had another"), END };
const TrkObject trk_object_imported = { "Imported", imported_fields, "What an import did" };

/* --- administration --- */

static const TrkField setting_fields[] = { TEXT ("name", "group.key, as in the file"),
                                           TEXT ("value", "As text"),
                                           TEXT ("default", "As text"),
                                           FLAG ("live", "May change while the tracker runs"),
                                           NUMBER_OR_NULL ("min", "Of numbers"),
                                           NUMBER_OR_NULL ("max", "Of numbers"),
                                           LIST ("choices", NULL, "Where there are few"),
                                           TEXT ("help", "What it is"),
                                           END };
static const TrkObject setting = { "Setting", setting_fields, "A setting" };
static const TrkField settings_fields[] = { LIST ("settings", &setting, "All of them"), END };
const TrkObject trk_object_settings = { "Settings", settings_fields, "The settings in force" };

static const TrkField settings_change_fields[]
    = { { "{}", TRK_TYPE_MAP, 0, 0, 0, NULL, NULL, "Names and values; null: as in the file" },
        END };
const TrkObject trk_object_settings_change
    = { "SettingsChange", settings_change_fields, "Settings to change" };

static const TrkField token_fields[] = { NUMBER ("id", "Never used again"),
                                         TEXT ("name", "Of whoever holds it"),
                                         CHOICE ("scope", trk_scope_names, "What it allows"),
                                         NUMBER ("created_at", "Seconds since 1970"),
                                         NUMBER_OR_NULL ("used_at", "The last time"),
                                         NUMBER_OR_NULL ("expires_at", "Seconds since 1970"),
                                         NUMBER_OR_NULL ("revoked_at", "Seconds since 1970"),
                                         END };
static const TrkObject token = { "Token", token_fields, "A token without its secret" };
static const TrkField tokens_fields[]
    = { LIST ("tokens", &token, "All, the revoked ones too"), END };
const TrkObject trk_object_tokens = { "Tokens", tokens_fields, "The tokens" };

static const TrkField token_wish_fields[]
    = { { "name", TRK_TYPE_TEXT, TRK_FIELD_REQUIRED | TRK_FIELD_LINE, 1, TRK_WHO_MAX, NULL, NULL,
          "Of whoever will hold it" },
        { "scope", TRK_TYPE_TEXT, TRK_FIELD_REQUIRED, 0, 16, trk_scope_names, NULL,
          "What it allows" },
        { "expires_at", TRK_TYPE_NUMBER, TRK_FIELD_NULLABLE, 1, INT64_MAX / 2, NULL, NULL,
          "Seconds since 1970" },
        END };
const TrkObject trk_object_token_wish = { "TokenWish", token_wish_fields, "A token to make" };

static const TrkField secret_fields[]
    = { NUMBER ("id", "Of the token"), TEXT ("token", "The secret; is shown this once"), END };
const TrkObject trk_object_secret = { "Secret", secret_fields, "A new token" };

static const TrkField audit_fields[] = { NUMBER ("id", "In order"),
                                         NUMBER ("at", "Seconds since 1970"),
                                         TEXT ("who", "A token's name"),
                                         TEXT ("what", "torrent.add, mark.set ..."),
                                         TEXT ("subject", "A hash, a name, an id"),
                                         TEXT ("detail", "An address, a reason"),
                                         END };
static const TrkObject audit_row = { "AuditRow", audit_fields, "A change" };
static const TrkField audit_list_fields[] = { LIST ("audit", &audit_row, "The newest first"), END };
const TrkObject trk_object_audit = { "Audit", audit_list_fields, "Who changed what" };

static const TrkField backup_fields[] = { TEXT ("file", "Its name in the folder of backups"), END };
const TrkObject trk_object_backup = { "Backup", backup_fields, "A copy that was made" };

/* --- numbers --- */

static const TrkField sample_fields[] = { NUMBER ("at", "When it begins; seconds since 1970"),
                                          NUMBER ("peers", "Mean"),
                                          NUMBER ("seeders", "Mean"),
                                          NUMBER ("swarms", "Mean"),
                                          NUMBER ("torrents", "Mean"),
                                          NUMBER ("connections", "Mean"),
                                          NUMBER ("announces", "Sum"),
                                          NUMBER ("scrapes", "Sum"),
                                          NUMBER ("completed", "Sum"),
                                          NUMBER ("refused", "Sum"),
                                          NUMBER ("errors", "Sum"),
                                          END };
static const TrkObject sample = { "Sample", sample_fields, "A stretch of time" };
static const TrkField history_fields[] = { CHOICE ("span", trk_span_names, "Of each sample"),
                                           LIST ("samples", &sample, "In order of time"), END };
const TrkObject trk_object_history = { "History", history_fields, "What graphs are drawn of" };

static const TrkField stats_fields[] = { TEXT ("name", "Of this tracker"),
                                         TEXT ("version", "Of the program"),
                                         NUMBER ("started_at", "Seconds since 1970"),
                                         NUMBER ("uptime", "Seconds"),
                                         NUMBER ("torrents", "In the catalogue, allowed ones"),
                                         NUMBER ("swarms", "With peers or completions"),
                                         NUMBER ("peers", "Now"),
                                         NUMBER ("seeders", "Now"),
                                         NUMBER ("leechers", "Now"),
                                         NUMBER ("completed", "Downloads"),
                                         NUMBER ("announces", "Since the start"),
                                         NUMBER ("scrapes", "Since the start"),
                                         NUMBER ("connections", "HTTP, now"),
                                         END };
const TrkObject trk_object_stats = { "Stats", stats_fields, "Numbers for people" };

static const TrkField health_fields[]
    = { CHOICE ("status", healths, "The database answers"), NUMBER ("uptime", "Seconds"), END };
const TrkObject trk_object_health = { "Health", health_fields, "The tracker works" };
