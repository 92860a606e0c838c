#include "loop/server_fixes.h"

#include "analyze/solution_members.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/sha256.h"
#include "lsp/language_server.h"
#include "rules/regex.h"

enum { PLACES_MOST = 12, OFFERS_MOST = 24, ID_DIGITS = 10, SERVER_SECONDS = 30 };

static const double TRIED = 0.7, SHOWN = 0.4;

struct asked {
	struct search *s;
	struct node row, server;
	struct lsp_place places[PLACES_MOST];
	struct record *records[PLACES_MOST];
	size_t n;
};

/* ---- what is asked ---- */

static bool matches(struct arena *a, struct str pattern, struct str text)
{
	struct match m;
	struct regex *re = regex_new(a, pattern, NULL);
	bool yes = re && regex_match(re, text, &m) == 1;

	regex_free(re);
	return yes;
}

static bool has_word(struct node list, struct str word)
{
	for (uint32_t i = 0; i < node_count(list); i++)
		if (str_eq(node_str(node_at(list, i)), word))
			return true;
	return false;
}

/* The file that a server of the row can be asked about; empty: none. */
static struct str file_of(struct arena *a, struct node row, struct source_tree *view, const struct observed_run *run,
	const struct record *r)
{
	struct str file = source_resolve(view, r->error.file);
	bool is_one = incident_counts(run, r) && !r->error.summary && r->error.line > 0 && file.n &&
		has_word(node_get(row, "tools"), r->error.tool) && matches(a, node_str(node_get(row, "files")), file);

	return is_one ? file : STR_NONE;
}

static void place_add(struct asked *q, struct source_tree *view, const struct observed_run *run, struct record *r)
{
	struct str file = file_of(q->s->a, q->row, view, run, r);
	const struct text *text = file.n ? source_read(view, file) : NULL;

	if (q->n == PLACES_MOST || !text)
		return;
	q->places[q->n] = (struct lsp_place){ arena_str(q->s->a, file), r->error.line, arena_str(q->s->a, text->all) };
	q->records[q->n++] = r;
}

static struct node server_of(struct arena *a, struct node row)
{
	struct node servers = node_get(row, "servers");

	for (uint32_t i = 0; i < node_count(servers); i++) {
		struct str name = node_str(node_at(node_get(node_at(servers, i), "argv"), 0));
		if (proc_find_helper(a, arena_strdup(a, name)).n)
			return node_at(servers, i);
	}
	return (struct node){ 0 };
}

bool server_fixes_may_help(struct arena *a, const struct pack *pack, const struct config *config,
	struct source_tree *view, const struct observed_run *run)
{
	struct node rows = pack_table(pack, "language-servers");
	bool any = false;

	for (uint32_t i = 0; config_bool(config, "language_servers") && i < node_count(rows) && !any; i++) {
		for (const struct collected *c = run->incidents.first; c && !any; c = c->next)
			any = file_of(a, node_at(rows, i), view, run, &c->r).n > 0;
		any = any && node_count(server_of(a, node_at(rows, i))) > 0;
	}
	return any;
}

static char *const *words_of(struct arena *a, struct node list)
{
	char **words = arena_alloc(a, (node_count(list) + 1) * sizeof(*words));

	for (uint32_t i = 0; i < node_count(list); i++)
		words[i] = arena_strdup(a, node_str(node_at(list, i)));
	words[node_count(list)] = NULL;
	return words;
}

/* ---- what it offers ---- */

/* The edit in bytes of the file; false: there is no such place in it. */
static bool edit_of(const struct text *text, const struct lsp_edit *from, enum column_unit unit, struct text_edit *to)
{
	struct str first = text_line(text, from->line + 1), last = text_line(text, from->end_line + 1);
	/* The end of the last line may be written as the start of the one after it. */
	bool past = !last.p && from->end_line == (int64_t)text->lines && from->end_column == 0;
	size_t column = columns_to_bytes(first, (size_t)from->column, unit),
	       end = last.p ? columns_to_bytes(last, (size_t)from->end_column, unit) : SIZE_MAX;

	if (!first.p || column == SIZE_MAX || (end == SIZE_MAX && !past))
		return false;
	*to = (struct text_edit){ .line = from->line + 1, .column = (int64_t)column + 1, .text = from->text };
	if (past)
		text_place(text, text->all.n, &to->end_line, &to->end_column);
	else
		to->end_line = from->end_line + 1, to->end_column = (int64_t)end + 1;
	return true;
}

static struct step *step_for(struct record *r, struct solution *solution, const struct text *text)
{
	char hex[SHA256_HEX];

	LIST_EACH(step, step, &solution->steps)
		if (str_eq(step->file, text->path))
			return step;
	sha256_of(text->all, hex);
	struct step *step = VEC_ADD(r->a, &solution->steps);
	*step = (struct step){
		.kind = STEP_EDIT, .file = arena_str(r->a, text->path), .expect = arena_str(r->a, str_of(hex))
	};
	*VEC_ADD(r->a, &solution->files) = step->file;
	return step;
}

