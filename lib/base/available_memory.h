/* available_memory.h - how much memory the system, and the control group of this process, can still give */
#ifndef HEAL_BASE_AVAILABLE_MEMORY_H
#define HEAL_BASE_AVAILABLE_MEMORY_H

#include <stdint.h>

/* Bytes; 0: not known. */
uint64_t memory_available(void);

#endif
