/* fuzz-bt-json-guard.c: what passes the guard is neither deeper nor longer than it says. */
#include <json-glib/json-glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/core/bt-json-guard.h"
#include "tests/fuzz/fuzz-target.h"

static void check (JsonNode *node, unsigned depth);

static void
check_element (JsonArray *array, guint i, JsonNode *element, void *depth)
{
  check (element, *(unsigned *) depth);
}

static void
check_member (JsonObject *object, const char *name, JsonNode *member, void *depth)
{
  check (member, *(unsigned *) depth);
}

static void
check (JsonNode *node, unsigned depth)
{
  if (JSON_NODE_HOLDS_VALUE (node) || JSON_NODE_HOLDS_NULL (node))
    return;
  bt_assert (++depth <= BT_LIMIT_JSON_DEPTH);
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      json_object_foreach_member (json_node_get_object (node), check_member, &depth);
      return;
    }
  bt_assert (json_array_get_length (json_node_get_array (node)) <= BT_LIMIT_JSON_ELEMENTS);
  json_array_foreach_element (json_node_get_array (node), check_element, &depth);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  g_autoptr (JsonParser) parser = NULL;

  if (bt_json_guard ((const char *) data, len) != BT_JSON_FINE)
    return 0;
  parser = json_parser_new_immutable ();
  if (json_parser_load_from_data (parser, (const char *) data, (gssize) len, NULL)
      && json_parser_get_root (parser) != NULL)
    check (json_parser_get_root (parser), 0);
  return 0;
}
