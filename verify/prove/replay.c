/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Path replay: for each path a case in which it is taken, run on the real CPU with libVig's answers scripted. Where the
 * CPU does not do what the engine predicts, the engine is wrong about this program, and nothing is claimed of it.
 * The text is verify/replay/scene.h's. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "verify/prove/inside.h"

struct scenes {
	struct prover *p;
	FILE *out;
	uint64_t written, skipped;
};

static void
put_bytes(FILE *out, uint64_t value, unsigned size)
{
	for (unsigned i = 0; i < size; i++)
		fprintf(out, "%02x", (unsigned)(value >> (8 * i) & 0xff));
}

/* Words of a region that earlier packets may have changed. */
static unsigned
mutable_in(const struct subject *u, unsigned region)
{
	unsigned n = 0;

	for (unsigned i = 0; i < u->mutable_words; i++)
		n += u->mutable_word[i].region == region;
	return n;
}

/* A region's newest write when the packet came: what nf_init wrote, then what earlier packets may have. */
static struct write *
at_entry(const struct subject *u, const struct state *s, unsigned region)
{
	const struct write *const left = u->start[s->start]->memory.newest[region];
	const unsigned depth = (left == NULL ? 0 : left->depth) + mutable_in(u, region);
	struct write *w = s->memory.newest[region];

	while (w != NULL && w->depth > depth)
		w = w->before;
	return w;
}

static void
put_region(struct scenes *scenes, struct state *s, struct model *m, unsigned r, const struct memory *memory)
{
	struct subject *u = &scenes->p->subject;
	const struct region *region = &u->exec.space.region[r];

	fprintf(scenes->out, "%" PRIx64 " ", region->origin);
	for (uint64_t i = 0; i < region->high->value; i++)
		put_bytes(scenes->out, model_value(m, memory_read(&u->exec.space, memory, &s->path, r,
			term_const(u->terms, 64, i), 1)), 1);
	fputc('\n', scenes->out);
}

static bool
is_state(const struct subject *u, const struct state *s, unsigned r)
{
	return strcmp(u->exec.space.region[r].name, "state") == 0 && u->start[s->start]->memory.newest[r] != NULL;
}

/* Memory that nf_init left: its bytes when the packet comes. */
static void
put_blocks(struct scenes *scenes, struct state *s, struct model *m)
{
	struct subject *u = &scenes->p->subject;
	struct memory entry = s->memory;

	for (unsigned r = 0; r < u->exec.space.count; r++) {
		if (!is_state(u, s, r))
			continue;
		entry.newest[r] = at_entry(u, s, r);
		fputs("block ", scenes->out);
		put_region(scenes, s, m, r, &entry);
	}
	fprintf(scenes->out, "state %" PRIx64 "\n", u->start[s->start]->reg[IR_RAX]->value);
}

/* And what it must hold afterwards, where packets may change it. */
static void
put_after(struct scenes *scenes, struct state *s, struct model *m)
{
	struct subject *u = &scenes->p->subject;

	for (unsigned r = 0; r < u->exec.space.count; r++) {
		if (!is_state(u, s, r) || mutable_in(u, r) == 0)
			continue;
		fputs("after ", scenes->out);
		put_region(scenes, s, m, r, &s->memory);
	}
}

static void
put_packet_bytes(struct scenes *scenes, struct state *s, const struct memory *memory, struct model *m, uint64_t from,
	uint64_t length)
{
	struct subject *u = &scenes->p->subject;

	if (length == 0)
		fputc('-', scenes->out);
	for (uint64_t i = 0; i < length; i++)
		put_bytes(scenes->out, model_value(m, memory_read(&u->exec.space, memory, &s->path, u->packet,
			term_const(u->terms, 64, from + i), 1)), 1);
}

static void
put_packet(struct scenes *scenes, struct state *s, struct model *m)
{
	static const struct memory untouched;
	struct subject *u = &scenes->p->subject;

	fputs("packet ", scenes->out);
	put_packet_bytes(scenes, s, &untouched, m, 0, model_value(m, u->length));
	fprintf(scenes->out, " headroom %" PRIu64 " tailroom %" PRIu64 " port %" PRIu64 " hint %" PRIx64 " now %" PRIu64 "\n",
		model_value(m, u->headroom), model_value(m, u->tailroom), model_value(m, u->port), model_value(m, u->hint),
		model_value(m, u->now));
}

