#include "lamp.h"

int main(void)
{
	struct lamp l;

	lamp_init(&l, 40);
	l.now = GLOW;
	return lamp_power(&l) != 40;
}
