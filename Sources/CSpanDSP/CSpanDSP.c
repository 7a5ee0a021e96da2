#include "CSpanDSP.h"

#include <string.h>

/* Not <spandsp.h>: that one needs the headers of libtiff. */
#include <spandsp/telephony.h>
#include <spandsp/plc.h>

size_t cspandsp_plc_size(void) { return sizeof(plc_state_t); }

void cspandsp_plc_init(void *state) { plc_init(state); }

void cspandsp_plc_good(void *state, int16_t *samples, int count) {
  plc_rx(state, samples, count);
}

/* Puts the oldest sample of the history first. plc_fillin does that at the beginning of a gap with a
   memcpy whose ranges overlap, which C leaves undefined; with nothing to move it does not. */
static void straighten(plc_state_t *plc) {
  int16_t newest[PLC_HISTORY_LEN];
  const size_t count = plc->buf_ptr, rest = PLC_HISTORY_LEN - count;
  memcpy(newest, plc->history, count * sizeof *newest);
  memmove(plc->history, plc->history + count, rest * sizeof *newest);
  memcpy(plc->history + rest, newest, count * sizeof *newest);
  plc->buf_ptr = 0;
}

void cspandsp_plc_missing(void *state, int16_t *samples, int count) {
  plc_state_t *plc = state;
  if (plc->missing_samples == 0) straighten(plc);
  plc_fillin(state, samples, count);
}
