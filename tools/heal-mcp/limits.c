/* How often a tool may be called: a bucket for each, filled at the rate of the setting mcp.calls. */
#include "base/proc.h"
#include "server.h"

bool limit_permits(struct server *s, size_t tool, bool writes, double *wait)
{
	double most = (double)config_int(s->config, "mcp.calls"), now = seconds_now();
	struct bucket *b = &s->buckets[tool];

	if (writes)
		most = most >= 10 ? most / 10 : 1;
	b->tokens = b->filled > 0 ? b->tokens + (now - b->filled) * most / 60 : most;
	if (b->tokens > most)
		b->tokens = most;
	b->filled = now;
	if (b->tokens < 1) {
		*wait = (1 - b->tokens) * 60 / most + 1;
		return false;
	}
	b->tokens -= 1;
	return true;
}
