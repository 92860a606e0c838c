#ifndef LAMP_H
#define LAMP_H
enum state { OFF, SHINE };
struct lamp {
	int watts;
	enum state now;
	int brightness;
};
void lamp_init(struct lamp *l, int watts);
int lamp_power(const struct lamp *l);
#endif
