/* gui-tokens.c: see gui-tokens.h. */
#include "gtk-client/model/gui-tokens.h"

#include <glib/gi18n.h>

#ifdef HAVE_LIBSECRET
#include <libsecret/secret.h>
#endif

struct _GuiTokens
{
  GObject parent;
  GHashTable *of_run; /* address -> token: what the keyring did not take */
};

G_DEFINE_FINAL_TYPE (GuiTokens, gui_tokens, G_TYPE_OBJECT)

/* --- the keyring --- */

#ifdef HAVE_LIBSECRET

static const SecretSchema schema = {
  .name = "org.shoal.Shoal.Tracker",
  .attributes = { { "server", SECRET_SCHEMA_ATTRIBUTE_STRING } },
};

static void
on_found (GObject *source, GAsyncResult *result, void *data)
{
  g_autoptr (GTask) task = data;
  char *token = secret_password_lookup_finish (result, NULL); /* no keyring has none either */

  g_task_return_pointer (task, g_strdup (token), g_free);
  secret_password_free (token);
}

static void
find_in_keyring (GTask *task, const char *server)
{
  secret_password_lookup (&schema, g_task_get_cancellable (task), on_found, task, "server", server,
                          NULL);
}

static void
on_stored (GObject *source, GAsyncResult *result, void *data)
{
  g_autoptr (GTask) task = data;

  g_task_return_boolean (task, secret_password_store_finish (result, NULL)); /* it says whether */
}

static void
on_cleared (GObject *source, GAsyncResult *result, void *data)
{
  g_autoptr (GTask) task = data;

  (void) secret_password_clear_finish (result, NULL); /* what is not there needs no clearing */
  g_task_return_boolean (task, TRUE);
}

static void
keep_in_keyring (GTask *task, const char *server, const char *token)
{
  /* Translators: how a token is called in the desktop's keyring; %s is the address of a tracker */
  g_autofree char *label = g_strdup_printf (_ ("Token for the tracker %s"), server);

  if (token != NULL)
    secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, token, NULL, on_stored, task,
                           "server", server, NULL);
  else
    secret_password_clear (&schema, NULL, on_cleared, task, "server", server, NULL);
}

#else

static void
find_in_keyring (GTask *task, const char *server)
{
  g_task_return_pointer (task, NULL, NULL);
  g_object_unref (task);
}

static void
keep_in_keyring (GTask *task, const char *server, const char *token)
{
  g_task_return_boolean (task, token == NULL);
  g_object_unref (task);
}

#endif

/* --- tokens --- */

void
gui_tokens_find_async (GuiTokens *self, const char *server, GCancellable *cancellable,
                       GAsyncReadyCallback callback, void *data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  const char *token = g_hash_table_lookup (self->of_run, server);

  if (token == NULL)
    {
      find_in_keyring (task, server);
      return;
    }
  g_task_return_pointer (task, g_strdup (token), g_free);
  g_object_unref (task);
}

char *
gui_tokens_find_finish (GuiTokens *self, GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL); /* cancelled: nobody wants it */
}

/* What the keyring has is not kept twice. */
static void
on_kept (GObject *source, GAsyncResult *result, void *data)
{
  GuiTokens *self = GUI_TOKENS (source);
  g_autoptr (GTask) task = data;
  gboolean kept = g_task_propagate_boolean (G_TASK (result), NULL);

  if (kept)
    g_hash_table_remove (self->of_run, g_task_get_task_data (task));
  g_task_return_boolean (task, kept);
}

void
gui_tokens_keep_async (GuiTokens *self, const char *server, const char *token,
                       GAsyncReadyCallback callback, void *data)
{
  GTask *task = g_task_new (self, NULL, callback, data);

  g_task_set_task_data (task, g_strdup (server), g_free);
  if (token != NULL)
    g_hash_table_insert (self->of_run, g_strdup (server), g_strdup (token));
  else
    g_hash_table_remove (self->of_run, server);
  keep_in_keyring (g_task_new (self, NULL, on_kept, task), server, token);
}

gboolean
gui_tokens_keep_finish (GuiTokens *self, GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}

/* --- the object --- */

static void
gui_tokens_finalize (GObject *object)
{
  g_hash_table_unref (GUI_TOKENS (object)->of_run);
  G_OBJECT_CLASS (gui_tokens_parent_class)->finalize (object);
}

static void
gui_tokens_class_init (GuiTokensClass *class)
{
  G_OBJECT_CLASS (class)->finalize = gui_tokens_finalize;
}

static void
gui_tokens_init (GuiTokens *self)
{
  self->of_run = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

GuiTokens *
gui_tokens_new (void)
{
  return g_object_new (GUI_TYPE_TOKENS, NULL);
}
