#include "CSpanDSP.h"

/* Not <spandsp.h>: that one needs the headers of libtiff. */
#include <spandsp/telephony.h>
#include <spandsp/logging.h>
#include <spandsp/queue.h>
#include <spandsp/complex.h>
#include <spandsp/tone_detect.h>
#include <spandsp/tone_generate.h>
#include <spandsp/super_tone_rx.h>
#include <spandsp/dtmf.h>
#include <spandsp/plc.h>
#include <spandsp/private/logging.h>
#include <spandsp/private/queue.h>
#include <spandsp/private/tone_generate.h>
#include <spandsp/private/dtmf.h>

size_t cspandsp_dtmf_size(void) { return sizeof(dtmf_rx_state_t); }

void cspandsp_dtmf_init(void *state, int threshold_dbm0, int twist, int reverse_twist) {
  dtmf_rx_init(state, 0, 0);
  dtmf_rx_parms(state, 0, twist, reverse_twist, threshold_dbm0);
}

void cspandsp_dtmf_filter_dial_tone(void *state, int yes) {
  dtmf_rx_parms(state, yes, -1, -1, -99);
}

int cspandsp_dtmf_hear(void *state, const int16_t *samples, int count) {
  char digit[2] = {0, 0};
  dtmf_rx(state, samples, count);
  /* It writes a zero behind the last digit. */
  dtmf_rx_get(state, digit, 1);
  return digit[0];
}

int cspandsp_dtmf_status(void *state) { return dtmf_rx_status(state); }

size_t cspandsp_plc_size(void) { return sizeof(plc_state_t); }

void cspandsp_plc_init(void *state) { plc_init(state); }

void cspandsp_plc_good(void *state, int16_t *samples, int count) {
  plc_rx(state, samples, count);
}

void cspandsp_plc_missing(void *state, int16_t *samples, int count) {
  plc_fillin(state, samples, count);
}
