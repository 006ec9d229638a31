/* fuzz-eng-router.c: an answer of shoal-map-port that is read is written and read the same again.
 */
#include <string.h>

#include <glib.h>

#include "client-core/discovery/eng-router.h"
#include "protocol/core/bt-assert.h"
#include "tests/fuzz/fuzz-target.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
  EngRouterAnswer answer;
  EngRouterAnswer again;
  g_autofree char *line = NULL;

  eng_router_answer_parse ((const char *) data, len, &answer);
  line = eng_router_answer_write (&answer);
  bt_assert (strlen (line) < ENG_ROUTER_TEXT_MAX);
  eng_router_answer_parse (line, strlen (line), &again);
  bt_assert (answer.problem == again.problem && answer.code == again.code
             && answer.port == again.port && answer.lease_s == again.lease_s
             && bt_endpoint_equal (&answer.address, &again.address)
             && strcmp (answer.control, again.control) == 0
             && strcmp (answer.service, again.service) == 0);
  return 0;
}
