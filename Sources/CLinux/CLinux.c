#define _GNU_SOURCE
#include "CLinux.h"

#include "Internal.h"

#include <linux/watchdog.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/statvfs.h>

static struct timespec timespec_of(int64_t ns) {
  return (struct timespec){ns / 1000000000, ns % 1000000000};
}

int64_t clinux_monotonic_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return clinux_nanoseconds(t);
}

int64_t clinux_realtime_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return clinux_nanoseconds(t);
}

int64_t clinux_utc_offset_seconds(int64_t realtime_ns) {
  time_t seconds = realtime_ns / 1000000000;
  struct tm t;
  localtime_r(&seconds, &t);
  return t.tm_gmtoff;
}

int clinux_timerfd_every(int fd, int64_t first_ns, int64_t period_ns) {
  struct itimerspec s = {timespec_of(period_ns), timespec_of(first_ns)};
  return timerfd_settime(fd, TFD_TIMER_ABSTIME, &s, 0);
}

int clinux_epoll_watch(int epoll, int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

int clinux_epoll_change(int epoll, int fd, int is_writing) {
  struct epoll_event event = {.events = is_writing ? EPOLLOUT : EPOLLIN, .data.fd = fd};
  return epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event);
}

int clinux_epoll_wait(int epoll, int *descriptors, int room, int timeout_ms) {
  struct epoll_event events[64];
  int n = epoll_wait(epoll, events, room < 64 ? room : 64, timeout_ms);
  for (int i = 0; i < n; i++) descriptors[i] = events[i].data.fd;
  return n;
}

int clinux_random(void *bytes, size_t count) {
  return getrandom(bytes, count, 0) == (ssize_t)count ? 0 : -1;
}

int clinux_signalfd_for_stop(void) {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  if (pthread_sigmask(SIG_BLOCK, &stop, 0) != 0) return -1;
  signal(SIGPIPE, SIG_IGN);
  return signalfd(-1, &stop, SFD_NONBLOCK | SFD_CLOEXEC);
}

int clinux_signalfd_for_window(void) {
  sigset_t window;
  sigemptyset(&window);
  sigaddset(&window, SIGWINCH);
  if (pthread_sigmask(SIG_BLOCK, &window, 0) != 0) return -1;
  return signalfd(-1, &window, SFD_NONBLOCK | SFD_CLOEXEC);
}

int64_t clinux_read_signal(int fd) {
  struct signalfd_siginfo info;
  ssize_t n = read(fd, &info, sizeof info);
  return n == (ssize_t)sizeof info ? (int64_t)info.ssi_signo : -1;
}

/* --- files --- */

int clinux_close_keeping_errno(int fd) {
  int saved = errno;
  close(fd);
  errno = saved;
  return -1;
}

int clinux_open_for_reading(const char *path) { return open(path, O_RDONLY | O_CLOEXEC); }

int clinux_open_for_writing(const char *path) { return open(path, O_WRONLY | O_CLOEXEC); }

int clinux_create(const char *path) {
  return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

int clinux_sync_folder(const char *path) {
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return -1;
  if (fsync(fd) != 0) return clinux_close_keeping_errno(fd);
  return close(fd);
}

int clinux_space(const char *path, int64_t *all_kib, int64_t *free_kib) {
  struct statvfs space;
  if (statvfs(path, &space) != 0) return -1;
  *all_kib = (int64_t)space.f_blocks * (int64_t)space.f_frsize / 1024;
  *free_kib = (int64_t)space.f_bavail * (int64_t)space.f_frsize / 1024;
  return 0;
}

/* --- the watchdog --- */

int clinux_watchdog_open(const char *path, int *timeout, int *has_bitten) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  int status = 0;
  // Both are optional for a driver: without them its own time-out counts and no bite is known.
  if (ioctl(fd, WDIOC_SETTIMEOUT, timeout) != 0) ioctl(fd, WDIOC_GETTIMEOUT, timeout);
  if (ioctl(fd, WDIOC_GETBOOTSTATUS, &status) != 0) status = 0;
  *has_bitten = (status & WDIOF_CARDRESET) != 0;
  return fd;
}

/* --- the terminal --- */

int clinux_terminal_columns(void) {
  struct winsize size;
  return ioctl(1, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int clinux_terminal_rows(void) {
  struct winsize size;
  return ioctl(1, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

/* --- threads --- */

struct start {
  void (*body)(void *);
  void *context;
};

/* More than a period needs: its pages are there before the first one. */
static void touch_stack(void) {
  volatile char room[24 * 1024];
  for (size_t i = 0; i < sizeof room; i += 1024) room[i] = 0;
}

static void *run(void *opaque) {
  struct start s = *(struct start *)opaque;
  free(opaque);
  touch_stack();
  s.body(s.context);
  return 0;
}

static int try_start(struct start *s, int priority, pthread_t *thread) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 256 * 1024);
  if (priority > 0) {
    struct sched_param p = {.sched_priority = priority};
    pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED);
    pthread_attr_setschedpolicy(&attributes, SCHED_FIFO);
    pthread_attr_setschedparam(&attributes, &p);
  }
  int result = pthread_create(thread, &attributes, run, s);
  pthread_attr_destroy(&attributes);
  return result;
}

int clinux_start_thread(
    void (*body)(void *), void *context, int priority, int *refusal, pthread_t *thread) {
  struct start *s = malloc(sizeof *s);
  if (s == 0) return -1;
  *s = (struct start){body, context};
  *refusal = priority > 0 ? try_start(s, priority, thread) : 0;
  if (priority > 0 && *refusal == 0) return 0;
  int result = try_start(s, 0, thread);
  if (result == 0) return 0;
  free(s);
  errno = result;
  return -1;
}

int clinux_join_thread(pthread_t thread) { return pthread_join(thread, 0); }

