#include "base/available_memory.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

/* A small file's beginning, as text. */
static struct str head_of(const char *path, char *room, size_t n)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? 0 : read(fd, room, n);

	if (fd >= 0)
		close(fd);
	return (struct str){ room, got < 0 ? 0 : (size_t)got };
}

static uint64_t of_system(void)
{
	char room[512];
	struct str text = head_of("/proc/meminfo", room, sizeof(room)), line, word;
	int64_t kib;

	while (str_line(&text, &line))
		if (str_starts(line, "MemAvailable:")) {
			line = str_trim(str_sub(line, sizeof("MemAvailable:") - 1, line.n));
			return str_split(&line, ' ', &word) && str_number(word, &kib) ? (uint64_t)kib << 10 : 0;
		}
	return 0;
}

/* A number in a file of the group; UINT64_MAX: there is none, or "max". */
static uint64_t number_in(struct str group, const char *name)
{
	char path[PATH_MAX], room[64];
	int64_t n;

	snprintf(path, sizeof(path), "/sys/fs/cgroup%.*s/%s", STR_ARG(group), name);
	return str_number(str_trim(head_of(path, room, sizeof(room))), &n) ? (uint64_t)n : UINT64_MAX;
}

static uint64_t left_in(struct str group, const char *limit, const char *use)
{
	uint64_t most = number_in(group, limit), used = most == UINT64_MAX ? 0 : number_in(group, use);

	return used == UINT64_MAX || used > most ? 0 : most - used;
}

/* Version 2: the group and those above it; version 1: the one that a container shows. */
static uint64_t of_groups(void)
{
	char room[PATH_MAX];
	struct str text = head_of("/proc/self/cgroup", room, sizeof(room)), line, group = STR("");
	uint64_t least = left_in(STR("/memory"), "memory.limit_in_bytes", "memory.usage_in_bytes");

	while (str_line(&text, &line))
		if (str_starts(line, "0::/"))
			group = str_sub(line, 3, line.n);
	for (;;) {
		uint64_t left = left_in(group, "memory.max", "memory.current");
		least = left < least ? left : least;
		if (!group.n)
			return least;
		group = str_sub(group, 0, str_rchr(group, '/'));
	}
}

uint64_t memory_available(void)
{
	uint64_t system = of_system(), groups = system ? of_groups() : 0;

	return groups < system ? groups : system;
}