static void
put_call(struct scenes *scenes, const struct call *c, struct model *m)
{
	if (c == NULL)
		return;
	put_call(scenes, c->before, m);
	fprintf(scenes->out, "call %s ", c->name);
	if (c->result == NULL)
		fputs("void", scenes->out);
	else
		fprintf(scenes->out, "%" PRIx64, model_value(m, c->result));
	fprintf(scenes->out, c->stored > 0 ? " %u " : " - ", c->out);
	for (unsigned i = 0; i < c->stored; i++)
		put_bytes(scenes->out, model_value(m, c->store[i]), c->store[i]->width / 8u);
	fputs(c->stored > 0 ? "\n" : "-\n", scenes->out);
	if (c->also_stored > 0) {
		fprintf(scenes->out, "also %u ", c->also_out);
		for (unsigned i = 0; i < c->also_stored; i++)
			put_bytes(scenes->out, model_value(m, c->also[i]), c->also[i]->width / 8u);
		fputc('\n', scenes->out);
	}
	if (c->key_words == 0)
		return;
	fprintf(scenes->out, "points %u ", c->points);
	for (unsigned i = 0; i < c->key_words; i++)
		put_bytes(scenes->out, model_value(m, c->key[i]), 8);
	fputc('\n', scenes->out);
}

static void
put_scene(struct scenes *scenes, struct state *s, bool hints)
{
	struct subject *u = &scenes->p->subject;
	enum smt_result result;
	struct model *m = cases_model(&s->path, scenes->written + 11, &result);
	const uint64_t offset = m == NULL ? 0 : model_value(m, subject_sent_offset(u, s));

	if (m == NULL) { /* none was found in time, or there is no such case */
		scenes->skipped++;
		return;
	}
	s->looked_into = true; /* m is a case of it: what joined functions answer does not exclude it */
	fprintf(scenes->out, "path %" PRIu64 "\n", scenes->written++);
	put_blocks(scenes, s, m);
	put_packet(scenes, s, m);
	if (hints)
		fprintf(scenes->out, "stage %" PRIu64 "\n", model_value(m, u->stage));
	put_call(scenes, s->calls, m);
	fprintf(scenes->out, "expect %" PRIx64 " %" PRId64 " ", model_value(m, s->reg[IR_RAX]), (int64_t)offset);
	put_packet_bytes(scenes, s, &s->memory, m, offset, model_value(m, subject_sent_length(u, s)));
	fputc('\n', scenes->out);
	put_after(scenes, s, m);
	fputs("end\n", scenes->out);
	model_free(m);
}

static void
read_answers(struct scenes *scenes, FILE *answers)
{
	struct prover *p = scenes->p;
	char line[512];

	while (fgets(line, sizeof line, answers) != NULL) {
		if (strncmp(line, "ok ", 3) == 0) {
			p->verdict->replayed++;
			p->goal->obligations++;
			continue;
		}
		line[strcspn(line, "\n")] = '\0';
		prover_fails(p, VERDICT_UNKNOWN, "the CPU does not do what the engine predicts: %s", line);
	}
}

static void
run_mock(struct scenes *scenes, const char *file)
{
	const struct verify_request *r = scenes->p->request;
	char command[2048];
	FILE *answers;

	snprintf(command, sizeof command, "'%s' --libvig '%s' '%s' < '%s'", r->mock, r->libvig, r->program, file);
	answers = popen(command, "r");
	if (answers == NULL) {
		prover_fails(scenes->p, VERDICT_UNKNOWN, "%s cannot be run", r->mock);
		return;
	}
	read_answers(scenes, answers);
	pclose(answers);
	if (scenes->p->verdict->replayed < scenes->written)
		prover_fails(scenes->p, VERDICT_UNKNOWN, "only %" PRIu64 " of %" PRIu64 " paths could be replayed",
			scenes->p->verdict->replayed, scenes->written);
}

/* This process's share of the paths. */
static void
put_scenes(struct scenes *scenes)
{
	struct prover *const p = scenes->p;
	uint64_t path = 0;

	for (struct state *s = p->subject.exec.returned; s != NULL; s = s->next)
		if (crew_takes(p, path++))
			put_scene(scenes, s, false);
	for (struct state *s = p->subject.hinted; s != NULL; s = s->next)
		if (crew_takes(p, path++))
			put_scene(scenes, s, true);
}

bool
replay_paths(struct prover *p)
{
	struct scenes scenes = { .p = p };
	char file[256];

	if (p->request->mock == NULL)
		return false;
	prover_goal(p, "replay", "the CPU takes every path as the engine predicts it");
	scenes.out = prover_temporary("scenes", file, sizeof file);
	if (scenes.out == NULL) {
		prover_fails(p, VERDICT_UNKNOWN, "no temporary file can be made");
		return true;
	}
	put_scenes(&scenes);
	fclose(scenes.out);
	run_mock(&scenes, file);
	unlink(file);
	return true;
}
