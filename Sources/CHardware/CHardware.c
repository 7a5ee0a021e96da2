#include "CHardware.h"

#include <alsa/asoundlib.h>
#include <gpiod.h>

const char *chardware_alsa_version(void) { return snd_asoundlib_version(); }

/* Only the 1.x header defines GPIOD_BIT; 2.x renamed the function. */
#ifdef GPIOD_BIT
const char *chardware_gpiod_version(void) { return gpiod_version_string(); }
#else
const char *chardware_gpiod_version(void) { return gpiod_api_version(); }
#endif
