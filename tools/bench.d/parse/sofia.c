/* sofia-sip: msg_make parses every field of the default class. */
#include "common.h"
#include <sofia-sip/msg.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_parser.h>

static void parse(const char *bytes, size_t count) {
  msg_t *message = msg_make(sip_default_mclass(), 0, bytes, (ssize_t)count);
  sip_t *sip = message ? sip_object(message) : NULL;
  if (!sip || sip->sip_error) fail("msg_make");
  if (!sip->sip_via || !sip->sip_from || !sip->sip_to || !sip->sip_call_id || !sip->sip_cseq ||
      !sip->sip_contact || !sip->sip_record_route || !sip->sip_record_route->r_next)
    fail("a field is missing");
  msg_destroy(message);
}

int main(void) { return repeat(parse); }
