int load(const char *text);
int store(int value);
