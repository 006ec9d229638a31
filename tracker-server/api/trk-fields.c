/* trk-fields.c: comparing values with tables of fields. */
#include "tracker-server/api/trk-fields.h"

#include <string.h>

#include "protocol/core/bt-hex.h"

#define HEX_V1 40u
#define HEX_V2 64u

/* Of a map's names and texts. */
#define MAP_TEXT_MAX 65536u

const TrkField *
trk_field_find (const TrkField *fields, const char *name)
{
  for (const TrkField *field = fields; field != NULL && field->name != NULL; field++)
    if (strcmp (field->name, name) == 0)
      return field;
  return NULL;
}

unsigned
trk_choice (const char *const *choices, const char *text)
{
  for (unsigned i = 0; text != NULL && choices[i] != NULL; i++)
    if (strcmp (choices[i], text) == 0)
      return i;
  return 0;
}

static bool
is_line (const char *text)
{
  for (const uint8_t *at = (const uint8_t *) text; *at != '\0'; at++)
    if (*at < 0x20 || *at == 0x7f || (at[0] == 0xc2 && at[1] < 0xa0)) /* U+0080 to U+009F, too */
      return false;
  return true;
}

static bool
is_hash (const char *text)
{
  size_t len = strlen (text);

  if (len != HEX_V1 && len != HEX_V2)
    return false;
  for (size_t i = 0; i < len; i++)
    if (bt_hex_value (text[i]) < 0)
      return false;
  return true;
}

static bool
is_number (const TrkField *field, int64_t number)
{
  return number >= field->min && number <= field->max;
}

static bool
is_text (const TrkField *field, const char *text)
{
  if (!g_utf8_validate (text, -1, NULL) || strlen (text) > (size_t) field->max
      || strlen (text) < (size_t) field->min)
    return false;
  if ((field->flags & TRK_FIELD_LINE) != 0 && !is_line (text))
    return false;
  return field->choices == NULL
         || strcmp (field->choices[trk_choice (field->choices, text)], text) == 0;
}

bool
trk_field_fits_text (const TrkField *field, const char *text)
{
  gint64 number;

  switch (field->type)
    {
    case TRK_TYPE_NUMBER:
      return text[0] != '+'
             && g_ascii_string_to_signed (text, 10, field->min, field->max, &number, NULL);
    case TRK_TYPE_BOOL:
      return strcmp (text, "true") == 0 || strcmp (text, "false") == 0;
    case TRK_TYPE_HASH:
      return is_hash (text);
    case TRK_TYPE_TEXT:
      return is_text (field, text);
    case TRK_TYPE_OBJECT:
    case TRK_TYPE_LIST:
    case TRK_TYPE_MAP:
    default:
      return false;
    }
}

/* --- JSON --- */

static bool
holds (JsonNode *node, GType type)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

static bool
fits_texts (const TrkField *field, JsonNode *node)
{
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  const TrkField element = { .type = TRK_TYPE_TEXT, .flags = field->flags, .max = field->max };

  if (array == NULL || json_array_get_length (array) > (guint) field->max)
    return false;
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *text = json_array_get_element (array, i);

      if (!holds (text, G_TYPE_STRING) || !is_text (&element, json_node_get_string (text)))
        return false;
    }
  return true;
}

static bool
fits_map (JsonNode *node)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return false;
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &name, &value))
    if (!JSON_NODE_HOLDS_NULL (value)
        && (!holds (value, G_TYPE_STRING) || strlen (json_node_get_string (value)) > MAP_TEXT_MAX))
      return false;
  return true;
}

static bool
fits_node (const TrkField *field, JsonNode *node)
{
  if (JSON_NODE_HOLDS_NULL (node))
    return (field->flags & TRK_FIELD_NULLABLE) != 0;
  switch (field->type)
    {
    case TRK_TYPE_NUMBER:
      return holds (node, G_TYPE_INT64) && is_number (field, json_node_get_int (node));
    case TRK_TYPE_BOOL:
      return holds (node, G_TYPE_BOOLEAN);
    case TRK_TYPE_HASH:
      return holds (node, G_TYPE_STRING) && is_hash (json_node_get_string (node));
    case TRK_TYPE_TEXT:
      return holds (node, G_TYPE_STRING) && is_text (field, json_node_get_string (node));
    case TRK_TYPE_LIST:
      return fits_texts (field, node);
    case TRK_TYPE_MAP:
      return fits_map (node);
    case TRK_TYPE_OBJECT:
    default:
      return false;
    }
}

static bool
bad_member (char **bad, const char *name)
{
  *bad = g_strdup (name);
  return false;
}

/* A shape whose only field is a map is the map itself. */
static bool
is_map (const TrkObject *object)
{
  return object->fields[0].type == TRK_TYPE_MAP;
}

bool
trk_object_fits (const TrkObject *object, JsonNode *node, char **bad)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return bad_member (bad, "");
  if (is_map (object))
    return fits_map (node) || bad_member (bad, "");
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &name, &value))
    {
      const TrkField *field = trk_field_find (object->fields, name);

      if (field == NULL || !fits_node (field, value))
        return bad_member (bad, name);
    }
  for (const TrkField *field = object->fields; field->name != NULL; field++)
    if ((field->flags & TRK_FIELD_REQUIRED) != 0
        && !json_object_has_member (json_node_get_object (node), field->name))
      return bad_member (bad, field->name);
  return true;
}
