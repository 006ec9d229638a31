/* trk-openapi.c: the description of the API (OpenAPI 3.1), out of the tables that serve it. */
#include <string.h>

#include "tracker-server/api/trk-handlers-private.h"
#include "tracker-server/api/trk-objects.h"

/* --- schemas --- */

static void
write_reference (TrkJson *json, const char *name, const TrkObject *object)
{
  g_autofree char *reference = g_strconcat ("#/components/schemas/", object->name, NULL);

  trk_json_open_object (json, name);
  trk_json_text (json, "$ref", reference);
  trk_json_close_object (json);
}

static void
write_type (TrkJson *json, const TrkField *field, const char *type)
{
  if ((field->flags & TRK_FIELD_NULLABLE) == 0)
    {
      trk_json_text (json, "type", type);
      return;
    }
  trk_json_open_array (json, "type");
  trk_json_text (json, NULL, type);
  trk_json_text (json, NULL, "null");
  trk_json_close_array (json);
}

static void
write_text_schema (TrkJson *json, const TrkField *field)
{
  write_type (json, field, "string");
  if (field->choices != NULL)
    {
      trk_json_open_array (json, "enum");
      for (size_t i = 0; field->choices[i] != NULL; i++)
        trk_json_text (json, NULL, field->choices[i]);
      trk_json_close_array (json);
    }
  else if (field->max < INT32_MAX)
    trk_json_signed (json, "maxLength", field->max);
  if (field->min > 0)
    trk_json_signed (json, "minLength", field->min);
}

static void
write_list_schema (TrkJson *json, const TrkField *field)
{
  write_type (json, field, "array");
  if (field->object != NULL)
    write_reference (json, "items", field->object);
  else
    {
      trk_json_open_object (json, "items");
      trk_json_text (json, "type", "string");
      trk_json_close_object (json);
    }
}

/* The members of a schema, in an object that is open. */
static void
write_schema_members (TrkJson *json, const TrkField *field)
{
  switch (field->type)
    {
    case TRK_TYPE_NUMBER:
      write_type (json, field, "integer");
      trk_json_signed (json, "minimum", field->min);
      if (field->max < INT64_MAX / 2)
        trk_json_signed (json, "maximum", field->max);
      break;
    case TRK_TYPE_BOOL:
      write_type (json, field, "boolean");
      break;
    case TRK_TYPE_HASH:
      write_type (json, field, "string");
      trk_json_text (json, "pattern", "^([0-9a-fA-F]{40}|[0-9a-fA-F]{64})$");
      break;
    case TRK_TYPE_LIST:
      write_list_schema (json, field);
      break;
    case TRK_TYPE_TEXT:
    case TRK_TYPE_OBJECT:
    case TRK_TYPE_MAP:
    default:
      write_text_schema (json, field);
      break;
    }
  trk_json_text (json, "description", field->help);
}

static void
write_field_schema (TrkJson *json, const char *name, const TrkField *field)
{
  if (field->type == TRK_TYPE_OBJECT)
    {
      write_reference (json, name, field->object);
      return;
    }
  trk_json_open_object (json, name);
  write_schema_members (json, field);
  trk_json_close_object (json);
}

static void
write_members (TrkJson *json, const TrkObject *object)
{
  trk_json_text (json, "type", "object");
  trk_json_open_array (json, "required");
  for (const TrkField *field = object->fields; field->name != NULL; field++)
    if ((field->flags & TRK_FIELD_REQUIRED) != 0)
      trk_json_text (json, NULL, field->name);
  trk_json_close_array (json);
  trk_json_bool (json, "additionalProperties", false);
  trk_json_open_object (json, "properties");
  for (const TrkField *field = object->fields; field->name != NULL; field++)
    write_field_schema (json, field->name, field);
  trk_json_close_object (json);
}

static void
write_map (TrkJson *json)
{
  trk_json_text (json, "type", "object");
  trk_json_open_object (json, "additionalProperties");
  trk_json_open_array (json, "type");
  trk_json_text (json, NULL, "string");
  trk_json_text (json, NULL, "null");
  trk_json_close_array (json);
  trk_json_close_object (json);
}

