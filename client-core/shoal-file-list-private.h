/* shoal-file-list-private.h: the files of a torrent as a GListModel whose objects are made when
 * somebody asks for them, and are gone when nobody holds them: a torrent may have 150,000. */
#pragma once

#include <gio/gio.h>

#include "client-core/shoal-torrent-private.h"

#define SHOAL_TYPE_FILE_LIST (shoal_file_list_get_type ())
G_DECLARE_FINAL_TYPE (ShoalFileList, shoal_file_list, SHOAL, FILE_LIST, GObject)

/* Holds the torrent. */
ShoalFileList *shoal_file_list_new (ShoalTorrent *torrent);

/* Bytes that are had, one for each file of the layout; taken over. O(files that are held). */
void shoal_file_list_take_done (ShoalFileList *self, uint64_t *done);
/* A copy of what was taken last. (transfer full) (nullable) */
GBytes *shoal_file_list_dup_done (ShoalFileList *self);
/* All priorities may have changed. */
void shoal_file_list_tell_priorities (ShoalFileList *self);

/* The file is called otherwise now. */
void shoal_file_list_tell_path (ShoalFileList *self, guint index);

/* What its files ask, by their place in the layout. */
const char *shoal_file_list_path (ShoalFileList *self, guint index);
char *shoal_file_list_place (ShoalFileList *self, guint index); /* (transfer full) */
uint64_t shoal_file_list_size (ShoalFileList *self, guint index);
uint64_t shoal_file_list_done (ShoalFileList *self, guint index);
guint shoal_file_list_priority (ShoalFileList *self, guint index);
void shoal_file_list_set_priority (ShoalFileList *self, guint index, guint priority);
void shoal_file_list_forget (ShoalFileList *self, guint index);

/* shoal-file.c */
ShoalFile *shoal_file_new (ShoalFileList *list, guint index);
/* Notifies when its done bytes are others. */
void shoal_file_look (ShoalFile *self);
void shoal_file_tell_priority (ShoalFile *self);
void shoal_file_tell_path (ShoalFile *self);
