#include "CHardware.h"

#include "ALSALibrary.h"
#include "GPIOLibrary.h"

static const char missing[] = "missing";

const char *chardware_alsa_version(void) {
  return chardware_asound_load() < 0 ? missing : asound.snd_asoundlib_version();
}

const char *chardware_gpiod_version(void) {
  if (chardware_gpiod_load() < 0) return missing;
/* 2.x renamed the function. */
#ifdef GPIOD_BIT
  return gpiod.gpiod_version_string();
#else
  return gpiod.gpiod_api_version();
#endif
}
