/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/replay/scene.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "nf/nf.h"

#define WORDS_MAX 16u
#define PORTS_MAX 64u
#define ROOM_MAX (1u << 20)

/* One line taken apart. word[0] is its keyword. */
struct line {
	struct scene_reader *reader;
	struct scene *scene;
	struct err *err;
	char *word[WORDS_MAX];
	size_t words;
};

/* Items that come once in a scene. */
enum { SEEN_PATH = 1, SEEN_STATE = 2, SEEN_PACKET = 4, SEEN_EXPECT = 8, SEEN_ALL = 15 };

static bool
say(const struct line *l, const char *what)
{
	return err_set(l->err, "line %" PRIu64 ": %s: %s", l->reader->line, l->word[0], what);
}

static bool
read_number(const struct line *l, const char *text, int base, uint64_t most, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, base);
	if (*end == '\0' && hex_digit(text[0]) >= 0 && errno == 0 && *number <= most)
		return true;
	return err_set(l->err, "line %" PRIu64 ": %s: \"%.40s\" is no %s number up to %" PRIu64, l->reader->line,
		l->word[0], text, base == 16 ? "hexadecimal" : "decimal", most);
}

static bool
read_hex(const struct line *l, const char *text, uint64_t *number)
{
	return read_number(l, text, 16, UINT64_MAX, number);
}

static bool
read_bytes(const struct line *l, const char *text, struct scene_bytes *bytes)
{
	const size_t size = hex_size(text);

	if (size == SIZE_MAX)
		return say(l, "an odd number of hexadecimal digits");
	bytes->at = malloc(size + 1);
	if (bytes->at == NULL)
		return say(l, "out of memory");
	bytes->size = size;
	return hex_read(text, bytes->at, size) || say(l, "bytes are hexadecimal digits, or - for none");
}

/* A longer array, its new last element zeroed. NULL: out of memory, and the old one stays. */
static void *
longer(void *array, size_t count, size_t size)
{
	char *const grown = realloc(array, (count + 1) * size);

	if (grown != NULL)
		memset(grown + count * size, 0, size);
	return grown;
}

static bool
once(const struct line *l, unsigned item)
{
	if ((l->reader->seen & item) != 0)
		return say(l, "it comes once in a path");
	l->reader->seen |= item;
	return true;
}

static bool
read_path(struct line *l)
{
	return once(l, SEEN_PATH) && read_number(l, l->word[1], 10, UINT64_MAX, &l->scene->number);
}

static bool
read_region(struct line *l, struct scene_block **array, size_t *count)
{
	struct scene_block *const grown = longer(*array, *count, sizeof **array);
	struct scene_block *block;

	if (grown == NULL)
		return say(l, "out of memory");
	*array = grown;
	block = &grown[(*count)++];
	if (!read_hex(l, l->word[1], &block->address) || !read_bytes(l, l->word[2], &block->bytes))
		return false;
	return block->bytes.size <= UINT64_MAX - block->address || say(l, "it does not fit the address space");
}

static bool
read_block(struct line *l)
{
	return read_region(l, &l->scene->block, &l->scene->blocks);
}

static bool
read_after(struct line *l)
{
	return read_region(l, &l->scene->after, &l->scene->afters);
}

static bool
read_state(struct line *l)
{
	return once(l, SEEN_STATE) && read_hex(l, l->word[1], &l->scene->state);
}

static bool
read_packet(struct line *l)
{
	static const char *const label[] = { "headroom", "tailroom", "port", "hint", "now" };
	static const uint64_t most[] = { ROOM_MAX, ROOM_MAX, PORTS_MAX - 1, UINT64_MAX, UINT64_MAX };
	struct scene *const s = l->scene;
	uint64_t *const number[] = { &s->headroom, &s->tailroom, &s->port, &s->hint, &s->now };

	if (!once(l, SEEN_PACKET) || !read_bytes(l, l->word[1], &s->packet))
		return false;
	for (size_t i = 0; i < 5; i++) {
		if (strcmp(l->word[2 + 2 * i], label[i]) != 0)
			return say(l, "after its bytes come: headroom H tailroom T port P hint X now N");
		if (!read_number(l, l->word[3 + 2 * i], i == 3 ? 16 : 10, most[i], number[i]))
			return false;
	}
	return true;
}

