/* Queries to DNS servers through c-ares. Nothing here blocks and nothing calls back: whoever owns the
   channel watches the sockets that it names, and takes the answers that have come. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* A DNS server; IPv4 in the first four octets when is_ipv6 is 0. */
typedef struct {
  uint8_t octets[16];
  uint16_t port;
  uint8_t is_ipv6;
} cnames_server;

typedef struct cnames_channel cnames_channel;

/* What came instead of an answer. */
enum {
  CNAMES_ANSWER = 0,
  CNAMES_TIMEOUT = 1,
  CNAMES_UNREACHABLE = 2,
  CNAMES_SERVER_FAILURE = 3,
  CNAMES_REFUSED = 4,
  CNAMES_MALFORMED = 5,
};

/* Every socket is bound to `device` unless that is empty; without servers those of the system are
   asked. 0 when there is no memory or the system's configuration cannot be read. */
cnames_channel *cnames_open(
    const cnames_server *servers, int count, const char *device, int timeout_ms, int tries);
/* Forgets what was asked and closes every socket. */
void cnames_close(cnames_channel *channel);

void cnames_ask(cnames_channel *channel, const char *name, int type, uint32_t number);
/* Serves a socket that is ready; -1 serves the deadline alone. */
void cnames_serve(cnames_channel *channel, int fd);
/* How long until there is an answer to take or `cnames_serve` has something to do, or -1. */
int64_t cnames_wait_us(cnames_channel *channel);

/* The next socket whose state has changed: 0 none of it any more, 1 to be read, 2 to be written. -1
   when there is no other. */
int cnames_take_change(cnames_channel *channel, int *fd);

/* The next answer: how many bytes of it are in `bytes`; -1 when there is no other. */
int64_t cnames_take_answer(
    cnames_channel *channel, uint32_t *number, int *kind, uint8_t *bytes, size_t room);
