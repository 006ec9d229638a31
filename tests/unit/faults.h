/* faults.h: system calls of the code under test that fail when a test says so.
 *
 * The linker puts faults.c between the statically linked code and the C library, for the calls that
 * `faults_calls` in meson.build names. A test goes through the calls of an operation one by one:
 *
 *   for (unsigned nth = 1; run_with_fault (nth, EIO); nth++) ...
 *
 * until a run makes fewer calls than that. */
#pragma once

#include <stdbool.h>

/* Instead of an error number: a write takes half of its bytes; other calls succeed. */
#define FAULTS_SHORT (-1)

/* From now on the call number @nth, counted from 1 over all threads, fails with @sys_errno. */
void faults_begin (unsigned nth, int sys_errno);

/* Ends that. Whether there was such a call. */
bool faults_end (void);

/* The name of the call that failed last. */
const char *faults_where (void);

/* How many descriptors the process has open. */
unsigned faults_count_descriptors (void);
