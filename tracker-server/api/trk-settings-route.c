/* trk-settings-route.c: settings, reload and backup. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "tracker-server/api/trk-handlers-private.h"
#include "tracker-server/api/trk-objects.h"

#define BACKUPS "backups"

/* --- showing --- */

static void
write_bounds (TrkJson *json, const TrkSetting *row)
{
  if (row->type == TRK_SETTING_NUMBER)
    {
      trk_json_number (json, "min", row->min);
      trk_json_number (json, "max", row->max);
    }
  else
    {
      trk_json_null (json, "min");
      trk_json_null (json, "max");
    }
  trk_json_open_array (json, "choices");
  for (size_t i = 0; row->choices != NULL && row->choices[i] != NULL; i++)
    trk_json_text (json, NULL, row->choices[i]);
  trk_json_close_array (json);
}

static void
show (TrkCall *call)
{
  g_auto (TrkJson) json = { 0 };
  size_t n;
  const TrkSetting *rows = trk_settings_table (&n);

  trk_json_init (&json);
  trk_json_open_object (&json, NULL);
  trk_json_open_array (&json, "settings");
  for (size_t i = 0; i < n; i++)
    {
      g_autofree char *value = trk_settings_get (call->api->parts.settings, rows[i].name);

      trk_json_open_object (&json, NULL);
      trk_json_text (&json, "name", rows[i].name);
      trk_json_text (&json, "value", value);
      trk_json_text (&json, "default", rows[i].usual);
      trk_json_bool (&json, "live", rows[i].live);
      write_bounds (&json, &rows[i]);
      trk_json_text (&json, "help", rows[i].help);
      trk_json_close_object (&json);
    }
  trk_json_close_array (&json);
  trk_json_close_object (&json);
  trk_call_answer (call, SOUP_STATUS_OK, "application/json", trk_json_end (&json));
}

/* --- changing --- */

static void
fail_setting (TrkCall *call, const char *name, TrkSettingProblem problem)
{
  static const char *const reasons[]
      = { [TRK_SETTING_FINE] = "is fine",
          [TRK_SETTING_UNKNOWN] = "is no setting",
          [TRK_SETTING_BAD_FORM] = "has a value of another form",
          [TRK_SETTING_OUTSIDE] = "is outside of its range",
          [TRK_SETTING_DISAGREES] = "does not go with another setting",
          [TRK_SETTING_FIXED] = "does not change while the tracker runs" };
  g_autofree char *message = g_strdup_printf ("“%.64s” %s", name, reasons[problem]);

  trk_call_fail (call,
                 problem == TRK_SETTING_FIXED ? SOUP_STATUS_CONFLICT : SOUP_STATUS_BAD_REQUEST,
                 problem == TRK_SETTING_FIXED ? "fixed" : "setting", message);
}

static void
on_changed (void *data, const TrkChanged *changed)
{
  g_autoptr (TrkCall) call = data;

  if (trk_call_troubled (call, changed->trouble))
    return;
  if (changed->problem == TRK_SETTING_FINE)
    show (call);
  else
    fail_setting (call, changed->name, changed->problem);
}

static void
change (TrkCall *call)
{
  const TrkApiParts *parts = &call->api->parts;
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (TrkSettingRow));
  char address[BT_ENDPOINT_TEXT];
  TrkActor actor = trk_call_actor (call, address);
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  json_object_iter_init_ordered (&iter, trk_call_object (call));
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      const TrkSettingRow row
          = { name, JSON_NODE_HOLDS_NULL (value) ? NULL : json_node_get_string (value) };

      g_array_append_val (rows, row);
    }
  if (rows->len > 0)
    parts->change (parts->data, (const TrkSettingRow *) (void *) rows->data, rows->len, &actor,
                   on_changed, trk_call_ref (call));
  else
    show (call);
}

/* --- jobs --- */

/* Who asked for what. */
static void
note (TrkCall *call, const char *what, TrkDone done)
{
  char address[BT_ENDPOINT_TEXT];
  TrkActor actor = trk_call_actor (call, address);
  const TrkAuditRow row = { .who = actor.who,
                            .what = what,
                            .subject = "",
                            .detail = actor.detail != NULL ? actor.detail : "" };

  trk_store_audit_append (call->api->parts.store, &row, done, trk_call_ref (call));
}

static void
on_reload_noted (void *data, const TrkProblem *problem)
{
  g_autoptr (TrkCall) call = data;

  if (trk_call_troubled (call, problem))
    return;
  call->api->parts.reload (call->api->parts.data);
  trk_call_nothing (call);
}

static void
reload (TrkCall *call)
{
  note (call, "reload", on_reload_noted);
}

static void
on_backed_up (void *data, const TrkProblem *problem)
{
  g_autoptr (TrkCall) call = data;
  g_auto (TrkJson) json = { 0 };

  if (trk_call_troubled (call, problem))
    return;
  trk_json_init (&json);
  trk_json_open_object (&json, NULL);
  trk_json_text (&json, "file", call->state);
  trk_json_close_object (&json);
  trk_call_json (call, &json);
}

static void
back_up (TrkCall *call)
{
  g_autofree char *folder = g_build_filename (call->api->parts.settings->folder, BACKUPS, NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *path = NULL;

  if (mkdir (folder, 0700) != 0 && errno != EEXIST)
    {
      trk_call_fail (call, SOUP_STATUS_SERVICE_UNAVAILABLE, "store_failed",
                     "the folder of backups cannot be made");
      return;
    }
  call->state = g_date_time_format (now, "tracker-%Y%m%dT%H%M%SZ.db");
  call->drop = g_free;
  path = g_build_filename (folder, call->state, NULL);
  trk_store_backup (call->api->parts.store, path, on_backed_up, trk_call_ref (call));
}

/* --- the table --- */

const TrkApiRoute trk_routes_settings[]
    = { { .method = "GET",
          .path = "/api/v1/settings",
          .name = "listSettings",
          .need = TRK_NEEDS_ADMIN,
          .status = 200,
          .type = "application/json",
          .output = &trk_object_settings,
          .handle = show,
          .help = "Every setting, with its range and meaning" },
        { .method = "PATCH",
          .path = "/api/v1/settings",
          .name = "changeSettings",
          .need = TRK_NEEDS_ADMIN,
          .body = TRK_BODY_JSON,
          .input = &trk_object_settings_change,
          .status = 200,
          .type = "application/json",
          .output = &trk_object_settings,
          .others = { 400, 409 },
          .handle = change,
          .help = "Changes live settings, all or none" },
        { .method = "POST",
          .path = "/api/v1/reload",
          .name = "reload",
          .need = TRK_NEEDS_ADMIN,
          .status = 202,
          .handle = reload,
          .help = "Reads the configuration and the certificate again" },
        { .method = "POST",
          .path = "/api/v1/backup",
          .name = "backUp",
          .need = TRK_NEEDS_ADMIN,
          .status = 201,
          .type = "application/json",
          .output = &trk_object_backup,
          .handle = back_up,
          .help = "Copies the database into the folder of backups, while the tracker goes on" },
        { .method = NULL } };
