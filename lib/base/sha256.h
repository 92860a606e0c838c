/* sha256.h - SHA-256 (FIPS 180-4)
 *
 * Why not a library: on a processor with SHA instructions, which are used here, nettle (tests/bench/libraries.c: 1594
 * MB/s) is no faster; on others it would be, but saves a seventh of heal-detect's time if every line is an incident,
 * and nothing elsewhere, for one more dependency and 41 kB.  A program that links libcrypto takes 2.5 ms longer to
 * start; the kernel's AF_ALG is missing in many containers. */
#ifndef HEAL_BASE_SHA256_H
#define HEAL_BASE_SHA256_H

#include <stdint.h>

#include "base/str.h"

enum { SHA256_HEX = 65 }; /* 64 lower-case hex digits and a NUL */

struct sha256 {
	uint32_t h[8];
	uint64_t n;
	unsigned char block[64];
};

void sha256_begin(struct sha256 *s);
void sha256_add(struct sha256 *s, struct str bytes);
void sha256_end(struct sha256 *s, char hex[SHA256_HEX]);
void sha256_of(struct str bytes, char hex[SHA256_HEX]);

/* Set by tests: do not use the processor's own instructions for SHA. */
extern bool sha256_is_portable;

#endif
