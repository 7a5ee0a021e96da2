"""The laboratory: real peers around the firmware, on loopback, and the meters that judge it."""
