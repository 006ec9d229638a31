/* trk-lock.h: one server for each folder, and which process it is.
 *
 * A file in the folder that the server holds locked (flock) as long as it lives, however it ends;
 * its process id stands in it. The id counts only while somebody holds the lock, so that one that
 * another process has by now is never believed. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

/* Takes the lock and writes our id. Returns the descriptor, to be closed at the end; or -1 and
 * errno, EWOULDBLOCK when a server has it. */
int trk_lock_take (const char *path);

/* The id of the server that runs, or 0 for none; -1 and errno when that cannot be said. */
pid_t trk_lock_holder (const char *path);
