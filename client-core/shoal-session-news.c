/* shoal-session-news.c: what the engine tells of a session's torrents, and how it crosses from the
 * engine's thread to the application's. */
#include "client-core/shoal-post-private.h"
#include "client-core/shoal-session-private.h"

/* --- what is told --- */

typedef enum
{
  NEWS_PICTURE,
  NEWS_COMPLETED,
  NEWS_TRACKER,
  NEWS_METADATA,
  NEWS_WARNING,
  NEWS_DETAIL,
  NEWS_UNDELETED,
  NEWS_NAME,
  NEWS_ANSWER,
  NEWS_FOLDER,
  NEWS_MOVING,
  NEWS_SPOILT,
  NEWS_BANNED,
  NEWS_REMOVED
} NewsKind;

typedef struct
{
  NewsKind kind;
  uint64_t id;
  ShoalPicture picture;
  char *url; /* of a tracker; what it said is in the picture */
  bool failed;
  bool v2;
  char *message;   /* WARNING; the path of NAME, ANSWER, FOLDER; peers of SPOILT, BANNED */
  uint64_t number; /* of peers that TRACKER named, of the piece of SPOILT, the file of NAME, of the
                      ticket of ANSWER; bytes of MOVING */
  BtMetainfo *metainfo; /* METADATA */
  EngDetail *detail;
} News;

static void
news_free (void *data)
{
  News *news = data;

  g_free (news->picture.fault_path);
  g_free (news->picture.tracker);
  g_free (news->url);
  g_free (news->message);
  bt_metainfo_unref (news->metainfo);
  eng_detail_free (news->detail);
  g_free (news);
}

static void
take_news (void *owner, void *letter)
{
  ShoalSession *session = owner;
  const News *news = letter;
  ShoalTorrent *found = g_hash_table_lookup (session->torrents, &news->id);
  g_autoptr (ShoalTorrent) torrent = found != NULL ? g_object_ref (found) : NULL;

  if (torrent == NULL)
    return;
  if (news->kind == NEWS_PICTURE)
    shoal_torrent_take_picture (torrent, &news->picture);
  else if (news->kind == NEWS_COMPLETED)
    shoal_torrent_tell_completed (torrent);
  else if (news->kind == NEWS_TRACKER)
    shoal_torrent_tell_tracker (
        torrent,
        &(EngTrackerStatus){ .url = news->url,
                             .message = news->picture.tracker,
                             .state = news->failed ? ENG_TRACKER_FAILING : ENG_TRACKER_WORKING,
                             .n_peers = (uint32_t) news->number,
                             .v2 = news->v2 });
  else if (news->kind == NEWS_METADATA)
    shoal_torrent_tell_metadata (torrent, news->metainfo);
  else if (news->kind == NEWS_WARNING)
    shoal_torrent_tell_warning (torrent, news->message);
  else if (news->kind == NEWS_DETAIL)
    shoal_torrent_take_detail (torrent, news->detail);
  else if (news->kind == NEWS_UNDELETED)
    shoal_torrent_take_undeleted (torrent, news->picture.stats.sys_errno, news->picture.fault_path);
  else if (news->kind == NEWS_NAME)
    shoal_torrent_take_name (torrent, (uint32_t) news->number, news->message);
  else if (news->kind == NEWS_ANSWER)
    shoal_torrent_take_answer (torrent, news->number, news->picture.stats.sys_errno, news->message);
  else if (news->kind == NEWS_FOLDER)
    shoal_torrent_take_folder (torrent, news->message);
  else if (news->kind == NEWS_MOVING)
    shoal_torrent_take_moving (torrent, news->number, news->picture.stats.total);
  else if (news->kind == NEWS_SPOILT)
    shoal_torrent_log_spoilt (torrent, (uint32_t) news->number, news->message);
  else if (news->kind == NEWS_BANNED)
    shoal_torrent_log_banned (torrent, news->message);
  else
    {
      shoal_session_list_remove (session, torrent);
      shoal_torrent_tell_removed (torrent);
    }
}

static void
send_news (ShoalPost *post, const News *values)
{
  shoal_post_send (post, take_news, g_memdup2 (values, sizeof *values), news_free);
}

/* A place as a text: names of files are bytes. (transfer full) (nullable) */
static char *
text_of (const char *path)
{
  return path != NULL ? g_utf8_make_valid (path, -1) : NULL;
}

static void
on_snapshot (void *owner, uint64_t id, const EngTorrentStats *stats, const char *tracker)
{
  News news = { .kind = NEWS_PICTURE, .id = id, .picture.stats = *stats };

  news.picture.fault_path = text_of (stats->fault_path);
  news.picture.tracker = g_strdup (tracker);
  send_news (owner, &news);
}

