/* deploys.h - print deployments: shared by deploy and deploys */
#ifndef HEAL_DEPLOYS_H
#define HEAL_DEPLOYS_H

#include "ask.h"
#include "store/deployment.h"

extern int window_days;
#define OPT_WINDOW OPT_INT('w', "window", "DAYS", &window_days, "days before and after that are compared (default: 7)")

/* Those with this id or version, if given, to q->out. */
bool deploys_print(struct asking *q, struct str id, struct str revision);

#endif