/* A list or a map that has no members of its own is written as what it is. */
static void
write_object (TrkJson *json, const TrkObject *object)
{
  trk_json_open_object (json, object->name);
  if (strcmp (object->fields[0].name, "[]") == 0)
    write_list_schema (json, &object->fields[0]);
  else if (object->fields[0].type == TRK_TYPE_MAP)
    write_map (json);
  else
    write_members (json, object);
  trk_json_text (json, "description", object->help);
  trk_json_close_object (json);
}

/* @object and what it holds, each once. */
static void
write_objects (TrkJson *json, GHashTable *written, const TrkObject *object)
{
  if (object == NULL || !g_hash_table_add (written, g_strdup (object->name)))
    return;
  write_object (json, object);
  for (const TrkField *field = object->fields; field->name != NULL; field++)
    write_objects (json, written, field->object);
}

/* --- operations --- */

static void
write_parameter (TrkJson *json, const char *name, const char *where, bool required,
                 const TrkField *field)
{
  trk_json_open_object (json, NULL);
  trk_json_text (json, "name", name);
  trk_json_text (json, "in", where);
  trk_json_bool (json, "required", required);
  trk_json_text (json, "description", field->help);
  write_field_schema (json, "schema", field);
  trk_json_close_object (json);
}

static void
write_parameters (TrkJson *json, const TrkApiRoute *route)
{
  static const TrkField key
      = { .name = "key", .type = TRK_TYPE_TEXT, .max = TRK_KEY_MAX, .help = "An id or a hash" };
  const char *open = strchr (route->path, '{');

  trk_json_open_array (json, "parameters");
  if (open != NULL)
    {
      g_autofree char *name = g_strndup (open + 1, strcspn (open + 1, "}"));

      write_parameter (json, name, "path", true, &key);
    }
  for (const TrkField *field = route->query; field != NULL && field->name != NULL; field++)
    write_parameter (json, field->name, "query", false, field);
  trk_json_close_array (json);
}

static void
write_form (TrkJson *json)
{
  trk_json_open_object (json, "schema");
  trk_json_text (json, "type", "object");
  trk_json_open_object (json, "properties");
  trk_json_open_object (json, "torrent");
  trk_json_text (json, "type", "string");
  trk_json_text (json, "contentMediaType", "application/x-bittorrent");
  trk_json_close_object (json);
  trk_json_open_object (json, "category");
  trk_json_text (json, "type", "string");
  trk_json_close_object (json);
  trk_json_open_object (json, "tags");
  trk_json_text (json, "type", "string");
  trk_json_close_object (json);
  trk_json_close_object (json);
  trk_json_close_object (json);
}

static void
write_body (TrkJson *json, const TrkApiRoute *route)
{
  if (route->body == 0)
    return;
  trk_json_open_object (json, "requestBody");
  trk_json_bool (json, "required", true);
  trk_json_open_object (json, "content");
  for (unsigned i = 0; i < TRK_BODIES; i++)
    if ((route->body & 1u << i) != 0)
      {
        trk_json_open_object (json, trk_body_types[i]);
        if (1u << i == TRK_BODY_JSON)
          write_reference (json, "schema", route->input);
        else if (1u << i == TRK_BODY_FORM)
          write_form (json);
        trk_json_close_object (json);
      }
  trk_json_close_object (json);
  trk_json_close_object (json);
}

static void
write_response (TrkJson *json, const char *status, const char *help, const char *type,
                const TrkObject *object)
{
  trk_json_open_object (json, status);
  trk_json_text (json, "description", help);
  if (type != NULL)
    {
      trk_json_open_object (json, "content");
      trk_json_open_object (json, type);
      if (object != NULL)
        write_reference (json, "schema", object);
      trk_json_close_object (json);
      trk_json_close_object (json);
    }
  trk_json_close_object (json);
}

static void
write_failure (TrkJson *json, unsigned status)
{
  g_autofree char *text = g_strdup_printf ("%u", status);

  write_response (json, text, soup_status_get_phrase (status), "application/json",
                  &trk_object_error);
}

