/* btio-resolver.c: a cache and a place to wait in front of GResolver. */
#include "protocol/io/btio-resolver.h"

#include <stdbool.h>
#include <string.h>

#include <gio/gio.h>

/* What a name stands for, or the question for it while it is under way. */
typedef struct
{
  BtioResolver *resolver; /* NULL once that is gone */
  char *name;
  GArray *found; /* of BtEndpoint, port 0; NULL while it is asked */
  uint64_t until_us;
  GCancellable *cancellable; /* while it is asked */
  GQueue lookups;            /* of BtioLookup that wait for it */
} Name;

struct BtioLookup
{
  BtioResolver *resolver;
  Name *name;    /* that it waits for; NULL when the answer is here */
  GArray *found; /* when the answer is here */
  GError *error; /* likewise, or NULL */
  uint16_t port;
  BtioResolved resolved;
  void *owner;
};

struct BtioResolver
{
  BtioReactor *reactor;
  GHashTable *names; /* by name, of Name */
  GQueue answered;   /* of BtioLookup, told at the end of the turn */
  BtioTurn turn;
};

static void
name_free (Name *name)
{
  g_clear_pointer (&name->found, g_array_unref);
  g_clear_object (&name->cancellable);
  g_free (name->name);
  g_free (name);
}

static void
lookup_free (BtioLookup *lookup)
{
  g_clear_pointer (&lookup->found, g_array_unref);
  g_clear_error (&lookup->error);
  g_free (lookup);
}

/* Tells and frees one that is in no list any more. */
static void
tell (BtioLookup *lookup)
{
  BtEndpoint endpoints[BTIO_RESOLVER_ADDRESSES];
  size_t n = MIN (lookup->found->len, BTIO_RESOLVER_ADDRESSES);

  for (size_t i = 0; i < n; i++)
    {
      endpoints[i] = g_array_index (lookup->found, BtEndpoint, i);
      endpoints[i].port = lookup->port;
    }
  lookup->resolved (lookup->owner, endpoints, n, lookup->error);
  lookup_free (lookup);
}

static void
tell_answered (BtioTurn *turn)
{
  BtioResolver *self = (BtioResolver *) (void *) ((char *) turn - offsetof (BtioResolver, turn));
  guint n = self->answered.length;

  for (BtioLookup *lookup; n > 0 && (lookup = g_queue_pop_head (&self->answered)) != NULL; n--)
    tell (lookup);
  if (self->answered.length > 0)
    btio_turn_ask (&self->turn, self->reactor);
}

/* --- the question --- */

static bool
read_address (GInetAddress *address, BtEndpoint *out)
{
  const guint8 *bytes = g_inet_address_to_bytes (address);

  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4)
    *out = bt_endpoint_v4 (bytes, 0);
  else if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6)
    *out = bt_endpoint_v6 (bytes, 0);
  else
    return false;
  return true;
}

static GArray *
read_addresses (const GList *addresses)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (BtEndpoint));
  BtEndpoint endpoint;

  for (const GList *at = addresses; at != NULL && found->len < BTIO_RESOLVER_ADDRESSES;
       at = at->next)
    if (read_address (at->data, &endpoint))
      g_array_append_val (found, endpoint);
  return found;
}

/* A name that nobody waits for any more takes itself out of the table: what asks for it next begins
 * anew. */
static void
forget (Name *name)
{
  if (name->resolver != NULL)
    g_hash_table_steal (name->resolver->names, name->name);
  name->resolver = NULL;
}

/* Those who wait are told at the end of the turn, so that each may cancel any other. */
static void
answer_waiting (Name *name, GArray *found, const GError *error)
{
  for (BtioLookup *lookup; (lookup = g_queue_pop_head (&name->lookups)) != NULL;)
    {
      lookup->name = NULL;
      lookup->found = g_array_ref (found);
      lookup->error = error == NULL ? NULL : g_error_copy (error);
      g_queue_push_tail (&lookup->resolver->answered, lookup);
      btio_turn_ask (&lookup->resolver->turn, lookup->resolver->reactor);
    }
}

