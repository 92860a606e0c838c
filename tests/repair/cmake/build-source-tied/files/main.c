int log_level(void);

int main(void)
{
	return log_level();
}
