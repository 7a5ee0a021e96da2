#define _GNU_SOURCE
#include "CLinux.h"

#include <dlfcn.h>
#include <grp.h>

/* libcrypt is wanted by a login and by a new password only: loaded then, not at every start. */
int clinux_crypt(const char *password, const char *setting, char *hash, size_t room) {
  void *library = dlopen("libcrypt.so.1", RTLD_NOW | RTLD_LOCAL);
  if (library == 0) {
    errno = ELIBACC;
    return -1;
  }
  char *(*crypt)(const char *, const char *) =
      (char *(*)(const char *, const char *))dlsym(library, "crypt");
  const char *made = crypt == 0 ? 0 : crypt(password, setting);
  int result = -1;
  /* What begins with * is crypt(3)'s way to say no. */
  if (made == 0 || made[0] == '*') {
    errno = EINVAL;
  } else if (strlen(made) >= room) {
    errno = ERANGE;
  } else {
    strcpy(hash, made);
    result = 0;
  }
  dlclose(library);
  return result;
}

int clinux_become(unsigned user, unsigned group) {
  return setgroups(0, 0) == 0 && setgid(group) == 0 && setuid(user) == 0 ? 0 : -1;
}
