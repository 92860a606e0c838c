int side(void);

int main(void)
{
	return side();
}
