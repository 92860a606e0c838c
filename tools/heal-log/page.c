#include <stdio.h>
#include <string.h>

#include "base/sha256.h"
#include "base/visible.h"
#include "page.h"

enum { WIDTH = 720, HEIGHT = 160, SQUARE = 240, MARGIN = 8 };

/* ---- text ---- */

static void one(struct buf *out, const char *shown)
{
	for (; *shown; shown++)
		switch (*shown) {
		case '&':
			buf_addz(out, "&amp;");
			break;
		case '<':
			buf_addz(out, "&lt;");
			break;
		case '>':
			buf_addz(out, "&gt;");
			break;
		case '"':
			buf_addz(out, "&quot;");
			break;
		case '\'':
			buf_addz(out, "&#39;");
			break;
		default:
			buf_addc(out, *shown);
		}
}

void page_text(struct buf *out, struct str text)
{
	char shown[VISIBLE_MOST];

	for (size_t i = 0, step; i < text.n; i += step)
		one(out, visible_at(text, i, &step, shown));
}

void page_short(struct buf *out, struct str text, size_t n)
{
	page_text(out, str_sub(text, 0, n));
	if (text.n > n)
		buf_addz(out, "…");
}

/* ---- the page ---- */

/* Colours have a contrast of at least 4.5 to 1 with their background, WCAG 2.2, 1.4.3. */
static const char style[] =
	":root{color-scheme:light dark;--fg:#1b1f24;--bg:#fff;--soft:#59636e;--line:#d1d9e0;--mark:#0b62c4;"
	"--good:#1a7f37;--bad:#c1232b;--pane:#f6f8fa}"
	"@media(prefers-color-scheme:dark){:root{--fg:#e6edf3;--bg:#0d1117;--soft:#9198a1;--line:#3d444d;--mark:#"
	"6cb6ff;"
	"--good:#57d364;--bad:#ff7b72;--pane:#151b23}}"
	"*{box-sizing:border-box}body{margin:0 auto;max-width:64rem;padding:1rem;color:var(--fg);background:var(--bg);"
	"font:1rem/1.5 system-ui,sans-serif}h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.2rem;margin:2rem 0 .5rem}"
	"a{color:var(--mark)}p{margin:.3rem 0}.soft{color:var(--soft)}nav ul{display:flex;flex-wrap:wrap;gap:.2rem "
	"1rem;"
	"padding:0;list-style:none}dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.5rem;"
	"margin:1rem 0}dl div{background:var(--pane);border:1px solid var(--line);border-radius:6px;padding:.5rem "
	".75rem}"
	"dt{color:var(--soft);font-size:.9rem}dd{margin:0;font-size:1.4rem;font-variant-numeric:tabular-nums}"
	".wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.95rem}caption{text-align:left;"
	"color:var(--soft);position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}th,td{text-"
	"align:left;padding:.25rem .6rem .25rem 0;border-bottom:1px solid var(--line);"
	"vertical-align:top;overflow-wrap:anywhere;min-width:4rem}td:first-child{min-width:7rem}th{font-weight:600}.n{"
	"text-align:right;"
	"font-variant-numeric:tabular-nums;white-space:nowrap}svg{width:100%;height:auto;display:block}"
	"svg.bar{width:6rem;height:.6rem;display:inline-block}.axis{stroke:var(--line)}text{fill:var(--soft);font-size:"
	".75rem}.curve{stroke:var(--mark);fill:"
	"none;"
	"stroke-width:2}.dot,.col{fill:var(--mark)}.fill{fill:var(--good)}.rest{fill:var(--line)}"
	"pre{background:var(--pane);border:1px solid var(--line);border-radius:6px;padding:.5rem;overflow-x:auto;"
	"font-size:.85rem}ins{color:var(--good);text-decoration:none}del{color:var(--bad);text-decoration:none}"
	"summary{cursor:pointer}article{border-bottom:1px solid var(--line);padding:.5rem 0}"
	"@media print{nav{display:none}details{display:block}body{max-width:none}}"
	"@media(max-width:30rem){body{padding:.5rem}}";

/* RFC 4648, of the 32 bytes of a hash. */
static void hash_base64(struct buf *out, struct str text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char hex[SHA256_HEX];
	unsigned char bytes[33] = { 0 };

	sha256_of(text, hex);
	for (int i = 0; i < 32; i++) {
		unsigned byte;
		sscanf(hex + 2 * i, "%2x", &byte);
		bytes[i] = (unsigned char)byte;
	}
	for (int i = 0; i < 33; i += 3) {
		unsigned v = (unsigned)bytes[i] << 16 | (unsigned)bytes[i + 1] << 8 | bytes[i + 2];
		buf_addc(out, digits[v >> 18]);
		buf_addc(out, digits[v >> 12 & 63]);
		buf_addc(out, digits[v >> 6 & 63]);
		buf_addc(out, i == 30 ? '=' : digits[v & 63]);
	}
}

