/* One audio card: a capture and a playback PCM of libasound that run together, in periods of 10 ms.
   Every function returns 0 or a count, or a negative errno: -EPIPE after an xrun, -ESTRPIPE while
   the machine was suspended; after anything else the card is gone. Between `open` and `close`
   nothing allocates. */
#pragma once
#include <stdint.h>

/* How a card is opened; the frames of the ring are `buffer_ms` long. */
typedef struct {
  const char *capture;
  const char *playback;
  unsigned channels;
  unsigned hertz;
  int is_a_law;
  unsigned buffer_ms;
} chardware_card_form;

typedef struct chardware_card chardware_card;

/* A card that is closed; 0 when there is no memory. */
chardware_card *chardware_card_new(void);
void chardware_card_free(chardware_card *card);

/* Opens both directions; when it fails, both are closed. */
int chardware_card_open(chardware_card *card, const chardware_card_form *form);
void chardware_card_close(chardware_card *card);

/* Starts both directions anew with silence in the playback ring, also after an xrun. */
int chardware_card_start(chardware_card *card);
/* Goes on after a suspend: -EAGAIN while the machine still sleeps. */
int chardware_card_resume(chardware_card *card);

/* Waits until a period was captured. Returns how many frames may be read, 0 when none came in
   time; `*ready_ns` is when the card said so on the monotonic clock, 0 if it does not say. */
long chardware_card_wait(chardware_card *card, int timeout_ms, int64_t *ready_ns);
/* Reads or writes a period; returns the frames that were taken, which may be fewer for a write. */
long chardware_card_read(chardware_card *card, void *frames);
long chardware_card_write(chardware_card *card, const void *frames);
/* Whether an xrun was the capture's: its ring is full. */
int chardware_card_overran(chardware_card *card);
