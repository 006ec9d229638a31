/* bt-metainfo-outer.c: what stands around the info dictionary: trackers (BEP 3, 12), web seeds
 * (BEP 17, 19), nodes (BEP 5) and words. None of it changes the info-hash, so what is broken here
 * is passed over and noted. */
#include "protocol/torrent/bt-metainfo-private.h"

#include <string.h>

#include "protocol/core/bt-limits.h"
#include "protocol/core/bt-url.h"

/* A URL's copy, or NULL (and noted) when it is none. */
static const char *
copy_url (BtMetainfoParser *p, const BtBencodeToken *token, const char *const *schemes)
{
  const uint8_t *at = token->bytes;
  size_t len = token->len;

  while (len > 0 && g_ascii_isspace (*at))
    at++, len--;
  while (len > 0 && g_ascii_isspace (at[len - 1]))
    len--;
  if (len > BT_LIMIT_URL || !bt_url_is_clean ((const char *) at, len, schemes))
    {
      p->self->oddities |= BT_ODD_URL;
      return NULL;
    }
  return bt_metainfo_text (p, at, len);
}

static void
add_tracker (BtMetainfoParser *p, const BtBencodeToken *token, unsigned tier)
{
  static const char *const schemes[] = { "http", "https", "udp", "ws", "wss", NULL };
  GArray *trackers = p->self->trackers;
  BtTracker tracker = { .tier = tier };

  if (token->len == 0 || p->n_urls++ >= BT_LIMIT_TRACKERS)
    return;
  tracker.url = copy_url (p, token, schemes);
  if (tracker.url == NULL)
    return;
  for (guint i = 0; i < trackers->len; i++)
    if (strcmp (g_array_index (trackers, BtTracker, i).url, tracker.url) == 0)
      return;
  g_array_append_val (trackers, tracker);
}

/* "announce" counts only where "announce-list" names no tracker (BEP 12); it sorts first. */
static bool
read_announce (BtMetainfoParser *p)
{
  BtBencodeToken token;

  if (!bt_metainfo_optional (p, BT_BENCODE_BYTES, &token))
    return bt_metainfo_ok (p);
  p->n_urls = 0;
  if (p->self->trackers->len == 0)
    add_tracker (p, &token, 0);
  return true;
}

/* One tier; some makers write a bare URL in its place. True when it gave a tracker. */
static bool
read_tier (BtMetainfoParser *p, const BtBencodeToken *first, unsigned tier)
{
  guint before = p->self->trackers->len;
  BtBencodeToken token;

  if (first->type == BT_BENCODE_BYTES)
    add_tracker (p, first, tier);
  else if (first->type != BT_BENCODE_LIST)
    {
      p->self->oddities |= BT_ODD_IGNORED;
      (void) bt_bencode_skip (&p->reader, first); /* the reader keeps the error */
    }
  else
    while (bt_metainfo_next (p, &token))
      {
        if (token.type == BT_BENCODE_BYTES)
          add_tracker (p, &token, tier);
        else
          (void) bt_bencode_skip (&p->reader, &token); /* likewise */
      }
  return p->self->trackers->len > before;
}

static bool
read_announce_list (BtMetainfoParser *p)
{
  GArray *lone = p->self->trackers;
  BtBencodeToken token;
  unsigned tier = 0;

  if (!bt_metainfo_optional (p, BT_BENCODE_LIST, &token))
    return bt_metainfo_ok (p);
  p->self->trackers = g_array_new (FALSE, FALSE, sizeof (BtTracker));
  p->n_urls = 0;
  while (bt_metainfo_next (p, &token))
    tier += read_tier (p, &token, tier);
  if (p->self->trackers->len == 0)
    {
      g_array_unref (p->self->trackers);
      p->self->trackers = lone;
    }
  else
    g_array_unref (lone);
  return bt_metainfo_ok (p);
}

static void
add_web_seed (BtMetainfoParser *p, const BtBencodeToken *token, bool single)
{
  static const char *const schemes[] = { "http", "https", "ftp", NULL };
  BtWebSeed seed = { .single = single };

  if (token->len == 0 || p->self->web_seeds->len >= BT_LIMIT_WEB_SEEDS)
    return;
  seed.url = copy_url (p, token, schemes);
  if (seed.url != NULL)
    g_array_append_val (p->self->web_seeds, seed);
}

