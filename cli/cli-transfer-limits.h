/* cli-transfer-limits.h: what the options of a transfer amount to. */
#pragma once

#include "cli/cli-transfer.h"
#include "client-core/shoal.h"

typedef struct
{
  uint64_t down_Bps; /* 0 is no limit, here and below */
  uint64_t up_Bps;
  double until_ratio;
  uint64_t seed_for_us;
  ShoalEncryption encryption;
} CliTransferLimits;

/* False after the mistake was reported. */
bool cli_transfer_read_limits (const CliApp *app, const CliTransferOptions *options,
                               CliTransferLimits *out);
