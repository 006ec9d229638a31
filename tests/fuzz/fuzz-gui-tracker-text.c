/* fuzz-gui-tracker-text.c: trackers as a person writes or pastes them. What is read and written
 * again is read as the same. */
#include <stdlib.h>

#include "gtk-client/parts/gui-tracker-text.h"
#include "tests/fuzz/fuzz-target.h"

static void
count (const char *url, guint tier, void *n)
{
  if (*url == '\0')
    abort ();
  ++*(guint *) n;
}

static void
check_list (char **list)
{
  guint line = 0;
  guint n = 0;
  g_autofree char *text = gui_tracker_text_write ((const char *const *) list);
  g_auto (GStrv) again = gui_tracker_text_parse (text, &line, NULL);

  if (again == NULL || !g_strv_equal ((const char *const *) list, (const char *const *) again))
    abort ();
  if (gui_tracker_list_foreach ((const char *const *) list, count, &n) != n || n > GUI_TRACKERS_MAX)
    abort ();
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  guint line = 0;
  g_auto (GStrv) list = gui_tracker_text_parse (text, &line, &error);

  if ((list == NULL) != (error != NULL) || (list == NULL) != (line > 0))
    abort ();
  if (list != NULL)
    check_list (list);
  return 0;
}
