/* trk-json.h: writing JSON (RFC 8259) that may also stand in a page.
 *
 * Members and elements are written one after the other; commas come by themselves. Texts may be any
 * bytes: what is not UTF-8 is replaced, and what means something to HTML is escaped. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

typedef struct
{
  GString *text; /* owned */
  bool comma;    /* before the next member */
} TrkJson;

void trk_json_init (TrkJson *self);
void trk_json_clear (TrkJson *self);

/* The document; the writer is empty then. (transfer full) */
GBytes *trk_json_end (TrkJson *self);

/* @name is NULL for the outermost value and for elements of arrays. */
void trk_json_open_object (TrkJson *self, const char *name);
void trk_json_close_object (TrkJson *self);
void trk_json_open_array (TrkJson *self, const char *name);
void trk_json_close_array (TrkJson *self);

/* NULL is null. */
void trk_json_text (TrkJson *self, const char *name, const char *text);
void trk_json_hash (TrkJson *self, const char *name, const uint8_t *hash, size_t len);
void trk_json_number (TrkJson *self, const char *name, uint64_t number);
void trk_json_signed (TrkJson *self, const char *name, int64_t number);
void trk_json_bool (TrkJson *self, const char *name, bool value);
void trk_json_null (TrkJson *self, const char *name);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TrkJson, trk_json_clear)
