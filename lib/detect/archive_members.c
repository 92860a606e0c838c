#include "detect/archive_members.h"

#include <string.h>

enum { NAME_MAX_BYTES = 4096 };

void archive_members_init(
	struct archive_members *o, struct str archive, struct detector *d, const struct input_watch *watch)
{
	*o = (struct archive_members){ .archive = archive, .d = d, .watch = watch };
	buf_init(&o->name, archive.n + NAME_MAX_BYTES + 2);
}

void archive_members_release(struct archive_members *o)
{
	buf_release(&o->name);
}

static void name_done(struct archive_members *o)
{
	if (o->head[0] == 'N') {
		detector_end(o->d);
		detector_begin(o->d, buf_str(&o->name));
	} else if (o->watch && o->watch->passed_over) {
		buf_addc(&o->name, '\0');
		o->watch->passed_over(o->watch->ctx, o->name.p);
	}
}

static bool is_name(const struct archive_members *o)
{
	return o->head[0] == 'N' || o->head[0] == 'B';
}

static void head_done(struct archive_members *o)
{
	o->left = o->head[1] | (uint32_t)o->head[2] << 8 | (uint32_t)o->head[3] << 16 | (uint32_t)o->head[4] << 24;
	buf_clear(&o->name);
	buf_add(&o->name, o->archive);
	buf_addc(&o->name, '!');
}

static void body_take(struct archive_members *o, struct str bytes)
{
	if (o->head[0] == 'D')
		detector_feed(o->d, bytes);
	else if (is_name(o))
		buf_add(&o->name, bytes);
	o->left -= (uint32_t)bytes.n;
}

void archive_members_feed(struct archive_members *o, struct str bytes)
{
	while (bytes.n || (o->head_n == sizeof(o->head) && o->left == 0)) {
		if (o->head_n < sizeof(o->head)) {
			o->head[o->head_n++] = (unsigned char)bytes.p[0];
			bytes = str_sub(bytes, 1, bytes.n);
			if (o->head_n == sizeof(o->head))
				head_done(o);
			continue;
		}
		struct str piece = str_sub(bytes, 0, o->left);
		body_take(o, piece);
		bytes = str_sub(bytes, piece.n, bytes.n);
		if (o->left)
			continue;
		if (is_name(o))
			name_done(o);
		o->head_n = 0;
	}
}
