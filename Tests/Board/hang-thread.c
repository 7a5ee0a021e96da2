/* Stops one thread of a process for good, as a fault of the program would, and waits with it. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 2) return fprintf(stderr, "usage: hang-thread TID\n"), 2;
  pid_t thread = atoi(argv[1]);
  if (ptrace(PTRACE_SEIZE, thread, 0, 0) != 0 || ptrace(PTRACE_INTERRUPT, thread, 0, 0) != 0)
    return perror("ptrace"), 1;
  puts("hung");
  fflush(stdout);
  for (;;) pause();
}
