"""The board in QEMU and what a laboratory puts around it."""
