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
  char *(*crypt)(const char *, const char *, void **, int *) =
      (char *(*)(const char *, const char *, void **, int *))dlsym(library, "crypt_ra");
  /* A room of this call's own, which crypt_ra(3) makes: two threads may ask at once. */
  void *work = 0;
  int size = 0;
  const char *made = crypt == 0 ? 0 : crypt(password, setting, &work, &size);
  int result = -1;
  if (made == 0) {
    errno = EINVAL;
  } else if (strlen(made) >= room) {
    errno = ERANGE;
  } else {
    strcpy(hash, made);
    result = 0;
  }
  if (work != 0) {
    explicit_bzero(work, (size_t)size);
    free(work);
  }
  dlclose(library);
  return result;
}

int clinux_become(unsigned user, unsigned group) {
  return setgroups(0, 0) == 0 && setgid(group) == 0 && setuid(user) == 0 ? 0 : -1;
}
