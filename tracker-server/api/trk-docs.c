/* trk-docs.c: the description of the API, for programs and as a page for people.
 *
 * The page is written here, out of the same tables, so that it needs no script; its style is named
 * in its policy by hash. */
#include <string.h>

#include "tracker-server/api/trk-files.h"
#include "tracker-server/api/trk-handlers-private.h"
#include "tracker-server/api/trk-objects.h"

static const char style[]
    = ":root{color-scheme:light dark}"
      "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
      "h2{border-top:1px solid #8884;padding-top:1rem;font-size:1rem}"
      "code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}"
      "table{border-collapse:collapse;width:100%}"
      "td{padding:.15rem 1rem .15rem 0;vertical-align:top;text-align:start}";

static void
openapi (TrkCall *call)
{
  TrkApi *api = call->api;

  if (api->openapi == NULL)
    api->openapi = trk_openapi_write ();
  trk_call_share (call, api->openapi);
}

/* --- the page --- */

static void
add_row (GString *out, const char *name, const char *help)
{
  g_string_append (out, "<tr><td><code>");
  trk_files_xml (out, name);
  g_string_append (out, "</code></td><td>");
  trk_files_xml (out, help);
  g_string_append (out, "</td></tr>");
}

static void
add_fields (GString *out, const char *title, const TrkField *fields)
{
  if (fields == NULL || fields[0].name == NULL)
    return;
  g_string_append_printf (out, "<h3>%s</h3><table>", title);
  for (const TrkField *field = fields; field->name != NULL; field++)
    add_row (out, field->name, field->help);
  g_string_append (out, "</table>");
}

static void
add_answer (GString *out, const TrkApiRoute *route)
{
  g_string_append_printf (out, "<p>%u", route->status);
  if (route->type != NULL)
    g_string_append_printf (out, " <code>%s</code>", route->type);
  for (unsigned i = 0; i < TRK_OTHER_STATUSES && route->others[i] != 0; i++)
    g_string_append_printf (out, ", %u", route->others[i]);
  g_string_append (out, "</p>");
}

static void
add_route (GString *out, const TrkApiRoute *route)
{
  static const char *const needs[]
      = { [TRK_NEEDS_NOTHING] = "no token",
          [TRK_NEEDS_READ] = "scope read",
          [TRK_NEEDS_REGISTER] = "scope register",
          [TRK_NEEDS_ADMIN] = "scope admin",
          [TRK_NEEDS_BY_SETTING] = "as web.register says",
          [TRK_NEEDS_READ_OR_DOOR] = "scope read; no token at the administration's address" };

  g_string_append_printf (out, "<h2 id=\"%s\"><code>%s %s</code></h2><p>", route->name,
                          route->method, route->path);
  trk_files_xml (out, route->help);
  g_string_append_printf (out, " (%s)</p>", needs[route->need]);
  add_fields (out, "Parameters", route->query);
  if (route->input != NULL)
    add_fields (out, "Body", route->input->fields);
  add_answer (out, route);
  if (route->output != NULL)
    add_fields (out, "Answer", route->output->fields);
}

static void
set_policy (TrkCall *call)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  uint8_t digest[BT_SHA256_LEN];
  gsize len = sizeof digest;
  g_autofree char *base64 = NULL;
  g_autofree char *policy = NULL;

  g_checksum_update (sum, (const guchar *) style, (gssize) strlen (style));
  g_checksum_get_digest (sum, digest, &len);
  base64 = g_base64_encode (digest, len);
  policy = g_strdup_printf ("default-src 'none'; style-src 'sha256-%s'; frame-ancestors 'none'; "
                            "base-uri 'none'; form-action 'none'",
                            base64);
  trk_call_header (call, "Content-Security-Policy", policy);
}

/* (transfer full) */
static GBytes *
write_docs (void)
{
  GString *out = g_string_new ("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                               "<meta name=\"viewport\" content=\"width=device-width\">"
                               "<title>API of the Shoal tracker</title><style>");
  size_t n;
  const TrkApiTable *tables = trk_route_tables (&n);

  g_string_append_printf (out,
                          "%s</style></head><body><h1>API of the Shoal tracker</h1>"
                          "<p>The same for programs: <a href=\"/api/v1/openapi.json\">"
                          "openapi.json</a></p>",
                          style);
  for (size_t i = 0; i < n; i++)
    for (const TrkApiRoute *route = tables[i].rows; route->method != NULL; route++)
      add_route (out, route);
  g_string_append (out, "</body></html>\n");
  return g_string_free_to_bytes (out);
}

static void
docs (TrkCall *call)
{
  TrkApi *api = call->api;

  if (api->docs == NULL)
    api->docs = write_docs ();
  set_policy (call);
  trk_call_share (call, api->docs);
}

const TrkApiRoute trk_routes_docs[] = { { .method = "GET",
                                          .path = "/api/v1/openapi.json",
                                          .name = "getOpenApi",
                                          .status = 200,
                                          .type = "application/json",
                                          .handle = openapi,
                                          .help = "This description" },
                                        { .method = "GET",
                                          .path = "/docs",
                                          .name = "getDocs",
                                          .status = 200,
                                          .type = "text/html; charset=utf-8",
                                          .handle = docs,
                                          .help = "This description for people" },
                                        { .method = NULL } };
