#ifndef LAMP_H
#define LAMP_H
enum state { OFF, GLOW };
struct lamp {
	int watts;
	enum state now;
	int level;
};
void lamp_init(struct lamp *l, int watts);
int lamp_power(const struct lamp *l);
#endif
