static int room(int items, int size)
{
	return items * size;
}

int rooms(int items, int size)
{
	return room(items size) + room(1, size);
}
