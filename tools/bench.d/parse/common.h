/* What the measured programs of the peers share: TIMES=number PROGRAM <MESSAGE parses the message that often. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

static void fail(const char *why) {
  fprintf(stderr, "error: %s\n", why);
  exit(1);
}

static int repeat(void (*parse)(const char *, size_t)) {
  static char bytes[65536];
  const char *times = getenv("TIMES");
  if (!times) fail("usage: TIMES=number PROGRAM <MESSAGE");
  size_t count = fread(bytes, 1, sizeof bytes - 1, stdin);
  for (long left = atol(times); left > 0; left--) parse(bytes, count);
  return 0;
}
