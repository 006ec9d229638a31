/* shoal-tracker-json.c: members of objects, each looked at before it is believed. */
#include "client-core/shoal-tracker-json-private.h"

#include <string.h>

#include "protocol/core/bt-digest.h"
#include "protocol/core/bt-hex.h"
#include "protocol/core/bt-json-guard.h"

JsonObject *
shoal_tracker_json_parse (GBytes *body)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  gsize len;
  const char *text = g_bytes_get_data (body, &len);
  JsonNode *root;

  if (len == 0 || bt_json_guard (text, len) != BT_JSON_FINE
      || !json_parser_load_from_data (parser, text, (gssize) len, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  return root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_dup_object (root) : NULL;
}

static JsonNode *
value_of (JsonObject *object, const char *name, GType type)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type
             ? node
             : NULL;
}

const char *
shoal_tracker_json_text (JsonObject *object, const char *name)
{
  JsonNode *node = value_of (object, name, G_TYPE_STRING);

  return node != NULL ? json_node_get_string (node) : NULL;
}

guint64
shoal_tracker_json_number (JsonObject *object, const char *name)
{
  JsonNode *node = value_of (object, name, G_TYPE_INT64);

  return node != NULL ? (guint64) MAX (json_node_get_int (node), 0) : 0;
}

gboolean
shoal_tracker_json_flag (JsonObject *object, const char *name)
{
  JsonNode *node = value_of (object, name, G_TYPE_BOOLEAN);

  return node != NULL && json_node_get_boolean (node);
}

JsonObject *
shoal_tracker_json_object (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

JsonArray *
shoal_tracker_json_array (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

const char *
shoal_tracker_json_hash (JsonObject *object, const char *name)
{
  const char *text = shoal_tracker_json_text (object, name);
  size_t len = text != NULL ? strlen (text) : 0;
  uint8_t hash[BT_SHA256_LEN];

  return (len == (size_t) 2 * BT_SHA1_LEN || len == (size_t) 2 * BT_SHA256_LEN)
                 && bt_hex_parse (text, len, hash, len / 2)
             ? text
             : NULL;
}

GBytes *
shoal_tracker_json_write (const char *name, const char *value, const char *more,
                          const char *more_value)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonObject) object = json_object_new ();
  char *text;

  json_object_set_string_member (object, name, value);
  if (more != NULL)
    json_object_set_string_member (object, more, more_value);
  json_node_set_object (root, object);
  text = json_to_string (root, FALSE);
  return g_bytes_new_take (text, strlen (text));
}
