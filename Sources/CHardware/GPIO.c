#include "CHardwareGPIO.h"
#include "GPIOLibrary.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

static const char consumer[] = "tipring";

/* What the kernel says to a wish for edges when the chip has no interrupts. */
static int lacks_interrupts(int status) { return status == -ENODEV || status == -ENXIO; }

static int failure(void) { return errno > 0 ? -errno : -EIO; }

static int has_input(int descriptor) {
  struct pollfd entry = {.fd = descriptor, .events = POLLIN};
  return poll(&entry, 1, 0) > 0;
}

/* Only the 1.x header defines GPIOD_BIT. */
#ifdef GPIOD_BIT

struct chardware_pin {
  struct gpiod_line *line;
  struct gpiod_chip *chip;
  int has_edges;
};

static int take_input(chardware_pin *pin, int flags) {
  pin->has_edges = 1;
  if (gpiod.gpiod_line_request_both_edges_events_flags(pin->line, consumer, flags) == 0) return 0;
  int status = failure();
  if (!lacks_interrupts(status)) return status;
  pin->has_edges = 0;
  return gpiod.gpiod_line_request_input_flags(pin->line, consumer, flags) == 0 ? 0 : failure();
}

static int find(chardware_pin *pin, const char *chip, unsigned offset, const char *name) {
  if (chip != 0) {
    pin->chip = gpiod.gpiod_chip_open_lookup(chip);
    if (pin->chip == 0) return failure();
    pin->line = gpiod.gpiod_chip_get_line(pin->chip, offset);
    return pin->line != 0 ? 0 : failure();
  }
  errno = 0;
  pin->line = gpiod.gpiod_line_find(name);
  if (pin->line == 0) return errno == 0 ? -ENOENT : failure();
  pin->chip = gpiod.gpiod_line_get_chip(pin->line);
  return 0;
}

int chardware_pin_open(
    chardware_pin **result, const char *chip, unsigned offset, const char *name, int is_output,
    int is_active_low, int value) {
  int status = chardware_gpiod_load();
  if (status < 0) return status;
  chardware_pin *pin = calloc(1, sizeof *pin);
  if (pin == 0) return -ENOMEM;
  int flags = is_active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0;
  status = find(pin, chip, offset, name);
  if (status == 0) {
    if (!is_output)
      status = take_input(pin, flags);
    else if (gpiod.gpiod_line_request_output_flags(pin->line, consumer, flags, value) < 0)
      status = failure();
  }
  if (status < 0) {
    chardware_pin_close(pin);
    return status;
  }
  *result = pin;
  return 0;
}

void chardware_pin_close(chardware_pin *pin) {
  if (pin == 0) return;
  if (pin->chip != 0) gpiod.gpiod_chip_close(pin->chip);
  free(pin);
}

int chardware_pin_descriptor(const chardware_pin *pin) {
  return pin->has_edges ? gpiod.gpiod_line_event_get_fd(pin->line) : -1;
}

int chardware_pin_get(chardware_pin *pin) {
  int value = gpiod.gpiod_line_get_value(pin->line);
  return value < 0 ? failure() : value;
}

int chardware_pin_set(chardware_pin *pin, int value) {
  return gpiod.gpiod_line_set_value(pin->line, value) < 0 ? failure() : 0;
}

int chardware_pin_edge(chardware_pin *pin, int64_t *at_ns) {
  struct gpiod_line_event event;
  if (!pin->has_edges || !has_input(chardware_pin_descriptor(pin))) return -EAGAIN;
  if (gpiod.gpiod_line_event_read(pin->line, &event) < 0) return failure();
  *at_ns = (int64_t)event.ts.tv_sec * 1000000000 + event.ts.tv_nsec;
  return event.event_type == GPIOD_LINE_EVENT_RISING_EDGE;
}

#else

#include <dirent.h>
#include <stdio.h>

enum { path_limit = 300 };

struct chardware_pin {
  struct gpiod_line_request *request;
  struct gpiod_edge_event_buffer *events;
  unsigned offset;
};

/* 2.x opens a chip by its path only, and leaves looking around to the caller. */
static int is_chip(struct gpiod_chip *chip, const char *wanted) {
  struct gpiod_chip_info *info = gpiod.gpiod_chip_get_info(chip);
  if (info == 0) return 0;
  int is_it = strcmp(gpiod.gpiod_chip_info_get_name(info), wanted) == 0 ||
              strcmp(gpiod.gpiod_chip_info_get_label(info), wanted) == 0;
  gpiod.gpiod_chip_info_free(info);
  return is_it;
}

