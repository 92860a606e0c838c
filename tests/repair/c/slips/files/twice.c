int length_of(const char *text)
{
	int length = 0;
	int length = 0;

	while (text[length])
		length++;
	return length;
}
