#include "lamp.h"

int main(void)
{
	struct lamp l;

	lamp_init(&l, 40);
	lamp_reset(&l);
	l.now = GLOW;
	return lamp_power(&l) != 40;
}
