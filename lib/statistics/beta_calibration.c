#include "statistics/beta_calibration.h"

#include <math.h>
#include <string.h>

enum { WEIGHTS = 3, NEWTON = 50, HALVINGS = 30 };

static const double unchanged[WEIGHTS] = { 1, 1, 0 };
static const double LEAST = 0.001; /* confidences of 0 and 1 have no logit */

struct fitting {
	const struct prediction *at;
	size_t n;
	bool fixed[WEIGHTS]; /* a weight that stays 0 */
	double gradient[WEIGHTS], curvature[WEIGHTS][WEIGHTS];
};

static double logit_of(const double w[WEIGHTS], double p, double x[WEIGHTS])
{
	p = !(p > LEAST) ? LEAST : p > 1 - LEAST ? 1 - LEAST : p;
	x[0] = log(p);
	x[1] = -log1p(-p);
	x[2] = 1;
	return w[0] * x[0] + w[1] * x[1] + w[2];
}

/* ln(1 + exp(z)) */
static double softplus(double z)
{
	return z > 0 ? z + log1p(exp(-z)) : log1p(exp(z));
}

/* What is minimized: the negative logarithm of the posterior, but for a constant. */
static double loss(const struct fitting *f, const double w[WEIGHTS])
{
	double sum = 0, x[WEIGHTS];

	for (int i = 0; i < WEIGHTS; i++)
		sum += (w[i] - unchanged[i]) * (w[i] - unchanged[i]) / 2;
	for (size_t k = 0; k < f->n; k++) {
		double z = logit_of(w, f->at[k].p, x);
		sum += softplus(f->at[k].success ? -z : z);
	}
	return sum;
}

static void derive(struct fitting *f, const double w[WEIGHTS])
{
	memset(f->curvature, 0, sizeof(f->curvature));
	for (int i = 0; i < WEIGHTS; i++) {
		f->gradient[i] = w[i] - unchanged[i];
		f->curvature[i][i] = 1;
	}
	for (size_t k = 0; k < f->n; k++) {
		double x[WEIGHTS], q = 1 / (1 + exp(-logit_of(w, f->at[k].p, x)));
		for (int i = 0; i < WEIGHTS; i++) {
			f->gradient[i] += (q - f->at[k].success) * x[i];
			for (int j = 0; j < WEIGHTS; j++)
				f->curvature[i][j] += q * (1 - q) * x[i] * x[j];
		}
	}
	for (int i = 0; i < WEIGHTS; i++)
		for (int j = 0; f->fixed[i] && j < WEIGHTS; j++) {
			f->gradient[i] = 0;
			f->curvature[i][j] = f->curvature[j][i] = i == j;
		}
}

/* Solve curvature * step = gradient; the curvature is positive definite, so no pivot is 0. */
static void solve(struct fitting *f, double step[WEIGHTS])
{
	memcpy(step, f->gradient, sizeof(f->gradient));
	for (int i = 0; i < WEIGHTS; i++)
		for (int k = i + 1; k < WEIGHTS; k++) {
			double factor = f->curvature[k][i] / f->curvature[i][i];
			for (int j = i; j < WEIGHTS; j++)
				f->curvature[k][j] -= factor * f->curvature[i][j];
			step[k] -= factor * step[i];
		}
	for (int i = WEIGHTS - 1; i >= 0; i--) {
		for (int j = i + 1; j < WEIGHTS; j++)
			step[i] -= f->curvature[i][j] * step[j];
		step[i] /= f->curvature[i][i];
	}
}

/* Newton's method, with shorter steps where a whole one overshoots. */
static void minimize(struct fitting *f, double w[WEIGHTS])
{
	double now = loss(f, w), before;
	int rounds = NEWTON;

	do {
		double step[WEIGHTS], next[WEIGHTS], length = 1;
		before = now;
		derive(f, w);
		solve(f, step);
		for (int k = 0; k < HALVINGS; k++, length /= 2) {
			for (int i = 0; i < WEIGHTS; i++)
				next[i] = w[i] - length * step[i];
			if ((now = loss(f, next)) <= before)
				break;
		}
		if (now < before)
			memcpy(w, next, sizeof(next));
	} while (--rounds && before - now > 1e-12 * (1 + before));
}

void beta_map_fit(const struct prediction *at, size_t n, struct beta_map *out)
{
	struct fitting f = { .at = at, .n = n };
	double *w = out->w;

	memcpy(w, unchanged, sizeof(unchanged));
	if (n)
		minimize(&f, w);
	for (int i = 0; i < 2; i++)
		if (w[i] < 0) {
			f.fixed[i] = true;
			w[i] = 0;
			minimize(&f, w);
		}
	/* The second one, fixed, may have made the first negative. */
	w[0] = w[0] < 0 ? 0 : w[0];
}

double beta_map_value(const struct beta_map *f, double p)
{
	double x[WEIGHTS];

	return 1 / (1 + exp(-logit_of(f->w, p, x)));
}

void beta_calibrate(struct arena *a, const struct prediction *known, size_t n, struct prediction *asked, size_t asked_n)
{
	struct beta_map f;

	(void)a;
	beta_map_fit(known, n, &f);
	for (size_t i = 0; i < asked_n; i++)
		asked[i].p = beta_map_value(&f, asked[i].p);
}
