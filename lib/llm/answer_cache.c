#include "llm/answer_cache.h"

#include <sys/stat.h>
#include <time.h>

#include "base/io.h"
#include "base/path.h"
#include "base/private_folder.h"
#include "base/sha256.h"

enum { ANSWER_MAX = 1 << 20, DAY = 86400 };

static struct str folder_of(struct arena *a)
{
	struct str cache = dir_cache(a);

	return cache.p ? path_join(a, cache, STR("llm")) : STR_NONE;
}

static struct str file_of(struct arena *a, struct str folder, struct str url, struct str body)
{
	char hex[SHA256_HEX];

	sha256_of(arena_printf(a, "%.*s\n%.*s", STR_ARG(url), STR_ARG(body)), hex);
	return path_join(a, folder, str_of(hex));
}

struct str answer_cache_get(struct arena *a, struct str url, struct str body, double days)
{
	struct str folder = folder_of(a), answer;
	struct stat st;

	if (!folder.p || private_folder(folder.p, NULL) != 1)
		return STR_NONE;
	struct str file = file_of(a, folder, url, body);
	double age = stat(file.p, &st) == 0 ? difftime(time(NULL), st.st_mtime) : -1;
	if (age < 0 || age > days * DAY || !file_read(a, file.p, ANSWER_MAX, &answer, NULL))
		return STR_NONE;
	return answer;
}

void answer_cache_put(struct arena *a, struct str url, struct str body, struct str answer)
{
	struct str folder = folder_of(a);

	if (folder.p && answer.n <= ANSWER_MAX && private_folder_make(folder.p, NULL))
		(void)file_replace(file_of(a, folder, url, body).p, answer, 0600, NULL);
}
