/* The part of spandsp that the port uses. Its state is memory of the caller, of a size that a
   function states, so that nothing allocates after a channel was made. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* Packet loss concealer. */
size_t cspandsp_plc_size(void);
void cspandsp_plc_init(void *state);
/* Learns from good samples, and blends their beginning with what was made up before. */
void cspandsp_plc_good(void *state, int16_t *samples, int count);
/* Makes samples up. */
void cspandsp_plc_missing(void *state, int16_t *samples, int count);
