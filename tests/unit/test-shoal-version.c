/* test-shoal-version.c: the headers, the library and the project agree on the version. */
#include <stdbool.h>

#include <glib.h>

#include "client-core/shoal.h"

static void
test_getters (void)
{
  g_autoptr (ShoalVersion) version = shoal_version_new ();
  g_autofree char *joined
      = g_strdup_printf ("%u.%u.%u", shoal_version_get_major (version),
                         shoal_version_get_minor (version), shoal_version_get_micro (version));

  g_assert_cmpstr (shoal_version_get_string (version), ==, SHOAL_PACKAGE_VERSION);
  g_assert_cmpstr (joined, ==, SHOAL_PACKAGE_VERSION);
}

static void
test_properties (void)
{
  g_autoptr (ShoalVersion) version = shoal_version_new ();
  g_autofree char *string = NULL;
  guint major = G_MAXUINT;
  guint minor = G_MAXUINT;
  guint micro = G_MAXUINT;

  g_object_get (version, "string", &string, "major", &major, "minor", &minor, "micro", &micro,
                NULL);
  g_assert_cmpstr (string, ==, SHOAL_PACKAGE_VERSION);
  g_assert_cmpuint (major, ==, SHOAL_MAJOR_VERSION);
  g_assert_cmpuint (minor, ==, SHOAL_MINOR_VERSION);
  g_assert_cmpuint (micro, ==, SHOAL_MICRO_VERSION);
}

static void
test_check (void)
{
  static const struct
  {
    int major, minor, micro; /* added to the version of the headers */
    bool ok;
  } cases[] = {
    { 0, 0, 0, true },  { 0, 0, -1, true }, { 0, 0, 1, false },   { 0, -1, 9, true },
    { 0, 1, 0, false }, { -1, 9, 9, true }, { 1, -9, -9, false },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      bool ok = SHOAL_CHECK_VERSION (SHOAL_MAJOR_VERSION + cases[i].major,
                                     SHOAL_MINOR_VERSION + cases[i].minor,
                                     SHOAL_MICRO_VERSION + cases[i].micro);

      g_assert_cmpint (ok, ==, cases[i].ok);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/version/getters", test_getters);
  g_test_add_func ("/version/properties", test_properties);
  g_test_add_func ("/version/check", test_check);
  return g_test_run ();
}
