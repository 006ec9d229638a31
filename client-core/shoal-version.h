/* shoal-version.h: which libshoal-1 a program was compiled against, and which it runs with. */
#pragma once

#include <glib-object.h>

#include "shoal-export.h"

G_BEGIN_DECLS

/**
 * SHOAL_MAJOR_VERSION:
 *
 * The major version of the headers.
 */
#define SHOAL_MAJOR_VERSION 0

/**
 * SHOAL_MINOR_VERSION:
 *
 * The minor version of the headers.
 */
#define SHOAL_MINOR_VERSION 1

/**
 * SHOAL_MICRO_VERSION:
 *
 * The micro version of the headers.
 */
#define SHOAL_MICRO_VERSION 0

/**
 * SHOAL_CHECK_VERSION:
 * @major: required major version
 * @minor: required minor version
 * @micro: required micro version
 *
 * Whether the headers are of this version or a later one.
 */
#define SHOAL_CHECK_VERSION(major, minor, micro)                                                   \
  (SHOAL_MAJOR_VERSION > (major)                                                                   \
   || (SHOAL_MAJOR_VERSION == (major) && SHOAL_MINOR_VERSION > (minor))                            \
   || (SHOAL_MAJOR_VERSION == (major) && SHOAL_MINOR_VERSION == (minor)                            \
       && SHOAL_MICRO_VERSION >= (micro)))

#define SHOAL_TYPE_VERSION (shoal_version_get_type ())

SHOAL_API
G_DECLARE_FINAL_TYPE (ShoalVersion, shoal_version, SHOAL, VERSION, GObject)

SHOAL_API ShoalVersion *shoal_version_new (void);
SHOAL_API const char *shoal_version_get_string (ShoalVersion *self);
SHOAL_API guint shoal_version_get_major (ShoalVersion *self);
SHOAL_API guint shoal_version_get_minor (ShoalVersion *self);
SHOAL_API guint shoal_version_get_micro (ShoalVersion *self);

G_END_DECLS
