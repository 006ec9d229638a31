/* btio-mse.h: a stream whose bytes are encrypted on their way through another one, after the
 * opening of bt-mse.h. */
#pragma once

#include "protocol/io/btio-stream.h"
#include "protocol/peer/bt-mse.h"

/* Takes @below over, and sends @len bytes of @pending first, as they are. What is read is decrypted
 * where it lands; what is written is encrypted elsewhere, so that blocks may be shared, and up to
 * BTIO_MSE_BUFFER bytes that @below does not take are kept and sent later, before writev() takes
 * more. They are lost when the stream is closed before. (transfer full) */
#define BTIO_MSE_BUFFER (64 * 1024)
BtioStream *btio_mse_new (BtioStream *below, const BtMseCiphers *ciphers, const uint8_t *pending,
                          size_t len);
