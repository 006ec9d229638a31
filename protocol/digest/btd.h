/* btd.h: SHA-1 and SHA-256 for the rest of the project, the fastest that this processor has.
 *
 * Chosen at run time from what the CPU reports; OpenSSL's EVP is the fallback. Any thread. */
#pragma once

#include <stddef.h>

#include "protocol/core/bt-digest.h"

/* The fastest table for this machine; static, never NULL. Asks the processor each time, which takes
 * microseconds under a hypervisor: keep the pointer. */
const BtDigestOps *btd_ops (void);

/* Every table that this machine can run, the fallback first; for tests and benchmarks. */
const BtDigestOps *const *btd_ops_list (size_t *n);
