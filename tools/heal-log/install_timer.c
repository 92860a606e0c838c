/* heal-log install-timer - run 'heal-log improve' every week, by systemd or cron */
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "timer.h"

static bool yes;
static const char *by = "systemd";
static const struct opt install_timer_opts[] = {
	OPT_STORE,
	OPT_CHOICE('b', "by", "systemd|cron", &by, "a timer of the user's systemd, or a line of the crontab"),
	OPT_FLAG('y', "yes", &yes, "write it without asking"),
	OPT_END,
};

static struct str store_path_of(struct arena *a)
{
	char *real = store_name ? realpath(store_name, NULL) : NULL;
	struct str path = arena_str(a, str_of(real));

	if (store_name && !real)
		die(HEAL_WRONG, "--store: '%s' does not exist", store_name);
	free(real);
	return path;
}

static int install_timer(int argc, char **argv)
{
	struct arena a = ARENA_INIT;
	char improve[] = "improve", option[] = "--store";
	struct str store = store_path_of(&a);
	char *command[] = { arena_strdup(&a, program_path(&a)), improve, store.n ? option : NULL,
		store.n ? arena_strdup(&a, store) : NULL, NULL };
	struct timer t = { .name = "heal-improve",
		.description = "Adjust heal to the stored results, every week",
		.argv = command,
		.when = "OnCalendar=Sun 02:00\nRandomizedDelaySec=15min\nPersistent=true\n",
		.cron = "0 2 * * 0",
		.mark = "# heal-log improve, every week",
		.again = "heal-log install-timer --yes",
		.yes = yes };

	no_operands(argc, argv);
	if (strcmp(by, "cron") == 0)
		timer_cron(&a, &t);
	else
		timer_systemd(&a, &t);
	arena_free(&a);
	return HEAL_OK;
}

const struct log_command install_timer_command = { "install-timer",
	{ "heal-log install-timer", "", "show a timer that runs 'heal-log improve' every week, and write it",
		install_timer_opts, NULL },
	install_timer };
