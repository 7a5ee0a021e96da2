#define _GNU_SOURCE
#include "CLinux.h"

#include <sys/mman.h>
#include <sys/resource.h>

#ifndef MCL_ONFAULT
#define MCL_ONFAULT 4
#endif

/* The linker's names for the ends of the program's own code. */
extern const char __executable_start[], etext[];

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
  for (const volatile char *p = __executable_start; p < etext; p += 4096) (void)*p;
  return 0;
}
