/* lsp - messages of the Language Server Protocol, and what the answers of a server come to */
#include "lsp/lsp_conversation.h"
#include "lsp/lsp_frame.h"
#include "tap.h"

static struct arena a;

static void frames_come_in_pieces(void)
{
	static const char two[] = "Content-Length: 2\r\n\r\n{}content-type: x\r\nCONTENT-LENGTH:3\r\n\r\n{ }";
	struct buf in;
	struct str body;
	int messages = 0;

	buf_init(&in, 1 << 20);
	for (size_t i = 0; i < sizeof(two) - 1; i++) {
		buf_add(&in, (struct str){ two + i, 1 });
		if (lsp_frame_take(&a, &in, &body) == LSP_MESSAGE)
			is_str(body, messages++ ? "{ }" : "{}", "a message is taken when it is complete");
	}
	is_int(messages, 2, "both messages came");
	is_int((long long)in.n, 0, "nothing is left");
	buf_release(&in);
}

static void headers_that_are_none(void)
{
	static const char *const wrong[] = { "Content-Length: -1\r\n\r\n",
		"Content-Length: 99999999999999999999\r\n\r\n", "Content-Length: 33554433\r\n\r\n",
		"Content-Length: x\r\n\r\n", "X: 1\r\n\r\n", "\r\n\r\n" };
	struct buf in;
	struct str body;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		buf_init(&in, 1 << 20);
		buf_addz(&in, wrong[i]);
		is_int(lsp_frame_take(&a, &in, &body), LSP_BROKEN, wrong[i]);
		buf_release(&in);
	}
	buf_init(&in, 1 << 20);
	for (int i = 0; i < 4096; i++)
		buf_addz(&in, "x");
	is_int(lsp_frame_take(&a, &in, &body), LSP_BROKEN, "a header without an end");
	buf_release(&in);
}

static void names_of_files(void)
{
	is_str(lsp_uri(&a, STR("/a b/\xc3\xa4#%.c")), "file:///a%20b/%C3%A4%23%25.c", "a name is escaped");
	is_str(lsp_path(&a, STR("file:///a%20b/%c3%A4%23%25.c")), "/a b/\xc3\xa4#%.c", "and read again");
	ok(!lsp_path(&a, STR("file:///a%00b")).p, "no NUL in a name");
	ok(!lsp_path(&a, STR("file:///a%4")).p && !lsp_path(&a, STR("file:///a%zz")).p, "an escape is complete");
	ok(!lsp_path(&a, STR("file://host/a")).p && !lsp_path(&a, STR("http:///a")).p,
		"another machine's file is none");
}

/* ---- conversations ---- */

static const struct lsp_place place = { STR("a.c"), 2, STR("int x;\nint y = z;\n") };
static const struct str commands[] = { STR("fix") };
static const struct lsp_question question = {
	.root = STR("/p"), .language = STR("c"), .commands = commands, .commands_n = 1, .places = &place, .places_n = 1
};

#define INITIALIZED "{\"id\":1,\"result\":{\"capabilities\":{\"positionEncoding\":\"utf-8\"}}}"
#define TOLD                                                                                       \
	"{\"method\":\"textDocument/publishDiagnostics\",\"params\":{\"uri\":\"file:///p/a.c\","   \
	"\"diagnostics\":[{\"range\":{\"start\":{\"line\":1,\"character\":8},\"end\":{\"line\":1," \
	"\"character\":9}},\"message\":\"m\"}]}}"
#define EDIT(uri)                                                                                 \
	"{\"changes\":{\"" uri "\":[{\"range\":{\"start\":{\"line\":1,\"character\":8},\"end\":{" \
	"\"line\":1,\"character\":9}},\"newText\":\"x\"}]}}"
#define OFFER(uri) "{\"id\":2,\"result\":[{\"title\":\"use x\",\"edit\":" EDIT(uri) "}]}"
#define ENDED "{\"id\":3,\"result\":null}"

/* The state after these messages; what was said to the server is in *said. */
static enum lsp_state talk(const char *const *messages, struct lsp_answer *answer, struct str *said)
{
	struct lsp_conversation *c = lsp_conversation_new(&a, &question, answer);
	struct buf in, say;
	bool goes_on;

	buf_init(&in, 1 << 20);
	buf_init(&say, 1 << 20);
	goes_on = lsp_conversation_hear(c, STR_NONE, &say);
	for (; *messages && goes_on; messages++) {
		lsp_frame_add(&in, str_of(*messages));
		goes_on = lsp_conversation_hear(c, buf_str(&in), &say);
		buf_drop(&in, in.n);
	}
	enum lsp_state state = lsp_conversation_state(c);
	*said = arena_str(&a, buf_str(&say));
	buf_release(&in);
	buf_release(&say);
	lsp_conversation_free(c);
	return state;
}

