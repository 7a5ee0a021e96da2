#include "ALSALibrary.h"
#include "CHardwareAudio.h"

#include <alloca.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* libasound's own macros for this name its functions. */
#define ZEROED(type) memset(alloca(asound.type##_sizeof()), 0, asound.type##_sizeof())

enum { periods_a_second = 100, least_periods = 2 };

struct chardware_card {
  snd_pcm_t *capture;
  snd_pcm_t *playback;
  snd_pcm_uframes_t period;
  snd_pcm_uframes_t capture_ring;
  snd_pcm_uframes_t playback_ring;
  int is_linked;
  /* A period of silence in the card's format. */
  unsigned char *silence;
};

/* What a name such as hw:CARD,DEVICE means. libasound's own files say the same in 300 KB of heap,
   and would have to be on the board. */
static const char hw_only[] =
    "pcm.hw{@args[CARD DEV SUBDEV]@args.CARD{type string}"
    "@args.DEV{type integer default 0}@args.SUBDEV{type integer default -1}"
    "type hw card $CARD device $DEV subdevice $SUBDEV}";

chardware_card *chardware_card_new(void) { return calloc(1, sizeof(chardware_card)); }

void chardware_card_free(chardware_card *card) {
  if (card == 0) return;
  chardware_card_close(card);
  free(card);
}

static int open_hw(snd_pcm_t **pcm, const char *name, snd_pcm_stream_t stream) {
  snd_config_t *config = 0;
  snd_input_t *input = 0;
  int result = asound.snd_config_top(&config);
  if (result < 0) return result;
  result = asound.snd_input_buffer_open(&input, hw_only, sizeof hw_only - 1);
  if (result >= 0) {
    result = asound.snd_config_load(config, input);
    asound.snd_input_close(input);
  }
  if (result >= 0) result = asound.snd_pcm_open_lconf(pcm, name, stream, SND_PCM_NONBLOCK, config);
  asound.snd_config_delete(config);
  return result;
}

static int open_pcm(snd_pcm_t **pcm, const char *name, snd_pcm_stream_t stream) {
  if (strncmp(name, "hw:", 3) == 0) return open_hw(pcm, name, stream);
  int result = asound.snd_pcm_open(pcm, name, stream, SND_PCM_NONBLOCK);
  asound.snd_config_update_free_global();
  return result;
}

static int shape(
    snd_pcm_t *pcm, const chardware_card_form *form, snd_pcm_uframes_t period, unsigned periods,
    snd_pcm_uframes_t *ring) {
  snd_pcm_hw_params_t *p = ZEROED(snd_pcm_hw_params);
  int result = asound.snd_pcm_hw_params_any(pcm, p);
  if (result < 0) return result;
  snd_pcm_format_t format = form->is_a_law ? SND_PCM_FORMAT_A_LAW : SND_PCM_FORMAT_S16;
  snd_pcm_uframes_t frames = period;
  *ring = period * periods;
  if ((result = asound.snd_pcm_hw_params_set_rate_resample(pcm, p, 0)) < 0 ||
      (result = asound.snd_pcm_hw_params_set_access(pcm, p, SND_PCM_ACCESS_RW_INTERLEAVED)) < 0 ||
      (result = asound.snd_pcm_hw_params_set_format(pcm, p, format)) < 0 ||
      (result = asound.snd_pcm_hw_params_set_channels(pcm, p, form->channels)) < 0 ||
      (result = asound.snd_pcm_hw_params_set_rate(pcm, p, form->hertz, 0)) < 0 ||
      (result = asound.snd_pcm_hw_params_set_period_size_near(pcm, p, &frames, 0)) < 0 ||
      (result = asound.snd_pcm_hw_params_set_buffer_size_near(pcm, p, ring)) < 0 ||
      (result = asound.snd_pcm_hw_params(pcm, p)) < 0)
    return result;
  /* An interrupt more often than ours is harmless; a rarer one cannot pace 10 ms. */
  return frames > period || *ring < least_periods * period ? -EINVAL : 0;
}

static int set_thresholds(snd_pcm_t *pcm, snd_pcm_uframes_t period) {
  snd_pcm_sw_params_t *p = ZEROED(snd_pcm_sw_params);
  snd_pcm_uframes_t never;
  int result = asound.snd_pcm_sw_params_current(pcm, p);
  if (result < 0 || (result = asound.snd_pcm_sw_params_get_boundary(p, &never)) < 0) return result;
  if ((result = asound.snd_pcm_sw_params_set_start_threshold(pcm, p, never)) < 0 ||
      (result = asound.snd_pcm_sw_params_set_avail_min(pcm, p, period)) < 0 ||
      (result = asound.snd_pcm_sw_params_set_tstamp_mode(pcm, p, SND_PCM_TSTAMP_ENABLE)) < 0 ||
      (result = asound.snd_pcm_sw_params_set_tstamp_type(pcm, p, SND_PCM_TSTAMP_TYPE_MONOTONIC)) < 0)
    return result;
  return asound.snd_pcm_sw_params(pcm, p);
}

