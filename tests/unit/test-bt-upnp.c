/* test-bt-upnp.c: what routers say by UPnP, as they say it and as they should not. */
#include <string.h>

#include <glib.h>

#include "protocol/gateway/bt-upnp.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define CONNECTION "urn:schemas-upnp-org:service:WANIPConnection:1"

/* --- the answer to a search --- */

static const struct
{
  const char *name;
  const char *text;
  const char *url; /* NULL: it is none */
} found[] = {
  { "usual", OK "ST: x\r\nLOCATION: http://192.168.1.1:5000/d.xml\r\n\r\n",
    "http://192.168.1.1:5000/d.xml" },
  { "lower-case", OK "location:http://10.0.0.1/d\r\n\r\n", "http://10.0.0.1/d" },
  { "bare-feeds", "HTTP/1.0 200 OK\nLocation: http://10.0.0.1/d \n", "http://10.0.0.1/d" },
  { "no-end", OK "Location: http://10.0.0.1/d", "http://10.0.0.1/d" },
  { "notify", "NOTIFY * HTTP/1.1\r\nLocation: http://10.0.0.1/d\r\n\r\n", NULL },
  { "status", "HTTP/1.1 404 No\r\nLocation: http://10.0.0.1/d\r\n\r\n", NULL },
  { "no-location", OK "\r\n", NULL },
  { "file", OK "Location: file:///etc/passwd\r\n\r\n", NULL },
  { "spaces", OK "Location: http://10.0.0.1/a b\r\n\r\n", NULL },
  { "other-name", OK "X-Location: http://10.0.0.1/d\r\n\r\n", NULL },
  { "empty", "", NULL },
};

static void
test_found (gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE (data);
  size_t len = strlen (found[i].text);
  g_autofree uint8_t *packet = g_memdup2 (found[i].text, len);
  char url[BT_UPNP_URL_MAX] = "";

  g_assert_cmpint (bt_upnp_parse_found (packet, len, url), ==, found[i].url != NULL);
  if (found[i].url != NULL)
    g_assert_cmpstr (url, ==, found[i].url);
}

static void
test_long_url (void)
{
  g_autoptr (GString) text = g_string_new (OK "Location: http://10.0.0.1/");
  char url[BT_UPNP_URL_MAX];

  while (text->len < 2 * BT_UPNP_URL_MAX)
    g_string_append_c (text, 'x');
  g_assert_false (bt_upnp_parse_found ((const uint8_t *) text->str, text->len, url));
}

static void
test_search (void)
{
  for (unsigned i = 0; i < BT_UPNP_SEARCHES; i++)
    {
      char text[BT_UPNP_SEARCH_MAX];
      size_t len = bt_upnp_write_search (i, text);

      g_assert_cmpuint (len, ==, strlen (text));
      g_assert_true (g_str_has_suffix (text, "\r\n\r\n"));
    }
}

/* --- descriptions --- */

#define SERVICE(type, url)                                                                         \
  "<service><serviceType>" type "</serviceType><controlURL>" url "</controlURL></service>"

static const struct
{
  const char *name;
  const char *xml;
  size_t n;
  const char *type; /* of the first */
  const char *control;
  const char *base;
} devices[] = {
  { "usual", "<?xml version=\"1.0\"?><root>" SERVICE (CONNECTION, "/c") "</root>", 1, CONNECTION,
    "/c", "" },
  { "prefixes",
    "<a:root><a:service><a:serviceType>" CONNECTION "</a:serviceType><a:controlURL> /c"
    "\n</a:controlURL></a:service>",
    1, CONNECTION, "/c", "" },
  { "base", "<URLBase>http://10.0.0.1:80/</URLBase>" SERVICE (CONNECTION, "c"), 1, CONNECTION, "c",
    "http://10.0.0.1:80/" },
  { "entities", SERVICE (CONNECTION, "/c?a=1&amp;b=&lt;&gt;&quot;&apos;&nbsp;"), 1, CONNECTION,
    "/c?a=1&b=<>\"'&nbsp;", "" },
  { "comment", "<!-- " SERVICE (CONNECTION, "/no") " -->" SERVICE (CONNECTION, "/c"), 1, CONNECTION,
    "/c", "" },
  { "others", SERVICE ("urn:x:service:Layer3Forwarding:1", "/l") SERVICE (CONNECTION, "/c"), 1,
    CONNECTION, "/c", "" },
  { "two",
    SERVICE (CONNECTION, "/c") SERVICE ("urn:schemas-upnp-org:service:WANPPPConnection:1", "/p"), 2,
    CONNECTION, "/c", "" },
  { "many",
    SERVICE (CONNECTION, "/1") SERVICE (CONNECTION, "/2") SERVICE (CONNECTION, "/3")
        SERVICE (CONNECTION, "/4") SERVICE (CONNECTION, "/5"),
    4, CONNECTION, "/1", "" },
  { "no-url", SERVICE (CONNECTION, ""), 0, NULL, NULL, NULL },
  { "no-end", "<service><serviceType>" CONNECTION "</serviceType><controlURL>/c</controlURL>", 0,
    NULL, NULL, NULL },
  { "quotes", SERVICE (CONNECTION "\"", "/c"), 0, NULL, NULL, NULL },
  { "comment-without-end", "<!-- " SERVICE (CONNECTION, "/c"), 0, NULL, NULL, NULL },
  { "no-xml", "<<<>>><//>", 0, NULL, NULL, NULL },
  { "empty", "", 0, NULL, NULL, NULL },
};

