/* The parts of spandsp that the port uses, each as an opaque state of a stated size, so that the
   media path never allocates: the caller owns the memory. */
#pragma once
#include <stdint.h>
int cspandsp_placeholder(void);
