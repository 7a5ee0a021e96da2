#include "ALSALibrary.h"

#include <pthread.h>

struct chardware_asound asound;

int chardware_asound_load(void) {
  static const char *const names[] = {ASOUND(LIBRARY_NAME)};
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  static int is_loaded;
  pthread_mutex_lock(&lock);
  int result =
      is_loaded ? 0 : chardware_load("libasound.so.2", names, sizeof names / sizeof *names, &asound);
  is_loaded = result == 0;
  pthread_mutex_unlock(&lock);
  return result;
}
