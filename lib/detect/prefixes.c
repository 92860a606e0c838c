/* Prefixes that CI systems, containers and build tools put before a line. */
#include "detect/detector_internal.h"
#include "rules/digits.h"

static bool all_ignore_digits(struct node list)
{
	for (uint32_t i = 0; i < node_list_count(list); i++)
		if (!pattern_ignores_digits(node_str(node_list_at(list, i))))
			return false;
	return true;
}

bool detector_prefixes_ignore_digits(struct detector *d)
{
	if (!d->prefixes_read)
		d->prefixes_ignore_digits = all_ignore_digits(pack_table(d->o.pack, "prefixes")) &&
			all_ignore_digits(pack_table(d->o.pack, "certain-prefixes"));
	d->prefixes_read = true;
	return d->prefixes_ignore_digits;
}

/* One pattern for all prefixes, so that a line without a prefix costs one match.  Compiled when first needed. */
static void prefixes_read(struct detector *d)
{
	struct node list = pack_table(d->o.pack, "prefixes");
	struct str all = STR("");

	for (uint32_t i = 0; i < node_list_count(list) && d->prefixes_n < PREFIXES; i++) {
		struct str pattern = node_str(node_list_at(list, i));
		d->prefixes[d->prefixes_n++] = regex_lazy(&d->a, pattern, REGEX_PLAIN);
		all = arena_printf(&d->a, "%.*s%s(%.*s)", STR_ARG(all), i ? "|" : "", STR_ARG(pattern));
	}
	d->any_prefix = regex_lazy(&d->a, all, REGEX_PLAIN);
}

static void certain_read(struct detector *d)
{
	struct node list = pack_table(d->o.pack, "certain-prefixes");
	struct str all = STR("^(?:");

	for (uint32_t i = 0; i < node_list_count(list); i++)
		all = arena_printf(
			&d->a, "%.*s%s%.*s", STR_ARG(all), i ? "|" : "", STR_ARG(node_str(node_list_at(list, i))));
	d->certain = regex_lazy(&d->a, arena_printf(&d->a, "%.*s)", STR_ARG(all)), REGEX_PLAIN);
}

struct str detector_without_prefix(struct regex *prefix, struct str line)
{
	struct match m;

	if (prefix && regex_match(prefix, line, &m) == 1 && m.whole.p == line.p)
		return str_sub(line, m.whole.n, line.n);
	return line;
}

static bool is_prefix(struct str text)
{
	return text.n && prefix_may_end(text.p[text.n - 1]);
}

struct regex *detector_prefix_take(struct detector *d, struct str *line)
{
	struct match m;

	if (!d->any_prefix)
		prefixes_read(d);
	if (d->prefixes_n == 0 || regex_match(d->any_prefix, *line, &m) != 1 || m.whole.p != line->p ||
		!is_prefix(m.whole))
		return NULL;
	for (unsigned i = 0; i < d->prefixes_n && i + 1 < REGEX_GROUPS; i++)
		if (m.group[i + 1].p) {
			*line = str_sub(*line, m.whole.n, line->n);
			return d->prefixes[i];
		}
	return NULL;
}

void detector_certain_take(struct detector *d, struct prefixes *before)
{
	struct match m;

	if (!d->certain)
		certain_read(d);
	if (regex_match(d->certain, before->line, &m) != 1 || !is_prefix(m.whole))
		return;
	before->line = str_sub(before->line, m.whole.n, before->line.n);
	before->indent[before->n] = 0;
	before->at[before->n++] = d->certain;
}
