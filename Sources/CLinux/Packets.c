#define _GNU_SOURCE
#include "CLinux.h"

#include "Internal.h"

#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>

#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

/* Nothing but answers is let through: every raw socket gets a copy of all ICMP of the machine. */
static int admit_echo_replies(int fd, int is_ipv6) {
  if (!is_ipv6) {
    struct icmp_filter filter = {~(1u << ICMP_ECHOREPLY)};
    return setsockopt(fd, SOL_RAW, ICMP_FILTER, &filter, sizeof filter);
  }
  struct icmp6_filter filter;
  ICMP6_FILTER_SETBLOCKALL(&filter);
  ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &filter);
  return setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter);
}

int clinux_echo_socket(int is_ipv6, const char *device) {
  int protocol = is_ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
  int fd = socket(is_ipv6 ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
  if (fd < 0) return -1;
  if (admit_echo_replies(fd, is_ipv6) != 0 ||
      (*device != 0 &&
       setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, strlen(device)) != 0))
    return clinux_close_keeping_errno(fd);
  return fd;
}

/* Lets UDP through from or to a range of ports, behind a header of IPv4 or IPv6 without options;
   fragments have no ports and are not let through. */
static int admit_ports(int fd, uint16_t first, uint16_t last) {
  struct sock_filter program[] = {
      /* 0: the version, in the first octet's upper half. */
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xF0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x60, 7, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x40, 0, 15),
      /* 4: IPv4: UDP, no fragment, and how long the header is. */
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 13),
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x3FFF, 11, 0),
      BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
      BPF_JUMP(BPF_JMP | BPF_JA, 3, 0, 0),
      /* 10: IPv6: UDP. */
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 6),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 7),
      BPF_STMT(BPF_LDX | BPF_IMM, 40),
      /* 13: the ports. */
      BPF_STMT(BPF_LD | BPF_H | BPF_IND, 0),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first, 0, 1),
      BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, last, 0, 4),
      BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first, 0, 1),
      BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, last, 0, 1),
      /* 19: nothing of it, or all. */
      BPF_STMT(BPF_RET | BPF_K, 0),
      BPF_STMT(BPF_RET | BPF_K, 0xFFFF),
  };
  struct sock_fprog filter = {sizeof program / sizeof *program, program};
  return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
}

int clinux_tap_socket(const char *device, uint16_t first, uint16_t last) {
  /* Of no protocol until the filter is there: nothing else must get in before. */
  int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  struct sockaddr_ll place = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
  if (*device != 0 && (place.sll_ifindex = (int)if_nametoindex(device)) == 0)
    return clinux_close_keeping_errno(fd);
  if (admit_ports(fd, first, last) != 0 || clinux_enable_arrival_times(fd) != 0 ||
      bind(fd, (struct sockaddr *)&place, sizeof place) != 0)
    return clinux_close_keeping_errno(fd);
  return fd;
}

int64_t clinux_tap_receive(int fd, void *bytes, size_t room, int64_t *utc_ns) {
  struct sockaddr_ll place;
  char control[CMSG_SPACE(sizeof(struct timespec))];
  struct iovec part = {bytes, room};
  struct msghdr header = {&place, sizeof place, &part, 1, control, sizeof control, 0};
  ssize_t n = recvmsg(fd, &header, MSG_DONTWAIT);
  if (n < 0) return -1;
  *utc_ns = clinux_arrival(&header);
  /* What a machine sends to itself is seen twice. */
  return place.sll_hatype == ARPHRD_LOOPBACK && place.sll_pkttype == PACKET_OUTGOING ? 0 : n;
}
