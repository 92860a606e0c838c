/* classify.h - the type, the category and the severity of each incident
 *
 * The first that fits decides: the cause that a rule names; for a summary, the class of the error that it sums up; a
 * row of the table `classes`, by the detector's rule, the code and the message; a row of `class-words`, by words of the
 * message; a `vague` row of `classes`. */
#ifndef HEAL_ANALYZE_CLASSIFY_H
#define HEAL_ANALYZE_CLASSIFY_H

#include "record/record.h"
#include "rules/pack.h"

struct classifier;

/* What an incident hands on to its consequences. */
struct failure_class {
	struct str type, category;
	double confidence;
};

/* Never NULL; without the tables, nothing but the cause decides. */
struct classifier *classifier_new(const struct pack *pack);
void classifier_free(struct classifier *k);

/* Of a classified record, in the arena. */
struct failure_class class_of(struct arena *a, const struct record *r);

/* Sets what the analysis does not have yet of type, category, severity, classified_by, secondary_types and, if the
 * cause is unknown, confidence.  cause: the best one, may be absent; root: of the incident that this one sums up, or
 * NULL. */
void classify(
	struct classifier *k, struct arena *a, struct node cause, const struct failure_class *root, struct record *r);

#endif
