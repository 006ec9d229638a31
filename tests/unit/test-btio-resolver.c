/* test-btio-resolver.c: literal addresses, a name that every machine knows, one that none can have,
 * changes of mind; then names of a resolver of the test's own, while time passes. */
#include <time.h>

#include <gio/gio.h>

#include "protocol/io/btio-resolver.h"

typedef struct
{
  unsigned calls;
  size_t n;
  BtEndpoint first;
  bool failed;
  BtioLookup *cancel; /* when it is called */
} Answer;

typedef struct
{
  GMainContext *context;
  BtioReactor *reactor;
  BtioResolver *resolver;
} World;

static void
on_answer (void *owner, const BtEndpoint *found, size_t n, const GError *error)
{
  Answer *answer = owner;

  answer->calls++;
  answer->n = n;
  answer->failed = error != NULL;
  if (n > 0)
    answer->first = found[0];
  g_clear_pointer (&answer->cancel, btio_lookup_cancel);
}

static World
world_new (void)
{
  World w = { .context = g_main_context_new () };

  g_main_context_push_thread_default (w.context);
  w.reactor = btio_reactor_new (w.context);
  w.resolver = btio_resolver_new (w.reactor);
  return w;
}

static void
world_clear (World *w)
{
  btio_resolver_free (w->resolver);
  btio_reactor_free (w->reactor);
  g_main_context_pop_thread_default (w->context);
  g_main_context_unref (w->context);
}

static void
wait_for (World *w, const Answer *answer)
{
  while (answer->calls == 0)
    g_main_context_iteration (w->context, TRUE);
}

static void
test_literals (void)
{
  static const struct
  {
    const char *name;
    const char *text;
  } cases[] = { { "127.0.0.1", "127.0.0.1:80" }, { "2001:db8::1", "[2001:db8::1]:80" } };
  World w = world_new ();

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Answer answer = { 0 };
      char text[BT_ENDPOINT_TEXT];

      btio_resolver_ask (w.resolver, cases[i].name, 80, on_answer, &answer);
      g_assert_cmpuint (answer.calls, ==, 0);
      wait_for (&w, &answer);
      g_assert_cmpuint (answer.n, ==, 1);
      bt_endpoint_write (&answer.first, text);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
  world_clear (&w);
}

/* Twice at once and once from the cache. */
static void
test_localhost (void)
{
  World w = world_new ();
  Answer answers[3] = { 0 };

  btio_resolver_ask (w.resolver, "localhost", 6969, on_answer, &answers[0]);
  btio_resolver_ask (w.resolver, "localhost", 80, on_answer, &answers[1]);
  wait_for (&w, &answers[0]);
  wait_for (&w, &answers[1]);
  btio_resolver_ask (w.resolver, "localhost", 81, on_answer, &answers[2]);
  wait_for (&w, &answers[2]);
  for (size_t i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_assert_false (answers[i].failed);
      g_assert_cmpuint (answers[i].calls, ==, 1);
      g_assert_cmpint (bt_endpoint_range (&answers[i].first), ==, BT_RANGE_LOOPBACK);
    }
  g_assert_cmpuint (answers[0].first.port, ==, 6969);
  g_assert_cmpuint (answers[2].first.port, ==, 81);
  world_clear (&w);
}

static void
test_no_name (void)
{
  World w = world_new ();
  Answer answer = { 0 };

  btio_resolver_ask (w.resolver, "a..b", 80, on_answer, &answer);
  wait_for (&w, &answer);
  g_assert_true (answer.failed);
  g_assert_cmpuint (answer.n, ==, 0);
  world_clear (&w);
}

static void
test_cancel (void)
{
  World w = world_new ();
  Answer cancelled = { 0 };
  Answer first = { 0 };
  Answer second = { 0 };
  Answer last = { 0 };

  btio_lookup_cancel (btio_resolver_ask (w.resolver, "localhost", 1, on_answer, &cancelled));
  btio_lookup_cancel (btio_resolver_ask (w.resolver, "127.0.0.1", 1, on_answer, &cancelled));
  btio_resolver_ask (w.resolver, "127.0.0.1", 1, on_answer, &first);
  first.cancel = btio_resolver_ask (w.resolver, "127.0.0.1", 1, on_answer, &second);
  wait_for (&w, &first);
  btio_resolver_ask (w.resolver, "localhost", 1, on_answer, &last);
  wait_for (&w, &last);
  g_assert_cmpuint (cancelled.calls, ==, 0);
  g_assert_cmpuint (second.calls, ==, 0);
  btio_lookup_cancel (NULL);
  world_clear (&w);
}

