/* cli-hook.c: words, their placeholders, and the process. */
#include "cli/cli-hook.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "cli/cli-output.h"

struct CliHook
{
  GSubprocess *process; /* NULL when it could not be started */
  GCancellable *cancellable;
  char *problem; /* why not */
  CliHookDone done;
  void *owner;
};

bool
cli_hook_check (const CliApp *app, const char *command)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = NULL;

  if (command == NULL || g_shell_parse_argv (command, NULL, &words, &error))
    return true;
  return cli_fail_usage (app, _ ("--on-complete takes a command, not “%s”: %s"), command,
                         error->message),
         false;
}

static char *
expand (const char *word, const CliHookFacts *facts)
{
  GString *out = g_string_new (NULL);

  for (; *word != '\0'; word++)
    {
      const char *value = NULL;

      if (word[0] == '%' && word[1] != '\0')
        value = word[1] == 'f'   ? facts->path
                : word[1] == 'd' ? facts->folder
                : word[1] == 'n' ? facts->name
                : word[1] == 'i' ? facts->info_hash
                : word[1] == '%' ? "%"
                                 : NULL;
      if (value == NULL)
        g_string_append_c (out, *word);
      else
        g_string_append (out, value);
      word += value != NULL;
    }
  return g_string_free (out, FALSE);
}

/* The command ignores no signal that we ignore. */
static void
restore_signals (void *data)
{
  const struct sigaction usual = { .sa_handler = SIG_DFL };

  sigaction (SIGPIPE, &usual, NULL);
}

static GSubprocessLauncher *
make_launcher (const CliHookFacts *facts)
{
  GSubprocessLauncher *launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);

  g_subprocess_launcher_take_stdout_fd (launcher, dup (STDERR_FILENO));
  g_subprocess_launcher_set_child_setup (launcher, restore_signals, NULL, NULL);
  g_subprocess_launcher_setenv (launcher, "SHOAL_PATH", facts->path, TRUE);
  g_subprocess_launcher_setenv (launcher, "SHOAL_DIR", facts->folder, TRUE);
  g_subprocess_launcher_setenv (launcher, "SHOAL_NAME", facts->name, TRUE);
  g_subprocess_launcher_setenv (launcher, "SHOAL_INFO_HASH", facts->info_hash, TRUE);
  return launcher;
}

/* --- the end --- */

static void
on_ended (GObject *source, GAsyncResult *result, void *data)
{
  GCancellable *cancellable = data;
  g_autoptr (GError) error = NULL;
  CliHook *hook = g_object_get_data (G_OBJECT (cancellable), "hook");
  bool ok = g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, &error);

  if (!g_cancellable_is_cancelled (cancellable))
    hook->done (hook->owner, ok ? NULL : error->message);
  g_object_unref (cancellable);
}

static gboolean
on_not_started (void *data)
{
  GCancellable *cancellable = data;
  CliHook *hook = g_object_get_data (G_OBJECT (cancellable), "hook");

  if (!g_cancellable_is_cancelled (cancellable))
    hook->done (hook->owner, hook->problem);
  return G_SOURCE_REMOVE;
}

CliHook *
cli_hook_run (const char *command, const CliHookFacts *facts, CliHookDone done, void *owner)
{
  CliHook *hook = g_new0 (CliHook, 1);
  g_autoptr (GSubprocessLauncher) launcher = make_launcher (facts);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = NULL;

  hook->done = done;
  hook->owner = owner;
  hook->cancellable = g_cancellable_new ();
  g_object_set_data (G_OBJECT (hook->cancellable), "hook", hook);
  if (g_shell_parse_argv (command, NULL, &words, &error))
    {
      for (char **word = words; *word != NULL; word++)
        {
          char *expanded = expand (*word, facts);

          g_free (*word);
          *word = expanded;
        }
      hook->process = g_subprocess_launcher_spawnv (launcher, (const char *const *) words, &error);
    }
  if (hook->process != NULL)
    g_subprocess_wait_check_async (hook->process, hook->cancellable, on_ended,
                                   g_object_ref (hook->cancellable));
  else
    {
      hook->problem = g_strdup (error->message);
      g_idle_add_full (G_PRIORITY_DEFAULT, on_not_started, g_object_ref (hook->cancellable),
                       g_object_unref);
    }
  return hook;
}

void
cli_hook_stop (CliHook *hook)
{
  if (hook->process != NULL)
    g_subprocess_send_signal (hook->process, SIGTERM);
}

void
cli_hook_free (CliHook *hook)
{
  if (hook == NULL)
    return;
  g_cancellable_cancel (hook->cancellable);
  g_object_unref (hook->cancellable);
  g_clear_object (&hook->process);
  g_free (hook->problem);
  g_free (hook);
}
