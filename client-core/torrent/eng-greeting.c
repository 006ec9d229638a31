/* eng-greeting.c: see the header. */
#include "client-core/torrent/eng-greeting.h"

#include <string.h>

#include "protocol/core/bt-limits.h"
#include "protocol/peer/bt-extension.h"

#define CLIENT "Shoal 0.1.0"
#define GREETING_MAX 4096

void
eng_greeting_send (EngConnection *connection, const EngGreeting *greeting)
{
  BtWire *wire = eng_connection_wire (connection);
  BtExtensionHandshake hello
      = { .fields = BT_EXTENSION_HAS_CLIENT | BT_EXTENSION_HAS_REQQ | BT_EXTENSION_HAS_UPLOAD_ONLY
                    | (greeting->port != 0 ? BT_EXTENSION_HAS_PORT : 0)
                    | (greeting->metadata_size > 0 ? BT_EXTENSION_HAS_METADATA_SIZE : 0),
          .upload_only = greeting->upload_only,
          .port = greeting->port,
          .metadata_size = greeting->metadata_size,
          .reqq = BT_LIMIT_REQUESTS_QUEUED,
          .client = CLIENT,
          .client_len = strlen (CLIENT),
          .yourip = *eng_connection_remote (connection) };
  BtBuffer out;

  if (!wire->config.extended)
    return;
  hello.yourip.port = 0;
  bt_extension_offer (&hello, greeting->offered, 0);
  bt_buffer_init (&out, GREETING_MAX);
  bt_extension_write (&hello, &out);
  if (!out.full)
    (void) bt_wire_send_extended (wire, BT_EXTENSION_HANDSHAKE_ID, out.data, out.len, NULL, 0);
  bt_buffer_clear (&out);
  eng_connection_flush (connection);
}