static void
test_device (gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE (data);
  size_t len = strlen (devices[i].xml);
  g_autofree char *xml = g_memdup2 (devices[i].xml, len);
  g_autofree BtUpnpDevice *device = g_new (BtUpnpDevice, 1);

  g_assert_cmpint (bt_upnp_parse_device (xml, len, device), ==, devices[i].n > 0);
  g_assert_cmpuint (device->n_services, ==, devices[i].n);
  if (devices[i].n == 0)
    return;
  g_assert_cmpstr (device->services[0].type, ==, devices[i].type);
  g_assert_cmpstr (device->services[0].control, ==, devices[i].control);
  g_assert_cmpstr (device->base, ==, devices[i].base);
}

/* --- calls --- */

static void
test_call (void)
{
  static const BtUpnpArgument arguments[] = { { "NewProtocol", "TCP" }, { "NewEnabled", "1" } };
  GString *body = bt_upnp_write_call (CONNECTION, "AddPortMapping", arguments, 2);
  char text[8];

  g_assert_nonnull (strstr (body->str, "<u:AddPortMapping xmlns:u=\"" CONNECTION "\">"));
  g_assert_true (bt_upnp_find (body->str, body->len, "NewProtocol", text, sizeof text));
  g_assert_cmpstr (text, ==, "TCP");
  g_assert_true (g_str_has_suffix (body->str, "</u:AddPortMapping></s:Body></s:Envelope>\r\n"));
  g_string_free (body, TRUE);
}

static const struct
{
  const char *name;
  const char *xml;
  unsigned code;
} errors[] = {
  { "usual", "<s:Fault><detail><UPnPError><errorCode>718</errorCode></UPnPError></detail>", 718 },
  { "spaces", "<errorCode> 725\n</errorCode>", 725 },
  { "none", "<s:Envelope/>", 0 },
  { "words", "<errorCode>many</errorCode>", 0 },
  { "negative", "<errorCode>-1</errorCode>", 0 },
  { "long", "<errorCode>99999999999999999999</errorCode>", 0 },
  { "nothing", "<errorCode></errorCode>", 0 },
};

static void
test_error (gconstpointer data)
{
  size_t i = GPOINTER_TO_SIZE (data);

  g_assert_cmpuint (bt_upnp_error (errors[i].xml, strlen (errors[i].xml)), ==, errors[i].code);
}

#define ADD(table, prefix, function)                                                               \
  for (size_t i = 0; i < G_N_ELEMENTS (table); i++)                                                \
    {                                                                                              \
      g_autofree char *path = g_strconcat (prefix, table[i].name, NULL);                           \
                                                                                                   \
      g_test_add_data_func (path, GSIZE_TO_POINTER (i), function);                                 \
    }

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (found, "/upnp/found/", test_found);
  g_test_add_func ("/upnp/found/long-url", test_long_url);
  g_test_add_func ("/upnp/search", test_search);
  ADD (devices, "/upnp/device/", test_device);
  g_test_add_func ("/upnp/call", test_call);
  ADD (errors, "/upnp/error/", test_error);
  return g_test_run ();
}
