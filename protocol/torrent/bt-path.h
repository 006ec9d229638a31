/* bt-path.h: making the names in a torrent fit for a disk.
 *
 * The names are a stranger's. Each component is cleaned on its own, so that the result stays in the
 * torrent's folder on every file system: separators, "." and ".." go, control characters and broken
 * UTF-8 become one "_" a run, invisible and direction-changing characters go, names that some
 * systems reserve for devices get a "_", over-long ones are cut before their extension. The
 * metadata itself stays as it is. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/* Appends one cleaned component to @path, behind a '/' unless @path is empty. A component of which
 * nothing may stay ("..", "//") adds nothing. True when the result is just what was given. */
bool bt_path_append (GString *path, const void *component, size_t len);

/* Whether a component would be kept as it is: what a creator may put into a torrent. */
bool bt_path_fits (const char *component);

/* Whether a component, whoever made it up, can only be a name in the folder where it stands: not
 * empty, no "." nor "..", without '/' and NUL, not over-long. */
bool bt_path_is_name (const void *component, size_t len);

/* Writes "name (N).ext" for the path "name.ext" into @out. */
void bt_path_suffix (GString *out, const char *path, unsigned n);
