#define _GNU_SOURCE
#include "CLinux.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

enum { answer_bytes = 4096, answers_limit = 16 };

static int open_netlink(unsigned groups, int flags) {
  struct sockaddr_nl local = {.nl_family = AF_NETLINK, .nl_groups = groups};
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | flags, NETLINK_ROUTE);
  if (fd < 0) return -1;
  if (bind(fd, (struct sockaddr *)&local, sizeof local) == 0) return fd;
  int saved = errno;
  close(fd);
  errno = saved;
  return -1;
}

int clinux_link_socket(void) {
  return open_netlink(RTMGRP_LINK | RTMGRP_IPV6_IFADDR, SOCK_NONBLOCK);
}

unsigned clinux_interface_index(const char *name) { return if_nametoindex(name); }

/* The kernel carries a request out within `send`: its answer is there when that returns. */
static int take_answer(int fd) {
  union {
    struct nlmsghdr header;
    char bytes[answer_bytes];
  } answer;
  for (int i = 0; i < answers_limit; i++) {
    ssize_t n = recv(fd, &answer, sizeof answer, 0);
    if (n < (ssize_t)sizeof(struct nlmsghdr)) return n < 0 ? -1 : (errno = EPROTO, -1);
    if (answer.header.nlmsg_type != NLMSG_ERROR) continue;
    if (n < (ssize_t)NLMSG_LENGTH(sizeof(struct nlmsgerr))) break;
    errno = -((struct nlmsgerr *)NLMSG_DATA(&answer.header))->error;
    return errno == 0 ? 0 : -1;
  }
  errno = EPROTO;
  return -1;
}

int clinux_netlink_request(const void *bytes, size_t count) {
  int fd = open_netlink(0, 0);
  if (fd < 0) return -1;
  int result = send(fd, bytes, count, 0) < 0 ? -1 : take_answer(fd);
  int saved = errno;
  close(fd);
  errno = saved;
  return result;
}

static void become(char *const *words, int output, pid_t parent) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent || dup2(output, STDOUT_FILENO) < 0) _exit(127);
  execv(words[0], words);
  _exit(127);
}

int clinux_start_child(char *const *words, int *process) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  pid_t parent = getpid(), child = vfork();
  if (child == 0) become(words, ends[1], parent);
  int saved = errno;
  close(ends[1]);
  if (child > 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0) {
    *process = child;
    return ends[0];
  }
  if (child > 0) clinux_end_child(child);
  close(ends[0]);
  errno = saved;
  return -1;
}

void clinux_end_child(int process) {
  kill(process, SIGKILL);
  while (waitpid(process, 0, 0) < 0 && errno == EINTR) {
  }
}
