/* trk-fields.h: what values look like: parameters, bodies and answers as tables.
 *
 * One table of fields both checks what comes from outside and describes it in the API's document,
 * so that neither can say what the other does not do. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>
#include <json-glib/json-glib.h>

typedef enum
{
  TRK_TYPE_TEXT,
  TRK_TYPE_NUMBER,
  TRK_TYPE_BOOL,
  TRK_TYPE_HASH,   /* 40 or 64 hexadecimal digits */
  TRK_TYPE_OBJECT, /* of @object */
  TRK_TYPE_LIST,   /* of objects of @object, or of texts where there is none */
  TRK_TYPE_MAP     /* names and texts */
} TrkType;

typedef enum
{
  TRK_FIELD_REQUIRED = 1 << 0, /* has to be sent; of an answer: every field is there */
  TRK_FIELD_NULLABLE = 1 << 1,
  TRK_FIELD_LINE = 1 << 2 /* text without control characters */
} TrkFieldFlags;

typedef struct TrkObject TrkObject;

typedef struct
{
  const char *name; /* NULL ends a table */
  TrkType type;
  unsigned flags;             /* TrkFieldFlags */
  int64_t min;                /* of numbers */
  int64_t max;                /* of numbers, bytes of texts, elements of lists */
  const char *const *choices; /* of texts; ends with NULL; (nullable) */
  const TrkObject *object;
  const char *help;
} TrkField;

struct TrkObject
{
  const char *name;
  const TrkField *fields;
  const char *help;
};

/* Whether a parameter's text is what the field says. */
bool trk_field_fits_text (const TrkField *field, const char *text);

/* Looks at every member; the first that is missing, unknown or does not fit is written to @bad.
 * (transfer full) */
bool trk_object_fits (const TrkObject *object, JsonNode *node, char **bad);

/* (nullable) */
const TrkField *trk_field_find (const TrkField *fields, const char *name);

/* The position in a field's choices; 0 for what is none. */
unsigned trk_choice (const char *const *choices, const char *text);
