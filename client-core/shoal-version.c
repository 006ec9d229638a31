/* shoal-version.c: what the library that is running says of itself. */
#include "client-core/shoal-version.h"

/**
 * ShoalVersion:
 *
 * The version of the library that a program runs with.
 *
 * [func@Shoal.CHECK_VERSION] asks the same of the headers that it was compiled against. The object
 * never changes and may be used from any thread.
 */
struct _ShoalVersion
{
  GObject parent_instance;
};

enum
{
  PROP_0,
  PROP_STRING,
  PROP_MAJOR,
  PROP_MINOR,
  PROP_MICRO,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ShoalVersion, shoal_version, G_TYPE_OBJECT)

static void
shoal_version_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ShoalVersion *self = SHOAL_VERSION (object);

  switch (id)
    {
    case PROP_STRING:
      g_value_set_string (value, shoal_version_get_string (self));
      break;
    case PROP_MAJOR:
      g_value_set_uint (value, shoal_version_get_major (self));
      break;
    case PROP_MINOR:
      g_value_set_uint (value, shoal_version_get_minor (self));
      break;
    case PROP_MICRO:
      g_value_set_uint (value, shoal_version_get_micro (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
shoal_version_class_init (ShoalVersionClass *class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  G_OBJECT_CLASS (class)->get_property = shoal_version_get_property;

  /**
   * ShoalVersion:string: (getter get_string)
   *
   * The version as text: major, minor and micro, joined by dots.
   */
  properties[PROP_STRING] = g_param_spec_string ("string", NULL, NULL, NULL, flags);
  /**
   * ShoalVersion:major: (getter get_major)
   *
   * Counts the breaks of the interface.
   */
  properties[PROP_MAJOR] = g_param_spec_uint ("major", NULL, NULL, 0, G_MAXUINT, 0, flags);
  /**
   * ShoalVersion:minor: (getter get_minor)
   *
   * Counts the additions to the interface.
   */
  properties[PROP_MINOR] = g_param_spec_uint ("minor", NULL, NULL, 0, G_MAXUINT, 0, flags);
  /**
   * ShoalVersion:micro: (getter get_micro)
   *
   * Counts the releases that leave the interface as it is.
   */
  properties[PROP_MICRO] = g_param_spec_uint ("micro", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (G_OBJECT_CLASS (class), N_PROPS, properties);
}

static void
shoal_version_init (ShoalVersion *self)
{
}

/**
 * shoal_version_new:
 *
 * Returns: (transfer full): the version of the library that is running
 */
ShoalVersion *
shoal_version_new (void)
{
  return g_object_new (SHOAL_TYPE_VERSION, NULL);
}

/**
 * shoal_version_get_string: (get-property string)
 * @self: a version
 *
 * Returns: (transfer none): the version as text, for example "0.1.0"; static
 */
const char *
shoal_version_get_string (ShoalVersion *self)
{
  g_return_val_if_fail (SHOAL_IS_VERSION (self), NULL);
  return SHOAL_PACKAGE_VERSION;
}

/**
 * shoal_version_get_major: (get-property major)
 * @self: a version
 *
 * Returns: the first number of the version
 */
guint
shoal_version_get_major (ShoalVersion *self)
{
  g_return_val_if_fail (SHOAL_IS_VERSION (self), 0);
  return SHOAL_MAJOR_VERSION;
}

/**
 * shoal_version_get_minor: (get-property minor)
 * @self: a version
 *
 * Returns: the second number of the version
 */
guint
shoal_version_get_minor (ShoalVersion *self)
{
  g_return_val_if_fail (SHOAL_IS_VERSION (self), 0);
  return SHOAL_MINOR_VERSION;
}

/**
 * shoal_version_get_micro: (get-property micro)
 * @self: a version
 *
 * Returns: the third number of the version
 */
guint
shoal_version_get_micro (ShoalVersion *self)
{
  g_return_val_if_fail (SHOAL_IS_VERSION (self), 0);
  return SHOAL_MICRO_VERSION;
}
