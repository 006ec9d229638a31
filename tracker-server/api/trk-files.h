/* trk-files.h: torrent names, which are anybody's text, in headers and in XML. */
#pragma once

#include <glib.h>

/* A Content-Disposition that saves NAME.torrent (RFC 6266, 8187). (transfer full) */
char *trk_files_disposition (const char *name);

/* Appends text so that it is nothing else in an element or an attribute. */
void trk_files_xml (GString *out, const char *text);
