/* heal-log report - what the store says, at a glance: on a terminal, or as a page */
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "base/io.h"
#include "overview.h"

static bool html;
static const char *output;
static const struct opt report_opts[] = {
	OPT_STORE,
	OPT_STR('p', "project", "DIR", &filter_texts.project, "only of the project that contains DIR"),
	OPT_FLAG(0, "html", &html, "a page of HTML that loads nothing and needs no script"),
	OPT_STR('o', "output", "FILE", &output, "replace FILE atomically instead of printing"),
	OPT_END,
};

static int report(int argc, char **argv)
{
	struct asking q;
	struct overview o;

	no_operands(argc, argv);
	ask_begin(&q);
	bool ok = overview_read(&q, &o);
	if (ok && html)
		overview_page(&q.out, &o, time_text(&q.run));
	else if (ok)
		overview_text(&q.out, &o);
	if (ok && output) {
		ok = file_replace(output, buf_str(&q.out), 0644, &q.err);
		buf_clear(&q.out);
	}
	return ask_end(&q, ok);
}

const struct log_command report_command = { "report",
	{ "heal-log report", "", "show the state of the store at a glance, on a terminal or as a page", report_opts,
		NULL },
	report };
