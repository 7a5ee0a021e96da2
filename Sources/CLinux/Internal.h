/* What the files of this folder share. */
#pragma once
#include "CLinux.h"

#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

/* Closes a descriptor after a failure that errno tells; returns -1. */
int clinux_close_keeping_errno(int fd);
static inline int64_t clinux_nanoseconds(struct timespec t) {
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}
/* When the kernel got a datagram, in nanoseconds since 1970; 0 when it was not asked. */
int64_t clinux_arrival(struct msghdr *header);
/* An address in the kernel's form; returns its length. */
socklen_t clinux_to_sockaddr(const clinux_endpoint *e, struct sockaddr_storage *s);
