/* shoal-task-private.h: how the answer of an asynchronous function is handed on. A GTask that was
 * cancelled answers with an error of GIO; the library's errors are of SHOAL_ERROR, all of them. */
#pragma once

#include <gio/gio.h>

gboolean shoal_task_take_boolean (GAsyncResult *result, GError **error);

/* (transfer full) (nullable) */
void *shoal_task_take_pointer (GAsyncResult *result, GError **error);
