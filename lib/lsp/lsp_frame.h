/* lsp_frame.h - the messages of the Language Server Protocol on a stream of bytes, and the names of files in them */
#ifndef HEAL_LSP_LSP_FRAME_H
#define HEAL_LSP_LSP_FRAME_H

#include "base/arena.h"
#include "base/buf.h"

enum { LSP_MESSAGE_MAX = 32 << 20 }; /* bytes; a longer one ends the conversation */

enum lsp_framed { LSP_MORE, LSP_MESSAGE, LSP_BROKEN };

/* Take the first message out of the bytes that were read; *body: its JSON, in the arena.  LSP_MORE: it is not there
 * yet; LSP_BROKEN: the header is none. */
enum lsp_framed lsp_frame_take(struct arena *a, struct buf *in, struct str *body);
/* Add the JSON with its header. */
void lsp_frame_add(struct buf *out, struct str body);

/* file:///a%20b for "/a b", and back; p == NULL: not the name of a local file. */
struct str lsp_uri(struct arena *a, struct str path);
struct str lsp_path(struct arena *a, struct str uri);

#endif
