#define _GNU_SOURCE
#include "CLinux.h"

#include "Internal.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

/* --- addresses --- */

socklen_t clinux_to_sockaddr(const clinux_endpoint *e, struct sockaddr_storage *s) {
  memset(s, 0, sizeof *s);
  if (e->is_ipv6) {
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)s;
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(e->port);
    memcpy(&six->sin6_addr, e->octets, 16);
    return sizeof *six;
  }
  struct sockaddr_in *four = (struct sockaddr_in *)s;
  four->sin_family = AF_INET;
  four->sin_port = htons(e->port);
  memcpy(&four->sin_addr, e->octets, 4);
  return sizeof *four;
}

static void from_sockaddr(const struct sockaddr_storage *s, clinux_endpoint *e) {
  memset(e, 0, sizeof *e);
  if (s->ss_family == AF_INET6) {
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)s;
    e->is_ipv6 = 1;
    e->port = ntohs(six->sin6_port);
    memcpy(e->octets, &six->sin6_addr, 16);
  } else {
    const struct sockaddr_in *four = (const struct sockaddr_in *)s;
    e->port = ntohs(four->sin_port);
    memcpy(e->octets, &four->sin_addr, 4);
  }
}

static int mark(int fd, int is_ipv6, int dscp) {
  int octet = dscp << 2;
  if (is_ipv6) return setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &octet, sizeof octet);
  return setsockopt(fd, IPPROTO_IP, IP_TOS, &octet, sizeof octet);
}

/* The code point sets a priority of its own, so ours comes later. */
static int mark_all(int fd, int is_ipv6, int dscp, int priority) {
  if (mark(fd, is_ipv6, dscp) != 0) return -1;
  return priority > 0 ? setsockopt(fd, SOL_SOCKET, SO_PRIORITY, &priority, sizeof priority) : 0;
}

int clinux_udp_socket(
    const clinux_endpoint *local, int dscp, int priority, const char *device) {
  int family = local->is_ipv6 ? AF_INET6 : AF_INET;
  int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  struct sockaddr_storage s;
  socklen_t length = clinux_to_sockaddr(local, &s);
  if (mark_all(fd, local->is_ipv6, dscp, priority) != 0) return clinux_close_keeping_errno(fd);
  if (device != 0 &&
      setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, strlen(device)) != 0)
    return clinux_close_keeping_errno(fd);
  if (bind(fd, (struct sockaddr *)&s, length) != 0) return clinux_close_keeping_errno(fd);
  return fd;
}

int clinux_tcp_listen(
    const clinux_endpoint *local, int dscp, int priority, const char *device, int send_room) {
  int yes = 1, family = local->is_ipv6 ? AF_INET6 : AF_INET;
  int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  struct sockaddr_storage s;
  socklen_t length = clinux_to_sockaddr(local, &s);
  /* The options pass to every connection. Connections of a process before us may still wait for
     their end, and with so little room a delayed acknowledgement would hold the rest up. */
  if (mark_all(fd, local->is_ipv6, dscp, priority) != 0 ||
      setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
      setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_room, sizeof send_room) != 0 ||
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) != 0)
    return clinux_close_keeping_errno(fd);
  if (device != 0 &&
      setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, strlen(device)) != 0)
    return clinux_close_keeping_errno(fd);
  if (bind(fd, (struct sockaddr *)&s, length) != 0 || listen(fd, 16) != 0)
    return clinux_close_keeping_errno(fd);
  return fd;
}

int clinux_peer(int fd, clinux_endpoint *peer) {
  struct sockaddr_storage s;
  socklen_t length = sizeof s;
  if (getpeername(fd, (struct sockaddr *)&s, &length) != 0) return -1;
  from_sockaddr(&s, peer);
  return 0;
}

int clinux_tcp_connect(
    const clinux_endpoint *to, const clinux_endpoint *from, int dscp, int priority,
    unsigned silence_ms, const char *device) {
  int fd = socket(to->is_ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  struct sockaddr_storage s;
  socklen_t length;
  int yes = 1;
  if (mark_all(fd, to->is_ipv6, dscp, priority) != 0 ||
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) != 0 ||
      setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &silence_ms, sizeof silence_ms) != 0)
    return clinux_close_keeping_errno(fd);
  if (*device != 0 &&
      setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, strlen(device)) != 0)
    return clinux_close_keeping_errno(fd);
  if (from != 0) {
    length = clinux_to_sockaddr(from, &s);
    if (bind(fd, (struct sockaddr *)&s, length) != 0) return clinux_close_keeping_errno(fd);
  }
  length = clinux_to_sockaddr(to, &s);
  if (connect(fd, (struct sockaddr *)&s, length) != 0 && errno != EINPROGRESS)
    return clinux_close_keeping_errno(fd);
  return fd;
}

int clinux_socket_error(int fd) {
  int error = 0;
  socklen_t length = sizeof error;
  return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0 ? errno : error;
}

