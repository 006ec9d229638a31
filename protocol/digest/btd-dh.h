/* btd-dh.h: the Diffie-Hellman exchange of message stream encryption, for the machines that need
 * it. Any thread. */
#pragma once

#include "protocol/core/bt-dh.h"

/* Static, never NULL. */
const BtDhOps *btd_dh_ops (void);
