/* heal-log calibrate - did the confidences come true? */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "store/calibration.h"

static const char *of = "tried", *precision_text = "0.95";
static const struct opt calibrate_opts[] = {
	OPT_STORE,
	OPT_SINCE,
	OPT_CHOICE(0, "of", "tried|applied", &of, "what was tried or applied, or only what was applied"),
	OPT_STR('p', "precision", "P", &precision_text,
		"the precision for which a threshold is looked for (default: 0.95)"),
	OPT_CHOICE('f', "format", "human|json|ndjson", &format,
		"text, a JSON object, or a JSON object for each prediction"),
	OPT_END,
};

/* What permitted an application was raised by the trial before it, and is no bound of a distribution. */
static bool is_tried(void)
{
	return strcmp(of, "tried") == 0;
}

static double share(size_t part, size_t n)
{
	return n ? (double)part / (double)n : 0;
}

static void scores_human(struct buf *out, const char *label, const struct reliability *r)
{
	buf_printf(out, "%-22sBrier score %.4f, expected calibration error %.4f\n", label, r->brier, r->ece);
}

static void table_human(struct buf *out, const struct calibration *c)
{
	buf_addz(out, "\nconfidence        n   mean  came true  calibrated\n");
	for (int i = 0; i < BINS; i++) {
		const struct reliability_bin *bin = &c->as_given.bins[i];
		double mean = bin->n ? bin->sum / (double)bin->n : 0;
		if (bin->n)
			buf_printf(out, "%.1f to %.1f  %7zu  %5.3f  %9.3f  %10.3f\n", (double)i / BINS,
				(i + 1.0) / BINS, bin->n, mean, share(bin->successes, bin->n),
				beta_map_value(&c->map, mean));
	}
	buf_addc(out, '\n');
}

static void human(struct buf *out, const struct calibration *c, double precision)
{
	buf_printf(out, "%-22s%zu, of which %zu came true (%.1f %%)\n", "predictions", c->n, c->as_given.successes,
		100 * share(c->as_given.successes, c->n));
	if (!c->n)
		return;
	scores_human(out, "confidences", &c->as_given);
	if (is_tried())
		scores_human(out, "expected rates", &c->means);
	scores_human(out, "isotonic, cross-fit", &c->fitted);
	scores_human(out, "beta, cross-fit", &c->beta);
	table_human(out, c);
	if (c->threshold.found)
		buf_printf(out,
			"%-22sfrom %.4f on: %zu of %zu came true; the rate is at least %.3f with 95 %% confidence\n",
			"threshold", c->threshold.confidence, c->threshold.successes, c->threshold.n,
			c->threshold.at_least);
	else
		buf_printf(out, "%-22snone: no confidence has a precision of %g\n", "threshold", precision);
	if (c->n < CALIBRATION_LEAST)
		buf_printf(out, "%-22sfewer than %d predictions: do not rely on a threshold\n", "", CALIBRATION_LEAST);
	buf_printf(out, "%-22s%zu of %zu solutions have at least %g results\n", "maturity", c->maturity.mature,
		c->maturity.solutions, STORE_PRIOR_WEIGHT);
	buf_printf(out, "%-22s%.2f tries a success; %zu of %zu sessions healed", "efficiency", c->efficiency.tries,
		c->efficiency.healed, c->efficiency.sessions);
	if (c->efficiency.healed)
		buf_printf(out, ", in %.1f s on average", c->efficiency.seconds);
	buf_printf(out, "\n%-22solder half %.3f (confidence %+.3f), newer half %.3f (%+.3f), p = %.3g\n", "drift",
		share(c->drift.successes[0], c->drift.n[0]), c->drift.gap[0],
		share(c->drift.successes[1], c->drift.n[1]), c->drift.gap[1], c->drift.p);
}

static void scores_json(struct buf *out, const char *name, const struct reliability *r)
{
	buf_printf(out, ",\"%s\":{\"brier\":%.6f,\"ece\":%.6f}", name, r->brier, r->ece);
}

static void json(struct buf *out, const struct calibration *c)
{
	const char *comma = "";

	buf_printf(out, "{\"predictions\":%zu,\"successes\":%zu", c->n, c->as_given.successes);
	scores_json(out, "confidences", &c->as_given);
	if (is_tried())
		scores_json(out, "expected", &c->means);
	scores_json(out, "isotonic", &c->fitted);
	scores_json(out, "beta", &c->beta);
	buf_printf(out, ",\"beta_map\":{\"a\":%.6f,\"b\":%.6f,\"c\":%.6f}", c->map.w[0], c->map.w[1], c->map.w[2]);
	buf_addz(out, ",\"table\":[");
	for (int i = 0; i < BINS; i++)
		if (c->as_given.bins[i].n) {
			const struct reliability_bin *bin = &c->as_given.bins[i];
			buf_printf(out, "%s{\"from\":%.1f,\"n\":%zu,\"mean\":%.6f,\"rate\":%.6f}", comma,
				(double)i / BINS, bin->n, bin->sum / (double)bin->n, share(bin->successes, bin->n));
			comma = ",";
		}
	buf_addz(out, "],\"threshold\":");
	if (c->threshold.found)
		buf_printf(out, "{\"confidence\":%.6f,\"n\":%zu,\"successes\":%zu,\"at_least\":%.6f}",
			c->threshold.confidence, c->threshold.n, c->threshold.successes, c->threshold.at_least);
	else
		buf_addz(out, "null");
	buf_printf(out,
		",\"maturity\":{\"solutions\":%zu,\"mature\":%zu},\"efficiency\":{\"tries\":%.4f,\"sessions\":%zu,"
		"\"healed\":%zu,\"seconds\":%.3f},\"drift\":{\"older\":%.6f,\"newer\":%.6f,\"p\":%.6g}}\n",
		c->maturity.solutions, c->maturity.mature, c->efficiency.tries, c->efficiency.sessions,
		c->efficiency.healed, c->efficiency.seconds, share(c->drift.successes[0], c->drift.n[0]),
		share(c->drift.successes[1], c->drift.n[1]), c->drift.p);
}

static void predictions(struct asking *q, const struct calibration *c)
{
	for (size_t i = 0; i < c->n; i++) {
		buf_printf(&q->out, "{\"confidence\":%.9g,\"success\":%s,\"group\":%u", c->at[i].p,
			c->at[i].success ? "true" : "false", c->at[i].group);
		if (is_tried())
			buf_printf(&q->out, ",\"expected\":%.9g", c->expected[i].p);
		buf_addz(&q->out, "}\n");
		ask_print(q);
	}
}

static int calibrate(int argc, char **argv)
{
	struct calibration c;
	struct asking q;
	char *end;
	double precision = strtod(precision_text, &end);

	no_operands(argc, argv);
	if (*end || end == precision_text || !(precision > 0 && precision <= 1))
		die(HEAL_WRONG, "--precision requires a number above 0, up to 1; not '%s'", precision_text);
	ask_begin(&q);
	bool ok = calibration_read(
		q.store, &q.run, &q.filter, is_tried() ? CALIBRATE_TRIED : CALIBRATE_APPLIED, precision, &c, &q.err);
	if (ok && strcmp(format, "json") == 0)
		json(&q.out, &c);
	else if (ok && strcmp(format, "ndjson") == 0)
		predictions(&q, &c);
	else if (ok)
		human(&q.out, &c, precision);
	return ask_end(&q, ok);
}

const struct log_command calibrate_command = { "calibrate",
	{ "heal-log calibrate", "", "compare confidences with outcomes, and find a threshold", calibrate_opts, NULL },
	calibrate };
