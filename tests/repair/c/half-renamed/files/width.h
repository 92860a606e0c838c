int width(const char *text);
