/* The parts of spandsp that the port uses. Every state is memory of the caller, of a size that a
   function states, so that nothing allocates after a channel was made. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* DTMF receiver (ITU-T Q.23, Q.24). */
size_t cspandsp_dtmf_size(void);
/* Starts over; levels under threshold_dbm0 per tone are not digits. Twist is in dB: `twist` for a
   row louder than its column, `reverse_twist` for the opposite. */
void cspandsp_dtmf_init(void *state, int threshold_dbm0, int twist, int reverse_twist);
/* Removes 350 and 440 Hz in front of the receiver, or not. */
void cspandsp_dtmf_filter_dial_tone(void *state, int yes);
/* Hears the samples; returns the digit (ASCII) that it became sure of meanwhile, or 0. */
int cspandsp_dtmf_hear(void *state, const int16_t *samples, int count);
/* The digit that sounds now (ASCII), 'x' when it may be one, or 0. */
int cspandsp_dtmf_status(void *state);

/* Packet loss concealer. */
size_t cspandsp_plc_size(void);
void cspandsp_plc_init(void *state);
/* Learns from good samples, and blends their beginning with what was made up before. */
void cspandsp_plc_good(void *state, int16_t *samples, int count);
/* Makes samples up. */
void cspandsp_plc_missing(void *state, int16_t *samples, int count);