static void
write_responses (TrkJson *json, const TrkApiRoute *route)
{
  g_autofree char *status = g_strdup_printf ("%u", route->status);

  trk_json_open_object (json, "responses");
  write_response (json, status, route->help, route->type, route->output);
  for (unsigned i = 0; i < TRK_OTHER_STATUSES && route->others[i] != 0; i++)
    if (route->need == TRK_NEEDS_NOTHING || route->others[i] != SOUP_STATUS_FORBIDDEN)
      write_failure (json, route->others[i]);
  if (route->need != TRK_NEEDS_NOTHING)
    {
      write_failure (json, SOUP_STATUS_UNAUTHORIZED);
      if (route->need != TRK_NEEDS_READ_OR_DOOR) /* every token allows to read */
        write_failure (json, SOUP_STATUS_FORBIDDEN);
    }
  write_response (json, "default",
                  "What can go wrong with every request: framing, host, size, "
                  "rate, a wrong token, the database",
                  "application/json", &trk_object_error);
  trk_json_close_object (json);
}

static const char *
scope_of (TrkNeed need)
{
  static const char *const scopes[]
      = { [TRK_NEEDS_NOTHING] = NULL,
          [TRK_NEEDS_READ] = "read",
          [TRK_NEEDS_REGISTER] = "register",
          [TRK_NEEDS_ADMIN] = "admin",
          [TRK_NEEDS_BY_SETTING] = "by web.register",
          [TRK_NEEDS_READ_OR_DOOR] = "read, but for the administration's address" };

  return scopes[need];
}

static void
write_operation (TrkJson *json, const TrkApiRoute *route)
{
  g_autofree char *method = g_ascii_strdown (route->method, -1);

  trk_json_open_object (json, method);
  trk_json_text (json, "operationId", route->name);
  trk_json_text (json, "summary", route->help);
  trk_json_text (json, "x-scope", scope_of (route->need));
  if (route->need != TRK_NEEDS_NOTHING)
    {
      trk_json_open_array (json, "security");
      trk_json_open_object (json, NULL);
      trk_json_open_array (json, "token");
      trk_json_close_array (json);
      trk_json_close_object (json);
      trk_json_close_array (json);
    }
  write_parameters (json, route);
  write_body (json, route);
  write_responses (json, route);
  trk_json_close_object (json);
}

/* --- the document --- */

/* Every method of @path, when its first route is @route. */
static void
write_path (TrkJson *json, GHashTable *written, const char *path)
{
  size_t n;
  const TrkApiTable *tables = trk_route_tables (&n);

  if (!g_hash_table_add (written, g_strdup (path)))
    return;
  trk_json_open_object (json, path);
  for (size_t i = 0; i < n; i++)
    for (const TrkApiRoute *route = tables[i].rows; route->method != NULL; route++)
      if (strcmp (route->path, path) == 0)
        write_operation (json, route);
  trk_json_close_object (json);
}

static void
write_paths (TrkJson *json)
{
  g_autoptr (GHashTable) written = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  size_t n;
  const TrkApiTable *tables = trk_route_tables (&n);

  trk_json_open_object (json, "paths");
  for (size_t i = 0; i < n; i++)
    for (const TrkApiRoute *route = tables[i].rows; route->method != NULL; route++)
      write_path (json, written, route->path);
  trk_json_close_object (json);
}

static void
write_components (TrkJson *json)
{
  g_autoptr (GHashTable) written = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  size_t n;
  const TrkApiTable *tables = trk_route_tables (&n);

  trk_json_open_object (json, "components");
  trk_json_open_object (json, "securitySchemes");
  trk_json_open_object (json, "token");
  trk_json_text (json, "type", "http");
  trk_json_text (json, "scheme", "bearer");
  trk_json_close_object (json);
  trk_json_close_object (json);
  trk_json_open_object (json, "schemas");
  write_objects (json, written, &trk_object_error);
  for (size_t i = 0; i < n; i++)
    for (const TrkApiRoute *route = tables[i].rows; route->method != NULL; route++)
      {
        write_objects (json, written, route->input);
        write_objects (json, written, route->output);
      }
  trk_json_close_object (json);
  trk_json_close_object (json);
}

GBytes *
trk_openapi_write (void)
{
  g_auto (TrkJson) json = { 0 };

  trk_json_init (&json);
  trk_json_open_object (&json, NULL);
  trk_json_text (&json, "openapi", "3.1.0");
  trk_json_open_object (&json, "info");
  trk_json_text (&json, "title", "Shoal tracker");
  trk_json_text (&json, "version", "1");
  trk_json_close_object (&json);
  write_paths (&json);
  write_components (&json);
  trk_json_close_object (&json);
  return trk_json_end (&json);
}