int clinux_end_sending(int fd) { return shutdown(fd, SHUT_WR); }

int64_t clinux_send_to(int fd, const void *bytes, size_t count, const clinux_endpoint *to) {
  struct sockaddr_storage s;
  socklen_t length = clinux_to_sockaddr(to, &s);
  return sendto(fd, bytes, count, MSG_NOSIGNAL, (struct sockaddr *)&s, length);
}

int64_t clinux_receive_from(int fd, void *bytes, size_t room, clinux_endpoint *from) {
  struct sockaddr_storage s;
  socklen_t length = sizeof s;
  ssize_t n = recvfrom(fd, bytes, room, MSG_TRUNC, (struct sockaddr *)&s, &length);
  if (n >= 0) from_sockaddr(&s, from);
  return n;
}

int clinux_enable_arrival_times(int fd) {
  int yes = 1;
  if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof yes) == 0) return 0;
  // qemu-user knows only the older option, in microseconds.
  return setsockopt(fd, SOL_SOCKET, SO_TIMESTAMP, &yes, sizeof yes);
}

int64_t clinux_arrival(struct msghdr *header) {
  for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c != 0; c = CMSG_NXTHDR(header, c)) {
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
      struct timespec t;
      memcpy(&t, CMSG_DATA(c), sizeof t);
      return clinux_nanoseconds(t);
    }
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMP) {
      struct timeval t;
      memcpy(&t, CMSG_DATA(c), sizeof t);
      return t.tv_sec * 1000000000LL + t.tv_usec * 1000LL;
    }
  }
  return 0;
}

int clinux_receive_batch(int fd, clinux_datagram *datagrams, unsigned room) {
  struct mmsghdr headers[clinux_batch_limit];
  struct iovec parts[clinux_batch_limit];
  struct sockaddr_storage peers[clinux_batch_limit];
  char control[clinux_batch_limit][CMSG_SPACE(sizeof(struct timespec))];
  if (room > clinux_batch_limit) room = clinux_batch_limit;
  for (unsigned i = 0; i < room; i++) {
    parts[i] = (struct iovec){datagrams[i].bytes, datagrams[i].count};
    headers[i].msg_hdr = (struct msghdr){
        &peers[i], sizeof peers[i], &parts[i], 1, control[i], sizeof control[i], 0};
  }
  int n = recvmmsg(fd, headers, room, MSG_DONTWAIT, 0);
  for (int i = 0; i < n; i++) {
    datagrams[i].count = headers[i].msg_len;
    datagrams[i].arrived_ns = clinux_arrival(&headers[i].msg_hdr);
    from_sockaddr(&peers[i], &datagrams[i].peer);
  }
  return n;
}

/* --- local sockets --- */

static int unix_address(const char *path, struct sockaddr_un *a) {
  memset(a, 0, sizeof *a);
  a->sun_family = AF_UNIX;
  if (strlen(path) >= sizeof a->sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  strcpy(a->sun_path, path);
  return 0;
}

static int unix_listen(const char *path, int type) {
  struct sockaddr_un a;
  if (unix_address(path, &a) != 0) return -1;
  int fd = socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  unlink(path);
  if (bind(fd, (struct sockaddr *)&a, sizeof a) != 0 || chmod(path, 0600) != 0 ||
      listen(fd, 8) != 0)
    return clinux_close_keeping_errno(fd);
  return fd;
}

int clinux_unix_listen(const char *path) { return unix_listen(path, SOCK_STREAM); }

int clinux_unix_packet_listen(const char *path) { return unix_listen(path, SOCK_SEQPACKET); }

static int unix_connect(const char *path, int type) {
  struct sockaddr_un a;
  if (unix_address(path, &a) != 0) return -1;
  int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (connect(fd, (struct sockaddr *)&a, sizeof a) != 0) return clinux_close_keeping_errno(fd);
  return fd;
}

int clinux_unix_connect(const char *path) { return unix_connect(path, SOCK_STREAM); }

int clinux_unix_connect_at_once(const char *path) {
  return unix_connect(path, SOCK_STREAM | SOCK_NONBLOCK);
}

int clinux_unix_datagram_connect(const char *path) { return unix_connect(path, SOCK_DGRAM); }

int clinux_accept(int fd) { return accept4(fd, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC); }

int clinux_unix_share(const char *path, unsigned group) {
  return chown(path, (uid_t)-1, group) == 0 && chmod(path, 0660) == 0 ? 0 : -1;
}

int64_t clinux_unix_peer(int fd) {
  struct ucred peer;
  socklen_t size = sizeof peer;
  return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? (int64_t)peer.uid : -1;
}

int64_t clinux_send_now(int fd, const void *bytes, size_t count) {
  return send(fd, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
}

int64_t clinux_receive_now(int fd, void *bytes, size_t room) {
  return recv(fd, bytes, room, MSG_DONTWAIT);
}
