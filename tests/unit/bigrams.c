/* bigrams - a text that holds a word has the word's pairs, in any case and with any digit */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "rules/bigrams.h"
#include "rules/pack_image.h"
#include "tap.h"

enum { TEXT = 120, WORD = 12, TRIES = 200000 };

static uint64_t seed = 0x9e3779b97f4a7c15u;

/* The same numbers on every machine, so that a failure comes back. */
static uint32_t dice(uint32_t sides)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % sides;
}

static void text_fill(char *text, size_t n)
{
	static const char usual[] = "etaoinsrhldcumfpgwyb ETAOIN :./-_()[]'0123456789\t\xc3\xa9";

	for (size_t i = 0; i < n; i++)
		text[i] = dice(16) ? usual[dice(sizeof(usual) - 1)] : (char)dice(256);
}

/* A part of the text as a rule may have it: its letters in another case, its digits as any. */
static size_t word_take(char *word, const char *text, size_t n)
{
	size_t length = 2 + dice(WORD - 1), at = dice((uint32_t)(n - length + 1));

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[at + i];
		word[i] = (char)(isdigit(c) ? ANY_DIGIT : isalpha(c) && c < 0x80 && dice(2) ? c ^ 0x20 : c);
	}
	return length;
}

static void held_words(void)
{
	char text[TEXT], word[WORD + 1];
	unsigned lost = 0;

	for (unsigned i = 0; i < TRIES; i++) {
		struct bigrams pairs;
		size_t n = WORD + dice(TEXT - WORD + 1);
		text_fill(text, n);
		bigrams_find(&pairs, (struct str){ text, n });
		size_t length = word_take(word, text, n);
		uint32_t of = bigrams_of_word((struct str){ word, length }, dice((uint32_t)length));
		lost += !bigrams_have(&pairs, of);
	}
	is_int(lost, 0, "a word that a text holds is never ruled out");
}

static void other_words(void)
{
	static const char *const words[] = { ".java:", ".kts:", "ansible", "configure.ac:", ".cljc:", "wasm-ld", "vim",
		": No such file or directory", "\x01 error(s)", "FAILED", "npm ERR!", "thread 'main' panicked" };
	struct str line = STR("src/main/engine.c:112:24: error: use of undeclared identifier 'widgets'");
	struct bigrams pairs;
	unsigned left = 0;

	bigrams_find(&pairs, line);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		left += bigrams_have(&pairs, bigrams_of_word(str_of(words[i]), 1));
	is_int(left <= 1, 1, "most words that a line does not hold are ruled out");
	is_int(bigrams_have(&pairs, bigrams_of_word(STR("x"), 0)), 1, "a single byte is not");
	bigrams_find(&pairs, STR(""));
	is_int(bigrams_have(&pairs, bigrams_of_word(STR("ab"), 0)), 0, "an empty text holds none");
}

int main(void)
{
	held_words();
	other_words();
	return tap_end();
}
