#include "CSpanDSP.h"
#include <spandsp.h>
int cspandsp_placeholder(void) { dtmf_rx_state_t *s = dtmf_rx_init(0, 0, 0); return dtmf_rx_free(s); }
