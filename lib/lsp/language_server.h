/* language_server.h - ask a language server which repairs it offers at places of a copy of the project
 *
 * The server is a confined child that speaks the protocol on its standard streams (lsp_conversation.h). */
#ifndef HEAL_LSP_LANGUAGE_SERVER_H
#define HEAL_LSP_LANGUAGE_SERVER_H

#include "lsp/lsp_conversation.h"
#include "sandbox/sandbox.h"

struct language_server {
	char *const *argv;
	char *const *also; /* environment variables, "NAME=value", or NULL */
	const struct confinement *confinement;
	double timeout; /* seconds for all of it */
};

/* The root of the question is that of the copy.  false: err, it could not be started, failed, broke the protocol or did
 * not answer in time; what it had offered before a timeout is in *out. */
bool language_server_ask(struct arena *a, struct sandbox *copy, const struct language_server *server,
	const struct lsp_question *q, struct lsp_answer *out, struct err *err);

#endif