static struct gpiod_chip *find(const char *wanted, const char *name, unsigned *offset) {
  if (wanted != 0 && wanted[0] == '/') return gpiod.gpiod_chip_open(wanted);
  DIR *folder = opendir("/dev");
  if (folder == 0) return 0;
  struct gpiod_chip *found = 0;
  struct dirent *entry;
  while (found == 0 && (entry = readdir(folder)) != 0) {
    char path[path_limit];
    snprintf(path, sizeof path, "/dev/%s", entry->d_name);
    if (strncmp(entry->d_name, "gpiochip", 8) != 0) continue;
    struct gpiod_chip *chip = gpiod.gpiod_chip_open(path);
    if (chip == 0) continue;
    int place = wanted == 0 ? gpiod.gpiod_chip_get_line_offset_from_name(chip, name) : -1;
    if (place >= 0) *offset = (unsigned)place;
    if (place >= 0 || (wanted != 0 && is_chip(chip, wanted))) found = chip;
    else gpiod.gpiod_chip_close(chip);
  }
  closedir(folder);
  if (found == 0) errno = ENOENT;
  return found;
}

static int configure(
    struct gpiod_line_config *lines, struct gpiod_line_settings *settings, unsigned offset,
    int is_output, int has_edges, int is_active_low, int value) {
  gpiod.gpiod_line_settings_set_active_low(settings, is_active_low);
  gpiod.gpiod_line_settings_set_direction(
      settings, is_output ? GPIOD_LINE_DIRECTION_OUTPUT : GPIOD_LINE_DIRECTION_INPUT);
  if (is_output)
    gpiod.gpiod_line_settings_set_output_value(
        settings, value ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE);
  else if (has_edges)
    gpiod.gpiod_line_settings_set_edge_detection(settings, GPIOD_LINE_EDGE_BOTH);
  return gpiod.gpiod_line_config_add_line_settings(lines, &offset, 1, settings);
}

static int request(
    chardware_pin *pin, struct gpiod_chip *chip, int is_output, int has_edges, int is_active_low,
    int value) {
  struct gpiod_line_settings *settings = gpiod.gpiod_line_settings_new();
  struct gpiod_line_config *lines = gpiod.gpiod_line_config_new();
  struct gpiod_request_config *words = gpiod.gpiod_request_config_new();
  int status = -ENOMEM;
  if (settings != 0 && lines != 0 && words != 0) {
    gpiod.gpiod_request_config_set_consumer(words, consumer);
    status =
        configure(lines, settings, pin->offset, is_output, has_edges, is_active_low, value);
    if (status == 0) pin->request = gpiod.gpiod_chip_request_lines(chip, words, lines);
    if (pin->request == 0) status = failure();
  }
  gpiod.gpiod_request_config_free(words);
  gpiod.gpiod_line_config_free(lines);
  gpiod.gpiod_line_settings_free(settings);
  return status;
}

int chardware_pin_open(
    chardware_pin **result, const char *chip, unsigned offset, const char *name, int is_output,
    int is_active_low, int value) {
  int status = chardware_gpiod_load();
  if (status < 0) return status;
  chardware_pin *pin = calloc(1, sizeof *pin);
  if (pin == 0) return -ENOMEM;
  pin->offset = offset;
  struct gpiod_chip *found = find(chip, name, &pin->offset);
  int has_edges = !is_output;
  status =
      found == 0 ? failure() : request(pin, found, is_output, has_edges, is_active_low, value);
  if (has_edges && lacks_interrupts(status)) {
    has_edges = 0;
    status = request(pin, found, is_output, has_edges, is_active_low, value);
  }
  if (found != 0) gpiod.gpiod_chip_close(found);
  if (status == 0 && has_edges) {
    pin->events = gpiod.gpiod_edge_event_buffer_new(1);
    if (pin->events == 0) status = -ENOMEM;
  }
  if (status < 0) {
    chardware_pin_close(pin);
    return status;
  }
  *result = pin;
  return 0;
}

void chardware_pin_close(chardware_pin *pin) {
  if (pin == 0) return;
  if (pin->events != 0) gpiod.gpiod_edge_event_buffer_free(pin->events);
  if (pin->request != 0) gpiod.gpiod_line_request_release(pin->request);
  free(pin);
}

int chardware_pin_descriptor(const chardware_pin *pin) {
  return pin->events != 0 ? gpiod.gpiod_line_request_get_fd(pin->request) : -1;
}

int chardware_pin_get(chardware_pin *pin) {
  enum gpiod_line_value value = gpiod.gpiod_line_request_get_value(pin->request, pin->offset);
  return value == GPIOD_LINE_VALUE_ERROR ? failure() : value == GPIOD_LINE_VALUE_ACTIVE;
}

int chardware_pin_set(chardware_pin *pin, int value) {
  enum gpiod_line_value level = value ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
  return gpiod.gpiod_line_request_set_value(pin->request, pin->offset, level) < 0 ? failure() : 0;
}

int chardware_pin_edge(chardware_pin *pin, int64_t *at_ns) {
  if (pin->events == 0 || !has_input(chardware_pin_descriptor(pin))) return -EAGAIN;
  if (gpiod.gpiod_line_request_read_edge_events(pin->request, pin->events, 1) < 1) return failure();
  struct gpiod_edge_event *event = gpiod.gpiod_edge_event_buffer_get_event(pin->events, 0);
  *at_ns = (int64_t)gpiod.gpiod_edge_event_get_timestamp_ns(event);
  return gpiod.gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE;
}

#endif
