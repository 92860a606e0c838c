/* hmac.h - HMAC-SHA-256 (RFC 2104, FIPS 198-1) */
#ifndef HEAL_BASE_HMAC_H
#define HEAL_BASE_HMAC_H

#include "base/sha256.h"

void hmac_sha256(struct str key, struct str text, char hex[SHA256_HEX]);

#endif
