/* gui-file-nodes.h: the files of a torrent as a tree of folders, and how much each is wanted.
 *
 * Pure: no widget, no object, no disk. It is filled in the torrent's order and asked by numbers of
 * nodes; what a folder sums up of what lies below is kept as it changes, so that a tree of 150,000
 * files answers for any row at once. Names are strangers' bytes, copied as they are. */
#pragma once

#include <glib.h>

typedef struct GuiFileNodes GuiFileNodes;

/* The torrent's own folder. */
#define GUI_FILE_ROOT 0u
/* A folder whose wanted files are not all wanted alike. */
#define GUI_FILE_MIXED 8u

#define GUI_FILE_PRIORITY_SKIP 0u
#define GUI_FILE_PRIORITY_LOW 2u
#define GUI_FILE_PRIORITY_NORMAL 4u
#define GUI_FILE_PRIORITY_HIGH 6u
#define GUI_FILE_PRIORITY_MAX 7u

typedef enum
{
  GUI_CHOICE_NONE,
  GUI_CHOICE_SOME,
  GUI_CHOICE_ALL
} GuiChoice;

typedef enum
{
  GUI_FILE_KIND_OTHER,
  GUI_FILE_KIND_VIDEO,
  GUI_FILE_KIND_AUDIO,
  GUI_FILE_KIND_PICTURE,
  GUI_FILE_KIND_TEXT,
  GUI_FILE_KIND_PROGRAM, /* programs, archives and images of disks */
  GUI_FILE_N_KINDS
} GuiFileKind;

GuiFileNodes *gui_file_nodes_new (void);
void gui_file_nodes_free (GuiFileNodes *self); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuiFileNodes, gui_file_nodes_free)

/* One more file: its path, '/' between components, and its place among all files of the torrent.
 * The folders on its way are made. */
void gui_file_nodes_add (GuiFileNodes *self, const char *path, guint64 size, guint index,
                         guint priority);

guint gui_file_nodes_get_n_files (const GuiFileNodes *self);

/* --- a node --- */

const char *gui_file_nodes_get_name (const GuiFileNodes *self, guint node); /* lent */
/* From the torrent's folder on; "" for the root. (transfer full) */
char *gui_file_nodes_dup_path (const GuiFileNodes *self, guint node);
/* GUI_FILE_ROOT for the root itself. */
guint gui_file_nodes_get_parent (const GuiFileNodes *self, guint node);
gboolean gui_file_nodes_is_folder (const GuiFileNodes *self, guint node);
/* Of a file: its place in the torrent. */
guint gui_file_nodes_get_index (const GuiFileNodes *self, guint node);
/* Of a file: its number in the order of gui_file_nodes_add(), from 0. */
guint gui_file_nodes_get_position (const GuiFileNodes *self, guint node);
guint64 gui_file_nodes_get_size (const GuiFileNodes *self, guint node);
guint64 gui_file_nodes_get_done (const GuiFileNodes *self, guint node);
GuiFileKind gui_file_nodes_get_kind (const GuiFileNodes *self, guint node);

/* Of a file its position; of a folder that of the first file below it. */
guint gui_file_nodes_first_position (const GuiFileNodes *self, guint node);
/* The node of a file by its place in the torrent; GUI_FILE_ROOT: there is none. */
guint gui_file_nodes_find_index (const GuiFileNodes *self, guint index);
/* A file is called otherwise. */
void gui_file_nodes_set_name (GuiFileNodes *self, guint node, const char *name);

/* What lies in a folder: folders first, then by name; sorted at the first call. Lent. */
const guint *gui_file_nodes_get_children (GuiFileNodes *self, guint folder, guint *n);

/* The files whose path has @query in it, whatever the case, in the torrent's order.
 * (transfer full) */
GArray *gui_file_nodes_find (const GuiFileNodes *self, const char *query);

/* --- what is wanted --- */

GuiChoice gui_file_nodes_get_choice (const GuiFileNodes *self, guint node);
guint gui_file_nodes_get_priority (const GuiFileNodes *self, guint node);
guint64 gui_file_nodes_get_chosen_bytes (const GuiFileNodes *self, guint node);
guint gui_file_nodes_get_chosen_files (const GuiFileNodes *self, guint node);

/* Of a folder: all that is in it. */
void gui_file_nodes_set_priority (GuiFileNodes *self, guint node, guint priority);
/* Chosen files keep the priority that they have. */
void gui_file_nodes_choose (GuiFileNodes *self, guint node, gboolean chosen);
/* Exactly the files of this kind. */
void gui_file_nodes_choose_kind (GuiFileNodes *self, GuiFileKind kind);
gboolean gui_file_nodes_has_kind (const GuiFileNodes *self, GuiFileKind kind);

/* Bytes that are here, by the files' places in the torrent; whether something is not as it was. */
gboolean gui_file_nodes_take_done (GuiFileNodes *self, const guint64 *done, gsize n);
/* Whether that was told yet. */
gboolean gui_file_nodes_is_done_known (const GuiFileNodes *self);

/* Over one byte for each of @n files, by their places in the torrent. */
void gui_file_nodes_write_priorities (const GuiFileNodes *self, guint8 *out, gsize n);