static bool
read_stage(struct line *l)
{
	l->scene->hints = true;
	return read_number(l, l->word[1], 10, NF_HINT_STAGES - 1, &l->scene->stage);
}

static bool
read_call(struct line *l)
{
	struct scene_call *const grown = longer(l->scene->call, l->scene->calls, sizeof *grown);
	struct scene_call *call;

	if (grown == NULL)
		return say(l, "out of memory");
	l->scene->call = grown;
	call = &grown[l->scene->calls++];
	call->name = strdup(l->word[1]);
	if (call->name == NULL)
		return say(l, "out of memory");
	call->answers = strcmp(l->word[2], "void") != 0;
	if (call->answers && !read_hex(l, l->word[2], &call->result))
		return false;
	if (!read_bytes(l, l->word[4], &call->stored))
		return false;
	if (strcmp(l->word[3], "-") == 0)
		return call->stored.size == 0 || say(l, "it stores bytes, but through no argument");
	return read_number(l, l->word[3], 10, SCENE_ARGUMENTS - 1, &call->out);
}

/* The argument of the last call that this line is about. NULL: err is set. */
static struct scene_argument *
read_argument(struct line *l)
{
	uint64_t index;

	if (l->scene->calls == 0) {
		say(l, "it belongs to a call, and there is none before it");
		return NULL;
	}
	if (!read_number(l, l->word[1], 10, SCENE_ARGUMENTS - 1, &index))
		return NULL;
	return &l->scene->call[l->scene->calls - 1].argument[index];
}

static bool
read_also(struct line *l)
{
	struct scene_call *call;

	if (l->scene->calls == 0)
		return say(l, "it belongs to a call, and there is none before it");
	call = &l->scene->call[l->scene->calls - 1];
	if (call->also.at != NULL)
		return say(l, "a call stores at two places at most");
	return read_number(l, l->word[1], 10, SCENE_ARGUMENTS - 1, &call->also_out) && read_bytes(l, l->word[2], &call->also);
}

static bool
read_value(struct line *l)
{
	struct scene_argument *const argument = read_argument(l);

	if (argument == NULL)
		return false;
	if (argument->has_value)
		return say(l, "this argument has a value already");
	argument->has_value = true;
	return read_hex(l, l->word[2], &argument->value);
}

static bool
read_points(struct line *l)
{
	struct scene_argument *const argument = read_argument(l);

	if (argument == NULL)
		return false;
	if (argument->has_target)
		return say(l, "what this argument points to is known already");
	argument->has_target = true;
	return read_bytes(l, l->word[2], &argument->target);
}

static bool
read_expect(struct line *l)
{
	const bool back = l->word[2][0] == '-';
	uint64_t distance;

	if (!once(l, SEEN_EXPECT) || !read_hex(l, l->word[1], &l->scene->result))
		return false;
	if (!read_number(l, l->word[2] + back, 10, ROOM_MAX, &distance))
		return false;
	l->scene->offset = back ? -(int64_t)distance : (int64_t)distance;
	return read_bytes(l, l->word[3], &l->scene->sent);
}

static bool
inside(const struct scene_block *part, const struct scene_block *whole)
{
	const uint64_t from = part->address - whole->address;

	return part->address >= whole->address && from <= whole->bytes.size &&
		part->bytes.size <= whole->bytes.size - from;
}

static bool
apart(const struct scene_block *a, const struct scene_block *b)
{
	return a->address + a->bytes.size <= b->address || b->address + b->bytes.size <= a->address;
}

