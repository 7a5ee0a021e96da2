#define _GNU_SOURCE
#include "CNames.h"

#include <ares.h>
#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

/* Each server has a socket for UDP and one for TCP. */
enum { SERVER_LIMIT = 4, CHANGE_LIMIT = 4 * SERVER_LIMIT };

struct answer {
  struct answer *next;
  cnames_channel *channel;
  uint32_t number;
  int kind;
  size_t count;
  uint8_t *bytes;
};

struct cnames_channel {
  ares_channel ares;
  char device[IFNAMSIZ];
  struct {
    int fd, state;
  } changes[CHANGE_LIMIT];
  int change_count;
  int waiting;
  struct answer *first, **last;
};

static void note_socket(void *data, ares_socket_t fd, int is_readable, int is_writable) {
  cnames_channel *channel = data;
  int place = 0;
  while (place < channel->change_count && channel->changes[place].fd != fd) place++;
  if (place == CHANGE_LIMIT) return;
  if (place == channel->change_count) channel->change_count++;
  channel->changes[place].fd = fd;
  channel->changes[place].state = is_writable ? 2 : is_readable ? 1 : 0;
}

/* A query that may not leave by the device must not leave at all. */
static int bind_to_device(ares_socket_t fd, int type, void *data) {
  (void)type;
  cnames_channel *channel = data;
  return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, channel->device, strlen(channel->device));
}

static int set_servers(ares_channel ares, const cnames_server *servers, int count) {
  struct ares_addr_port_node nodes[SERVER_LIMIT] = {0};
  if (count > SERVER_LIMIT) count = SERVER_LIMIT;
  for (int i = 0; i < count; i++) {
    nodes[i].next = i + 1 < count ? &nodes[i + 1] : 0;
    nodes[i].family = servers[i].is_ipv6 ? AF_INET6 : AF_INET;
    memcpy(&nodes[i].addr, servers[i].octets, servers[i].is_ipv6 ? 16 : 4);
    nodes[i].udp_port = nodes[i].tcp_port = servers[i].port;
  }
  return count == 0 ? ARES_SUCCESS : ares_set_servers_ports(ares, nodes);
}

cnames_channel *cnames_open(
    const cnames_server *servers, int count, const char *device, int timeout_ms, int tries) {
  if (strlen(device) >= IFNAMSIZ || ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS) return 0;
  cnames_channel *channel = calloc(1, sizeof *channel);
  if (channel == 0) return 0;
  channel->last = &channel->first;
  strcpy(channel->device, device);
  struct ares_options options = {
      .timeout = timeout_ms,
      .tries = tries,
      .sock_state_cb = note_socket,
      .sock_state_cb_data = channel};
  int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;
  if (ares_init_options(&channel->ares, &options, mask) != ARES_SUCCESS) {
    free(channel);
    return 0;
  }
  if (set_servers(channel->ares, servers, count) != ARES_SUCCESS) {
    cnames_close(channel);
    return 0;
  }
  if (*device != 0) ares_set_socket_configure_callback(channel->ares, bind_to_device, channel);
  return channel;
}

static int kind(int status) {
  switch (status) {
    case ARES_ETIMEOUT: return CNAMES_TIMEOUT;
    case ARES_ECONNREFUSED: case ARES_EOF: case ARES_EFILE: return CNAMES_UNREACHABLE;
    case ARES_EREFUSED: return CNAMES_REFUSED;
    case ARES_EBADRESP: case ARES_EFORMERR: case ARES_EBADNAME: case ARES_EBADQUERY:
      return CNAMES_MALFORMED;
    default: return CNAMES_SERVER_FAILURE;
  }
}

static void release(struct answer *answer) {
  free(answer->bytes);
  free(answer);
}

static void note_answer(
    void *data, int status, int timeouts, unsigned char *bytes, int count) {
  (void)timeouts;
  struct answer *answer = data;
  cnames_channel *channel = answer->channel;
  channel->waiting--;
  if (status == ARES_EDESTRUCTION || status == ARES_ECANCELLED) return release(answer);
  answer->kind = kind(status);
  if (bytes != 0 && count > 0 && (answer->bytes = malloc((size_t)count)) != 0) {
    memcpy(answer->bytes, bytes, (size_t)count);
    answer->count = (size_t)count;
    answer->kind = CNAMES_ANSWER;
  }
  *channel->last = answer;
  channel->last = &answer->next;
}

void cnames_ask(cnames_channel *channel, const char *name, int type, uint32_t number) {
  struct answer *answer = calloc(1, sizeof *answer);
  if (answer == 0) abort();
  answer->channel = channel;
  answer->number = number;
  channel->waiting++;
  ares_query(channel->ares, name, 1 /* IN */, type, note_answer, answer);
}

void cnames_serve(cnames_channel *channel, int fd) {
  ares_socket_t socket = fd < 0 ? ARES_SOCKET_BAD : fd;
  ares_process_fd(channel->ares, socket, socket);
}

int64_t cnames_wait_us(cnames_channel *channel) {
  if (channel->first != 0) return 0;
  if (channel->waiting == 0) return -1;
  struct timeval room, *wait = ares_timeout(channel->ares, 0, &room);
  return wait == 0 ? -1 : (int64_t)wait->tv_sec * 1000000 + wait->tv_usec;
}

int cnames_take_change(cnames_channel *channel, int *fd) {
  if (channel->change_count == 0) return -1;
  int place = --channel->change_count;
  *fd = channel->changes[place].fd;
  return channel->changes[place].state;
}

int64_t cnames_take_answer(
    cnames_channel *channel, uint32_t *number, int *kind, uint8_t *bytes, size_t room) {
  struct answer *answer = channel->first;
  if (answer == 0) return -1;
  channel->first = answer->next;
  if (channel->first == 0) channel->last = &channel->first;
  *number = answer->number;
  *kind = answer->count > room ? CNAMES_MALFORMED : answer->kind;
  size_t count = answer->count > room ? 0 : answer->count;
  if (count > 0) memcpy(bytes, answer->bytes, count);
  release(answer);
  return (int64_t)count;
}

void cnames_close(cnames_channel *channel) {
  ares_destroy(channel->ares);
  uint32_t number;
  int kind;
  while (cnames_take_answer(channel, &number, &kind, 0, 0) >= 0) {
  }
  free(channel);
}
