/* btio-local.h: the addresses of this machine, as the kernel knows them. Any thread. */
#pragma once

#include <stdbool.h>

#include "protocol/io/btio-tcp.h"

/* The address that @to would be spoken to from, by @interface alone unless that is NULL; its port
 * is 0. Nothing is sent. False when there is no way to it. */
bool btio_local_towards (const BtEndpoint *to, const char *interface, BtEndpoint *local);

/* The same towards the hosts of the internet of a family, for what goes out as @bind has it. */
bool btio_local_outward (const BtioBind *bind, BtFamily family, BtEndpoint *local);

/* Whether an address is this machine's. */
bool btio_local_has (const BtEndpoint *address);
