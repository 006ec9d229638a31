/* trk-multipart.c: cutting a body at its boundary. */
#include "tracker-server/api/trk-multipart.h"

#include <string.h>

#include <glib.h>

/* Dashes and line end around a boundary. */
#define MARK_MAX (TRK_BOUNDARY_MAX + 8)

typedef struct
{
  const uint8_t *at;
  const uint8_t *end;
  char mark[MARK_MAX]; /* CR LF "--" boundary */
  size_t mark_len;
} Cutter;

static bool
is_fit (const char *text, size_t len)
{
  if (len == 0 || len > TRK_BOUNDARY_MAX || text[len - 1] == ' ')
    return false;
  for (size_t i = 0; i < len; i++)
    if (!g_ascii_isalnum (text[i]) && strchr ("'()+_,-./:=? ", text[i]) == NULL)
      return false;
  return true;
}

bool
trk_multipart_boundary (const char *content_type, char out[TRK_BOUNDARY_MAX + 1])
{
  static const char key[] = "boundary=";
  const char *at = strchr (content_type, ';');
  size_t len;

  for (; at != NULL; at = strchr (at, ';'))
    {
      at++;
      at += strspn (at, " \t");
      if (g_ascii_strncasecmp (at, key, strlen (key)) != 0)
        continue;
      at += strlen (key);
      len = *at == '"' ? strcspn (++at, "\"") : strcspn (at, "; \t");
      if (!is_fit (at, len))
        return false;
      memcpy (out, at, len);
      out[len] = '\0';
      return true;
    }
  return false;
}

/* --- a part's head --- */

/* The parameter name="..." of a Content-Disposition; escapes are not undone: no name of ours has
 * any. */
static void
take_disposition (TrkPart *part, const char *line, size_t len)
{
  static const char key[] = " name=\"";
  const char *at = memmem (line, len, key, strlen (key));
  const char *end;

  if (at == NULL)
    return;
  at += strlen (key);
  end = memchr (at, '"', len - (size_t) (at - line));
  if (end == NULL)
    return;
  part->name = at;
  part->name_len = (size_t) (end - at);
}

/* Reads the lines up to the empty one; where the data begins, or NULL. */
static const uint8_t *
read_head (const Cutter *c, const uint8_t *at, TrkPart *part)
{
  static const char disposition[] = "content-disposition:";
  const uint8_t *limit = at + MIN ((size_t) (c->end - at), TRK_PART_HEAD_MAX);

  for (;;)
    {
      const uint8_t *eol = memmem (at, (size_t) (limit - at), "\r\n", 2);
      size_t len;

      if (eol == NULL)
        return NULL;
      len = (size_t) (eol - at);
      if (len == 0)
        return eol + 2;
      if (len > strlen (disposition)
          && g_ascii_strncasecmp ((const char *) at, disposition, strlen (disposition)) == 0)
        take_disposition (part, (const char *) at, len);
      at = eol + 2;
    }
}

/* --- the whole --- */

/* Behind a boundary: 1 a part follows, 0 the end, -1 neither. */
static int
after_mark (Cutter *c)
{
  if (c->end - c->at < 2)
    return -1;
  if (memcmp (c->at, "--", 2) == 0)
    return 0;
  if (memcmp (c->at, "\r\n", 2) != 0)
    return -1;
  c->at += 2;
  return 1;
}

static bool
read_part (Cutter *c, TrkPart *part)
{
  const uint8_t *data;
  const uint8_t *mark;

  *part = (TrkPart){ 0 };
  data = read_head (c, c->at, part);
  if (data == NULL)
    return false;
  /* An empty part's boundary begins with the line end of its head. */
  mark = memmem (data - 2, (size_t) (c->end - data) + 2, c->mark, c->mark_len);
  if (mark == NULL)
    return false;
  part->data = data;
  part->len = mark > data ? (size_t) (mark - data) : 0;
  c->at = mark + c->mark_len;
  return true;
}

size_t
trk_multipart_parse (const uint8_t *body, size_t len, const char *boundary,
                     TrkPart parts[TRK_PARTS_MAX])
{
  Cutter c = { .at = body, .end = body };
  size_t n = 0;
  int more;

  if (len == 0)
    return 0; /* nothing may be NULL */
  c.end += len;
  g_snprintf (c.mark, sizeof c.mark, "\r\n--%s", boundary);
  c.mark_len = strlen (c.mark);
  if (len < c.mark_len - 2 || memcmp (body, c.mark + 2, c.mark_len - 2) != 0)
    return 0;
  c.at += c.mark_len - 2;
  while ((more = after_mark (&c)) == 1)
    {
      if (n == TRK_PARTS_MAX || !read_part (&c, &parts[n]))
        return 0;
      n++;
    }
  return more == 0 ? n : 0;
}
