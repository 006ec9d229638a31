/* cli-json.c: the members that every document is made of. */
#include "cli/cli-json.h"

#include "cli/cli-output.h"
#include "cli/cli-torrent.h"

JsonBuilder *
cli_json_begin (void)
{
  JsonBuilder *b = json_builder_new ();

  json_builder_begin_object (b);
  cli_json_number (b, "schema", 1);
  return b;
}

void
cli_json_end (JsonBuilder *b)
{
  json_builder_end_object (b);
  cli_put_json (json_builder_get_root (b));
  g_object_unref (b);
}

void
cli_json_end_line (JsonBuilder *b)
{
  json_builder_end_object (b);
  cli_put_json_line (json_builder_get_root (b));
  g_object_unref (b);
}

void
cli_json_text (JsonBuilder *b, const char *name, const char *text)
{
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, -1) : NULL;

  json_builder_set_member_name (b, name);
  if (valid != NULL)
    json_builder_add_string_value (b, valid);
  else
    json_builder_add_null_value (b);
}

void
cli_json_number (JsonBuilder *b, const char *name, uint64_t number)
{
  json_builder_set_member_name (b, name);
  json_builder_add_int_value (b, (gint64) number);
}

void
cli_json_bool (JsonBuilder *b, const char *name, bool value)
{
  json_builder_set_member_name (b, name);
  json_builder_add_boolean_value (b, value);
}

void
cli_json_open_array (JsonBuilder *b, const char *name)
{
  json_builder_set_member_name (b, name);
  json_builder_begin_array (b);
}

void
cli_json_hash (JsonBuilder *b, const char *name, const uint8_t *hash, size_t len)
{
  g_autofree char *hex = cli_hex (hash, len);

  cli_json_text (b, name, hex);
}

void
cli_json_texts (JsonBuilder *b, const char *name, const char *const *texts, size_t n)
{
  cli_json_open_array (b, name);
  for (size_t i = 0; i < n; i++)
    json_builder_add_string_value (b, texts[i]);
  json_builder_end_array (b);
}
