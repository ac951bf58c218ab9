/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory as the code sees it. Every access is demanded to lie in what the code owns: nothing is assumed of an
 * address before that is proved or reported. */
#include <inttypes.h>
#include <stdio.h>

#include "net/packet.h"
#include "verify/exec/exec.h"

/* A pointer chosen by a condition: the two it is chosen from. */
struct choice {
	term condition, then, otherwise;
};

static bool
pointer_choice(struct terms *ts, term address, struct choice *c)
{
	if (address->op == TERM_ITE) {
		*c = (struct choice){ address->args[0], address->args[1], address->args[2] };
		return true;
	}
	for (unsigned i = 0; address->op == TERM_ADD && i < address->count; i++) {
		const term a = address->args[i];
		term rest;

		if (a->op != TERM_ITE)
			continue;
		rest = term_sub(ts, address, a);
		*c = (struct choice){ a->args[0], term_add(ts, rest, a->args[1]), term_add(ts, rest, a->args[2]) };
		return true;
	}
	return false;
}

static term
struct_field(struct exec *x, struct state *s, size_t offset)
{
	return memory_read(&x->space, &s->memory, &s->path, (unsigned)x->packet_struct,
		term_const(x->terms, 64, offset), 8);
}

/* The packet as the code has grown or trimmed it: data .. data + length, so far as that lies in the buffer. */
static term
inside_window(struct exec *x, struct state *s, const struct region *r, term offset, unsigned size)
{
	struct terms *ts = x->terms;
	const term origin = term_const(ts, 64, r->origin);
	struct region window = *r, buffer = *r;

	window.low = term_sub(ts, struct_field(x, s, offsetof(struct packet, data)), origin);
	window.high = term_add(ts, window.low, struct_field(x, s, offsetof(struct packet, length)));
	buffer.low = term_sub(ts, struct_field(x, s, offsetof(struct packet, floor)), origin);
	buffer.high = term_sub(ts, struct_field(x, s, offsetof(struct packet, ceiling)), origin);
	return term_and(ts, space_inside(&x->space, &window, offset, size),
		space_inside(&x->space, &buffer, offset, size));
}

static term
owned(struct exec *x, struct state *s, int region, term offset, unsigned size)
{
	const struct region *r = &x->space.region[region];
	const term inside = space_inside(&x->space, r, offset, size);

	if (region != x->packet_region || path_must(&s->path, inside))
		return inside;
	return term_or(x->terms, inside, inside_window(x, s, r, offset, size));
}

static bool
may_write(const struct exec *x, int region)
{
	return x->space.region[region].writable && (!x->read_only || (unsigned)region == x->stack);
}

/* Demands the access; *region and *offset say where it goes. False: the state has ended. guard: when the access
 * happens at all. */
static bool
demand_access(struct exec *x, struct state *s, term guard, term address, unsigned size, bool write, int *region,
	term *offset)
{
	struct terms *ts = x->terms;
	const char *const verb = write ? "writes" : "reads";
	term allowed;

	*region = space_find(&x->space, address, offset);
	if (*region < 0)
		return exec_demand(x, s, term_not(ts, guard), "access outside owned memory",
			"%s %u bytes through a pointer to no object (null, or computed)", verb, size);
	allowed = owned(x, s, *region, *offset, size);
	if (!x->space.region[*region].readable || (write && !may_write(x, *region)))
		allowed = term_bool(ts, false);
	return exec_demand(x, s, term_or(ts, term_not(ts, guard), allowed), "access outside owned memory",
		"%s %u bytes of %s %s", verb, size, x->space.region[*region].name,
		write && !may_write(x, *region) ? "that may not be written here" : "outside what belongs to it");
}

static term
load_guarded(struct exec *x, struct state *s, term guard, term address, unsigned size, bool *ended)
{
	struct choice c;
	term offset, value, other;
	int region;

	if (space_find(&x->space, address, &offset) < 0 && pointer_choice(x->terms, address, &c)) {
		value = load_guarded(x, s, term_and(x->terms, guard, c.condition), c.then, size, ended);
		if (*ended)
			return NULL;
		other = load_guarded(x, s, term_and(x->terms, guard, term_not(x->terms, c.condition)), c.otherwise,
			size, ended);
		return *ended ? NULL : term_ite(x->terms, c.condition, value, other);
	}
	*ended = !demand_access(x, s, guard, address, size, false, &region, &offset);
	if (*ended)
		return NULL;
	if (region < 0)
		return term_const(x->terms, size * 8, 0); /* never happens: the guard was just proved false */
	value = memory_read(&x->space, &s->memory, &s->path, (unsigned)region, offset, size);
	if (value == NULL) {
		exec_refuse(x, s, "a table of constants is read at too many places at once");
		*ended = true;
	}
	return value;
}

term
exec_load(struct exec *x, struct state *s, term address, unsigned size)
{
	bool ended = false;

	return load_guarded(x, s, term_bool(x->terms, true), address, size, &ended);
}

static bool
store_guarded(struct exec *x, struct state *s, term guard, term address, term value)
{
	const unsigned size = value->width / 8u;
	struct choice c;
	term offset;
	int region;

	if (space_find(&x->space, address, &offset) < 0 && pointer_choice(x->terms, address, &c))
		return store_guarded(x, s, term_and(x->terms, guard, c.condition), c.then, value) &&
			store_guarded(x, s, term_and(x->terms, guard, term_not(x->terms, c.condition)), c.otherwise,
				value);
	if (!demand_access(x, s, guard, address, size, true, &region, &offset))
		return false;
	if (region < 0)
		return true;
	if (!term_is_true(guard)) {
		const term old = memory_read(&x->space, &s->memory, &s->path, (unsigned)region, offset, size);

		if (old == NULL) {
			exec_refuse(x, s, "a conditional store into a table of constants");
			return false;
		}
		value = term_ite(x->terms, guard, value, old);
	}
	memory_write(&x->space, &s->memory, (unsigned)region, offset, value);
	return true;
}

bool
exec_store(struct exec *x, struct state *s, term address, term value)
{
	return store_guarded(x, s, term_bool(x->terms, true), address, value);
}
