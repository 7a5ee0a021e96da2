/* libre: sip_msg_decode decodes Via, From, To, Call-ID and CSeq; the rest is asked for. */
#include "common.h"
#include <re/re.h>

static bool address(const struct sip_hdr *header, const struct sip_msg *message, void *arg) {
  struct sip_addr decoded;
  (void)message;
  if (sip_addr_decode(&decoded, &header->val) != 0) fail("sip_addr_decode");
  ++*(int *)arg;
  return false;
}

static void parse(const char *bytes, size_t count) {
  struct sip_msg *message;
  struct mbuf *buffer = mbuf_alloc(count);
  int routes = 0, contacts = 0;
  mbuf_write_mem(buffer, (const uint8_t *)bytes, count);
  mbuf_set_pos(buffer, 0);
  if (sip_msg_decode(&message, buffer) != 0) fail("sip_msg_decode");
  if (message->req) {
    struct uri uri;
    if (uri_decode(&uri, &message->ruri) != 0) fail("uri_decode");
  }
  sip_msg_hdr_apply(message, true, SIP_HDR_CONTACT, address, &contacts);
  sip_msg_hdr_apply(message, true, SIP_HDR_RECORD_ROUTE, address, &routes);
  if (contacts != 1 || routes != 2 || !message->callid.l || !message->from.uri.host.l)
    fail("a field is missing");
  mem_deref(message);
  mem_deref(buffer);
}

int main(void) { return repeat(parse); }