void page_begin(struct buf *out, struct str title)
{
	buf_addz(out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-");
	hash_base64(out, str_of(style));
	buf_addz(out,
		"'; base-uri 'none'; form-action 'none'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
	page_text(out, title);
	buf_printf(out, "</title>\n<style>%s</style>\n</head>\n<body>\n<header>\n<h1>", style);
	page_text(out, title);
	buf_addz(out, "</h1>\n");
}

void page_end(struct buf *out)
{
	buf_addz(out, "</main>\n</body>\n</html>\n");
}

void page_section(struct buf *out, const char *id, const char *title)
{
	buf_printf(out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n", id, id, title);
}

void page_section_end(struct buf *out)
{
	buf_addz(out, "</section>\n");
}

/* ---- tables ---- */

void page_table(struct buf *out, const char *caption, const char *headings)
{
	struct str rest = str_of(headings), heading;

	buf_printf(out,
		"<div class=\"wide\" tabindex=\"0\" role=\"region\" "
		"aria-label=\"Table: %s\"><table>\n<caption>%s</caption>\n<thead><tr>",
		caption, caption);
	while (str_split(&rest, '|', &heading)) {
		bool number = str_starts(heading, "#");
		buf_printf(out, "<th scope=\"col\"%s>%.*s</th>", number ? " class=\"n\"" : "",
			STR_ARG(str_sub(heading, number, heading.n)));
	}
	buf_addz(out, "</tr></thead>\n<tbody>\n");
}

void page_table_end(struct buf *out)
{
	buf_addz(out, "</tbody></table></div>\n");
}

/* ---- charts ---- */

static void svg_begin(struct buf *out, struct str name, int width, int height)
{
	buf_printf(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", width, height);
	page_text(out, name);
	buf_addz(out, "\">\n");
}

static void tooltip(struct buf *out, struct str label)
{
	buf_addz(out, "<title>");
	page_text(out, label);
	buf_addz(out, "</title>");
}

static double across(double x, int size)
{
	return MARGIN + x * (size - 2 * MARGIN);
}

static double up(double y, int size)
{
	return across(1 - y, size);
}

static void dots(struct buf *out, const struct chart_point *at, size_t n, int width, int height)
{
	for (size_t i = 0; i < n; i++) {
		buf_printf(out, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"%d\">", across(at[i].x, width),
			up(at[i].y, height), n > 60 ? 2 : 4);
		tooltip(out, at[i].label);
		buf_addz(out, "</circle>\n");
	}
}

static void axis(struct buf *out, struct str most, int width, int height)
{
	buf_printf(out, "<text x=\"%d\" y=\"%d\">", MARGIN, MARGIN + 10);
	page_text(out, most);
	buf_addz(out, "</text>\n");
	buf_printf(out, "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", MARGIN, height - MARGIN,
		width - MARGIN, height - MARGIN);
}

void chart_line(struct buf *out, struct str name, const struct chart_point *at, size_t n)
{
	svg_begin(out, name, WIDTH, HEIGHT);
	axis(out, STR("1"), WIDTH, HEIGHT);
	buf_addz(out, "<polyline class=\"curve\" points=\"");
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%.1f,%.1f ", across(at[i].x, WIDTH), up(at[i].y, HEIGHT));
	buf_addz(out, "\"/>\n");
	dots(out, at, n, WIDTH, HEIGHT);
	buf_addz(out, "</svg>\n");
}

void chart_bars(struct buf *out, struct str name, struct str most, const struct chart_point *at, size_t n)
{
	double step = n ? (WIDTH - 2.0 * MARGIN) / (double)n : 0;

	svg_begin(out, name, WIDTH, HEIGHT);
	axis(out, most, WIDTH, HEIGHT);
	for (size_t i = 0; i < n; i++) {
		double y = up(at[i].y, HEIGHT);
		buf_printf(out, "<rect class=\"col\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">",
			MARGIN + (double)i * step, y, step > 3 ? step - 1 : step, HEIGHT - MARGIN - y);
		tooltip(out, at[i].label);
		buf_addz(out, "</rect>\n");
	}
	buf_addz(out, "</svg>\n");
}

void chart_diagonal(struct buf *out, struct str name, const struct chart_point *at, size_t n)
{
	svg_begin(out, name, WIDTH, SQUARE);
	axis(out, STR("1"), WIDTH, SQUARE);
	buf_printf(out, "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", MARGIN, SQUARE - MARGIN,
		WIDTH - MARGIN, MARGIN);
	dots(out, at, n, WIDTH, SQUARE);
	buf_addz(out, "</svg>\n");
}

void chart_share(struct buf *out, double share)
{
	buf_printf(out,
		"<svg class=\"bar\" viewBox=\"0 0 100 10\" aria-hidden=\"true\" preserveAspectRatio=\"none\">"
		"<rect class=\"rest\" width=\"100\" height=\"10\"/><rect class=\"fill\" width=\"%.1f\" "
		"height=\"10\"/></svg>",
		100 * share);
}
