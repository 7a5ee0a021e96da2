/* libasound and libgpiod, 1.6 and 2.x, behind one small set of functions. */
#pragma once
#include "CHardwareAudio.h"
#include "CHardwareGPIO.h"

/* The versions of the libraries that are loaded, e.g. "1.2.8" and "1.6.3". */
const char *chardware_alsa_version(void);
const char *chardware_gpiod_version(void);