static int open_both(chardware_card *card, const chardware_card_form *form) {
  card->period = form->hertz / periods_a_second;
  unsigned periods = form->buffer_ms / (1000 / periods_a_second);
  if (periods < least_periods) periods = least_periods;
  int result;
  if ((result = open_pcm(&card->capture, form->capture, SND_PCM_STREAM_CAPTURE)) < 0 ||
      (result = open_pcm(&card->playback, form->playback, SND_PCM_STREAM_PLAYBACK)) < 0 ||
      (result = shape(card->capture, form, card->period, periods, &card->capture_ring)) < 0 ||
      (result = shape(card->playback, form, card->period, periods, &card->playback_ring)) < 0 ||
      (result = set_thresholds(card->capture, card->period)) < 0 ||
      (result = set_thresholds(card->playback, card->period)) < 0)
    return result;
  /* Two cards, or one that cannot: started one after the other, which costs some samples. */
  card->is_linked = asound.snd_pcm_link(card->capture, card->playback) == 0;
  size_t bytes = (size_t)asound.snd_pcm_frames_to_bytes(card->playback, (snd_pcm_sframes_t)card->period);
  card->silence = malloc(bytes);
  if (card->silence == 0) return -ENOMEM;
  memset(card->silence, form->is_a_law ? 0xD5 : 0, bytes);
  return 0;
}

int chardware_card_open(chardware_card *card, const chardware_card_form *form) {
  int result = chardware_asound_load();
  if (result < 0) return result;
  result = open_both(card, form);
  if (result < 0) chardware_card_close(card);
  return result;
}

void chardware_card_close(chardware_card *card) {
  if (card->is_linked) asound.snd_pcm_unlink(card->capture);
  if (card->capture != 0) asound.snd_pcm_close(card->capture);
  if (card->playback != 0) asound.snd_pcm_close(card->playback);
  free(card->silence);
  memset(card, 0, sizeof *card);
}

int chardware_card_start(chardware_card *card) {
  int result;
  asound.snd_pcm_drop(card->capture);
  asound.snd_pcm_drop(card->playback);
  if ((result = asound.snd_pcm_prepare(card->capture)) < 0) return result;
  if (!card->is_linked && (result = asound.snd_pcm_prepare(card->playback)) < 0) return result;
  /* One period less than fits: the two directions need not turn over at the same moment. */
  for (snd_pcm_uframes_t n = 2 * card->period; n <= card->playback_ring; n += card->period)
    if ((result = (int)asound.snd_pcm_writei(card->playback, card->silence, card->period)) < 0)
      return result;
  if ((result = asound.snd_pcm_start(card->capture)) < 0) return result;
  return card->is_linked ? 0 : asound.snd_pcm_start(card->playback);
}

int chardware_card_resume(chardware_card *card) {
  int result = asound.snd_pcm_resume(card->capture);
  if (result == -EAGAIN) return result;
  /* What the driver kept of the rings is not in step any more. */
  return chardware_card_start(card);
}

long chardware_card_wait(chardware_card *card, int timeout_ms, int64_t *ready_ns) {
  *ready_ns = 0;
  int result = asound.snd_pcm_wait(card->capture, timeout_ms);
  if (result <= 0) return result;
  snd_pcm_uframes_t count;
  snd_htimestamp_t t;
  if (asound.snd_pcm_htimestamp(card->capture, &count, &t) == 0)
    *ready_ns = (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
  return asound.snd_pcm_avail_update(card->capture);
}

long chardware_card_read(chardware_card *card, void *frames) {
  return asound.snd_pcm_readi(card->capture, frames, card->period);
}

long chardware_card_write(chardware_card *card, const void *frames) {
  long result = asound.snd_pcm_writei(card->playback, frames, card->period);
  return result == -EAGAIN ? 0 : result;
}

int chardware_card_overran(chardware_card *card) {
  snd_pcm_status_t *status = ZEROED(snd_pcm_status);
  if (asound.snd_pcm_status(card->capture, status) < 0) return 0;
  return asound.snd_pcm_status_get_avail(status) >= card->capture_ring;
}
