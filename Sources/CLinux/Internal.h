/* What the files of this folder share. */
#pragma once
#include <stdint.h>
#include <sys/socket.h>

/* Closes a descriptor after a failure that errno tells; returns -1. */
int clinux_close_keeping_errno(int fd);
/* When the kernel got a datagram, in nanoseconds since 1970; 0 when it was not asked. */
int64_t clinux_arrival(struct msghdr *header);
