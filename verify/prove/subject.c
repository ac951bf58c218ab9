/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/prove/subject.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "verify/model/model.h"

bool
subject_open(struct subject *subject, const char *path, uint64_t max_length, unsigned solver_ms, struct err *err)
{
	*subject = (struct subject){ .max_length = max_length };
	subject->program = program_open(path, err);
	if (subject->program == NULL)
		return false;
	if (program_symbol(subject->program, "nf_init") == 0 || program_symbol(subject->program, "nf_process") == 0)
		return err_set(err, "%s: not a network function: it exports no nf_init or no nf_process (nf/nf.h)", path);
	if (!options_read(subject->program, &subject->options, err))
		return false;
	subject->terms = terms_new();
	subject->smt = smt_new(subject->terms, solver_ms);
	exec_init(&subject->exec, subject->terms, subject->smt, subject->program);
	subject->exec.import = model_import;
	subject->exec.list = subject->options.list;
	subject->exec.lists = subject->options.lists;
	return true;
}

void
subject_close(struct subject *subject)
{
	for (unsigned i = 0; i < subject->starts; i++)
		state_free(subject->start[i]);
	while (subject->hinted != NULL) {
		struct state *next = subject->hinted->next;

		state_free(subject->hinted);
		subject->hinted = next;
	}
	if (subject->terms != NULL)
		exec_clear(&subject->exec);
	smt_free(subject->smt);
	terms_free(subject->terms);
	if (subject->program != NULL)
		program_close(subject->program);
}

static void
put(struct subject *u, struct state *s, unsigned region, uint64_t offset, term value)
{
	memory_write(&u->exec.space, &s->memory, region, term_const(u->terms, 64, offset), value);
}

static term
address_of(const struct subject *u, unsigned region)
{
	return term_const(u->terms, 64, u->exec.space.region[region].origin);
}

static void
put_environment(struct subject *u, struct state *s)
{
	for (unsigned i = 0; i < u->options.count; i++) {
		put(u, s, u->option_region, 16 * i + offsetof(struct nf_value, lo), u->options.option[i].lo);
		put(u, s, u->option_region, 16 * i + offsetof(struct nf_value, hi), u->options.option[i].hi);
	}
	put(u, s, u->env_region, offsetof(struct nf_env, vig), term_const(u->terms, 64, MODEL_VIG_HANDLE));
	put(u, s, u->env_region, offsetof(struct nf_env, option), address_of(u, u->option_region));
	put(u, s, u->env_region, offsetof(struct nf_env, ports), u->ports);
	put(u, s, u->env_region, offsetof(struct nf_env, error), term_const(u->terms, 64, 0));
}

/* Sorts what nf_init returned: NULL says "cannot", a pointer is a start. */
static bool
take_starts(struct subject *u, struct err *err)
{
	while (u->exec.returned != NULL) {
		struct state *s = u->exec.returned;
		const term result = path_fixed(&s->path, s->reg[IR_RAX]);

		u->exec.returned = s->next;
		if (result == NULL)
			return err_set(err, "nf_init returns a computed pointer: it must return what vig_alloc gave, or NULL");
		if (result->value == 0) {
			state_free(s);
			continue;
		}
		if (u->starts == SUBJECT_STARTS)
			return err_set(err, "nf_init succeeds in more than %d different ways", SUBJECT_STARTS);
		s->reg[IR_RAX] = result;
		u->start[u->starts++] = s;
	}
	u->exec.returned_count = 0;
	return u->starts > 0 || err_set(err, "nf_init never succeeds, whatever the options");
}

bool
subject_init(struct subject *u, struct err *err)
{
	struct exec *x = &u->exec;
	struct state *s;
	term holds, env;

	u->ports = term_var_in(u->terms, 64, "ports", 1, NF_MAX_PORTS);
	holds = options_arbitrary(u->terms, &u->options, u->ports);
	u->option_region = space_add(&x->space, "options", 16 * u->options.count, false);
	u->env_region = space_add(&x->space, "env", sizeof(struct nf_env), true);
	env = address_of(u, u->env_region);
	s = exec_enter(x, NULL, program_symbol(u->program, "nf_init"), &env, 1);
	put_environment(u, s);
	path_assume(&s->path, holds, NULL);
	x->in_init = true;
	exec_run(x, s);
	x->in_init = false;
	x->space.region[u->option_region].readable = false;
	x->space.region[u->env_region].readable = false;
	return take_starts(u, err);
}

static void
make_unknowns(struct subject *u)
{
	static const uint8_t offset[] = { 64 };
	struct terms *ts = u->terms;
	struct space *space = &u->exec.space;

	u->port = term_var_in(ts, 64, "port", 0, NF_MAX_PORTS - 1);
	u->length = term_var_in(ts, 64, "length", 0, u->max_length);
	u->now = term_var_in(ts, 64, "now", 0, LAST_TIME);
	u->now_before = term_var_in(ts, 64, "now_before", 0, LAST_TIME);
	u->hint = term_var(ts, 64, "hint");
	u->headroom = term_var_in(ts, 64, "headroom", PACKET_HEADROOM, 4096);
	u->tailroom = term_var_in(ts, 64, "tailroom", PACKET_TAILROOM, 4096);
	u->byte = term_function_new(ts, "packet", 8, 1, offset);
	u->packet = space_add(space, "the packet", 0, true);
	space->region[u->packet].high = u->length;
	space->region[u->packet].initial = u->byte;
	u->packet_struct = space_add(space, "struct packet", sizeof(struct packet), true);
	u->exec.packet_region = (int)u->packet;
	u->exec.packet_struct = (int)u->packet_struct;
	u->exec.now = u->now;
	u->exec.now_before = u->now_before;
	u->exec.ports = u->ports;
}