static bool
read_web_seeds (BtMetainfoParser *p, bool single)
{
  BtBencodeToken token;

  if (!bt_bencode_next (&p->reader, &token))
    return false;
  if (token.type == BT_BENCODE_BYTES)
    {
      add_web_seed (p, &token, single);
      return true;
    }
  if (token.type != BT_BENCODE_LIST)
    {
      p->self->oddities |= BT_ODD_IGNORED;
      return bt_bencode_skip (&p->reader, &token);
    }
  while (bt_metainfo_next (p, &token))
    {
      if (token.type == BT_BENCODE_BYTES)
        add_web_seed (p, &token, single);
      else
        (void) bt_bencode_skip (&p->reader, &token); /* the reader keeps the error */
    }
  return bt_metainfo_ok (p);
}

static bool
read_url_list (BtMetainfoParser *p)
{
  return read_web_seeds (p, false);
}

static bool
read_httpseeds (BtMetainfoParser *p)
{
  return read_web_seeds (p, true);
}

/* One [host, port] of BEP 5; anything else is passed over. */
static void
read_node (BtMetainfoParser *p)
{
  BtBencodeToken token;
  BtBencodeToken host = { 0 };
  int64_t port = 0;

  for (int i = 0; bt_metainfo_next (p, &token); i++)
    {
      if (i == 0 && token.type == BT_BENCODE_BYTES)
        host = token;
      else if (i == 1 && token.type == BT_BENCODE_INT)
        port = token.num;
      else
        (void) bt_bencode_skip (&p->reader, &token); /* the reader keeps the error */
    }
  if (!bt_metainfo_ok (p) || host.len == 0 || host.len > BT_LIMIT_NAME || port < 1
      || port > UINT16_MAX || p->self->nodes->len >= BT_LIMIT_NODES)
    return;
  g_array_append_vals (
      p->self->nodes,
      &(BtNode){ .host = bt_metainfo_text (p, host.bytes, host.len), .port = (uint16_t) port }, 1);
}

static bool
read_nodes (BtMetainfoParser *p)
{
  BtBencodeToken token;

  if (!bt_metainfo_optional (p, BT_BENCODE_LIST, &token))
    return bt_metainfo_ok (p);
  while (bt_metainfo_next (p, &token))
    {
      if (token.type == BT_BENCODE_LIST)
        read_node (p);
      else
        (void) bt_bencode_skip (&p->reader, &token); /* the reader keeps the error */
    }
  return bt_metainfo_ok (p);
}

/* The ".utf-8" twin of a key sorts behind it and wins. */
static bool
read_comment (BtMetainfoParser *p)
{
  return bt_metainfo_read_text (p, &p->self->comment);
}

static bool
read_created_by (BtMetainfoParser *p)
{
  return bt_metainfo_read_text (p, &p->self->created_by);
}

static bool
read_creation_date (BtMetainfoParser *p)
{
  BtBencodeToken token;

  if (bt_metainfo_optional (p, BT_BENCODE_INT, &token))
    p->self->creation_date = MAX (token.num, 0);
  return bt_metainfo_ok (p);
}

static bool
read_layers (BtMetainfoParser *p)
{
  BtBencodeToken token;

  if (!bt_metainfo_want (p, BT_BENCODE_DICT, "piece layers", &token)
      || !bt_bencode_skip (&p->reader, &token))
    return false;
  p->layers = (BtRun){ .at = p->reader.data + token.offset,
                       .len = p->reader.at - token.offset,
                       .offset = token.offset };
  return true;
}

static const BtMetainfoKey outer_keys[] = {
  { "announce", read_announce },     { "announce-list", read_announce_list },
  { "comment", read_comment },       { "comment.utf-8", read_comment },
  { "created by", read_created_by }, { "creation date", read_creation_date },
  { "httpseeds", read_httpseeds },   { "info", bt_metainfo_read_info },
  { "nodes", read_nodes },           { "piece layers", read_layers },
  { "url-list", read_url_list },
};

bool
bt_metainfo_read_outer (BtMetainfoParser *p)
{
  BtBencodeToken token;

  return bt_metainfo_want (p, BT_BENCODE_DICT, NULL, &token)
         && bt_metainfo_read_dict (p, outer_keys, G_N_ELEMENTS (outer_keys));
}
