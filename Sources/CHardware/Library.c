#include "Library.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

int chardware_load(const char *library, const char *const names[], size_t count, void *table) {
  void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (handle == 0) return -ELIBACC;
  for (size_t i = 0; i < count; i++) {
    void *function = dlsym(handle, names[i]);
    if (function == 0) {
      dlclose(handle);
      return -ELIBACC;
    }
    memcpy((char *)table + i * sizeof function, &function, sizeof function);
  }
  return 0;
}
