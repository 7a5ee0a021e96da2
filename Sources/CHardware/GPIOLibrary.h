/* The functions of libgpiod, 1.6 or 2.x, that a pin needs. */
#pragma once
#include "Library.h"

#include <gpiod.h>

/* Only the 1.x header defines GPIOD_BIT. */
#ifdef GPIOD_BIT

#define GPIOD_LIBRARY "libgpiod.so.2"
#define GPIOD(X) \
  X(gpiod_chip_close) \
  X(gpiod_chip_get_line) \
  X(gpiod_chip_open_lookup) \
  X(gpiod_line_event_get_fd) \
  X(gpiod_line_event_read) \
  X(gpiod_line_find) \
  X(gpiod_line_get_chip) \
  X(gpiod_line_get_value) \
  X(gpiod_line_request_both_edges_events_flags) \
  X(gpiod_line_request_input_flags) \
  X(gpiod_line_request_output_flags) \
  X(gpiod_line_set_value) \
  X(gpiod_version_string)

#else

#define GPIOD_LIBRARY "libgpiod.so.3"
#define GPIOD(X) \
  X(gpiod_api_version) \
  X(gpiod_chip_close) \
  X(gpiod_chip_get_info) \
  X(gpiod_chip_get_line_offset_from_name) \
  X(gpiod_chip_info_free) \
  X(gpiod_chip_info_get_label) \
  X(gpiod_chip_info_get_name) \
  X(gpiod_chip_open) \
  X(gpiod_chip_request_lines) \
  X(gpiod_edge_event_buffer_free) \
  X(gpiod_edge_event_buffer_get_event) \
  X(gpiod_edge_event_buffer_new) \
  X(gpiod_edge_event_get_event_type) \
  X(gpiod_edge_event_get_timestamp_ns) \
  X(gpiod_line_config_add_line_settings) \
  X(gpiod_line_config_free) \
  X(gpiod_line_config_new) \
  X(gpiod_line_request_get_fd) \
  X(gpiod_line_request_get_value) \
  X(gpiod_line_request_read_edge_events) \
  X(gpiod_line_request_release) \
  X(gpiod_line_request_set_value) \
  X(gpiod_line_settings_free) \
  X(gpiod_line_settings_new) \
  X(gpiod_line_settings_set_active_low) \
  X(gpiod_line_settings_set_direction) \
  X(gpiod_line_settings_set_edge_detection) \
  X(gpiod_line_settings_set_output_value) \
  X(gpiod_request_config_free) \
  X(gpiod_request_config_new) \
  X(gpiod_request_config_set_consumer)

#endif

extern struct chardware_gpiod {
  GPIOD(LIBRARY_MEMBER)
} gpiod;

/* Loads them, once. */
int chardware_gpiod_load(void);
