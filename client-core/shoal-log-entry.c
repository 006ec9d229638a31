/* shoal-log-entry.c: one event of a torrent as an object; it does not change. */
#include "shoal-log-entry.h"

#include "client-core/shoal-torrent-private.h"

struct _ShoalLogEntry
{
  GObject parent;
  gint64 time;
  ShoalLogSeverity severity;
  char *text;
};

enum
{
  PROP_TIME = 1,
  PROP_SEVERITY,
  PROP_TEXT,
  N_PROPERTIES
};

G_DEFINE_FINAL_TYPE (ShoalLogEntry, shoal_log_entry, G_TYPE_OBJECT)

GType
shoal_log_severity_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    { SHOAL_LOG_INFO, "SHOAL_LOG_INFO", "info" },
    { SHOAL_LOG_WARNING, "SHOAL_LOG_WARNING", "warning" },
    { SHOAL_LOG_ERROR, "SHOAL_LOG_ERROR", "error" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("ShoalLogSeverity", values));
  return type;
}

ShoalLogEntry *
shoal_log_entry_new (ShoalLogSeverity severity, gint64 time, const char *text)
{
  ShoalLogEntry *self = g_object_new (SHOAL_TYPE_LOG_ENTRY, NULL);

  self->time = time;
  self->severity = severity;
  self->text = g_strdup (text);
  return self;
}

static void
shoal_log_entry_finalize (GObject *object)
{
  g_free (SHOAL_LOG_ENTRY (object)->text);
  G_OBJECT_CLASS (shoal_log_entry_parent_class)->finalize (object);
}

static void
shoal_log_entry_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  const ShoalLogEntry *self = SHOAL_LOG_ENTRY (object);

  if (id == PROP_TIME)
    g_value_set_int64 (value, self->time);
  else if (id == PROP_SEVERITY)
    g_value_set_enum (value, self->severity);
  else if (id == PROP_TEXT)
    g_value_set_string (value, self->text);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
shoal_log_entry_class_init (ShoalLogEntryClass *class)
{
  GParamSpec *properties[N_PROPERTIES] = { NULL };
  const GParamFlags reads = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  G_OBJECT_CLASS (class)->finalize = shoal_log_entry_finalize;
  G_OBJECT_CLASS (class)->get_property = shoal_log_entry_get_property;

  /**
   * ShoalLogEntry:time: (getter get_time)
   *
   * When it happened, in seconds since 1970.
   */
  properties[PROP_TIME] = g_param_spec_int64 ("time", NULL, NULL, 0, G_MAXINT64, 0, reads);

  /**
   * ShoalLogEntry:severity: (getter get_severity)
   *
   * How bad it is.
   */
  properties[PROP_SEVERITY]
      = g_param_spec_enum ("severity", NULL, NULL, SHOAL_TYPE_LOG_SEVERITY, SHOAL_LOG_INFO, reads);

  /**
   * ShoalLogEntry:text: (getter get_text)
   *
   * What happened, a translated sentence.
   */
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, reads);
  g_object_class_install_properties (G_OBJECT_CLASS (class), N_PROPERTIES, properties);
}

static void
shoal_log_entry_init (ShoalLogEntry *self)
{
}

/**
 * shoal_log_entry_get_time:
 * @self: an event
 *
 * Returns: when it happened, in seconds since 1970
 */
gint64
shoal_log_entry_get_time (ShoalLogEntry *self)
{
  g_return_val_if_fail (SHOAL_IS_LOG_ENTRY (self), 0);
  return self->time;
}

/**
 * shoal_log_entry_get_severity:
 * @self: an event
 *
 * Returns: how bad it is
 */
ShoalLogSeverity
shoal_log_entry_get_severity (ShoalLogEntry *self)
{
  g_return_val_if_fail (SHOAL_IS_LOG_ENTRY (self), SHOAL_LOG_INFO);
  return self->severity;
}

/**
 * shoal_log_entry_get_text:
 * @self: an event
 *
 * Returns: (transfer none): what happened, a translated sentence
 */
const char *
shoal_log_entry_get_text (ShoalLogEntry *self)
{
  g_return_val_if_fail (SHOAL_IS_LOG_ENTRY (self), NULL);
  return self->text;
}
