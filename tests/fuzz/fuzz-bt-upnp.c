/* fuzz-bt-upnp.c: what is read of a router's texts fits, ends, and can stand where it is put. */
#include <string.h>

#include <glib.h>

#include "protocol/core/bt-assert.h"
#include "protocol/gateway/bt-upnp.h"
#include "tests/fuzz/fuzz-target.h"

static void
check_service (const BtUpnpService *service)
{
  GString *body = bt_upnp_write_call (service->type, "GetExternalIPAddress", NULL, 0);

  bt_assert (strpbrk (service->type, "\"<>&\r\n") == NULL);
  bt_assert (service->control[0] != '\0');
  bt_assert (bt_upnp_error (body->str, body->len) == 0);
  g_string_free (body, TRUE);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  const char *text = (const char *) data;
  g_autofree BtUpnpDevice *device = g_new (BtUpnpDevice, 1);
  char url[BT_UPNP_URL_MAX];
  char word[16];

  if (bt_upnp_parse_found (data, len, url))
    bt_assert (g_ascii_strncasecmp (url, "http://", 7) == 0 && strpbrk (url, " \r\n") == NULL);
  if (bt_upnp_parse_device (text, len, device))
    for (size_t i = 0; i < device->n_services; i++)
      check_service (&device->services[i]);
  if (bt_upnp_find (text, len, "NewExternalIPAddress", word, sizeof word))
    bt_assert (strlen (word) < sizeof word);
  bt_assert (bt_upnp_error (text, len) < 10000000);
  return 0;
}
