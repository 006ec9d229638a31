/* eng-jobs-private.h: the jobs of a storage that are no pieces. The engine's thread starts them;
 * each counts in EngStorage.n_jobs until its end. */
#pragma once

#include "eng-disk-private.h"

void eng_job_read (EngStorage *storage, uint64_t offset, uint32_t len, uint64_t cookie);
void eng_job_leaves (EngStorage *storage, uint64_t offset, uint32_t len, uint64_t cookie);
void eng_job_prepare (EngStorage *storage);

/* Has what was written so far put on the device; @ended is told whether that worked. */
void eng_job_sync (EngStorage *storage, void (*ended) (void *data, bool ok), void *data);

/* Hashes the files, but for what @resume is believed about, on a thread of its own. */
void eng_verify_start (EngStorage *storage, const EngResume *resume);
