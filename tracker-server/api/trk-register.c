/* trk-register.c: putting a torrent into the catalogue: a .torrent as a body or in a form, or what
 * was made of a file. */
#include <string.h>

#include "protocol/digest/btd.h"
#include "protocol/torrent/bt-metainfo.h"
#include "tracker-server/api/trk-multipart.h"
#include "tracker-server/api/trk-objects.h"
#include "tracker-server/api/trk-register-private.h"

/* What came with the request. Lent from body and query. */
typedef struct
{
  GBytes *torrent;
  char *category; /* owned, as the next one; (nullable) */
  char *tags;
} Sent;

/* What the answer tells again. */
typedef struct
{
  BtMetainfo *info;
  TrkMark state;
} Registered;

static void
registered_free (void *data)
{
  Registered *r = data;

  bt_metainfo_unref (r->info);
  g_free (r);
}

static void
sent_clear (Sent *sent)
{
  g_clear_pointer (&sent->torrent, g_bytes_unref);
  g_clear_pointer (&sent->category, g_free);
  g_clear_pointer (&sent->tags, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sent, sent_clear)

/* --- what was sent --- */

static bool
is_named (const TrkPart *part, const char *name)
{
  return part->name != NULL && part->name_len == strlen (name)
         && memcmp (part->name, name, part->name_len) == 0;
}

static bool
take_word (const TrkPart *part, const char *name, char **out)
{
  const TrkField *field = trk_field_find (trk_register_query, name);
  g_autofree char *text = NULL;

  if (part->len > (size_t) field->max || memchr (part->data, '\0', part->len) != NULL)
    return false;
  text = g_strndup ((const char *) part->data, part->len);
  if (!trk_field_fits_text (field, text))
    return false;
  g_free (*out);
  *out = g_steal_pointer (&text);
  return true;
}

static bool
take_part (const TrkPart *part, Sent *sent)
{
  if (is_named (part, "torrent"))
    {
      if (sent->torrent != NULL)
        return false;
      sent->torrent = g_bytes_new (part->data, part->len);
      return true;
    }
  if (is_named (part, "category"))
    return take_word (part, "category", &sent->category);
  return is_named (part, "tags") && take_word (part, "tags", &sent->tags);
}

static bool
read_form (TrkCall *call, const char *type, Sent *sent)
{
  char boundary[TRK_BOUNDARY_MAX + 1];
  TrkPart parts[TRK_PARTS_MAX];
  size_t n = 0;

  if (trk_multipart_boundary (type, boundary))
    n = trk_multipart_parse (call->body->data, call->body->len, boundary, parts);
  for (size_t i = 0; i < n; i++)
    if (!take_part (&parts[i], sent))
      return false;
  return sent->torrent != NULL;
}

static bool
read_sent (TrkCall *call, Sent *sent)
{
  const char *type = soup_message_headers_get_one (
      soup_server_message_get_request_headers (call->message), "Content-Type");

  sent->category = g_strdup (trk_call_text (call, "category"));
  sent->tags = g_strdup (trk_call_text (call, "tags"));
  if (type != NULL && g_ascii_strncasecmp (type, "multipart/", strlen ("multipart/")) == 0)
    {
      if (read_form (call, type, sent))
        return true;
      trk_call_fail (call, SOUP_STATUS_BAD_REQUEST, "form",
                     "the form has no file “torrent”, or something else that is not taken");
      return false;
    }
  sent->torrent = g_bytes_new (call->body->data, call->body->len);
  return true;
}

/* --- into the store --- */

static char *
file_names (const BtMetainfo *info)
{
  const BtLayout *layout = bt_metainfo_layout (info);
  GString *names = g_string_new (NULL);

  for (size_t i = 0; i < layout->n_files && names->len < TRK_FILE_NAMES_MAX; i++)
    if ((layout->files[i].attr & BT_FILE_PAD) == 0)
      g_string_append_printf (names, "%s\n", layout->files[i].path);
  return g_string_free (names, FALSE);
}

static void
write_added (TrkCall *call, bool merged, int64_t id)
{
  const Registered *r = call->state;
  g_auto (TrkJson) json = { 0 };

  trk_json_init (&json);
  trk_json_open_object (&json, NULL);
  trk_json_signed (&json, "id", id);
  trk_json_hash (&json, "info_hash", bt_metainfo_info_hash_v1 (r->info), BT_SHA1_LEN);
  trk_json_hash (&json, "info_hash_v2", bt_metainfo_info_hash_v2 (r->info), BT_SHA256_LEN);
  trk_json_text (&json, "name", bt_metainfo_name (r->info));
  trk_json_text (&json, "state", trk_mark_names[r->state]);
  trk_json_bool (&json, "merged", merged);
  trk_json_close_object (&json);
  trk_call_json (call, &json);
}

static void
on_merged (void *data, const TrkProblem *problem, const TrkTorrent *torrent)
{
  g_autoptr (TrkCall) call = data;

  if (trk_call_troubled (call, problem))
    return;
  if (torrent != NULL) /* the older one's state stays */
    ((Registered *) call->state)->state = torrent->state;
  write_added (call, true, torrent != NULL ? torrent->id : 0);
}

static void
on_added (void *data, const TrkProblem *problem, TrkAddedHow how, int64_t id)
{
  g_autoptr (TrkCall) call = data;
  const TrkTorrentKey key = { .id = id };

  if (trk_call_troubled (call, problem))
    return;
  if (how == TRK_ADDED_THERE)
    trk_call_fail_there (call, id);
  else if (how == TRK_ADDED_MERGED)
    trk_store_torrent_get (call->api->parts.store, &key, on_merged, trk_call_ref (call));
  else
    write_added (call, false, id);
}

static void
add (TrkCall *call, GBytes *bytes, const char *category, const char *tags)
{
  const Registered *r = call->state;
  const BtMetainfo *info = r->info;
  g_autofree char *names = file_names (info);
  char address[BT_ENDPOINT_TEXT];
  TrkActor actor = trk_call_actor (call, address);
  const TrkTorrent torrent = { .v1 = bt_metainfo_info_hash_v1 (info),
                               .v2 = bt_metainfo_info_hash_v2 (info),
                               .name = bt_metainfo_name (info),
                               .size = bt_metainfo_content_size (info),
                               .piece_length = bt_metainfo_layout (info)->piece_length,
                               .n_files = bt_metainfo_n_real_files (info),
                               .is_private = bt_metainfo_is_private (info),
                               .comment = bt_metainfo_comment (info),
                               .category = category,
                               .tags = tags,
                               .created_at = MAX (bt_metainfo_creation_date (info), 0),
                               .registered_at = g_get_real_time () / G_USEC_PER_SEC,
                               .registered_by = call->caller.token_id,
                               .state = r->state };

  trk_store_torrent_add (call->api->parts.store, &torrent, names, bytes, &actor, on_added,
                         trk_call_ref (call));
}

void
trk_register_add (TrkCall *call, GBytes *torrent, const char *category, const char *tags)
{
  g_autoptr (BtMetainfo) info = NULL;
  g_autofree char *message = NULL;
  BtError why = { 0 };
  Registered *r;

  info = bt_metainfo_parse (torrent, BT_ORIGIN_STRANGER, btd_ops (), &why);
  if (info != NULL && bt_metainfo_needs_layers (info)) /* whoever is handed it needs them */
    why.code = BT_ERROR_LAYER_MISSING;
  if (why.code != BT_OK)
    {
      message = g_strdup_printf ("this is no torrent that can be taken: %s",
                                 bt_error_code_name (why.code));
      trk_call_fail (call, SOUP_STATUS_BAD_REQUEST, "torrent", message);
      return;
    }
  r = g_new0 (Registered, 1);
  r->info = bt_metainfo_ref (info);
  r->state = call->caller.may >= TRK_NEEDS_REGISTER ? TRK_MARK_ALLOWED : TRK_MARK_PENDING;
  call->state = r;
  call->drop = registered_free;
  add (call, torrent, category, tags);
}

/* A .torrent says all of this itself. */
static bool
has_words_of_files (TrkCall *call)
{
  for (const TrkField *field = trk_register_query + TRK_REGISTER_OF_FILES; field->name != NULL;
       field++)
    if (trk_call_text (call, field->name) != NULL)
      {
        g_autofree char *message
            = g_strdup_printf ("the parameter “%s” is for files alone", field->name);

        trk_call_fail (call, SOUP_STATUS_BAD_REQUEST, "value", message);
        return true;
      }
  return false;
}

static void
register_body (TrkCall *call)
{
  g_auto (Sent) sent = { 0 };

  if (call->kind == TRK_BODY_FILE)
    trk_register_file_end (call);
  else if (!has_words_of_files (call) && read_sent (call, &sent))
    trk_register_add (call, sent.torrent, sent.category, sent.tags);
}

const TrkApiRoute trk_routes_register[] = {
  { .method = "POST",
    .path = "/api/v1/torrents",
    .name = "registerTorrent",
    .need = TRK_NEEDS_BY_SETTING,
    .body = TRK_BODY_TORRENT | TRK_BODY_FORM | TRK_BODY_FILE,
    .query = trk_register_query,
    .status = 201,
    .type = "application/json",
    .output = &trk_object_added,
    .others = { 400, 409, 413, 507 },
    .handle = register_body,
    .begin = trk_register_file_begin,
    .take = trk_register_file_take,
    .help
    = "Registers a .torrent: the body, or “torrent” of a form, with “category” and “tags”. Or "
      "makes one of a file, the body, which is hashed and not kept. What comes without a "
      "token waits for the administrator" },
  { .method = NULL }
};
