/* eng-greeting.h: the extended handshake that we send (BEP 10), of a torrent and of one whose
 * metadata is being looked for. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "client-core/peer/eng-connection.h"

typedef struct
{
  uint32_t offered;       /* BT_EXTENSION_BIT() of what we take */
  uint32_t metadata_size; /* bytes; 0: not known */
  uint16_t port;          /* that we listen at, or 0 */
  bool upload_only;       /* BEP 21 */
} EngGreeting;

/* Nothing, to a peer without BEP 10. It may be sent again when something has changed. */
void eng_greeting_send (EngConnection *connection, const EngGreeting *greeting);
