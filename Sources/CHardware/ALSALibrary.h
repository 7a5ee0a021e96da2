/* The functions of libasound that a card needs. */
#pragma once
#include "Library.h"

#include <alsa/asoundlib.h>

#define ASOUND(X) \
  X(snd_asoundlib_version) \
  X(snd_config_delete) \
  X(snd_config_load) \
  X(snd_config_top) \
  X(snd_config_update_free_global) \
  X(snd_input_buffer_open) \
  X(snd_input_close) \
  X(snd_pcm_avail_update) \
  X(snd_pcm_close) \
  X(snd_pcm_drop) \
  X(snd_pcm_frames_to_bytes) \
  X(snd_pcm_htimestamp) \
  X(snd_pcm_hw_params) \
  X(snd_pcm_hw_params_any) \
  X(snd_pcm_hw_params_set_access) \
  X(snd_pcm_hw_params_set_buffer_size_near) \
  X(snd_pcm_hw_params_set_channels) \
  X(snd_pcm_hw_params_set_format) \
  X(snd_pcm_hw_params_set_period_size_near) \
  X(snd_pcm_hw_params_set_rate) \
  X(snd_pcm_hw_params_set_rate_resample) \
  X(snd_pcm_hw_params_sizeof) \
  X(snd_pcm_link) \
  X(snd_pcm_open) \
  X(snd_pcm_open_lconf) \
  X(snd_pcm_prepare) \
  X(snd_pcm_readi) \
  X(snd_pcm_resume) \
  X(snd_pcm_start) \
  X(snd_pcm_status) \
  X(snd_pcm_status_get_avail) \
  X(snd_pcm_status_sizeof) \
  X(snd_pcm_sw_params) \
  X(snd_pcm_sw_params_current) \
  X(snd_pcm_sw_params_get_boundary) \
  X(snd_pcm_sw_params_set_avail_min) \
  X(snd_pcm_sw_params_set_start_threshold) \
  X(snd_pcm_sw_params_set_tstamp_mode) \
  X(snd_pcm_sw_params_set_tstamp_type) \
  X(snd_pcm_sw_params_sizeof) \
  X(snd_pcm_unlink) \
  X(snd_pcm_wait) \
  X(snd_pcm_writei)

extern struct chardware_asound {
  ASOUND(LIBRARY_MEMBER)
} asound;

/* Loads them, once. */
int chardware_asound_load(void);
