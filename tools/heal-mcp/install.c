/* `heal mcp install`: the settings that make a client start heal-mcp.  What is in a file stays, byte for byte: the new
 * member is inserted, or the old one of the same name replaced. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/visible.h"
#include "rules/pack.h"
#include "server.h"

enum { SETTINGS_MAX = 4 << 20 };

struct client {
	struct arena a;
	struct str name, title, member, type, folder, file, text, added;
	bool toml, exists;
};

static struct str self(struct arena *a)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	struct str own = { path, n > 0 ? (size_t)n : 0 }, found = proc_find(a, "heal-mcp");
	char *real = found.p ? realpath(found.p, NULL) : NULL;
	bool same = real && str_is(own, real);

	free(real);
	return same ? STR("heal-mcp") : arena_str(a, own);
}

static struct str home_or_root(struct arena *a, struct str file)
{
	const char *home = getenv("HOME");

	if (!str_starts(file, "~/"))
		return path_join(a, project_root(a, "."), file);
	if (!home || home[0] != '/')
		die(HEAL_WRONG, "$HOME is not set");
	return path_join(a, str_of(home), str_sub(file, 2, file.n));
}

static void client_read(struct client *c, struct str name, struct node row)
{
	struct err err;

	*c = (struct client){ .name = name,
		.title = node_str(node_get(row, "title")),
		.member = node_str(node_get(row, "member")),
		.type = node_str(node_get(row, "type")),
		.folder = node_str(node_get(row, "folder")),
		.toml = str_is(node_str(node_get(row, "format")), "toml"),
		.text = STR("") };
	c->file = home_or_root(&c->a, node_str(node_get(row, "file")));
	if (!c->folder.p)
		c->folder = project_root(&c->a, ".");
	/* A link stays one; what it leads to is replaced. */
	char *real = realpath(c->file.p, NULL);
	c->exists = real != NULL;
	if (real)
		c->file = arena_str(&c->a, str_of(real));
	free(real);
	if (!str_starts(node_str(node_get(row, "file")), "~/") && !path_below(c->file, project_root(&c->a, ".")).p)
		die(HEAL_WRONG, "'%s' leads out of the project", visible_in(&c->a, c->file));
	if (c->exists && !file_read(&c->a, c->file.p, SETTINGS_MAX, &c->text, &err))
		die(err.status, "%s", err.text);
}

/* ---- the entry ---- */

/* The folders of an entry that is there are kept. */
static struct json *arguments(struct client *c, const struct json *old)
{
	struct json *args = json_new(&c->a, JSON_ARRAY);
	bool has = false;

	JSON_EACH(word, json_get(old, "args")) {
		has |= str_eq(json_str(word), c->folder);
		json_add(args, json_new_str(&c->a, json_str(word)));
	}
	if (!has)
		json_add(args, json_new_str(&c->a, c->folder));
	return args;
}

static struct str entry_json(struct client *c, const struct json *old)
{
	struct json *entry = json_new(&c->a, JSON_OBJECT);

	if (c->type.n)
		json_set_str(&c->a, entry, "type", c->type);
	json_set_str(&c->a, entry, "command", self(&c->a));
	json_set(&c->a, entry, "args", arguments(c, old));
	struct str text = json_text(&c->a, entry);
	c->added = arena_printf(&c->a, "\"%.*s\": {\"heal\": %.*s}\n", STR_ARG(c->member), STR_ARG(text));
	return text;
}

static struct str spliced(struct client *c, size_t from, size_t to, struct str with)
{
	return arena_printf(
		&c->a, "%.*s%.*s%.*s", (int)from, c->text.p, STR_ARG(with), (int)(c->text.n - to), c->text.p + to);
}

static size_t offset(const struct client *c, const struct json *v)
{
	return (size_t)(v->raw.p - c->text.p);
}

/* As the first member of that object, in lines of its own. */
static struct str inserted(struct client *c, const struct json *object, struct str name, struct str value, int depth)
{
	size_t at = offset(c, object) + 1;
	struct str line = arena_printf(&c->a, "\n%*s\"%.*s\": %.*s%s", depth * 2, "", STR_ARG(name), STR_ARG(value),
		object->first ? "," : "\n");

	return spliced(
		c, at, at, object->first ? line : arena_printf(&c->a, "%.*s%*s", STR_ARG(line), depth * 2 - 2, ""));
}

/* The new text; p == NULL: err. */
static struct str with_json(struct client *c, struct err *err)
{
	const char *member = arena_strdup(&c->a, c->member);

	if (!str_trim(c->text).n)
		return arena_printf(
			&c->a, "{\n  \"%s\": {\n    \"heal\": %.*s\n  }\n}\n", member, STR_ARG(entry_json(c, NULL)));
	struct json *root = json_parse(&c->a, c->text, JSON_PLAIN, err);
	struct json *servers = json_get(root, member), *old = json_get(servers, "heal");
	if (!root)
		return STR_NONE;
	if (root->type != JSON_OBJECT || (servers && servers->type != JSON_OBJECT)) {
		err_set(err, HEAL_WRONG, "it has no object '%s'", member);
		return STR_NONE;
	}
	struct str entry = entry_json(c, old);
	if (old)
		return spliced(c, offset(c, old), offset(c, old) + old->raw.n, entry);
	if (servers)
		return inserted(c, servers, STR("heal"), entry, 2);
	return inserted(c, root, c->member, arena_printf(&c->a, "{\n    \"heal\": %.*s\n  }", STR_ARG(entry)), 1);
}

