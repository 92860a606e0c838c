/* server.h - the parts of heal-mcp
 *
 *   transport.c  lines of JSON from standard input and to standard output, and the loop that waits for everything
 *   dispatch.c   JSON-RPC and the methods of the two eras of the protocol
 *   tools.c      which programs of heal a tool runs, and what it answers
 *   calls.c      tools/list, tools/call, and the calls under way
 *   children.c   these programs, their input and output
 *   results.c    what a tool answers: pruned to its schema, redacted, with nothing invisible
 *   elicit.c     questions to the client's user
 *   roots.c      the folders that may be used
 *   limits.c     how often a tool may be called
 *   resources.c, prompts.c
 *   install.c    `heal mcp install` and `heal mcp agents` */
#ifndef HEAL_MCP_SERVER_H
#define HEAL_MCP_SERVER_H

#include <sys/types.h>

#include "base/opt.h"
#include "base/temporary_folder.h"
#include "base/vec.h"
#include "config/config.h"
#include "jsonschema/json_schema.h"
#include "tree/rooted_path.h"

enum {
	LINE_MAX_BYTES = 8 << 20, /* of a message */
	OUTPUT_MAX = 4 << 20,     /* of a program, kept */
	RESULT_MAX = 256 << 10,   /* of a structured result */
	CALLS_MAX = 32,           /* under way, with those that wait */
	RUNNING_MAX = 4,
	STAGES_MAX = 6,
	ASK_SECONDS = 600, /* for the user's answer */
	STOP_SECONDS = 5,  /* between TERM and KILL */
};

enum rpc_error {
	RPC_PARSE = -32700,
	RPC_INVALID = -32600,
	RPC_NO_METHOD = -32601,
	RPC_PARAMS = -32602,
	RPC_INTERNAL = -32603,
	RPC_NO_RESOURCE = -32002,
	RPC_VERSION = -32022,
};

/* From share/mcp/server.yaml. */
extern const char mcp_table[];

/* ---- roots.c ---- */

struct folders {
	struct tree *at; /* as given at the start */
	size_t n;
	VEC(struct str) roots; /* of the client, which only narrow; none: no narrowing */
	struct arena a;        /* of the roots */
};
void folders_open(struct folders *f, struct arena *a, char *const *names, size_t n);
/* From the result of roots/list. */
void folders_narrow(struct folders *f, const struct json *result);

/* A project within the folders. */
struct place {
	int dir;         /* the folder, open */
	struct str path; /* its name, and that of the project around it */
	struct str root;
};
/* name: of a folder, or p == NULL for the first one.  false: err. */
bool place_find(struct arena *a, const struct folders *f, struct str name, struct place *out, struct err *err);
/* Is it below the folders? */
bool folders_permit(const struct folders *f, struct str path);
/* A regular file below the place. */
bool place_read(struct arena *a, const struct place *p, struct str name, struct str *text, struct err *err);

/* ---- children.c ---- */

/* A pipe of programs. */
struct pipeline {
	char *const *argv[STAGES_MAX]; /* argv[0]: the name of a program of heal */
	size_t n;
	struct str input;
	int dir;
	int ask_stage; /* which one gets --ask-fd, -1: none; its argv has "%ask" in its place */
};

struct children {
	pid_t pid[STAGES_MAX];
	int status[STAGES_MAX]; /* exit status; -1 while it runs */
	size_t n;
	pid_t group;           /* of processes; 0: none started */
	int in, out, err, ask; /* our ends, -1: closed */
	struct str input;
	struct buf output, errors, question;
	double kill_at; /* 0: not stopped */
};
bool children_start(struct arena *a, struct children *c, const struct pipeline *p, struct err *err);
/* Read and write what is possible now; collect those that ended.  true: all has ended. */
bool children_work(struct children *c);
void children_stop(struct children *c);
void children_release(struct children *c);

/* ---- calls ---- */

enum era { ERA_2024, ERA_2025_03, ERA_2025_06, ERA_2025_11, ERA_MODERN, ERA_NONE };

struct batch {
	struct buf text;
	size_t open; /* requests without an answer */
	bool some;
};

enum call_state { CALL_WAITS, CALL_RUNS, CALL_ASKS, CALL_ENDED };

struct call {
	struct call *next;
	struct arena a;
	struct json *message;
	struct str id; /* as JSON; p == NULL: suspended, or cancelled: no answer */
	struct batch *batch;
	enum era era;
	bool may_ask, cancelled;
	struct str progress; /* token as JSON, or p == NULL */
	int log_level;       /* messages of this severity or worse are sent; -1: none */
	size_t progressed;
	enum call_state state;
	double begun, ask_until;
	/* a tool */
	const struct tool_kind *kind;
	const struct json *spec, *arguments;
	struct place place;
	struct pipeline pipeline;
	struct children children;
	size_t lines_told; /* bytes of children.errors that were passed on */
	struct temporary_folder scratch;
	/* a question: the request to the client, or what the client sends back */
	char token[65];
	struct str question;
	/* a resource that is this call's result */
	struct str uri;
};

