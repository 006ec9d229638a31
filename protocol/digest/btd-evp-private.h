/* btd-evp-private.h: the table that runs everywhere. */
#pragma once

#include "protocol/core/bt-digest.h"

extern const BtDigestOps btd_evp_ops;