static void
put_packet(struct subject *u, struct state *s)
{
	const term data = address_of(u, u->packet), end = term_add(u->terms, data, u->length);

	put(u, s, u->packet_struct, offsetof(struct packet, data), data);
	put(u, s, u->packet_struct, offsetof(struct packet, length), u->length);
	put(u, s, u->packet_struct, offsetof(struct packet, port), u->port);
	put(u, s, u->packet_struct, offsetof(struct packet, hint), u->hint);
	put(u, s, u->packet_struct, offsetof(struct packet, floor), term_sub(u->terms, data, u->headroom));
	put(u, s, u->packet_struct, offsetof(struct packet, ceiling), term_add(u->terms, end, u->tailroom));
	path_assume(&s->path, term_ult(u->terms, u->port, u->ports), NULL);
	path_assume(&s->path, term_ule(u->terms, u->now_before, u->now), NULL);
}

/* Whatever earlier packets stored in the state block: arbitrary. */
static void
put_mutable(struct subject *u, struct state *s)
{
	for (unsigned i = 0; i < u->mutable_words; i++) {
		const struct mutable_word *w = &u->mutable_word[i];

		put(u, s, w->region, w->offset, term_var(u->terms, w->size * 8, "state"));
	}
}

static bool
known_mutable(const struct subject *u, unsigned region, uint64_t offset, unsigned size)
{
	for (unsigned i = 0; i < u->mutable_words; i++) {
		const struct mutable_word *w = &u->mutable_word[i];

		if (w->region == region && offset >= w->offset && offset + size <= w->offset + w->size)
			return true;
	}
	return false;
}

/* Looks for stores into the state block that the start did not account for. *again: some were new. */
static bool
note_mutable(struct subject *u, const struct state *start, const struct state *end, bool *again, struct err *err)
{
	for (unsigned r = 0; r < u->exec.space.count; r++) {
		const struct write *w = end->memory.newest[r];

		if (strcmp(u->exec.space.region[r].name, "state") != 0)
			continue;
		for (; w != NULL && w != start->memory.newest[r]; w = w->before) {
			const unsigned size = w->value->width / 8u;

			if (!term_is_const(w->offset))
				return err_set(err, "the state block is written at a computed offset: use a libVig object");
			if (known_mutable(u, r, w->offset->value, size))
				continue;
			if (u->mutable_words == SUBJECT_MUTABLE)
				return err_set(err, "packets change more than %d words of the state block", SUBJECT_MUTABLE);
			u->mutable_word[u->mutable_words++] = (struct mutable_word){ r, w->offset->value, size };
			*again = true;
		}
	}
	return true;
}

static struct state *
packet_state(struct subject *u, unsigned which, const char *function, term last, unsigned count)
{
	const struct state *const start = u->start[which];
	const term args[] = {
		start->reg[IR_RAX], address_of(u, u->packet_struct), last, u->hint,
	};
	struct state *s = exec_enter(&u->exec, start, program_symbol(u->program, function), args, count);

	s->start = which;
	put_packet(u, s);
	put_mutable(u, s);
	return s;
}

static bool
process_once(struct subject *u, bool *again, struct err *err)
{
	*again = false;
	for (unsigned i = 0; i < u->starts; i++) {
		struct state *s = packet_state(u, i, "nf_process", u->now, 3);
		struct state *const entered = state_fork(s);
		struct state *const before = u->exec.returned;
		bool fine = true;

		exec_run(&u->exec, s);
		for (struct state *end = u->exec.returned; end != before && fine; end = end->next)
			fine = note_mutable(u, entered, end, again, err);
		state_free(entered);
		if (!fine)
			return false;
	}
	return true;
}

bool
subject_process(struct subject *u, struct err *err)
{
	bool again;

	if (u->exec.packet_region < 0)
		make_unknowns(u);
	for (;;) {
		if (!process_once(u, &again, err))
			return false;
		if (!again)
			return true;
		exec_clear(&u->exec);
	}
}

bool
subject_hint(struct subject *u, struct err *err)
{
	(void)err;
	if (program_symbol(u->program, "nf_hint") == 0)
		return true;
	u->stage = term_var_in(u->terms, 64, "stage", 0, NF_HINT_STAGES - 1);
	u->exec.read_only = true;
	for (unsigned i = 0; i < u->starts; i++) {
		struct state *before = u->exec.returned;
		struct state *s = packet_state(u, i, "nf_hint", u->stage, 4);

		exec_run(&u->exec, s);
		while (u->exec.returned != before) { /* what a hint answers is arbitrary: they are for the replay only */
			struct state *end = u->exec.returned;

			u->exec.returned = end->next;
			u->exec.returned_count--;
			end->next = u->hinted;
			u->hinted = end;
		}
	}
	u->exec.read_only = false;
	return true;
}

static term
packet_field(struct subject *u, struct state *s, size_t offset)
{
	return memory_read(&u->exec.space, &s->memory, &s->path, u->packet_struct, term_const(u->terms, 64, offset), 8);
}

term
subject_sent_offset(struct subject *u, struct state *s)
{
	return term_sub(u->terms, packet_field(u, s, offsetof(struct packet, data)), address_of(u, u->packet));
}

term
subject_sent_length(struct subject *u, struct state *s)
{
	return packet_field(u, s, offsetof(struct packet, length));
}
