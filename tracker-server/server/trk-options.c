/* trk-options.c: layers of settings, and the folder. */
#include "tracker-server/server/trk-options.h"

#include <string.h>
#include <sys/stat.h>

#include <glib/gi18n.h>

void
trk_options_clear (TrkOptions *self)
{
  g_clear_pointer (&self->config, g_free);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->set, g_strfreev);
}

char *
trk_path (const char *folder, TrkPath path)
{
  static const char *const names[] = {
    [TRK_PATH_DATABASE] = "tracker.db", [TRK_PATH_SNAPSHOT] = "swarms.snapshot",
    [TRK_PATH_BACKUPS] = "backups",     [TRK_PATH_CONFIG] = "shoal-tracker.conf",
    [TRK_PATH_LOCK] = "server",         [TRK_PATH_CONTROL] = "control",
  };

  return g_build_filename (folder, names[path], NULL);
}

bool
trk_path_make (const char *folder)
{
  return g_mkdir_with_parents (folder, S_IRWXU) == 0;
}

/* The folder before the file was read. (transfer full) (nullable) */
static char *
early_folder (const TrkOptions *self)
{
  const char *state = g_getenv ("STATE_DIRECTORY");

  if (self->folder != NULL)
    return g_canonicalize_filename (self->folder, NULL);
  return state != NULL && state[0] == '/' ? g_strndup (state, strcspn (state, ":")) : NULL;
}

static bool
read_file (const TrkOptions *self, const char *folder, TrkSettings *settings,
           TrkConfigReport *report)
{
  g_autofree char *usual = folder != NULL ? trk_path (folder, TRK_PATH_CONFIG) : NULL;

  if (self->config != NULL)
    return trk_config_read (self->config, settings, report);
  if (usual != NULL && g_file_test (usual, G_FILE_TEST_EXISTS))
    return trk_config_read (usual, settings, report);
  return true;
}

bool
trk_options_load (const TrkOptions *self, TrkSettings *settings, TrkConfigReport *report)
{
  g_autofree char *folder = early_folder (self);
  bool ok;

  trk_settings_init (settings);
  if (folder == NULL && self->config == NULL)
    folder = g_build_filename (g_get_user_state_dir (), "shoal-tracker", NULL);
  ok = read_file (self, folder, settings, report);
  for (char **at = self->set; at != NULL && *at != NULL; at++)
    ok = trk_config_assign (*at, settings, report) && ok;
  if (folder == NULL && settings->folder[0] == '\0')
    folder = g_build_filename (g_get_user_state_dir (), "shoal-tracker", NULL);
  if (folder != NULL && (self->folder != NULL || settings->folder[0] == '\0')
      && trk_settings_set (settings, "tracker.folder", folder) != TRK_SETTING_FINE)
    {
      trk_config_error (report, _ ("%s: this path cannot be a folder's"), folder);
      ok = false;
    }
  return ok;
}

bool
trk_options_sets (const TrkOptions *self, const char *name)
{
  size_t len = strlen (name);

  for (char **at = self->set; at != NULL && *at != NULL; at++)
    if (strncmp (*at, name, len) == 0 && (*at)[len] == '=')
      return true;
  return false;
}
