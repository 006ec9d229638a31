/* trk-headroom.c: limits of memory, read from where the kernel shows them. */
#include "tracker-server/server/trk-headroom.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <glib.h>

#include "protocol/core/bt-limits.h"

#define SHORT_MIN (32 * BT_MIB)
#define SHORT_MAX (256 * BT_MIB)

/* Far more than a group has figures. */
#define TEXT_MAX 8192u

/* What the files of a version of control groups are called. */
typedef struct
{
  const char *under; /* below the top; NULL: right there */
  const char *limit;
  const char *usage;
  const char *cache; /* the line of memory.stat that says what there is of files */
} Names;

static const Names second
    = { .limit = "memory.max", .usage = "memory.current", .cache = "\nfile " };
static const Names first = { .under = "memory",
                             .limit = "memory.limit_in_bytes",
                             .usage = "memory.usage_in_bytes",
                             .cache = "\ntotal_cache " };

typedef struct
{
  const Names *names;
  char *limit;
  char *usage;
  char *stat;
} Group;

struct TrkGroups
{
  GArray *all; /* of Group: those that this process is in, and those that they are in */
};

/* --- reading --- */

/* The beginning of a file as text; false when it cannot be read. */
static bool
read_text (const char *path, char text[TEXT_MAX])
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  ssize_t n;

  if (fd < 0)
    return false;
  n = read (fd, text, TEXT_MAX - 1);
  close (fd);
  if (n < 0)
    return false;
  text[n] = '\0';
  return true;
}

/* The number that a text begins with; words ("max") have none. */
static bool
parse (const char *text, uint64_t *value)
{
  char *end = NULL;

  *value = g_ascii_strtoull (text, &end, 10);
  return end != text;
}

static bool
read_number (const char *path, uint64_t *value)
{
  char text[TEXT_MAX];

  return read_text (path, text) && parse (text, value);
}

/* --- groups --- */

static void
group_clear (void *data)
{
  Group *group = data;

  g_free (group->limit);
  g_free (group->usage);
  g_free (group->stat);
}

/* One folder, if it limits memory. */
static void
add_folder (TrkGroups *self, const Names *names, const char *folder)
{
  Group group = { .names = names, .limit = g_build_filename (folder, names->limit, NULL) };

  if (access (group.limit, R_OK) != 0)
    {
      g_free (group.limit);
      return;
    }
  group.usage = g_build_filename (folder, names->usage, NULL);
  group.stat = g_build_filename (folder, "memory.stat", NULL);
  g_array_append_val (self->all, group);
}

/* A group and all around it. Inside of a container its own group is often the top. */
static void
add_path (TrkGroups *self, const Names *names, const char *top, const char *path)
{
  g_autofree char *at = g_strdup (path);
  char *slash;

  while ((slash = strrchr (at, '/')) != NULL)
    {
      g_autofree char *folder = g_build_filename (top, names->under != NULL ? names->under : at,
                                                  names->under != NULL ? at : NULL, NULL);

      add_folder (self, names, folder);
      if (at[1] == '\0')
        return;
      slash[slash == at ? 1 : 0] = '\0';
    }
}

/* A line is "number:controllers:path"; the second version has number 0 and no controllers. */
static void
add_line (TrkGroups *self, const char *top, const char *line)
{
  g_auto (GStrv) parts = g_strsplit (line, ":", 3);
  g_auto (GStrv) controllers = NULL;

  if (g_strv_length (parts) != 3 || parts[2][0] != '/')
    return;
  controllers = g_strsplit (parts[1], ",", -1);
  if (parts[1][0] == '\0')
    add_path (self, &second, top, parts[2]);
  else if (g_strv_contains ((const char *const *) controllers, "memory"))
    add_path (self, &first, top, parts[2]);
}

TrkGroups *
trk_groups_new (const char *list, const char *top)
{
  TrkGroups *self = g_new0 (TrkGroups, 1);
  char text[TEXT_MAX];
  g_auto (GStrv) lines = NULL;

  self->all = g_array_new (FALSE, FALSE, sizeof (Group));
  g_array_set_clear_func (self->all, group_clear);
  if (!read_text (list, text))
    return self;
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    add_line (self, top, *line);
  return self;
}

void
trk_groups_free (TrkGroups *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->all);
  g_free (self);
}

/* --- headroom --- */

static TrkHeadroom
headroom (uint64_t limit, uint64_t used)
{
  return (TrkHeadroom){ limit, used < limit ? limit - used : 0 };
}

static TrkHeadroom
of_group (const Group *group)
{
  char text[TEXT_MAX];
  uint64_t limit;
  uint64_t used;
  uint64_t cache = 0;
  const char *line;

  if (!read_number (group->limit, &limit) || !read_number (group->usage, &used))
    return headroom (UINT64_MAX, 0);
  line = read_text (group->stat, text) ? strstr (text, group->names->cache) : NULL;
  if (line != NULL)
    (void) parse (line + strlen (group->names->cache), &cache); /* or nothing is known of it */
  return headroom (limit, used - MIN (used, cache));
}

/* /proc/self/statm begins with the pages that are mapped. */
static TrkHeadroom
of_addresses (void)
{
  struct rlimit limit;
  uint64_t pages;

  if (getrlimit (RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY
      || !read_number ("/proc/self/statm", &pages))
    return headroom (UINT64_MAX, 0);
  return headroom (limit.rlim_cur, pages * (uint64_t) sysconf (_SC_PAGESIZE));
}

TrkHeadroom
trk_headroom_look (const TrkGroups *groups)
{
  TrkHeadroom least = of_addresses ();

  for (guint i = 0; i < groups->all->len; i++)
    {
      TrkHeadroom one = of_group (&g_array_index (groups->all, Group, i));

      if (one.left < least.left)
        least = one;
    }
  return least;
}

bool
trk_headroom_is_short (const TrkHeadroom *self)
{
  return self->left < CLAMP (self->limit / 8, SHORT_MIN, SHORT_MAX);
}
