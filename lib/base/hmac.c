#include "base/hmac.h"

#include <string.h>

enum { BLOCK = 64, DIGEST = 32 };

static int digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* The bytes of a digest, of which sha256 gives the hex digits. */
static void bytes_of(const char hex[SHA256_HEX], unsigned char out[DIGEST])
{
	for (int i = 0; i < DIGEST; i++)
		out[i] = (unsigned char)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
}

void hmac_sha256(struct str key, struct str text, char hex[SHA256_HEX])
{
	unsigned char block[BLOCK] = { 0 }, inner[DIGEST];
	char pad[BLOCK];
	struct sha256 s;

	if (key.n > BLOCK) {
		sha256_of(key, hex);
		bytes_of(hex, block);
	} else if (key.n) {
		memcpy(block, key.p, key.n);
	}
	for (int i = 0; i < BLOCK; i++)
		pad[i] = (char)(block[i] ^ 0x36);
	sha256_begin(&s);
	sha256_add(&s, (struct str){ pad, BLOCK });
	sha256_add(&s, text);
	sha256_end(&s, hex);
	bytes_of(hex, inner);
	for (int i = 0; i < BLOCK; i++)
		pad[i] = (char)(block[i] ^ 0x5c);
	sha256_begin(&s);
	sha256_add(&s, (struct str){ pad, BLOCK });
	sha256_add(&s, (struct str){ (char *)inner, DIGEST });
	sha256_end(&s, hex);
	explicit_bzero(block, sizeof(block));
	explicit_bzero(pad, sizeof(pad));
	explicit_bzero(&s, sizeof(s));
}
