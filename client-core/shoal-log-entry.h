/* shoal-log-entry.h: one thing that has happened to a torrent. The application's thread only. */
#pragma once

#include <glib-object.h>

#include "shoal-export.h"

G_BEGIN_DECLS

/**
 * ShoalLogSeverity:
 * @SHOAL_LOG_INFO: as it should be
 * @SHOAL_LOG_WARNING: something is wrong, and it goes on
 * @SHOAL_LOG_ERROR: it does not go on before somebody does something
 *
 * How bad an event is.
 */
typedef enum
{
  SHOAL_LOG_INFO,
  SHOAL_LOG_WARNING,
  SHOAL_LOG_ERROR
} ShoalLogSeverity;

SHOAL_API GType shoal_log_severity_get_type (void);

#define SHOAL_TYPE_LOG_SEVERITY (shoal_log_severity_get_type ())
#define SHOAL_TYPE_LOG_ENTRY (shoal_log_entry_get_type ())

SHOAL_API
G_DECLARE_FINAL_TYPE (ShoalLogEntry, shoal_log_entry, SHOAL, LOG_ENTRY, GObject)

SHOAL_API gint64 shoal_log_entry_get_time (ShoalLogEntry *self);
SHOAL_API ShoalLogSeverity shoal_log_entry_get_severity (ShoalLogEntry *self);
SHOAL_API const char *shoal_log_entry_get_text (ShoalLogEntry *self);

G_END_DECLS
