/* shoal-file.c: a file of a list of files, which holds what there is to know of it. */
#include "client-core/shoal-file-list-private.h"

#include <string.h>

#define PRIORITY_MAX 7

struct _ShoalFile
{
  GObject parent;
  ShoalFileList *list; /* a reference */
  guint index;         /* in the layout */
  guint64 done;        /* as it was notified */
};

enum
{
  PROP_PATH = 1,
  PROP_NAME,
  PROP_SIZE,
  PROP_DONE,
  PROP_INDEX,
  PROP_PRIORITY,
  PROP_WANTED,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (ShoalFile, shoal_file, G_TYPE_OBJECT)

/**
 * shoal_file_get_path:
 * @self: a file
 *
 * Returns: (transfer none): where it lies in the torrent's folder, '/' between components, as
 *   shoal_torrent_rename_file_async() may have changed it; of a torrent that is one file, its name
 */
const char *
shoal_file_get_path (ShoalFile *self)
{
  g_return_val_if_fail (SHOAL_IS_FILE (self), NULL);
  return shoal_file_list_path (self->list, self->index);
}

/**
 * shoal_file_get_name:
 * @self: a file
 *
 * Returns: (transfer none): the last component of its path
 */
const char *
shoal_file_get_name (ShoalFile *self)
{
  const char *path;
  const char *slash;

  g_return_val_if_fail (SHOAL_IS_FILE (self), NULL);
  path = shoal_file_list_path (self->list, self->index);
  slash = strrchr (path, '/');
  return slash != NULL ? slash + 1 : path;
}

/**
 * shoal_file_dup_full_path:
 * @self: a file
 *
 * Returns: (type filename) (transfer full): where it lies, or will, from the folder of the torrent
 *   on
 */
char *
shoal_file_dup_full_path (ShoalFile *self)
{
  g_return_val_if_fail (SHOAL_IS_FILE (self), NULL);
  return shoal_file_list_place (self->list, self->index);
}

/**
 * shoal_file_get_size:
 * @self: a file
 *
 * Returns: its bytes
 */
guint64
shoal_file_get_size (ShoalFile *self)
{
  g_return_val_if_fail (SHOAL_IS_FILE (self), 0);
  return shoal_file_list_size (self->list, self->index);
}

/**
 * shoal_file_get_done:
 * @self: a file
 *
 * Returns: its bytes that are here and verified
 */
guint64
shoal_file_get_done (ShoalFile *self)
{
  g_return_val_if_fail (SHOAL_IS_FILE (self), 0);
  return self->done;
}

/**
 * shoal_file_get_index:
 * @self: a file
 *
 * Returns: its place among all files of the torrent, those that only fill gaps counted, as
 *   shoal_session_add() has its priorities
 */
guint
shoal_file_get_index (ShoalFile *self)
{
  g_return_val_if_fail (SHOAL_IS_FILE (self), 0);
  return self->index;
}

/**
 * shoal_file_get_priority:
 * @self: a file
 *
 * Returns: how much it is wanted: from 0, not at all, to 7; 4 is normal
 */
guint
shoal_file_get_priority (ShoalFile *self)
{
  g_return_val_if_fail (SHOAL_IS_FILE (self), 0);
  return shoal_file_list_priority (self->list, self->index);
}

/**
 * shoal_file_set_priority:
 * @self: a file
 * @priority: from 0, not wanted, to 7; 4 is normal
 *
 * Says how much a file is wanted. Those that are set in one turn of the main loop take effect
 * together; what of a file was fetched before stays.
 */
void
shoal_file_set_priority (ShoalFile *self, guint priority)
{
  g_return_if_fail (SHOAL_IS_FILE (self));
  g_return_if_fail (priority <= PRIORITY_MAX);
  shoal_file_list_set_priority (self->list, self->index, priority);
}

/**
 * shoal_file_get_wanted:
 * @self: a file
 *
 * Returns: whether it is wanted at all: its priority is not 0
 */
gboolean
shoal_file_get_wanted (ShoalFile *self)
{
  g_return_val_if_fail (SHOAL_IS_FILE (self), FALSE);
  return shoal_file_get_priority (self) > 0;
}

/**
 * shoal_file_set_wanted:
 * @self: a file
 * @wanted: whether it is wanted
 *
 * Gives a file the priority 0, or the normal one when it had that; see shoal_file_set_priority().
 */
void
shoal_file_set_wanted (ShoalFile *self, gboolean wanted)
{
  g_return_if_fail (SHOAL_IS_FILE (self));
  if (shoal_file_get_wanted (self) != (wanted != FALSE))
    shoal_file_set_priority (self, wanted ? ENG_PRIORITY_NORMAL : 0);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  if (id == PROP_PRIORITY)
    shoal_file_set_priority (SHOAL_FILE (object), g_value_get_uint (value));
  else if (id == PROP_WANTED)
    shoal_file_set_wanted (SHOAL_FILE (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  ShoalFile *self = SHOAL_FILE (object);

  switch (id)
    {
    case PROP_PATH:
      g_value_set_string (value, shoal_file_get_path (self));
      break;
    case PROP_NAME:
      g_value_set_string (value, shoal_file_get_name (self));
      break;
    case PROP_SIZE:
      g_value_set_uint64 (value, shoal_file_get_size (self));
      break;
    case PROP_DONE:
      g_value_set_uint64 (value, shoal_file_get_done (self));
      break;
    case PROP_INDEX:
      g_value_set_uint (value, shoal_file_get_index (self));
      break;
    case PROP_PRIORITY:
      g_value_set_uint (value, shoal_file_get_priority (self));
      break;
    case PROP_WANTED:
      g_value_set_boolean (value, shoal_file_get_wanted (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

#define READS (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)

static void
install_properties (GObjectClass *class)
{
  /**
   * ShoalFile:path: (getter get_path)
   *
   * Where it lies in the torrent's folder, '/' between components; of a torrent that is one
   * file, its name.
   */
  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, READS);

  /**
   * ShoalFile:name: (getter get_name)
   *
   * The last component of its path.
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, READS);

  /**
   * ShoalFile:size: (getter get_size)
   *
   * Its bytes.
   */
  properties[PROP_SIZE] = g_param_spec_uint64 ("size", NULL, NULL, 0, G_MAXUINT64, 0, READS);

  /**
   * ShoalFile:done: (getter get_done)
   *
   * Its bytes that are here and verified.
   */
  properties[PROP_DONE] = g_param_spec_uint64 ("done", NULL, NULL, 0, G_MAXUINT64, 0, READS);

  /**
   * ShoalFile:index: (getter get_index)
   *
   * Its place among all files of the torrent, those that only fill gaps counted, as
   * shoal_session_add() has its priorities.
   */
  properties[PROP_INDEX] = g_param_spec_uint ("index", NULL, NULL, 0, G_MAXUINT, 0, READS);

  /**
   * ShoalFile:priority: (getter get_priority) (setter set_priority)
   *
   * How much it is wanted: from 0, not at all, to 7; 4 is normal.
   */
  properties[PROP_PRIORITY]
      = g_param_spec_uint ("priority", NULL, NULL, 0, PRIORITY_MAX, 4,
                           READS | G_PARAM_WRITABLE | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * ShoalFile:wanted: (getter get_wanted) (setter set_wanted)
   *
   * Whether it is wanted at all: its priority is not 0.
   */
  properties[PROP_WANTED] = g_param_spec_boolean (
      "wanted", NULL, NULL, TRUE, READS | G_PARAM_WRITABLE | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (class, N_PROPERTIES, properties);
}

static void
shoal_file_finalize (GObject *object)
{
  ShoalFile *self = SHOAL_FILE (object);

  shoal_file_list_forget (self->list, self->index);
  g_object_unref (self->list);
  G_OBJECT_CLASS (shoal_file_parent_class)->finalize (object);
}

static void
shoal_file_class_init (ShoalFileClass *class)
{
  G_OBJECT_CLASS (class)->finalize = shoal_file_finalize;
  G_OBJECT_CLASS (class)->get_property = get_property;
  G_OBJECT_CLASS (class)->set_property = set_property;
  install_properties (G_OBJECT_CLASS (class));
}

static void
shoal_file_init (ShoalFile *self)
{
}

/* --- for the list --- */

ShoalFile *
shoal_file_new (ShoalFileList *list, guint index)
{
  ShoalFile *self = g_object_new (SHOAL_TYPE_FILE, NULL);

  self->list = g_object_ref (list);
  self->index = index;
  self->done = shoal_file_list_done (list, index);
  return self;
}

void
shoal_file_look (ShoalFile *self)
{
  guint64 done = shoal_file_list_done (self->list, self->index);

  if (self->done == done)
    return;
  self->done = done;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DONE]);
}

void
shoal_file_tell_priority (ShoalFile *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRIORITY]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WANTED]);
}

void
shoal_file_tell_path (ShoalFile *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PATH]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
}
