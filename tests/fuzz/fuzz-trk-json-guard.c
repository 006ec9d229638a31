/* fuzz-trk-json-guard.c: what passes the guard a recursive parser survives. */
#include <json-glib/json-glib.h>

#include "protocol/core/bt-assert.h"
#include "tests/fuzz/fuzz-target.h"
#include "tracker-server/api/trk-json-guard.h"

static unsigned
depth_of (JsonNode *node)
{
  unsigned deepest = 0;

  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      bt_assert (json_array_get_length (array) <= TRK_JSON_ELEMENTS_MAX);
      for (guint i = 0; i < json_array_get_length (array); i++)
        {
          unsigned depth = depth_of (json_array_get_element (array, i));

          deepest = MAX (deepest, depth);
        }
      return deepest + 1;
    }
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      JsonNode *member;

      json_object_iter_init (&iter, json_node_get_object (node));
      while (json_object_iter_next (&iter, NULL, &member))
        {
          unsigned depth = depth_of (member);

          deepest = MAX (deepest, depth);
        }
      return deepest + 1;
    }
  return 0;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  g_autoptr (JsonParser) parser = NULL;
  JsonNode *root;

  if (len > BT_LIMIT_JSON_SIZE || trk_json_guard ((const char *) data, len) != TRK_JSON_FINE)
    return 0;
  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, (const char *) data, (gssize) len, NULL))
    return 0;
  root = json_parser_get_root (parser);
  if (root != NULL)
    bt_assert (depth_of (root) <= BT_LIMIT_JSON_DEPTH);
  return 0;
}