static bool steps_of(struct asked *q, struct record *r, const struct lsp_action *action, enum column_unit unit,
	struct solution *solution)
{
	struct source_tree *view = sandbox_view(q->s->copy);

	for (size_t i = 0; i < action->edits.n; i++) {
		const struct lsp_edit *from = &action->edits.at[i];
		const struct text *text = source_read(view, from->file);
		struct text_edit edit;
		if (!text || !edit_of(text, from, unit, &edit))
			return false;
		edit.text = arena_str(r->a, edit.text);
		*VEC_ADD(r->a, &step_for(r, solution, text)->edits) = edit;
	}
	return solution->steps.n > 0;
}

static bool has_same_steps(const struct record *r, struct str steps)
{
	LIST_EACH(solution, known, &r->solutions)
		if (str_eq(steps_text(r->a, known), steps))
			return true;
	return false;
}

/* It is tried.  One that changes another file than that of the error is only shown. */
static bool is_repair(struct asked *q, const struct lsp_action *action)
{
	for (size_t i = 0; i < action->edits.n; i++)
		if (!str_eq(action->edits.at[i].file, q->places[action->place].file))
			return false;
	return matches(q->s->a, node_str(node_get(q->server, "repairs")), action->title);
}

static bool offer_add(struct asked *q, const struct lsp_action *action, enum column_unit unit)
{
	struct record *r = q->records[action->place];
	struct str name = node_str(node_at(node_get(q->server, "argv"), 0));
	bool repairs = is_repair(q, action);
	struct solution new = { .confidence = repairs ? TRIED : SHOWN, .alone = true };
	char hex[SHA256_HEX];

	if (r->solutions.n >= OFFERS_MOST || !steps_of(q, r, action, unit, &new))
		return false;
	struct str steps = steps_text(r->a, &new);
	if (has_same_steps(r, steps))
		return false;
	solution_members_set(r->a, (struct node){ 0 }, &new);
	sha256_of(steps, hex);
	new.id = arena_printf(r->a, "server.%.*s.%.*s", STR_ARG(name), ID_DIGITS, hex);
	new.basis = arena_str(r->a, str_of(hex));
	new.applicability = repairs ? APPLICABILITY_MAYBE : APPLICABILITY_PLACEHOLDER;
	new.description = arena_printf(r->a, "%.*s proposes: %.*s", STR_ARG(name), STR_ARG(action->title));
	new.reasoning = arena_printf(r->a, "The language server %.*s offers it for this error.", STR_ARG(name));
	*VEC_ADD(r->a, &r->solutions) = new;
	return repairs;
}

static void ask_it(struct asked *q, struct lsp_answer *answer)
{
	struct search *s = q->s;
	struct node commands = node_get(q->server, "commands");
	struct str *names = arena_alloc(s->a, (node_count(commands) + 1) * sizeof(*names));
	double left = s->deadline - seconds_now();
	struct language_server server = { .argv = words_of(s->a, node_get(q->server, "argv")),
		.also = words_of(s->a, node_get(q->server, "env")),
		.confinement = s->copied.observed,
		.timeout = left < SERVER_SECONDS ? left : SERVER_SECONDS };
	struct lsp_question question = { .root = sandbox_tree(s->copy)->path,
		.language = node_str(node_get(q->row, "language")),
		.in_parts = node_bool(node_get(q->server, "in_parts"), false),
		.commands = names,
		.commands_n = node_count(commands),
		.places = q->places,
		.places_n = q->n };
	struct err err;

	for (uint32_t i = 0; i < node_count(commands); i++)
		names[i] = node_str(node_at(commands, i));
	search_say(s, "asking %s about %zu %s", server.argv[0], q->n, q->n == 1 ? "error" : "errors");
	if (!language_server_ask(s->a, s->copy, &server, &question, answer, &err))
		search_say(s, "%s", err.text);
}

static bool ask(struct asked *q)
{
	struct lsp_answer answer;
	bool any = false;

	ask_it(q, &answer);
	for (size_t i = 0; i < answer.actions.n; i++)
		any |= offer_add(q, &answer.actions.at[i], answer.unit);
	return any;
}

bool server_fixes_add(struct search *s, struct observed_run *run)
{
	struct node rows = pack_table(s->o->pack, "language-servers");
	struct source_tree *view = sandbox_view(s->copy);
	bool any = false;

	if (!config_bool(s->o->config, "language_servers"))
		return false;
	for (uint32_t i = 0; i < node_count(rows) && !search_out_of_time(s); i++) {
		struct asked q = { .s = s, .row = node_at(rows, i) };
		for (struct collected *c = run->incidents.first; c; c = c->next)
			place_add(&q, view, run, &c->r);
		q.server = q.n ? server_of(s->a, q.row) : q.server;
		any |= node_count(node_get(q.server, "argv")) && ask(&q);
	}
	return any;
}
