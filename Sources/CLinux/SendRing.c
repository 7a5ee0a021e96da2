#define _GNU_SOURCE
#include "CLinux.h"

#include "Internal.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A datagram that waits, with all that the kernel reads of it. */
typedef struct {
  int fd;
  struct msghdr header;
  struct iovec part;
  struct sockaddr_storage peer;
  unsigned char bytes[clinux_send_room];
} slot;

struct clinux_send_ring {
  int fd;
  /* What is shared with the kernel. The ring is written by one thread, and the kernel reads it
     within io_uring_enter alone. */
  unsigned char *rings;
  size_t rings_size;
  struct io_uring_sqe *entries;
  size_t entries_size;
  unsigned *submit_tail, *submit_order, submit_mask;
  unsigned *done_head, *done_tail, done_mask;
  struct io_uring_cqe *done;
  unsigned count;
  slot slots[clinux_send_limit];
};

static void *map_ring(int fd, size_t size, off_t what) {
  void *memory =
      mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, what);
  return memory == MAP_FAILED ? 0 : memory;
}

static void leave_ring(clinux_send_ring *ring) {
  if (ring->entries) munmap(ring->entries, ring->entries_size);
  if (ring->rings) munmap(ring->rings, ring->rings_size);
  if (ring->fd >= 0) close(ring->fd);
  ring->entries = 0;
  ring->rings = 0;
  ring->fd = -1;
}

static void enter_ring(clinux_send_ring *ring) {
  struct io_uring_params p;
  memset(&p, 0, sizeof p);
  ring->fd = (int)syscall(SYS_io_uring_setup, clinux_send_limit, &p);
  if (ring->fd < 0) return;
  size_t submit = p.sq_off.array + p.sq_entries * sizeof(unsigned);
  size_t done = p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe);
  ring->rings_size = submit > done ? submit : done;
  ring->entries_size = p.sq_entries * sizeof(struct io_uring_sqe);
  /* Kernels before 5.4 have two mappings. */
  if (p.features & IORING_FEAT_SINGLE_MMAP) {
    ring->rings = map_ring(ring->fd, ring->rings_size, IORING_OFF_SQ_RING);
    ring->entries = map_ring(ring->fd, ring->entries_size, IORING_OFF_SQES);
  }
  if (!ring->rings || !ring->entries) {
    leave_ring(ring);
    return;
  }
  ring->submit_tail = (unsigned *)(ring->rings + p.sq_off.tail);
  ring->submit_order = (unsigned *)(ring->rings + p.sq_off.array);
  ring->submit_mask = *(unsigned *)(ring->rings + p.sq_off.ring_mask);
  ring->done_head = (unsigned *)(ring->rings + p.cq_off.head);
  ring->done_tail = (unsigned *)(ring->rings + p.cq_off.tail);
  ring->done_mask = *(unsigned *)(ring->rings + p.cq_off.ring_mask);
  ring->done = (struct io_uring_cqe *)(ring->rings + p.cq_off.cqes);
  for (unsigned i = 0; i < clinux_send_limit; i++) {
    /* Without MSG_DONTWAIT the kernel would wait for room, and keep our memory until then. */
    ring->entries[i] = (struct io_uring_sqe){
        .opcode = IORING_OP_SENDMSG, .addr = (uintptr_t)&ring->slots[i].header, .len = 1,
        .msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL};
  }
}

clinux_send_ring *clinux_send_ring_open(int uses_kernel) {
  clinux_send_ring *ring = calloc(1, sizeof *ring);
  if (!ring) return 0;
  ring->fd = -1;
  if (uses_kernel) enter_ring(ring);
  return ring;
}

void clinux_send_ring_close(clinux_send_ring *ring) {
  leave_ring(ring);
  free(ring);
}

int clinux_send_ring_is_batching(const clinux_send_ring *ring) { return ring->fd >= 0; }

int clinux_send_ring_add(
    clinux_send_ring *ring, int fd, const void *bytes, size_t count, const clinux_endpoint *to) {
  if (ring->count == clinux_send_limit || count > clinux_send_room) return -1;
  slot *s = &ring->slots[ring->count++];
  memcpy(s->bytes, bytes, count);
  s->fd = fd;
  s->part = (struct iovec){s->bytes, count};
  s->header = (struct msghdr){
      .msg_name = &s->peer, .msg_namelen = clinux_to_sockaddr(to, &s->peer),
      .msg_iov = &s->part, .msg_iovlen = 1};
  return 0;
}

/* Puts the waiting datagrams before the kernel; returns how many it took on. */
static unsigned submit(clinux_send_ring *ring) {
  unsigned tail = *ring->submit_tail;
  for (unsigned i = 0; i < ring->count; i++) {
    ring->entries[i].fd = ring->slots[i].fd;
    ring->submit_order[(tail + i) & ring->submit_mask] = i;
  }
  __atomic_store_n(ring->submit_tail, tail + ring->count, __ATOMIC_RELEASE);
  long taken = syscall(SYS_io_uring_enter, ring->fd, ring->count, 0, 0, 0, 0);
  if (taken < 0) {
    leave_ring(ring);
    return 0;
  }
  /* What it left must not be there when the next ones come. */
  __atomic_store_n(ring->submit_tail, tail + (unsigned)taken, __ATOMIC_RELEASE);
  return (unsigned)taken;
}

/* Takes the kernel's answers; returns how many datagrams it did not send. */
static unsigned reap(clinux_send_ring *ring, unsigned expected) {
  unsigned refused = 0, head = *ring->done_head;
  for (unsigned seen = 0; seen < expected;) {
    if (head != __atomic_load_n(ring->done_tail, __ATOMIC_ACQUIRE)) {
      refused += ring->done[head & ring->done_mask].res < 0;
      head++, seen++;
      __atomic_store_n(ring->done_head, head, __ATOMIC_RELEASE);
      continue;
    }
    /* It answers within the call; should one ever be late, its memory is the kernel's until then. */
    long waited = syscall(
        SYS_io_uring_enter, ring->fd, 0, expected - seen, IORING_ENTER_GETEVENTS, 0, 0);
    if (waited < 0 && errno != EINTR) {
      leave_ring(ring);
      return refused + expected - seen;
    }
  }
  return refused;
}

unsigned clinux_send_ring_flush(clinux_send_ring *ring) {
  unsigned taken = 0, refused = 0;
  if (ring->fd >= 0 && ring->count > 1) taken = submit(ring);
  if (taken > 0) refused = reap(ring, taken);
  for (unsigned i = taken; i < ring->count; i++) {
    slot *s = &ring->slots[i];
    if (sendmsg(s->fd, &s->header, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) refused++;
  }
  ring->count = 0;
  return refused;
}
