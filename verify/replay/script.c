/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verify/replay/script.h"

#include <inttypes.h>
#include <string.h>

static struct {
	const struct scene *scene;
	size_t next;
	void (*differs)(const char *what);
} script;

void
script_start(const struct scene *scene, void (*differs)(const char *what))
{
	script.scene = scene;
	script.next = 0;
	script.differs = differs;
}

void
script_finish(void)
{
	char what[256];

	if (script.next == script.scene->calls)
		return;
	snprintf(what, sizeof what, "returned after %zu of %zu calls: %s was expected", script.next,
		script.scene->calls, script.scene->call[script.next].name);
	script.differs(what);
}

static const struct scene_call *
next_call(const char *name)
{
	const struct scene *const scene = script.scene;
	const char *const expected = script.next < scene->calls ? scene->call[script.next].name : NULL;
	char what[256];

	if (expected == NULL)
		snprintf(what, sizeof what, "called %s after all %zu calls", name, scene->calls);
	else if (strcmp(name, expected) != 0)
		snprintf(what, sizeof what, "called %s where %s was expected (call %zu)", name, expected, script.next);
	else
		return &scene->call[script.next++];
	script.differs(what);
	return NULL;
}

static void
check_argument(const char *name, size_t index, const struct scene_argument *expected, uint64_t value)
{
	char what[256];

	if (expected->has_value && value != expected->value) {
		snprintf(what, sizeof what, "%s (call %zu): argument %zu is %" PRIx64 " where %" PRIx64 " was expected",
			name, script.next - 1, index, value, expected->value);
		script.differs(what);
	}
	if (!expected->has_target)
		return;
	for (size_t i = 0; i < expected->target.size; i++) {
		const uint8_t byte = ((const uint8_t *)value)[i];
		if (byte == expected->target.at[i])
			continue;
		snprintf(what, sizeof what, "%s (call %zu): byte %zu behind argument %zu is %02x where %02x was expected",
			name, script.next - 1, i, index, byte, expected->target.at[i]);
		script.differs(what);
	}
}

/* What a call that answers nothing leaves in the register for answers: nobody may rely on it. */
#define NO_ANSWER UINT64_C(0xdeadbeefdeadbeef)

static uint64_t
answer(const char *name, const uint64_t argument[SCENE_ARGUMENTS])
{
	const struct scene_call *const call = next_call(name);

	for (size_t i = 0; i < SCENE_ARGUMENTS; i++)
		check_argument(name, i, &call->argument[i], argument[i]);
	if (call->stored.size > 0)
		memcpy((void *)argument[call->out], call->stored.at, call->stored.size);
	if (call->also.size > 0)
		memcpy((void *)argument[call->also_out], call->also.at, call->also.size);
	return call->answers ? call->result : NO_ANSWER;
}

/* Whatever the real prototype is, its arguments are integers and pointers in the first six registers (a
 * function that takes fewer leaves the rest arbitrary), and its answer is in one whole register: the scene
 * also says what stands above a bool. */
#define STUB(name) \
	__attribute__((visibility("default"))) uint64_t \
	name(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f) \
	{ \
		const uint64_t argument[SCENE_ARGUMENTS] = { a, b, c, d, e, f }; \
		return answer(#name, argument); \
	}

#define FLOW_TABLE_STUBS(K, V) \
	STUB(flow_table_k##K##v##V##_find) \
	STUB(flow_table_k##K##v##V##_refresh) \
	STUB(flow_table_k##K##v##V##_at) \
	STUB(flow_table_k##K##v##V##_insert) \
	STUB(flow_table_k##K##v##V##_set) \
	STUB(flow_table_k##K##v##V##_erase) \
	STUB(flow_table_k##K##v##V##_hash) \
	STUB(flow_table_k##K##v##V##_match) \
	STUB(flow_table_k##K##v##V##_ready)

FLOW_TABLE_STUBS(1, 2)
FLOW_TABLE_STUBS(1, 4)
FLOW_TABLE_STUBS(2, 2)
FLOW_TABLE_STUBS(2, 4)
FLOW_TABLE_STUBS(5, 2)
FLOW_TABLE_STUBS(5, 4)
STUB(port_pairs_find)
STUB(list_map_find)
STUB(balancer_find)
STUB(balancer_pick)
STUB(maglev_hash)
STUB(route_list_find)
STUB(token_bucket_fill)
STUB(token_bucket_take)
