int store(void);

int main(void)
{
	return store();
}
