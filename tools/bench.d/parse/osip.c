/* libosip2: osip_message_parse decodes every field that this measurement asks for. */
#include "common.h"
#include <osipparser2/osip_parser.h>

static void parse(const char *bytes, size_t count) {
  osip_message_t *message;
  if (osip_message_init(&message) != 0) fail("osip_message_init");
  if (osip_message_parse(message, bytes, count) != 0) fail("osip_message_parse");
  osip_contact_t *contact;
  osip_record_route_t *route;
  if (osip_message_get_contact(message, 0, &contact) < 0) fail("no Contact");
  if (osip_message_get_record_route(message, 1, &route) < 0) fail("no second Record-Route");
  if (!osip_message_get_from(message)->url->host || !osip_message_get_to(message)->url->host ||
      !osip_message_get_call_id(message) || !osip_message_get_cseq(message) || !route->url->host)
    fail("a field is missing");
  osip_message_free(message);
}

int main(void) {
  parser_init();
  return repeat(parse);
}