struct legacy {
	bool initialized;
	enum era era;
	bool may_ask, has_roots;
	int log_level;
};

struct bucket {
	double tokens, filled;
};

struct server {
	struct arena a;
	struct json *table;
	struct folders folders;
	struct config *config;
	VEC(struct str) commands; /* that may be run */
	bool yes, any_command, heal_permitted;
	const char *packs;
	struct legacy legacy;
	struct str client; /* its name, as it may stand in a record */
	struct call *calls;
	size_t calls_n;
	uint64_t requests; /* ours to the client */
	struct str roots_id;
	struct json_schema **inputs; /* of the tools, in their order */
	struct bucket *buckets;
	bool ended; /* no more input */
};

/* ---- transport.c ---- */

/* Until the end of the input; returns the exit status. */
int transport_run(struct server *s);
/* One line to the client. */
void transport_send(struct server *s, struct str line);

/* ---- dispatch.c ---- */

/* A line from the client. */
void dispatch_line(struct server *s, struct str line);
void dispatch_too_long(struct server *s);
/* Answer a call; it ends with that.  The result gets what the era requires. */
void answer_result(struct server *s, struct call *c, struct json *result, bool cacheable);
__attribute__((format(printf, 4, 5))) void answer_error(
	struct server *s, struct call *c, int code, const char *format, ...);
/* Notifications to the client. */
void notify_progress(struct server *s, struct call *c, struct str message);
void notify_log(struct server *s, struct call *c, struct str message);
extern const char *const log_levels[8];

/* ---- tools.c ---- */

struct tool_kind {
	const char *name;
	bool writes, asks;
	/* Plan what is run; false: err says what the agent can do about it. */
	bool (*plan)(struct server *s, struct call *c, struct err *err);
	/* The structured result.  *failed: it is an error. */
	struct json *(*result)(struct server *s, struct call *c, bool *failed);
};
extern const struct tool_kind tool_kinds[];

/* ---- calls.c ---- */

void tools_begin(struct server *s);
void tools_list(struct server *s, struct call *c);
/* Start, or answer with an error. */
void tool_call(struct server *s, struct call *c);
/* The same for a resource: the tool of that name with these arguments. */
void tool_call_named(struct server *s, struct call *c, struct str name, struct json *arguments);
/* Start waiting calls as far as there is room, pass on messages, answer those that ended. */
void calls_work(struct server *s);
size_t calls_in(const struct server *s, enum call_state state);
void call_cancel(struct server *s, struct call *c);
void call_free(struct server *s, struct call *c);
/* NULL: no such call. */
struct call *call_by_id(struct server *s, struct str id);

/* ---- results.c ---- */

/* A copy of the value with only the members of the schema, without secrets, and with all texts visible. */
struct json *result_prune(struct arena *a, const struct json *schema, const struct json *value);
/* Text that an agent may see: lines and tabs as they are, other control characters and invisible ones escaped. */
struct str text_for_agent(struct arena *a, struct str text);
/* What heal's programs said, as a list of lines. */
struct json *messages_of(struct arena *a, const struct children *c);
/* The records in the output of the kind; *cut: some were left out. */
struct json *records_of(struct arena *a, struct str output, const char *kind, bool *cut);
/* The parts that every result with quoted text has. */
void result_mark(struct arena *a, struct json *result, bool cut);
void answer_structured(struct server *s, struct call *c, struct json *structured, bool failed);
__attribute__((format(printf, 3, 4))) void answer_tool_error(struct server *s, struct call *c, const char *format, ...);

/* ---- elicit.c ---- */

/* A line from a program that asks for the confirmation of a plan. */
void elicit_begin(struct server *s, struct call *c);
/* The client's answer to a request of ours, or the retried call that has it. */
bool elicit_answered(struct server *s, const struct json *message);
bool elicit_resumed(struct server *s, struct call *c);
/* Nobody answers any more. */
void elicit_deny(struct call *c);

/* ---- limits.c ---- */

/* May the tool be called now?  Otherwise *wait: in how many seconds. */
bool limit_permits(struct server *s, size_t tool, bool writes, double *wait);

/* ---- resources.c, prompts.c ---- */

void resources_list(struct server *s, struct call *c);
void resources_templates(struct server *s, struct call *c);
void resources_read(struct server *s, struct call *c);
void resource_answer(struct server *s, struct call *c, struct json *structured, bool failed);
void prompts_list(struct server *s, struct call *c);
void prompts_get(struct server *s, struct call *c);

/* ---- install.c ---- */

int install_clients(char *const *names, size_t n, bool yes);
int agents_print(void);

#endif
