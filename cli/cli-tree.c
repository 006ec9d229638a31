/* cli-tree.c: drawing folders as they come in the order of paths. */
#include "cli/cli-tree.h"

#include <stdlib.h>
#include <string.h>

#include <glib/gi18n.h>

#include "cli/cli-output.h"
#include "protocol/torrent/bt-builder.h"

typedef struct
{
  const CliApp *app;
  const BtLayout *layout;
  unsigned *numbers;    /* of each file of the layout: from 1, without pads */
  const BtFile **files; /* real ones, by path */
  size_t n_files;
  GString *line;
  size_t lines;
  size_t max_lines;
} Tree;

static int
compare_files (const void *a, const void *b)
{
  return bt_builder_compare_paths ((*(const BtFile *const *) a)->path,
                                   (*(const BtFile *const *) b)->path);
}

static void
collect (Tree *tree)
{
  const BtLayout *layout = tree->layout;
  bool sorted = true;

  tree->numbers = g_new0 (unsigned, layout->n_files);
  tree->files = g_new (const BtFile *, layout->n_files);
  for (size_t i = 0; i < layout->n_files; i++)
    {
      const BtFile *file = &layout->files[i];

      if ((file->attr & BT_FILE_PAD) != 0)
        continue;
      if (tree->n_files > 0)
        sorted = sorted && compare_files (&tree->files[tree->n_files - 1], &file) < 0;
      tree->files[tree->n_files++] = file;
      tree->numbers[i] = (unsigned) tree->n_files;
    }
  if (!sorted)
    qsort (tree->files, tree->n_files, sizeof *tree->files, compare_files);
}

/* Whether a later entry stands beside the component that ends at @end, so that its branch goes on.
 */
static bool
has_sibling (const Tree *tree, size_t index, size_t folder_len, size_t end)
{
  const char *path = tree->files[index]->path;
  size_t low = index + 1;
  size_t high = tree->n_files;

  /* The first file that is not below this component. */
  while (low < high)
    {
      size_t middle = low + (high - low) / 2;
      const char *other = tree->files[middle]->path;

      if (strncmp (other, path, end) == 0 && other[end] == '/')
        low = middle + 1;
      else
        high = middle;
    }
  return low < tree->n_files && strncmp (tree->files[low]->path, path, folder_len) == 0;
}

static const char *
branch (const Tree *tree, bool more, bool own)
{
  if (tree->app->utf8)
    return own ? (more ? "├─ " : "└─ ") : (more ? "│  " : "   ");
  return own ? (more ? "|- " : "`- ") : (more ? "|  " : "   ");
}

/* The branches in front of the component [@start, @end) of a file's path. */
static void
append_branches (Tree *tree, size_t index, size_t start)
{
  const char *path = tree->files[index]->path;
  size_t folder = 0;

  for (size_t i = 0; i < start; i++)
    if (path[i] == '/')
      {
        g_string_append (tree->line, branch (tree, has_sibling (tree, index, folder, i), false));
        folder = i + 1;
      }
}

static void
append_clean (GString *line, const char *text, size_t len)
{
  g_autofree char *part = g_strndup (text, len);
  g_autofree char *clean = cli_clean (part);

  g_string_append (line, clean);
}

static void
put_line (Tree *tree, size_t index, size_t start, size_t end)
{
  const BtFile *file = tree->files[index];
  bool leaf = file->path[end] == '\0';

  g_string_assign (tree->line, "  ");
  append_branches (tree, index, start);
  g_string_append (tree->line, branch (tree, has_sibling (tree, index, start, end), true));
  append_clean (tree->line, file->path + start, end - start);
  if (leaf)
    {
      g_autofree char *size = cli_size_text (file->length);

      g_string_append_printf (tree->line, "  (%s)", size);
      if (file->target != NULL)
        {
          g_string_append (tree->line, " -> ");
          append_clean (tree->line, file->target, strlen (file->target));
        }
      if (tree->app->globals.verbose)
        g_string_append_printf (tree->line, "  #%u", tree->numbers[file - tree->layout->files]);
      if ((file->attr & BT_FILE_CLEANED) != 0)
        g_string_append (tree->line, _ ("  [renamed]"));
    }
  else
    g_string_append_c (tree->line, '/');
  g_string_append_c (tree->line, '\n');
  cli_put (tree->line->str);
  tree->lines++;
}

/* Prints the folders that are new since the file before, then the file. */
static void
put_file (Tree *tree, size_t index)
{
  const char *path = tree->files[index]->path;
  const char *before = index > 0 ? tree->files[index - 1]->path : "";
  size_t start = 0;

  for (size_t i = 0; path[i] != '\0' && path[i] == before[i]; i++)
    if (path[i] == '/')
      start = i + 1;
  for (;;)
    {
      const char *slash = strchr (path + start, '/');
      size_t end = slash != NULL ? (size_t) (slash - path) : strlen (path);

      put_line (tree, index, start, end);
      if (slash == NULL)
        return;
      start = end + 1;
    }
}

void
cli_tree_put (const CliApp *app, const BtMetainfo *metainfo, size_t max_lines)
{
  Tree tree = { .app = app,
                .layout = bt_metainfo_layout (metainfo),
                .max_lines = max_lines,
                .line = g_string_new (NULL) };
  size_t i;

  collect (&tree);
  for (i = 0; i < tree.n_files && (max_lines == 0 || tree.lines < max_lines); i++)
    put_file (&tree, i);
  if (i < tree.n_files)
    cli_putf (ngettext ("  … and %zu file more (--files shows all)\n",
                        "  … and %zu files more (--files shows all)\n", tree.n_files - i),
              tree.n_files - i);
  g_free (tree.files);
  g_free (tree.numbers);
  g_string_free (tree.line, TRUE);
}

ShoalHashedFiles *
cli_tree_hashed (const BtfTree *tree)
{
  ShoalHashedFiles *hashed = shoal_hashed_files_new ();
  const BtfEntry *entry;
  size_t at = 0;

  while ((entry = btf_tree_next_settled (tree, &at)) != NULL)
    shoal_hashed_files_add (hashed, entry->path, entry->inode, entry->length, entry->mtime_ns);
  return hashed;
}