static bool
read_end(struct line *l)
{
	const struct scene *const s = l->scene;

	if (l->reader->seen != SEEN_ALL)
		return say(l, "a path has a state, a packet and an expect");
	for (size_t i = 0; i < s->blocks; i++)
		for (size_t j = 0; j < i; j++)
			if (!apart(&s->block[i], &s->block[j]))
				return say(l, "two blocks overlap");
	for (size_t i = 0; i < s->afters; i++) {
		size_t block = 0;
		while (block < s->blocks && !inside(&s->after[i], &s->block[block]))
			block++;
		if (block == s->blocks)
			return say(l, "an after is not inside one block");
	}
	return true;
}

static const struct {
	const char *keyword;
	size_t words;
	bool (*read)(struct line *line);
} item[] = {
	{ "path", 2, read_path },
	{ "block", 3, read_block },
	{ "state", 2, read_state },
	{ "packet", 12, read_packet },
	{ "stage", 2, read_stage },
	{ "call", 5, read_call },
	{ "also", 3, read_also },
	{ "value", 3, read_value },
	{ "points", 3, read_points },
	{ "expect", 4, read_expect },
	{ "after", 3, read_after },
	{ "end", 1, read_end },
};

static bool
read_item(struct line *l)
{
	const size_t items = sizeof item / sizeof item[0];
	size_t i = 0;

	while (i < items && strcmp(l->word[0], item[i].keyword) != 0)
		i++;
	if (i == items)
		return err_set(l->err, "line %" PRIu64 ": \"%.40s\" is no item of a path", l->reader->line, l->word[0]);
	if (l->words != item[i].words)
		return err_set(l->err, "line %" PRIu64 ": %s: %zu words where there are %zu", l->reader->line, l->word[0],
			l->words, item[i].words);
	if (i != 0 && (l->reader->seen & SEEN_PATH) == 0)
		return say(l, "a path starts with \"path N\"");
	return item[i].read(l);
}

/* Takes the next line that holds words apart. False: the stream is at its end, or cannot be read. */
static bool
next_line(struct line *l)
{
	struct scene_reader *const r = l->reader;
	char *rest;

	while (getline(&r->text, &r->room, r->stream) >= 0) {
		r->line++;
		l->words = 0;
		for (char *word = strtok_r(r->text, " \t\r\n", &rest); word != NULL && l->words < WORDS_MAX;
		     word = strtok_r(NULL, " \t\r\n", &rest))
			l->word[l->words++] = word;
		if (l->words > 0 && l->word[0][0] != '#')
			return true;
	}
	if (ferror(r->stream))
		err_set(l->err, "line %" PRIu64 ": cannot be read: %s", r->line + 1, strerror(errno));
	return false;
}

bool
scene_read(struct scene_reader *reader, struct scene *scene, struct err *err)
{
	struct line line = { .reader = reader, .scene = scene, .err = err };
	bool good = true, ended = false;

	*scene = (struct scene){ 0 };
	reader->seen = 0;
	while (good && !ended && next_line(&line)) {
		good = read_item(&line);
		ended = strcmp(line.word[0], "end") == 0;
	}
	if (good && !ended && reader->seen != 0)
		err_set(err, "line %" PRIu64 ": the last path has no end", reader->line);
	if (good && ended)
		return true;
	scene_free(scene);
	return false;
}

static void
free_blocks(struct scene_block *block, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(block[i].bytes.at);
	free(block);
}

void
scene_free(struct scene *scene)
{
	free_blocks(scene->block, scene->blocks);
	free_blocks(scene->after, scene->afters);
	for (size_t i = 0; i < scene->calls; i++) {
		free(scene->call[i].name);
		free(scene->call[i].stored.at);
		free(scene->call[i].also.at);
		for (size_t a = 0; a < SCENE_ARGUMENTS; a++)
			free(scene->call[i].argument[a].target.at);
	}
	free(scene->call);
	free(scene->packet.at);
	free(scene->sent.at);
	*scene = (struct scene){ 0 };
}

void
scene_close(struct scene_reader *reader)
{
	free(reader->text);
	reader->text = NULL;
}
