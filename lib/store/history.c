#include "store/history.h"

#include <stdlib.h>
#include <string.h>

#include "store/adjustment.h"
#include "store/experiments.h"

static double confidence_in(void *ctx, struct str solution, double prior)
{
	double confidence = store_confidence(ctx, solution, prior, STORE_PRIOR_WEIGHT);

	return confidence > DEPRECATED_MOST && adjusted(ctx, ADJUST_DEPRECATED, solution) ? DEPRECATED_MOST :
											    confidence;
}

static struct str rests_in(void *ctx, struct arena *a, struct str fingerprint, struct str solution, struct str basis)
{
	return store_rests_until(ctx, a, fingerprint, solution, basis);
}

static int share_in(void *ctx, struct str experiment)
{
	return experiment_share(ctx, experiment);
}

static struct solution_history questions(double (*confidence)(void *, struct str, double),
	struct str (*rests)(void *, struct arena *, struct str, struct str, struct str),
	int (*share)(void *, struct str), void *ctx)
{
	return (struct solution_history){ .confidence = confidence, .rests_until = rests, .share = share, .ctx = ctx };
}

struct solution_history history_of(struct store *s)
{
	return s ? questions(confidence_in, rests_in, share_in, s) : (struct solution_history){ 0 };
}

/* ---- opened when it is asked ---- */

struct history {
	char *path;
	bool tried;
	struct store *store;
};

struct history *history_open(const char *path)
{
	struct history *h = calloc(1, sizeof(*h));

	if (!h || (path && !(h->path = strdup(path))))
		out_of_memory();
	return h;
}

void history_close(struct history *h)
{
	if (!h)
		return;
	store_close(h->store);
	free(h->path);
	free(h);
}

static struct store *store_of(struct history *h)
{
	if (!h->tried)
		h->store = store_open_read(h->path, NULL);
	h->tried = true;
	return h->store;
}

static double confidence_asked(void *ctx, struct str solution, double prior)
{
	return confidence_in(store_of(ctx), solution, prior);
}

static struct str rests_asked(void *ctx, struct arena *a, struct str fingerprint, struct str solution, struct str basis)
{
	return rests_in(store_of(ctx), a, fingerprint, solution, basis);
}

static int share_asked(void *ctx, struct str experiment)
{
	return share_in(store_of(ctx), experiment);
}

struct solution_history history_questions(struct history *h)
{
	return questions(confidence_asked, rests_asked, share_asked, h);
}
