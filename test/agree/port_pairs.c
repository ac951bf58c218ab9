/* SPDX-License-Identifier: BSD-3-Clause */
/* Port pairs and their model, after every sequence of records. */
#include "libvig/port_pairs.h"

#include "test/agree/agree.h"
#include "test/agree/lists.h"

extern __typeof__(port_pairs_new) model_port_pairs_new;
extern __typeof__(port_pairs_find) model_port_pairs_find;

/* The model's pairs are now those that the list names. */
void agree_pairs_begin(struct port_pairs *model);

AGREE_EXPORT struct agree_list agree_list;
AGREE_EXPORT uint64_t agree_ports;

/* Ports that exist: enough for two pairs. */
#define PORTS 4u

static uint64_t
port_any(uint64_t beyond)
{
	const uint64_t port = agree_pick(PORTS + 1);

	agree_note('p', port);
	return port < PORTS ? port : agree_any_in(PORTS, beyond);
}

static bool
paired(uint64_t port)
{
	for (uint64_t i = 0; i < agree_list.records; i++)
		if (agree_list.number[i][0] == port || agree_list.number[i][1] == port)
			return true;
	return false;
}

/* One record: it is taken iff both ports exist, differ and are in no pair. */
static void
bind(struct vig *vig)
{
	const uint64_t inside = port_any(UINT64_MAX), outside = port_any(UINT64_MAX), fields[2][2] = { { inside, 0 }, { outside, 0 } };
	const bool takes = inside < agree_ports && outside < agree_ports && inside != outside && !paired(inside) && !paired(outside);
	const bool taken = vig_bind(vig, "pairs", fields, 2, agree_ports) == NULL;

	agree_check(taken == takes, "whether a pair is taken");
	if (!taken)
		return;
	agree_list.number[agree_list.records][0] = inside;
	agree_list.number[agree_list.records++][1] = outside;
}

static void
find(const struct port_pairs *real, const struct port_pairs *model)
{
	const uint64_t port = port_any(PORT_PAIRS_PORTS - 1);
	struct port_pair a = { 0, 0 }, b = { 0, 0 };
	const bool found = port_pairs_find(real, port, &a);

	agree_bits = 8;
	agree_answer = found;
	model_port_pairs_find(model, port, &b);
	agree_check(a.inside == b.inside, "the inside port");
	agree_check(a.outside == b.outside, "the outside port");
}

void
agree_main(void)
{
	struct vig *vig = agree_real_vig();
	struct port_pairs *real = port_pairs_new(vig, "pairs"), *model;

	agree_check(real != NULL, "there is memory");
	agree_bits = AGREE_POINTER;
	model = model_port_pairs_new(agree_model_vig(), "pairs");
	agree_ports = PORTS;
	agree_list.fields = 2;
	for (unsigned i = 1; i < AGREE_CALLS && agree_pick(2) == 1; i++) {
		bind(vig);
		agree_apart();
	}
	agree_pairs_begin(model);
	find(real, model);
	find(real, model);
}
