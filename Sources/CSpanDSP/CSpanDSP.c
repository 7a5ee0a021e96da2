#include "CSpanDSP.h"

/* Not <spandsp.h>: that one needs the headers of libtiff. */
#include <spandsp/telephony.h>
#include <spandsp/plc.h>

size_t cspandsp_plc_size(void) { return sizeof(plc_state_t); }

void cspandsp_plc_init(void *state) { plc_init(state); }

void cspandsp_plc_good(void *state, int16_t *samples, int count) {
  plc_rx(state, samples, count);
}

void cspandsp_plc_missing(void *state, int16_t *samples, int count) {
  plc_fillin(state, samples, count);
}
