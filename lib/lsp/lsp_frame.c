#include "lsp/lsp_frame.h"

enum { HEADER_MAX = 4096 };

/* ---- frames ---- */

/* The value of Content-Length; -1: there is none that can be right. */
static int64_t length_of(struct str header)
{
	struct str line;
	int64_t n;

	while (str_line(&header, &line)) {
		size_t colon = str_chr(line, ':');
		if (str_is_nocase(str_sub(line, 0, colon), "content-length"))
			return str_number(str_trim(str_sub(line, colon + 1, line.n)), &n) && n >= 0 &&
					n <= LSP_MESSAGE_MAX ?
				n :
				-1;
	}
	return -1;
}

enum lsp_framed lsp_frame_take(struct arena *a, struct buf *in, struct str *body)
{
	struct str all = buf_str(in);
	size_t end = str_find(str_sub(all, 0, HEADER_MAX), STR("\r\n\r\n"));

	if (end >= (all.n < HEADER_MAX ? all.n : HEADER_MAX))
		return all.n < HEADER_MAX ? LSP_MORE : LSP_BROKEN;
	int64_t n = length_of(str_sub(all, 0, end));
	if (n < 0)
		return LSP_BROKEN;
	size_t begin = end + 4;
	if (all.n - begin < (size_t)n)
		return LSP_MORE;
	*body = arena_str(a, str_sub(all, begin, begin + (size_t)n));
	buf_drop(in, begin + (size_t)n);
	return LSP_MESSAGE;
}

void lsp_frame_add(struct buf *out, struct str body)
{
	buf_printf(out, "Content-Length: %zu\r\n\r\n", body.n);
	buf_add(out, body);
}

/* ---- names of files ---- */

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
		c == '_' || c == '~' || c == '/';
}

struct str lsp_uri(struct arena *a, struct str path)
{
	static const char digits[] = "0123456789ABCDEF";
	static const char scheme[] = "file://";
	char *out = arena_alloc(a, sizeof(scheme) + 3 * path.n);
	size_t n = sizeof(scheme) - 1;

	memcpy(out, scheme, n);
	for (size_t i = 0; i < path.n; i++) {
		unsigned char c = (unsigned char)path.p[i];
		if (is_unreserved(path.p[i])) {
			out[n++] = path.p[i];
			continue;
		}
		out[n++] = '%';
		out[n++] = digits[c >> 4];
		out[n++] = digits[c & 15];
	}
	return (struct str){ out, n };
}

static int hex(char c)
{
	return c >= '0' && c <= '9'  ? c - '0' :
		c >= 'a' && c <= 'f' ? c - 'a' + 10 :
		c >= 'A' && c <= 'F' ? c - 'A' + 10 :
				       -1;
}

struct str lsp_path(struct arena *a, struct str uri)
{
	struct str scheme = STR("file://"), s = str_sub(uri, scheme.n, uri.n);
	char *out = arena_alloc(a, uri.n + 1);
	size_t n = 0;

	if (!str_starts(uri, "file:///"))
		return STR_NONE;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '%') {
			out[n++] = s.p[i];
			continue;
		}
		int high = i + 2 < s.n ? hex(s.p[i + 1]) : -1, low = high >= 0 ? hex(s.p[i + 2]) : -1;
		if (low < 0 || (high == 0 && low == 0))
			return STR_NONE;
		out[n++] = (char)(high << 4 | low);
		i += 2;
	}
	return (struct str){ out, n };
}