static struct str with_toml(struct client *c, struct err *err)
{
	struct str head = arena_printf(&c->a, "[%.*s.heal]", STR_ARG(c->member));
	const char *end = c->text.n && c->text.p[c->text.n - 1] != '\n' ? "\n" : "";
	struct buf words;

	if (str_has_line(c->text, head)) {
		err_set(err, HEAL_OK, "it has the server already");
		return STR_NONE;
	}
	/* A JSON text is a basic string of TOML, too. */
	buf_init(&words, 8192);
	buf_addz(&words, "command = ");
	json_write_string(&words, self(&c->a));
	buf_addz(&words, "\nargs = [");
	json_write_string(&words, c->folder);
	buf_addz(&words, "]\n");
	c->added = arena_printf(&c->a, "%.*s\n%.*s", STR_ARG(head), STR_ARG(buf_str(&words)));
	buf_release(&words);
	return arena_printf(&c->a, "%.*s%s%s%.*s", STR_ARG(c->text), end, c->text.n ? "\n" : "", STR_ARG(c->added));
}

/* ---- writing ---- */

static bool agrees(bool yes)
{
	char line[16];
	FILE *terminal = !yes && isatty(0) && isatty(2) ? fopen("/dev/tty", "re") : NULL;

	if (yes)
		return true;
	if (!terminal) {
		complain(HEAL_PERSON, "nothing is written; --yes writes it");
		return false;
	}
	fflush(stdout);
	fprintf(stderr, "write this? [y/N] ");
	bool is = fgets(line, sizeof(line), terminal) && (line[0] == 'y' || line[0] == 'Y');
	fclose(terminal);
	if (!is)
		complain(HEAL_PERSON, "nothing is written");
	return is;
}

static struct str backup_name(struct client *c)
{
	struct str name = arena_printf(&c->a, "%.*s.before-heal", STR_ARG(c->file));

	for (unsigned i = 2; file_exists(name.p) && i < 1000; i++)
		name = arena_printf(&c->a, "%.*s.before-heal-%u", STR_ARG(c->file), i);
	return name;
}

static void client_write(struct client *c, struct str text)
{
	struct str backup = backup_name(c);
	struct stat st;
	struct err err;
	bool ok = dir_make(arena_strdup(&c->a, path_dir(c->file)), &err);

	/* Settings may hold keys: the copy and the new file are no more readable than the old one. */
	mode_t mode = c->exists && stat(c->file.p, &st) == 0 ? st.st_mode & 0777 : 0600;
	ok = ok && (!c->exists || file_replace(backup.p, c->text, mode, &err)) &&
		file_replace(c->file.p, text, mode, &err);
	if (!ok)
		die(err.status, "%s", err.text);
	say("written: %.*s%s%.*s", STR_ARG(c->file), c->exists ? "; before: " : "", c->exists ? (int)backup.n : 0,
		backup.p);
}

static void client_install(struct client *c, bool yes)
{
	struct err err = { HEAL_OK, "" };
	struct str text = c->toml ? with_toml(c, &err) : with_json(c, &err);

	if (!text.p && err.status != HEAL_OK) {
		/* Such as one with comments, which cannot be kept: show what to add. */
		complain(HEAL_PERSON, "%.*s: %s; add the server 'heal' to '%.*s' by hand: %.*s", STR_ARG(c->file),
			err.text, STR_ARG(c->member), STR_ARG(entry_json(c, NULL)));
		return;
	}
	if (!text.p || str_eq(text, c->text)) {
		say("%.*s: %s", STR_ARG(c->file), "nothing to do: it has the server already");
		return;
	}
	/* Only what is new: the rest may hold keys. */
	printf("# %s: %s\n%s", visible_in(&c->a, c->title), visible_in(&c->a, c->file), c->added.p);
	if (agrees(yes))
		client_write(c, text);
}

int install_clients(char *const *names, size_t n, bool yes)
{
	struct err err;
	struct client c;
	struct pack *pack = pack_load(NULL, &err);

	if (!pack)
		die(err.status, "%s", err.text);
	struct node table = pack_table(pack, "agent-clients");
	for (uint32_t i = 0; !n && i < node_count(table); i++) {
		client_read(&c, node_key(table, i), node_at(table, i));
		printf("%-15.*s %-15.*s %s%s\n", STR_ARG(c.name), STR_ARG(c.title), visible_in(&c.a, c.file),
			c.exists ? "" : " (absent)");
		arena_free(&c.a);
	}
	for (size_t i = 0; i < n; i++) {
		struct node row = node_get(table, names[i]);
		if (node_kind(row) == NODE_NONE)
			die(HEAL_WRONG, "unknown client '%s'; 'heal mcp install' lists them", names[i]);
		client_read(&c, str_of(names[i]), row);
		client_install(&c, yes);
		arena_free(&c.a);
	}
	pack_free(pack);
	return tool_end(HEAL_OK);
}

int agents_print(void)
{
	struct arena a = ARENA_INIT;
	struct json *table = json_parse(&a, str_of(mcp_table), JSON_PLAIN, NULL);
	struct str text = json_str(json_get(table, "agents"));

	fwrite(text.p, 1, text.n, stdout);
	arena_free(&a);
	return tool_end(HEAL_OK);
}