static void
on_completed (void *owner, uint64_t id)
{
  send_news (owner, &(News){ .kind = NEWS_COMPLETED, .id = id });
}

static void
on_tracker (void *owner, uint64_t id, const EngTrackerStatus *status)
{
  News news = { .kind = NEWS_TRACKER,
                .id = id,
                .failed = status->state == ENG_TRACKER_FAILING,
                .v2 = status->v2,
                .number = status->n_peers };

  news.url = g_strdup (status->url);
  news.picture.tracker = g_strdup (status->message);
  send_news (owner, &news);
}

static void
on_metadata (void *owner, uint64_t id, BtMetainfo *metainfo)
{
  send_news (owner,
             &(News){ .kind = NEWS_METADATA, .id = id, .metainfo = bt_metainfo_ref (metainfo) });
}

static void
take_warning (void *owner, void *message)
{
  shoal_session_warn (owner, message);
}

static void
on_trouble (void *owner, uint64_t id, const EngStoreProblem *problem)
{
  if (id == 0)
    {
      g_autoptr (GError) error = shoal_profile_error (problem);

      shoal_post_send (owner, take_warning, g_strdup (error->message), g_free);
      return;
    }
  send_news (owner,
             &(News){ .kind = NEWS_WARNING, .id = id, .message = shoal_trouble_text (problem) });
}

static void
on_removed (void *owner, uint64_t id)
{
  send_news (owner, &(News){ .kind = NEWS_REMOVED, .id = id });
}

static void
on_detail (void *owner, uint64_t id, EngDetail *detail)
{
  send_news (owner, &(News){ .kind = NEWS_DETAIL, .id = id, .detail = detail });
}

static void
on_undeleted (void *owner, uint64_t id, int sys_errno, const char *path)
{
  News news = { .kind = NEWS_UNDELETED, .id = id };

  news.picture.stats.sys_errno = sys_errno;
  news.picture.fault_path = text_of (path);
  send_news (owner, &news);
}

static void
on_named (void *owner, uint64_t id, uint32_t file, const char *path)
{
  send_news (owner,
             &(News){ .kind = NEWS_NAME, .id = id, .number = file, .message = g_strdup (path) });
}

static void
on_placed (void *owner, uint64_t id, const char *folder)
{
  send_news (owner, &(News){ .kind = NEWS_FOLDER, .id = id, .message = g_strdup (folder) });
}

static void
on_moving (void *owner, uint64_t id, uint64_t done, uint64_t total)
{
  News news = { .kind = NEWS_MOVING, .id = id, .number = done };

  news.picture.stats.total = total;
  send_news (owner, &news);
}

static void
on_answered (void *owner, uint64_t id, uint64_t ticket, int sys_errno, const char *path)
{
  News news = { .kind = NEWS_ANSWER, .id = id, .number = ticket, .message = text_of (path) };

  news.picture.stats.sys_errno = sys_errno;
  send_news (owner, &news);
}

static void
on_spoilt (void *owner, uint64_t id, uint32_t piece, const char *senders)
{
  send_news (
      owner,
      &(News){ .kind = NEWS_SPOILT, .id = id, .number = piece, .message = g_strdup (senders) });
}

static void
on_banned (void *owner, uint64_t id, const char *address)
{
  send_news (owner, &(News){ .kind = NEWS_BANNED, .id = id, .message = g_strdup (address) });
}

static void
take_flushed (void *owner, void *problem)
{
  ShoalSession *session = owner;
  g_autoptr (GTask) task = g_queue_pop_head (&session->flushes);

  if (problem != NULL)
    g_task_return_error (task, g_error_copy (problem));
  else
    g_task_return_boolean (task, TRUE);
}

static void
forget_error (void *error)
{
  g_clear_error ((GError **) &error);
}

static void
on_flushed (void *owner, const EngStoreProblem *problem)
{
  shoal_post_send (owner, take_flushed, problem != NULL ? shoal_profile_error (problem) : NULL,
                   forget_error);
}

const EngEngineEvents shoal_session_events = {
  .snapshot = on_snapshot,
  .completed = on_completed,
  .tracker = on_tracker,
  .metadata = on_metadata,
  .trouble = on_trouble,
  .removed = on_removed,
  .detail = on_detail,
  .undeleted = on_undeleted,
  .named = on_named,
  .answered = on_answered,
  .placed = on_placed,
  .moving = on_moving,
  .spoilt = on_spoilt,
  .banned = on_banned,
  .flushed = on_flushed,
  .listens = shoal_session_on_listens,
  .port = shoal_session_on_port,
};
