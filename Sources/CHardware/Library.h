/* Libraries that are loaded when their first function is wanted, not at every start of the program:
   what they bind at load costs more than all that the program does until its first REGISTER, and a
   login or a shell has no card and no pin. A table of functions is a struct of pointers, made of a
   list that is a macro: LIST(X) is X(first) X(second) and so on. */
#pragma once
#include <stddef.h>

#define LIBRARY_MEMBER(name) __typeof__(name) *name;
#define LIBRARY_NAME(name) #name,

/* Fills `table` with the named functions; -ELIBACC when the library or one of them is missing. */
int chardware_load(const char *library, const char *const names[], size_t count, void *table);
