/* gui-folder-row.h: where something goes: a folder with those that were used before, and whether
 * there is room for what is to go there. The disk is asked behind the main thread. */
#pragma once

#include <gtk/gtk.h>

#define GUI_TYPE_FOLDER_ROW (gui_folder_row_get_type ())
G_DECLARE_FINAL_TYPE (GuiFolderRow, gui_folder_row, GUI, FOLDER_ROW, GtkBox)

/* @settings: of the schema org.shoal.Shoal, which knows the folder of downloads and the recent
 * ones. Signal "changed" (void): the folder, or what is known of its room. */
GtkWidget *gui_folder_row_new (GSettings *settings);

const char *gui_folder_row_get_folder (GuiFolderRow *self); /* a path, lent */
void gui_folder_row_set_folder (GuiFolderRow *self, const char *path);
/* Bytes that are to go there. */
void gui_folder_row_set_need (GuiFolderRow *self, guint64 bytes);

/* Less room than is needed, as far as is known. */
gboolean gui_folder_row_is_short (GuiFolderRow *self);
/* Nothing can be written there. */
gboolean gui_folder_row_is_bad (GuiFolderRow *self);

/* It has been used: the first of the recent ones from now on. */
void gui_folder_row_keep (GuiFolderRow *self);
/* The folder where downloads go when nothing else is said. (transfer full) */
char *gui_folder_row_dup_default (GSettings *settings);
/* A path as a person knows it: "~/Downloads". (transfer full) */
char *gui_folder_row_display (const char *path);
