#ifndef LAMP_H
#define LAMP_H
enum state { OFF, GLOW };
struct lamp {
	int watts;
	enum state now;
	int brightness;
};
void lamp_init(struct lamp *l, int watts);
void lamp_dim(struct lamp *l, int by);
int lamp_power(const struct lamp *l);
#endif
