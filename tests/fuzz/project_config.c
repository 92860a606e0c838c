/* project_config.c - fuzz target: the self_healing_config.json of a project that is not trusted
 *
 * Held: no crash; no setting is looser than without the file; what is saved is read again. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "config/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[] = "/tmp/heal-fuzz-XXXXXX";
static struct config *usual;

static void must(bool good)
{
	if (!good)
		abort();
}

static void end(void)
{
	struct arena a = ARENA_INIT;

	unlink(arena_printf(&a, "%s/self_healing_config.json", folder).p);
	rmdir(folder);
	config_free(usual);
	arena_free(&a);
}

static void begin(void)
{
	struct err err;

	if (usual)
		return;
	setenv("HOME", "/nonexistent", 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_STATE_HOME");
	must(mkdtemp(folder) && (usual = config_load(NULL, &err)));
	atexit(end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	struct err err;

	begin();
	const char *path = arena_printf(&a, "%s/self_healing_config.json", folder).p;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	must(fd >= 0 && fd_write(fd, (struct str){ (const char *)data, size }) && close(fd) == 0);
	struct config *c = config_load(folder, &err);
	must(c && config_trusted(c) == TRUST_NONE);
	for (int k = 0; k < CK_COUNT; k++)
		must(setting_tightens((enum config_key)k, &usual->at[k], &c->at[k]) ||
			str_eq(config_show(&a, usual, config_rows[k].name), config_show(&a, c, config_rows[k].name)));
	must(json_parse(&a, config_save(&a, c), JSON_PLAIN, &err) != NULL);
	config_free(c);
	arena_free(&a);
	return 0;
}