/* --- a resolver that knows every name --- */

static unsigned n_asked;

typedef struct
{
  GResolver parent;
} Oracle;

typedef struct
{
  GResolverClass parent;
} OracleClass;

static GType oracle_get_type (void);
G_DEFINE_TYPE (Oracle, oracle, G_TYPE_RESOLVER)

static void
oracle_ask (GResolver *resolver, const char *name, GCancellable *cancellable,
            GAsyncReadyCallback told, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, told, data);

  n_asked++;
  g_task_return_boolean (task, TRUE);
}

/* More addresses than anybody looks at, of both kinds. */
static GList *
oracle_answer (GResolver *resolver, GAsyncResult *result, GError **error)
{
  GList *found = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  for (unsigned i = BTIO_RESOLVER_ADDRESSES; i > 0; i--)
    {
      g_autofree char *v4 = g_strdup_printf ("192.0.2.%u", i);
      g_autofree char *v6 = g_strdup_printf ("2001:db8::%x", i);

      found = g_list_prepend (found, g_inet_address_new_from_string (v4));
      found = g_list_prepend (found, g_inet_address_new_from_string (v6));
    }
  return found;
}

static void
oracle_class_init (OracleClass *class)
{
  G_RESOLVER_CLASS (class)->lookup_by_name_async = oracle_ask;
  G_RESOLVER_CLASS (class)->lookup_by_name_finish = oracle_answer;
}

static void
oracle_init (Oracle *oracle)
{
}

/* The clock, which the test moves. */
static time_t ahead_s;

int __real_clock_gettime (clockid_t clock, struct timespec *now);
int __wrap_clock_gettime (clockid_t clock, struct timespec *now);

int
__wrap_clock_gettime (clockid_t clock, struct timespec *now)
{
  int result = __real_clock_gettime (clock, now);

  now->tv_sec += ahead_s;
  return result;
}

static World
oracle_world_new (void)
{
  g_autoptr (GResolver) oracle = g_object_new (oracle_get_type (), NULL);

  g_resolver_set_default (oracle);
  n_asked = 0;
  return world_new ();
}

static void
ask (World *w, const char *name)
{
  Answer answer = { 0 };

  btio_resolver_ask (w->resolver, name, 80, on_answer, &answer);
  wait_for (w, &answer);
  g_assert_cmpuint (answer.n, ==, BTIO_RESOLVER_ADDRESSES);
}

static void
test_both_families (void)
{
  World w = oracle_world_new ();
  Answer answer = { 0 };
  char text[BT_ENDPOINT_TEXT];

  btio_resolver_ask (w.resolver, "name", 80, on_answer, &answer);
  wait_for (&w, &answer);
  bt_endpoint_write (&answer.first, text);
  g_assert_cmpstr (text, ==, "[2001:db8::1]:80");
  world_clear (&w);
}

/* An answer is good for a minute. */
static void
test_stale (void)
{
  World w = oracle_world_new ();

  ask (&w, "name");
  ask (&w, "name");
  g_assert_cmpuint (n_asked, ==, 1);
  ahead_s += BTIO_RESOLVER_CACHE_US / G_USEC_PER_SEC + 1;
  ask (&w, "name");
  g_assert_cmpuint (n_asked, ==, 2);
  world_clear (&w);
}

static void
ask_many (World *w, const char *kind)
{
  for (unsigned i = 0; i < BTIO_RESOLVER_CACHE_MAX; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s-%u", kind, i);

      ask (w, name);
    }
}

/* A full cache lets go of what is stale, and of everything when nothing is. */
static void
test_full (void)
{
  World w = oracle_world_new ();

  ask (&w, "first");
  ahead_s += BTIO_RESOLVER_CACHE_US / G_USEC_PER_SEC + 1;
  ask_many (&w, "one"); /* the last of which takes the place of the first name */
  n_asked = 0;
  ask (&w, "one-0");
  g_assert_cmpuint (n_asked, ==, 0);
  ask (&w, "another");
  ask (&w, "one-0");
  g_assert_cmpuint (n_asked, ==, 2);
  world_clear (&w);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resolver/literals", test_literals);
  g_test_add_func ("/resolver/localhost", test_localhost);
  g_test_add_func ("/resolver/no-name", test_no_name);
  g_test_add_func ("/resolver/cancel", test_cancel);
  g_test_add_func ("/resolver/both-families", test_both_families);
  g_test_add_func ("/resolver/stale", test_stale);
  g_test_add_func ("/resolver/full", test_full);
  return g_test_run ();
}
