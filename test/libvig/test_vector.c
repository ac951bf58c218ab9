/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "libvig/vector.h"
#include "memory.h"
#include "misuse.h"
#include "random.h"

#define BACKEND(FIELD) FIELD(be32, address) FIELD(u64, seen)
RECORD(backend, BACKEND)
VECTOR(backends, backend, 2)

/* The three instances behind one shape. */
struct instance {
	const char *kind;
	uint64_t words;
	void *(*new)(struct vig *, const char *, uint64_t);
	void (*get)(void *, uint64_t, uint64_t *);
	void (*set)(void *, uint64_t, const uint64_t *);
};

#define INSTANCE_FUNCTIONS(V) \
	static void *new_##V(struct vig *v, const char *n, uint64_t c) { return vector_v##V##_new(v, n, NULL, c); } \
	static void get_##V(void *v, uint64_t i, uint64_t *w) { vector_v##V##_get(v, i, w); } \
	static void set_##V(void *v, uint64_t i, const uint64_t *w) { vector_v##V##_set(v, i, w); }
#define INSTANCE(V) { "vector_v" #V, V, new_##V, get_##V, set_##V }

INSTANCE_FUNCTIONS(1)
INSTANCE_FUNCTIONS(2)
INSTANCE_FUNCTIONS(4)
static const struct instance instances[] = { INSTANCE(1), INSTANCE(2), INSTANCE(4) };

static void
capacities_have_bounds(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < 3; i++) {
		const struct instance *of = &instances[i];
		struct counted counted;
		struct vig *vig = counted_vig(&counted, UINT64_MAX);
		uint64_t bytes = counted.bytes, word[4] = { 1, 1, 1, 1 };
		struct vig_figures figures;
		void *v;

		assert_null(of->new(vig, "vector", 0));
		assert_null(of->new(vig, "vector", (uint64_t)VECTOR_MAX_CAPACITY + 1));
		assert_null(of->new(vig, "vector", UINT64_MAX));
		assert_null(of->new(vig, NULL, 1));
		assert_int_equal(counted.bytes, bytes);
		v = of->new(vig, "vector", 1);
		assert_non_null(v);
		assert_null(of->new(vig, "vector", 1));
		assert_string_equal(vig_kind(vig, 0), of->kind);
		of->get(v, 0, word);
		for (uint64_t w = 0; w < 4; w++)
			assert_int_equal(word[w], w >= of->words);
		vig_figures(vig, 0, 0, &figures);
		assert_true(figures.live == 1 && figures.capacity == 1 && figures.refused == 0);
		vig_delete(vig);
		assert_int_equal(counted.blocks, 0);
	}
}

static void
nothing_leaks_when_memory_is_short(void **unused)
{
	bool done = false;

	(void)unused;
	for (uint64_t allowed = 1; !done; allowed++) {
		struct counted counted;
		struct vig *vig = counted_vig(&counted, allowed);
		uint64_t bytes = counted.bytes;

		done = vector_v4_new(vig, "vector", NULL, 5) != NULL;
		assert_true(allowed < 6);
		if (!done)
			assert_int_equal(counted.bytes, bytes);
		vig_delete(vig);
		assert_int_equal(counted.blocks, 0);
	}
}

static void
typed_vectors_zero_the_padding(void **unused)
{
	struct counted counted;
	struct vig *vig = counted_vig(&counted, UINT64_MAX);
	struct vector_v2 *v = backends_new(vig, "backends", 3);
	struct backend backend;
	uint64_t word[2];

	(void)unused;
	memset(&backend, 0xff, sizeof backend);
	backend.address = 7;
	backend.seen = 9;
	backends_set(v, 2, &backend);
	vector_v2_get(v, 2, word);
	assert_true(word[0] == 7 && word[1] == 9);
	backends_get(v, 2, &backend);
	assert_true(backend.address == 7 && backend.seen == 9);
	backends_get(v, 1, &backend);
	assert_true(backend.address == 0 && backend.seen == 0);
	vig_delete(vig);
}

static void
random_calls_agree_with_an_array(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < 3; i++) {
		const struct instance *of = &instances[i];
		struct counted counted;
		struct vig *vig = counted_vig(&counted, UINT64_MAX);
		void *v = of->new(vig, "vector", 1000);
		uint64_t(*known)[4] = calloc(1000, sizeof *known);

		for (uint64_t n = 0; n < 1000000; n++) {
			uint64_t index = random_below(1000), word[4];

			if (random_below(2) == 0) {
				for (uint64_t w = 0; w < of->words; w++)
					known[index][w] = random_word();
				of->set(v, index, known[index]);
			} else {
				of->get(v, index, word);
				assert_memory_equal(word, known[index], of->words * sizeof word[0]);
			}
		}
		free(known);
		vig_delete(vig);
	}
}

#ifndef NDEBUG
static void
do_misuse(int what)
{
	struct counted counted;
	struct vector_v1 *v = vector_v1_new(counted_vig(&counted, UINT64_MAX), "vector", NULL, 2);
	uint64_t word[1] = { 0 };

	if (what == 0)
		vector_v1_get(v, 2, word);
	else
		vector_v1_set(v, what == 1 ? 2 : 1, word);
}

static void
misuse_breaks_off(void **unused)
{
	(void)unused;
	assert_true(breaks_off(do_misuse, 0));
	assert_true(breaks_off(do_misuse, 1));
	assert_false(breaks_off(do_misuse, 2));
}
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capacities_have_bounds),
		cmocka_unit_test(nothing_leaks_when_memory_is_short),
		cmocka_unit_test(typed_vectors_zero_the_padding),
		cmocka_unit_test(random_calls_agree_with_an_array),
#ifndef NDEBUG
		cmocka_unit_test(misuse_breaks_off),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
