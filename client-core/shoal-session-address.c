/* shoal-session-address.c: where a session listens: told at its start, changed while it runs, and
 * kept in its profile.
 *
 * The settings of a profile are numbers: "listen" has the kind of address and the port, the other
 * two the bytes of the address or of the interface's name, which has 15 at most. */
#include <errno.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "client-core/shoal-post-private.h"
#include "client-core/shoal-session-private.h"
#include "client-core/shoal-task-private.h"
#include "shoal-error.h"

#define SETTING "listen"
#define SETTING_HIGH "listen-high"
#define SETTING_LOW "listen-low"
#define NAME_MAX_LEN 15

/* As a profile keeps them. */
typedef enum
{
  KIND_NONE,
  KIND_ANY,
  KIND_V4,
  KIND_V6,
  KIND_INTERFACE
} Kind;

/* --- in the profile --- */

static Kind
kind_of (const BtioBind *bind)
{
  if (bind->interface != NULL)
    return KIND_INTERFACE;
  if (bind->address.family == BT_FAMILY_NONE)
    return KIND_ANY;
  return bind->address.family == BT_FAMILY_V6 ? KIND_V6 : KIND_V4;
}

static void
keep (ShoalSession *self, const BtioBind *bind)
{
  guint8 bytes[16] = { 0 };
  gint64 high, low;

  if (bind->interface != NULL)
    memcpy (bytes, bind->interface, MIN (strlen (bind->interface), NAME_MAX_LEN));
  else
    memcpy (bytes, bind->address.addr, sizeof bytes);
  memcpy (&high, bytes, sizeof high);
  memcpy (&low, bytes + 8, sizeof low);
  shoal_session_keep_setting (self, SETTING_HIGH, GINT64_FROM_BE (high));
  shoal_session_keep_setting (self, SETTING_LOW, GINT64_FROM_BE (low));
  shoal_session_keep_setting (self, SETTING, (gint64) kind_of (bind) << 16 | bind->address.port);
}

static char *
address_text (Kind kind, const guint8 bytes[16], guint16 port)
{
  BtEndpoint at = { .port = port, .family = kind == KIND_V6 ? BT_FAMILY_V6 : BT_FAMILY_V4 };
  char text[BT_ENDPOINT_TEXT];

  if (kind == KIND_ANY)
    return g_strdup_printf (":%u", port);
  if (kind == KIND_INTERFACE)
    return g_strdup_printf ("%.*s:%u", NAME_MAX_LEN, (const char *) bytes, port);
  memcpy (at.addr, bytes, kind == KIND_V6 ? 16 : 4);
  (void) bt_endpoint_write (&at, text); /* its length is not asked for */
  return g_strdup (text);
}

char *
shoal_session_read_address (EngProfile *profile)
{
  gint64 kept = eng_profile_setting (profile, SETTING, 0);
  gint64 high = GINT64_TO_BE (eng_profile_setting (profile, SETTING_HIGH, 0));
  gint64 low = GINT64_TO_BE (eng_profile_setting (profile, SETTING_LOW, 0));
  guint8 bytes[16];

  if (kept >> 16 < KIND_ANY || kept >> 16 > KIND_INTERFACE)
    return NULL;
  memcpy (bytes, &high, sizeof high);
  memcpy (bytes + 8, &low, sizeof low);
  return address_text ((Kind) (kept >> 16), bytes, (guint16) kept);
}

gboolean
shoal_session_start_kept (ShoalSession *self, const char *address, gboolean many_per_address,
                          GError **error)
{
  g_autofree char *any = NULL;

  if (shoal_session_start (self, address, many_per_address, NULL))
    return TRUE;
  any = g_strdup_printf ("%.*s:0", (int) (strrchr (address, ':') - address), address);
  if (!shoal_session_start (self, any, many_per_address, error))
    return FALSE;
  g_free (self->address);
  self->address = g_strdup (address);
  return TRUE;
}

/* --- elsewhere --- */

typedef struct
{
  char *address; /* as it was asked for */
  char *interface;
  BtioBind bind; /* borrows it */
} Move;

static void
move_free (void *data)
{
  Move *move = data;

  g_free (move->address);
  g_free (move->interface);
  g_free (move);
}

/* The engine's answer. */
typedef struct
{
  int sys_errno;
  guint16 port;
} Listens;

static void
take_move (ShoalSession *self, Move *move, guint16 port)
{
  gboolean changed = self->port != port;

  g_free (self->address);
  self->address = g_steal_pointer (&move->address);
  self->port = port;
  keep (self, &move->bind);
  if (changed)
    shoal_session_notify (self, SHOAL_SESSION_PROP_PORT);
}

static void
take_listens (void *owner, void *letter)
{
  ShoalSession *self = owner;
  const Listens *listens = letter;
  g_autoptr (GTask) task = g_queue_pop_head (&self->moves);
  Move *move = g_task_get_task_data (task);

  if (listens->sys_errno == 0)
    {
      take_move (self, move, listens->port);
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_task_return_new_error (
      task, SHOAL_ERROR, listens->sys_errno == EADDRINUSE ? SHOAL_ERROR_IN_USE : SHOAL_ERROR_FAILED,
      /* Translators: the reason follows, in the system's words */
      _ ("Port %u cannot be used: %s"), move->bind.address.port, g_strerror (listens->sys_errno));
}

void
shoal_session_on_listens (void *post, int sys_errno, uint16_t port)
{
  const Listens listens = { sys_errno, port };

  shoal_post_send (post, take_listens, g_memdup2 (&listens, sizeof listens), g_free);
}

/**
 * shoal_session_set_address_async:
 * @self: a session
 * @address: (nullable): where to listen, as shoal_session_new() takes it
 * @cancellable: (nullable): only the wait is cancelled
 * @callback: (scope async): called when it is done
 * @user_data: for @callback
 *
 * Listens elsewhere, and sends from there, without a restart. What stands goes on: the old port is
 * given up only once the new one is had, and connections stay as they are. Announces and
 * connections that begin from now on name the new port. A profile keeps the address for the next
 * session that is opened without one.
 */
void
shoal_session_set_address_async (ShoalSession *self, const char *address, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Move *move;

  g_return_if_fail (SHOAL_IS_SESSION (self));
  task = g_task_new (self, cancellable, callback, user_data);
  move = g_new0 (Move, 1);
  move->address = g_strdup (address != NULL ? address : ":0");
  g_task_set_task_data (task, move, move_free);
  if (!shoal_parse_bind (move->address, &move->bind, &move->interface))
    {
      g_task_return_error (task, shoal_bind_error (move->address));
      return;
    }
  eng_engine_move_door (self->engine, &move->bind);
  g_queue_push_tail (&self->moves, g_steal_pointer (&task));
}

/**
 * shoal_session_set_address_finish:
 * @self: a session
 * @result: what the callback was given
 * @error: return location for an error of %SHOAL_ERROR, which names the port:
 *   %SHOAL_ERROR_IN_USE when another program has it
 *
 * Returns: %FALSE when it cannot listen there: all is as it was
 */
gboolean
shoal_session_set_address_finish (ShoalSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return shoal_task_take_boolean (result, error);
}

/**
 * shoal_session_get_address:
 * @self: a session
 *
 * Tells where it was asked to listen; #ShoalSession:port is what came of it.
 *
 * Returns: (transfer none): an address as shoal_session_new() takes it, such as ":6881"
 */
const char *
shoal_session_get_address (ShoalSession *self)
{
  g_return_val_if_fail (SHOAL_IS_SESSION (self), NULL);
  return self->address;
}
