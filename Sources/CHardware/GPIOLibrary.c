#include "GPIOLibrary.h"

#include <pthread.h>

struct chardware_gpiod gpiod;

int chardware_gpiod_load(void) {
  static const char *const names[] = {GPIOD(LIBRARY_NAME)};
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  static int is_loaded;
  pthread_mutex_lock(&lock);
  int result =
      is_loaded ? 0 : chardware_load(GPIOD_LIBRARY, names, sizeof names / sizeof *names, &gpiod);
  is_loaded = result == 0;
  pthread_mutex_unlock(&lock);
  return result;
}
