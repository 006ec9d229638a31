/* eng-loans-private.h: files that another storage has complete, copied for a storage that has
 * nothing of them yet. What is copied is proved by the verification that follows, like anything
 * else. */
#pragma once

#include "eng-disk-private.h"

/* The lenders cannot be closed before its end. The engine's thread. (transfer full) */
EngLoans *eng_loans_new (EngStorage *storage, const EngLoan *loans, size_t n);

/* Nobody will run them: they end at once. Accepts NULL. */
void eng_loans_drop (EngLoans *loans);

/* Copies what it can, on the thread of the verification, and gives the lenders free: the loans are
 * gone. Accepts NULL. What fails is fetched. */
void eng_loans_run (EngLoans *loans);
