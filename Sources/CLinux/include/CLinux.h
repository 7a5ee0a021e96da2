/* The system calls that Swift cannot import by itself: macros, variadic functions and structures
   with platform-dependent layout. Every function returns what the kernel returned; errno is read
   with clinux_errno. Addresses cross as 16 octets and a family flag, never as sockaddr. */
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* errno is a macro: Swift cannot import it, and it must be read before anything else runs. */
static inline int clinux_errno(void) { return errno; }

int64_t clinux_monotonic_ns(void);
int64_t clinux_realtime_ns(void);
/* What local time is ahead of UTC at that moment. */
int64_t clinux_utc_offset_seconds(int64_t realtime_ns);
int clinux_timerfd_every(int fd, int64_t first_ns, int64_t period_ns);
int clinux_epoll_watch(int epoll, int fd);
/* From now on the descriptor is reported when it can be written to, or read. */
int clinux_epoll_change(int epoll, int fd, int is_writing);
/* Up to `room` (at most 64) readable descriptors; `timeout_ms` < 0 waits for ever. */
int clinux_epoll_wait(int epoll, int *descriptors, int room, int timeout_ms);
int clinux_random(void *bytes, size_t count);
int clinux_signalfd_for_stop(void);
int clinux_signalfd_for_window(void);
int64_t clinux_read_signal(int fd);

/* An IP address and port; IPv4 in the first four octets when is_ipv6 is 0. */
typedef struct {
  uint8_t octets[16];
  uint16_t port;
  uint8_t is_ipv6;
} clinux_endpoint;

/* `device` 0 leaves the way to the routing tables; `priority` is the frame's, 0 to 7. */
int clinux_udp_socket(
    const clinux_endpoint *local, int dscp, int priority, const char *device);
/* A raw socket that gets answers to echo requests only; an empty `device` is none. */
int clinux_echo_socket(int is_ipv6, const char *device);
/* A socket that gets copies of what UDP brings and takes at these ports, from the IP header on, at one
   device or, when that is empty, at all. */
int clinux_tap_socket(const char *device, uint16_t first, uint16_t last);
/* Takes a packet; 0 for one that is to be left out. `*utc_ns` is when it passed, since 1970. */
int64_t clinux_tap_receive(int fd, void *bytes, size_t room, int64_t *utc_ns);
int64_t clinux_send_to(int fd, const void *bytes, size_t count, const clinux_endpoint *to);
int64_t clinux_receive_from(int fd, void *bytes, size_t room, clinux_endpoint *from);

/* A listening TCP socket, at the device alone unless that is 0. What its connections have not yet
   sent takes at most about `send_room` bytes of the kernel's memory each; marks as of a UDP socket. */
int clinux_tcp_listen(
    const clinux_endpoint *local, int dscp, int priority, const char *device, int send_room);
/* Who is at the other end of a connection; 0 or -1. */
int clinux_peer(int fd, clinux_endpoint *peer);
/* A connection in the making: the descriptor can be written to when it stands or has failed, which
   `clinux_socket_error` tells. It fails when the other end leaves what was sent unanswered for
   `silence_ms`. `from` gives the address of our end, if it is not 0; an empty `device` is none. */
int clinux_tcp_connect(
    const clinux_endpoint *to, const clinux_endpoint *from, int dscp, int priority,
    unsigned silence_ms, const char *device);
int clinux_socket_error(int fd);
/* No more will be sent: the other end reads its end of file. */
int clinux_end_sending(int fd);

/* A datagram of a batch: where its bytes are, how many, from or to whom, and when the kernel had
   it (CLOCK_REALTIME, 0 if unknown). */
typedef struct {
  void *bytes;
  uint32_t count;
  int64_t arrived_ns;
  clinux_endpoint peer;
} clinux_datagram;

enum { clinux_batch_limit = 16 };
int clinux_enable_arrival_times(int fd);
/* Takes up to `room` waiting datagrams in one call; each `count` says how much room there is. */
int clinux_receive_batch(int fd, clinux_datagram *datagrams, unsigned room);

/* Datagrams of several sockets that wait to be sent together, by one call of io_uring. Without it
   (`uses_kernel` is 0, the kernel has none, or it refuses one) by a call each. For one thread. */
typedef struct clinux_send_ring clinux_send_ring;
/* How many may wait, and the octets of each. */
enum { clinux_send_limit = 16, clinux_send_room = 320 };
/* 0 without memory. */
clinux_send_ring *clinux_send_ring_open(int uses_kernel);
void clinux_send_ring_close(clinux_send_ring *ring);
int clinux_send_ring_is_batching(const clinux_send_ring *ring);
/* Keeps a copy of a datagram; -1 if it is too long, or the ring is full. */
int clinux_send_ring_add(
    clinux_send_ring *ring, int fd, const void *bytes, size_t count, const clinux_endpoint *to);
/* Sends what waits, in its order; returns how many datagrams the kernel did not take. */
unsigned clinux_send_ring_flush(clinux_send_ring *ring);

/* The size of the terminal at standard output; 0 if there is none or it does not know. */
int clinux_terminal_columns(void);
int clinux_terminal_rows(void);
int clinux_unix_listen(const char *path);
int clinux_unix_connect(const char *path);
/* Fails where the other one waits: the listener does not take connections. */
int clinux_unix_connect_at_once(const char *path);
int clinux_unix_datagram_connect(const char *path);
int clinux_unix_packet_listen(const char *path);
/* crypt(3) of libcrypt; `hash` gets the text with its end. */
int clinux_crypt(const char *password, const char *setting, char *hash, size_t room);
/* Gives up what root may, for good. */
int clinux_become(unsigned user, unsigned group);

/* The file system of a path: KiB in all, and those that are free. */
int clinux_space(const char *path, int64_t *all_kib, int64_t *free_kib);

int clinux_accept(int fd);
/* Lets a group connect as well. */
int clinux_unix_share(const char *path, unsigned group);
/* The user at the other end of a local connection; -1 when it cannot be told. */
int64_t clinux_unix_peer(int fd);
int64_t clinux_send_now(int fd, const void *bytes, size_t count);
int64_t clinux_receive_now(int fd, void *bytes, size_t room);

/* A socket that is told of links and IPv6 addresses, and the kernel's number of an interface; 0 without one. */
int clinux_link_socket(void);
unsigned clinux_interface_index(const char *name);
/* Asks rtnetlink for one thing; 0, or -1 with the kernel's reason in errno. */
int clinux_netlink_request(const void *bytes, size_t count);
/* Starts a program with `words` (ends with 0) and its standard output in a pipe, whose reading end
   is returned; `*process` becomes its number. It dies with us. */
int clinux_start_child(char *const *words, int *process);
void clinux_end_child(int process);

int clinux_open_for_reading(const char *path);
int clinux_open_for_writing(const char *path);
/* Makes a new file of mode 0600, and makes the names in a folder lasting. */
int clinux_create(const char *path);
int clinux_sync_folder(const char *path);

/* Opens and arms a watchdog; `*timeout` in seconds is asked for and becomes what the hardware took;
   `*has_bitten` becomes whether it made the last reset. */
int clinux_watchdog_open(const char *path, int *timeout, int *has_bitten);

/* Starts a thread; SCHED_FIFO at `priority` when it is above 0 and the kernel allows it.
   `*refusal` is the kernel's reason if it does not, else 0. */
int clinux_start_thread(
    void (*body)(void *), void *context, int priority, int *refusal, pthread_t *thread);
int clinux_join_thread(pthread_t thread);

/* Keeps everything in memory that was touched or will be, and touches the program's own code. */
int clinux_lock_memory(void);
