#include "fmt.h"

#include "base/diag.h"
#include "base/io.h"
#include "rules/pack_format.h"

static int fmt_file(struct arena *a, const char *file, enum fmt_mode mode)
{
	struct err err;
	struct str text, done;

	if (!file_read(a, file, 16 << 20, &text, &err) || !(done = pack_format(a, file, text, &err)).p) {
		complain(err.status, "%s", err.text);
		return HEAL_OK;
	}
	if (mode == FMT_PRINT) {
		fwrite(done.p, 1, done.n, stdout);
		return HEAL_OK;
	}
	if (str_eq(text, done))
		return HEAL_OK;
	if (mode == FMT_CHECK) {
		printf("%s\n", visible_in(a, str_of(file)));
		return HEAL_NO;
	}
	if (!file_replace(file, done, 0644, &err))
		complain(err.status, "%s", err.text);
	return HEAL_OK;
}

int fmt_files(struct arena *a, char **files, enum fmt_mode mode)
{
	int status = HEAL_OK;

	if (!files[0])
		die(HEAL_WRONG, "'fmt' requires one or more files");
	for (; *files; files++)
		if (fmt_file(a, *files, mode) != HEAL_OK)
			status = HEAL_NO;
	return status;
}
