#define _GNU_SOURCE
#include "CLinux.h"

#include <link.h>
#include <sys/mman.h>
#include <sys/resource.h>

#ifndef MCL_ONFAULT
#define MCL_ONFAULT 4
#endif

enum { page_bytes = 4096 };

/* Between the segments of a program there may be nothing: each is touched by itself. */
static int touch_program(struct dl_phdr_info *info, size_t size, void *unused) {
  (void)size, (void)unused;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    if (info->dlpi_phdr[i].p_type != PT_LOAD) continue;
    const volatile char *start = (const char *)info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
    for (size_t at = 0; at < info->dlpi_phdr[i].p_filesz; at += page_bytes) (void)start[at];
  }
  return 1; /* The first object is the program; its libraries follow. */
}

int clinux_lock_memory(void) {
  struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
  /* Under a limit a later allocation would fail: better unlocked than that. */
  if (setrlimit(RLIMIT_MEMLOCK, &limit) != 0 &&
      (getrlimit(RLIMIT_MEMLOCK, &limit) != 0 || limit.rlim_cur != RLIM_INFINITY)) {
    errno = EPERM;
    return -1;
  }
  /* What is never touched need not be there: the libraries are larger than what we use of them. */
  if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0 &&
      (errno != EINVAL || mlockall(MCL_CURRENT | MCL_FUTURE) != 0))
    return -1;
  /* Our own code is touched now, so that no period ever waits for the flash. */
  dl_iterate_phdr(touch_program, 0);
  return 0;
}
