#ifndef WORDS_H
#define WORDS_H

unsigned count_words(const char *text);

#endif
