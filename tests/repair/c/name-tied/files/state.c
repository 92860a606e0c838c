enum state { STATE_HELD, STATE_HEAD };

int next(void)
{
	return STATE_HEWD;
}
