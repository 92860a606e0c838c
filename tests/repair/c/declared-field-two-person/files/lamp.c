#include "lamp.h"

void lamp_init(struct lamp *l, int watts)
{
	l->watts = watts;
	l->now = OFF;
	l->brightness = 1;
}

int lamp_power(const struct lamp *l)
{
	return l->now == OFF ? 0 : l->watts * l->brightness;
}
