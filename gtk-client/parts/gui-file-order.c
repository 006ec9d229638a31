/* gui-file-order.c: see gui-file-order.h. */
#include "gtk-client/parts/gui-file-order.h"

#include <stdlib.h>
#include <string.h>

/* Up to here a language's own order is asked for, which costs microseconds a name. */
#define COLLATED_MAX 4096u

/* --- order --- */

typedef struct
{
  GuiFileOrder item;
  char *key;
} Keyed;

static int
folders_first (const GuiFileOrder *a, const GuiFileOrder *b)
{
  return (a->is_folder ? 0 : 1) - (b->is_folder ? 0 : 1);
}

static int
compare_keyed (const void *a, const void *b)
{
  const Keyed *left = a, *right = b;
  int order = folders_first (&left->item, &right->item);

  if (order == 0)
    order = strcmp (left->key, right->key);
  return order != 0 ? order : strcmp (left->item.name, right->item.name);
}

static void
sort_collated (GuiFileOrder *items, guint n)
{
  g_autofree Keyed *keyed = g_new (Keyed, n);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *valid = g_utf8_make_valid (items[i].name, -1);

      keyed[i] = (Keyed){ items[i], g_utf8_collate_key_for_filename (valid, -1) };
    }
  qsort (keyed, n, sizeof *keyed, compare_keyed);
  for (guint i = 0; i < n; i++)
    {
      items[i] = keyed[i].item;
      g_free (keyed[i].key);
    }
}

/* Digits at both places: the longer number is the greater one, without its zeros. */
static int
compare_numbers (const char **a, const char **b)
{
  gsize n = 0, m = 0;
  int order;

  while (**a == '0')
    (*a)++;
  while (**b == '0')
    (*b)++;
  while (g_ascii_isdigit ((*a)[n]))
    n++;
  while (g_ascii_isdigit ((*b)[m]))
    m++;
  order = n != m ? (n < m ? -1 : 1) : memcmp (*a, *b, n);
  *a += n;
  *b += m;
  return order;
}

static int
compare_names (const char *a, const char *b)
{
  while (*a != '\0' && *b != '\0')
    {
      int order;

      if (g_ascii_isdigit (*a) && g_ascii_isdigit (*b))
        order = compare_numbers (&a, &b);
      else
        order = (guchar) g_ascii_tolower (*a++) - (guchar) g_ascii_tolower (*b++);
      if (order != 0)
        return order;
    }
  return (guchar) *a - (guchar) *b;
}

static int
compare_plain (const void *a, const void *b)
{
  const GuiFileOrder *left = a, *right = b;
  int order = folders_first (left, right);

  if (order == 0)
    order = compare_names (left->name, right->name);
  return order != 0 ? order : strcmp (left->name, right->name);
}

void
gui_file_order_sort (GuiFileOrder *items, guint n)
{
  if (n <= COLLATED_MAX)
    sort_collated (items, n);
  else
    qsort (items, n, sizeof *items, compare_plain);
}

/* --- search --- */

static gboolean
is_ascii (const char *text)
{
  for (; *text != '\0'; text++)
    if ((guchar) *text >= 0x80)
      return FALSE;
  return TRUE;
}

static char *
fold (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *normal = g_utf8_normalize (valid, -1, G_NORMALIZE_ALL);

  return g_utf8_casefold (normal, -1);
}

char *
gui_file_order_fold (const char *query)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (query));

  return fold (trimmed);
}

/* ASCII in ASCII, as most are: without an allocation for each of 150,000 names. */
static gboolean
is_in_ascii (const char *name, const char *folded, gsize len)
{
  for (; *name != '\0'; name++)
    if (g_ascii_tolower (*name) == *folded && g_ascii_strncasecmp (name, folded, len) == 0)
      return TRUE;
  return FALSE;
}

gboolean
gui_file_order_matches (const char *name, const char *folded)
{
  g_autofree char *own = NULL;

  if (*folded == '\0')
    return TRUE;
  if (is_ascii (name))
    return is_ascii (folded) && is_in_ascii (name, folded, strlen (folded));
  own = fold (name);
  return strstr (own, folded) != NULL;
}

/* --- kinds --- */

typedef struct
{
  const char *suffix;
  GuiFileKind kind;
} Suffix;

