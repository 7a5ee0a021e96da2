/* One GPIO line through libgpiod 1.6 or 2.x. Functions return 0 or a value, or a negative errno. */
#pragma once
#include <stdint.h>

typedef struct chardware_pin chardware_pin;

/* Takes a line for this program: with a chip (its name, label or path) by offset, else by the name
   that the device tree gives it: -ENOENT when no chip has such a line. An input tells both edges.
   An output has the value 0 or 1 from the start. */
int chardware_pin_open(
    chardware_pin **pin, const char *chip, unsigned offset, const char *name, int is_output,
    int is_active_low, int value);
void chardware_pin_close(chardware_pin *pin);

/* The descriptor of an input: readable when there are edges; -1 when the chip has no interrupts, and
   the level has to be looked at. */
int chardware_pin_descriptor(const chardware_pin *pin);
/* The level now, 0 or 1. */
int chardware_pin_get(chardware_pin *pin);
int chardware_pin_set(chardware_pin *pin, int value);
/* The oldest edge of an input: the level after it, and when it was on the monotonic clock; -EAGAIN
   when there is none. The kernel drops edges when nobody reads them. */
int chardware_pin_edge(chardware_pin *pin, int64_t *at_ns);
