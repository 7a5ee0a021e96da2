/* The other half of the loopback card: what the telephones say and hear.

   Every period that the box has played goes to the port as it is, interleaved; every period that
   came from the port is played to the box. The card is the clock: a missing period is silence. */
#include <alsa/asoundlib.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { rate = 8000, period = 80, ring_periods = 8, lead_periods = 3, most_channels = 8 };

static unsigned channels;
static size_t period_bytes;
static unsigned long xruns;

static void must(int result, const char *what) {
  if (result >= 0) return;
  fprintf(stderr, "analog-side: %s: %s\n", what, snd_strerror(result));
  exit(1);
}

/* The image has none of libasound's configuration files. */
static snd_pcm_t *open_hw(const char *name, snd_pcm_stream_t stream) {
  static const char text[] =
      "pcm.hw{@args[CARD DEV SUBDEV]@args.CARD{type string}@args.DEV{type integer default 0}"
      "@args.SUBDEV{type integer default -1}type hw card $CARD device $DEV subdevice $SUBDEV}";
  snd_config_t *config;
  snd_input_t *input;
  snd_pcm_t *pcm;
  must(snd_config_top(&config), "configuration");
  must(snd_input_buffer_open(&input, text, sizeof text - 1), "configuration");
  must(snd_config_load(config, input), "configuration");
  snd_input_close(input);
  must(snd_pcm_open_lconf(&pcm, name, stream, 0, config), name);
  snd_config_delete(config);
  return pcm;
}

static snd_pcm_t *open_pcm(const char *name, snd_pcm_stream_t stream) {
  snd_pcm_t *pcm = open_hw(name, stream);
  snd_pcm_hw_params_t *p;
  snd_pcm_uframes_t frames = period, ring = period * ring_periods;
  snd_pcm_hw_params_alloca(&p);
  must(snd_pcm_hw_params_any(pcm, p), "parameters");
  must(snd_pcm_hw_params_set_access(pcm, p, SND_PCM_ACCESS_RW_INTERLEAVED), "access");
  must(snd_pcm_hw_params_set_format(pcm, p, SND_PCM_FORMAT_S16), "format");
  must(snd_pcm_hw_params_set_channels(pcm, p, channels), "channels");
  must(snd_pcm_hw_params_set_rate(pcm, p, rate, 0), "rate");
  must(snd_pcm_hw_params_set_period_size_near(pcm, p, &frames, 0), "period");
  must(snd_pcm_hw_params_set_buffer_size_near(pcm, p, &ring), "ring");
  must(snd_pcm_hw_params(pcm, p), "parameters of the card");
  return pcm;
}

static void lead(snd_pcm_t *playback, const void *silence) {
  for (int i = 0; i < lead_periods; i++) snd_pcm_writei(playback, silence, period);
}

/* A whole period from the port, or 0 when none is there. */
static int take(int port, unsigned char *frame, size_t *held) {
  struct pollfd entry = {.fd = port, .events = POLLIN};
  while (*held < period_bytes && poll(&entry, 1, 0) > 0 && (entry.revents & POLLIN)) {
    ssize_t n = read(port, frame + *held, period_bytes - *held);
    if (n <= 0) break;
    *held += (size_t)n;
  }
  if (*held < period_bytes) return 0;
  *held = 0;
  return 1;
}

static void give(int port, const unsigned char *frame) {
  for (size_t done = 0; done < period_bytes;) {
    ssize_t n = write(port, frame + done, period_bytes - done);
    if (n < 0) return;
    done += (size_t)n;
  }
}

int main(int argc, char **argv) {
  if (argc != 4) return fprintf(stderr, "usage: analog-side PCM CHANNELS PORT\n"), 2;
  channels = (unsigned)atoi(argv[2]);
  if (channels < 1 || channels > most_channels) return 2;
  period_bytes = period * channels * 2;
  int port = open(argv[3], O_RDWR);
  if (port < 0) return perror(argv[3]), 1;
  static unsigned char heard[period * most_channels * 2], said[sizeof heard], silence[sizeof heard];
  size_t held = 0;
  snd_pcm_t *capture = open_pcm(argv[1], SND_PCM_STREAM_CAPTURE);
  snd_pcm_t *playback = open_pcm(argv[1], SND_PCM_STREAM_PLAYBACK);
  lead(playback, silence);
  must(snd_pcm_start(capture), "start");
  for (;;) {
    long n = snd_pcm_readi(capture, heard, period);
    if (n < 0) {
      fprintf(stderr, "analog-side: xrun %lu\n", ++xruns);
      must(snd_pcm_recover(capture, (int)n, 1), "capture");
      snd_pcm_start(capture);
      continue;
    }
    give(port, heard);
    n = snd_pcm_writei(playback, take(port, said, &held) ? said : silence, period);
    if (n < 0) {
      fprintf(stderr, "analog-side: xrun %lu\n", ++xruns);
      must(snd_pcm_recover(playback, (int)n, 1), "playback");
      lead(playback, silence);
    }
  }
}