#define TALK(answer, said, ...) talk((const char *const[]){ __VA_ARGS__, NULL }, answer, said)

static bool has(struct str text, const char *part)
{
	return str_find(text, str_of(part)) < text.n;
}

static void offers_are_taken(void)
{
	struct lsp_answer answer;
	struct str said;

	is_int(TALK(&answer, &said, INITIALIZED, TOLD, OFFER("file:///p/a.c"), ENDED), LSP_COMPLETE, "all is answered");
	ok(has(said, "\"languageId\":\"c\"") && has(said, "int y = z"), "the file is opened");
	ok(has(said, "\"method\":\"exit\""), "the server is told to end");
	is_int((long long)answer.actions.n, 1, "there is one offer");
	is_int(answer.unit, UNIT_BYTES, "its columns are bytes");
	is_str(answer.actions.at[0].title, "use x", "it has a title");
	is_str(answer.actions.at[0].edits.at[0].file, "a.c", "it has a file of the project");
	is_int(answer.actions.at[0].edits.at[0].column, 8, "it has a place");
	TALK(&answer, &said, "{\"id\":1,\"result\":{}}");
	is_int(answer.unit, UNIT_UTF16, "columns are UTF-16 where nothing was agreed");
}

static void offers_that_are_not_taken(void)
{
	static const char *const not_taken[] = { OFFER("file:///etc/a.c"), OFFER("file:///p/../etc/a.c"),
		OFFER("file:///p"), OFFER("file:///p2/a.c"), OFFER("a.c"),
		"{\"id\":2,\"result\":[{\"title\":\"t\",\"edit\":{\"documentChanges\":[{\"kind\":\"delete\",\"uri\":"
		"\"file:///p/a.c\"}]}}]}",
		"{\"id\":2,\"result\":[{\"title\":\"t\",\"disabled\":{},\"edit\":" EDIT("file:///p/a.c") "}]}",
		"{\"id\":2,\"result\":[{\"title\":\"t\",\"command\":\"run\"}]}",
		"{\"id\":2,\"result\":[{\"title\":\"t\",\"edit\":{\"changes\":{\"file:///p/"
		"a.c\":[{\"newText\":\"x\"}]}}}]}",
		"{\"id\":2,\"result\":{\"title\":7}}", "{\"id\":2,\"error\":{}}" };
	struct lsp_answer answer;
	struct str said;

	for (size_t i = 0; i < sizeof(not_taken) / sizeof(not_taken[0]); i++) {
		TALK(&answer, &said, INITIALIZED, TOLD, not_taken[i], ENDED);
		is_int((long long)answer.actions.n, 0, not_taken[i]);
		ok(!has(said, "executeCommand"), "no command is executed");
	}
}

static void commands_are_asked_for_their_edit(void)
{
	static const char offer[] = "{\"id\":2,\"result\":[{\"title\":\"t\",\"command\":\"fix\",\"arguments\":[7]}]}";
	static const char apply[] = "{\"id\":\"s\",\"method\":\"workspace/applyEdit\",\"params\":{\"edit\":" EDIT(
		"file:///p/a.c") "}}";
	struct lsp_answer answer;
	struct str said;

	TALK(&answer, &said, INITIALIZED, TOLD, offer, apply, "{\"id\":3,\"result\":null}");
	ok(has(said, "executeCommand") && has(said, "\"arguments\":[7]"), "the command is executed");
	is_int((long long)answer.actions.n, 1, "its edit is an offer");
	TALK(&answer, &said, INITIALIZED, apply, TOLD);
	is_int((long long)answer.actions.n, 0, "an edit that nobody asked for is none");
}

static void protocols_that_are_broken(void)
{
	struct lsp_answer answer;
	struct str said;

	is_int(TALK(&answer, &said, "{\"id\":1,\"error\":{}}"), LSP_BROKE_PROTOCOL, "it cannot begin");
	is_int(TALK(&answer, &said, "[]"), LSP_BROKE_PROTOCOL, "a list is no message");
	is_int(TALK(&answer, &said, "{"), LSP_BROKE_PROTOCOL, "a message is JSON");
	is_int(TALK(&answer, &said, INITIALIZED), LSP_GOING_ON, "no answer yet");
	is_int(TALK(&answer, &said, "{\"id\":9,\"result\":{}}", "{\"id\":null}", "{}"), LSP_GOING_ON,
		"an answer to no question is ignored");
}

int main(void)
{
	frames_come_in_pieces();
	headers_that_are_none();
	names_of_files();
	offers_are_taken();
	offers_that_are_not_taken();
	commands_are_asked_for_their_edit();
	protocols_that_are_broken();
	arena_free(&a);
	return tap_end();
}