/* By suffix, sorted: what is asked for 150,000 names cannot ask the desktop's data base. */
static const Suffix suffixes[] = {
  { "7z", GUI_FILE_KIND_PROGRAM },   { "aac", GUI_FILE_KIND_AUDIO },
  { "apk", GUI_FILE_KIND_PROGRAM },  { "appimage", GUI_FILE_KIND_PROGRAM },
  { "ass", GUI_FILE_KIND_TEXT },     { "avi", GUI_FILE_KIND_VIDEO },
  { "avif", GUI_FILE_KIND_PICTURE }, { "azw3", GUI_FILE_KIND_TEXT },
  { "bin", GUI_FILE_KIND_PROGRAM },  { "bmp", GUI_FILE_KIND_PICTURE },
  { "bz2", GUI_FILE_KIND_PROGRAM },  { "cbz", GUI_FILE_KIND_TEXT },
  { "deb", GUI_FILE_KIND_PROGRAM },  { "djvu", GUI_FILE_KIND_TEXT },
  { "dmg", GUI_FILE_KIND_PROGRAM },  { "doc", GUI_FILE_KIND_TEXT },
  { "docx", GUI_FILE_KIND_TEXT },    { "epub", GUI_FILE_KIND_TEXT },
  { "exe", GUI_FILE_KIND_PROGRAM },  { "flac", GUI_FILE_KIND_AUDIO },
  { "flv", GUI_FILE_KIND_VIDEO },    { "gif", GUI_FILE_KIND_PICTURE },
  { "gz", GUI_FILE_KIND_PROGRAM },   { "heic", GUI_FILE_KIND_PICTURE },
  { "htm", GUI_FILE_KIND_TEXT },     { "html", GUI_FILE_KIND_TEXT },
  { "img", GUI_FILE_KIND_PROGRAM },  { "iso", GUI_FILE_KIND_PROGRAM },
  { "jpeg", GUI_FILE_KIND_PICTURE }, { "jpg", GUI_FILE_KIND_PICTURE },
  { "jxl", GUI_FILE_KIND_PICTURE },  { "m2ts", GUI_FILE_KIND_VIDEO },
  { "m4a", GUI_FILE_KIND_AUDIO },    { "m4b", GUI_FILE_KIND_AUDIO },
  { "m4v", GUI_FILE_KIND_VIDEO },    { "md", GUI_FILE_KIND_TEXT },
  { "mkv", GUI_FILE_KIND_VIDEO },    { "mobi", GUI_FILE_KIND_TEXT },
  { "mov", GUI_FILE_KIND_VIDEO },    { "mp3", GUI_FILE_KIND_AUDIO },
  { "mp4", GUI_FILE_KIND_VIDEO },    { "mpeg", GUI_FILE_KIND_VIDEO },
  { "mpg", GUI_FILE_KIND_VIDEO },    { "msi", GUI_FILE_KIND_PROGRAM },
  { "nfo", GUI_FILE_KIND_TEXT },     { "odp", GUI_FILE_KIND_TEXT },
  { "ods", GUI_FILE_KIND_TEXT },     { "odt", GUI_FILE_KIND_TEXT },
  { "oga", GUI_FILE_KIND_AUDIO },    { "ogg", GUI_FILE_KIND_AUDIO },
  { "ogv", GUI_FILE_KIND_VIDEO },    { "opus", GUI_FILE_KIND_AUDIO },
  { "pdf", GUI_FILE_KIND_TEXT },     { "png", GUI_FILE_KIND_PICTURE },
  { "ppt", GUI_FILE_KIND_TEXT },     { "pptx", GUI_FILE_KIND_TEXT },
  { "rar", GUI_FILE_KIND_PROGRAM },  { "rpm", GUI_FILE_KIND_PROGRAM },
  { "rtf", GUI_FILE_KIND_TEXT },     { "srt", GUI_FILE_KIND_TEXT },
  { "svg", GUI_FILE_KIND_PICTURE },  { "tar", GUI_FILE_KIND_PROGRAM },
  { "tif", GUI_FILE_KIND_PICTURE },  { "tiff", GUI_FILE_KIND_PICTURE },
  { "ts", GUI_FILE_KIND_VIDEO },     { "txt", GUI_FILE_KIND_TEXT },
  { "vob", GUI_FILE_KIND_VIDEO },    { "vtt", GUI_FILE_KIND_TEXT },
  { "wav", GUI_FILE_KIND_AUDIO },    { "webm", GUI_FILE_KIND_VIDEO },
  { "webp", GUI_FILE_KIND_PICTURE }, { "wma", GUI_FILE_KIND_AUDIO },
  { "wmv", GUI_FILE_KIND_VIDEO },    { "xls", GUI_FILE_KIND_TEXT },
  { "xlsx", GUI_FILE_KIND_TEXT },    { "xz", GUI_FILE_KIND_PROGRAM },
  { "zip", GUI_FILE_KIND_PROGRAM },  { "zst", GUI_FILE_KIND_PROGRAM },
};

static int
compare_suffix (const void *text, const void *suffix)
{
  return g_ascii_strcasecmp (text, ((const Suffix *) suffix)->suffix);
}

GuiFileKind
gui_file_order_kind (const char *name)
{
  const char *dot = strrchr (name, '.');
  const Suffix *found = NULL;

  if (dot != NULL && dot != name)
    found = bsearch (dot + 1, suffixes, G_N_ELEMENTS (suffixes), sizeof *suffixes, compare_suffix);
  return found != NULL ? found->kind : GUI_FILE_KIND_OTHER;
}