static void
on_resolved (GObject *source, GAsyncResult *result, gpointer data)
{
  Name *name = data;
  g_autoptr (GError) error = NULL;
  GList *addresses = g_resolver_lookup_by_name_finish (G_RESOLVER (source), result, &error);
  g_autoptr (GArray) found = read_addresses (addresses);

  g_resolver_free_addresses (addresses);
  g_clear_object (&name->cancellable);
  answer_waiting (name, found, error);
  if (error == NULL && name->resolver != NULL)
    {
      name->until_us = btio_reactor_now_us (name->resolver->reactor) + BTIO_RESOLVER_CACHE_US;
      name->found = g_steal_pointer (&found);
      return;
    }
  forget (name);
  name_free (name);
}

static Name *
ask_name (BtioResolver *self, const char *text)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  Name *name = g_new0 (Name, 1);

  name->resolver = self;
  name->name = g_strdup (text);
  name->cancellable = g_cancellable_new ();
  g_queue_init (&name->lookups);
  g_hash_table_insert (self->names, name->name, name);
  g_resolver_lookup_by_name_async (resolver, text, name->cancellable, on_resolved, name);
  return name;
}

/* --- the cache --- */

static gboolean
is_stale (gpointer key, gpointer value, gpointer data)
{
  const Name *name = value;
  const uint64_t *now_us = data;

  return name->found != NULL && *now_us >= name->until_us;
}

static gboolean
is_answered (gpointer key, gpointer value, gpointer data)
{
  const Name *name = value;

  return name->found != NULL;
}

static void
trim (BtioResolver *self)
{
  uint64_t now_us = btio_reactor_now_us (self->reactor);

  (void) g_hash_table_foreach_remove (self->names, is_stale, &now_us); /* the size says it */
  if (g_hash_table_size (self->names) >= BTIO_RESOLVER_CACHE_MAX)
    (void) g_hash_table_foreach_remove (self->names, is_answered, NULL); /* nor here */
}

static Name *
find_name (BtioResolver *self, const char *text)
{
  Name *name = g_hash_table_lookup (self->names, text);

  if (name != NULL && (name->found == NULL || btio_reactor_now_us (self->reactor) < name->until_us))
    return name;
  if (name != NULL)
    g_hash_table_remove (self->names, text);
  if (g_hash_table_size (self->names) >= BTIO_RESOLVER_CACHE_MAX)
    trim (self);
  return ask_name (self, text);
}

/* --- the resolver --- */

BtioResolver *
btio_resolver_new (BtioReactor *reactor)
{
  BtioResolver *self = g_new0 (BtioResolver, 1);

  self->reactor = reactor;
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) name_free);
  self->turn.run = tell_answered;
  g_queue_init (&self->answered);
  return self;
}

void
btio_resolver_free (BtioResolver *self)
{
  if (self == NULL)
    return;
  btio_turn_stop (&self->turn);
  g_hash_table_unref (self->names);
  g_free (self);
}

static void
await (BtioLookup *lookup, Name *name)
{
  lookup->name = name;
  g_queue_push_tail (&name->lookups, lookup);
}

static void
answer_with (BtioLookup *lookup, GArray *found)
{
  lookup->found = found;
  g_queue_push_tail (&lookup->resolver->answered, lookup);
  btio_turn_ask (&lookup->resolver->turn, lookup->resolver->reactor);
}

BtioLookup *
btio_resolver_ask (BtioResolver *self, const char *text, uint16_t port, BtioResolved resolved,
                   void *owner)
{
  BtioLookup *lookup = g_new0 (BtioLookup, 1);
  BtEndpoint literal;
  Name *name;

  *lookup = (BtioLookup){ .resolver = self, .port = port, .resolved = resolved, .owner = owner };
  if (bt_endpoint_parse_address (text, strlen (text), &literal))
    {
      GArray *found = g_array_new (FALSE, FALSE, sizeof (BtEndpoint));

      g_array_append_val (found, literal);
      answer_with (lookup, found);
      return lookup;
    }
  name = find_name (self, text);
  if (name->found != NULL)
    answer_with (lookup, g_array_ref (name->found));
  else
    await (lookup, name);
  return lookup;
}

void
btio_lookup_cancel (BtioLookup *lookup)
{
  Name *name;

  if (lookup == NULL)
    return;
  name = lookup->name;
  if (name == NULL)
    (void) g_queue_remove (&lookup->resolver->answered, lookup); /* it is there */
  else
    {
      (void) g_queue_remove (&name->lookups, lookup); /* it is there */
      if (name->lookups.length == 0)
        {
          forget (name);
          g_cancellable_cancel (name->cancellable);
        }
    }
  lookup_free (lookup);
}
