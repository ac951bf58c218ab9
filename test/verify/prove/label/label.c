/* SPDX-License-Identifier: BSD-3-Clause */
/* The smallest function that makes choices: what comes by port 0 gets a label, its sender's, which is not 0, and leaves by
 * port 1 or 2. Which label a sender gets, and which of the ports, is up to the function. */
#include "libvig/flow_table.h"
#include "libvig/vig.h"
#include "net/bytes.h"
#include "nf/nf.h"

#define SENDER(FIELD) FIELD(mac, address)
#define LABEL(FIELD) FIELD(u16, label)
RECORD(sender, SENDER)
RECORD(label, LABEL)
FLOW_TABLE(label_table, sender, label, 1, 2)

const struct nf_option nf_options[] = {
	{ .name = "capacity", .help = "Senders at a time.", .type = NF_INTEGER, .min = 1, .max = 1000, .initial = { .lo = 100 } },
	{ .name = NULL },
};

void *
nf_init(struct nf_env *env)
{
	const struct flow_table_times times = { .shift = 26, .classes = 1, .lifetime = { UINT64_C(60000000000) } };
	struct flow_table **labels = vig_alloc(env->vig, sizeof(struct flow_table *));

	if (labels == NULL || env->ports < 3)
		return NULL;
	*labels = label_table_new(env->vig, "labels", (uint32_t)env->option[0].lo, &times);
	return *labels == NULL ? NULL : labels;
}

static uint16_t
new_label(const struct packet *packet)
{
	return (uint16_t)(packet->data[14] << 8 | packet->data[15] | 1);
}

port_set
nf_process(void *state, struct packet *packet, uint64_t now)
{
	struct flow_table *labels = *(struct flow_table **)state;
	struct sender sender;
	struct label label = { 0 };
	uint32_t slot, class;

	if (packet->port != 0 || packet->length < 16)
		return PORTS_NONE;
	memcpy(&sender.address, packet->data + 6, 6);
	if (!label_table_find(labels, &sender, 0, now, &label, &slot, &class))
		label.label = new_label(packet);
	if (!label_table_insert(labels, &sender, 0, now, 0, &label))
		return PORTS_NONE;
	bytes_put_be16(packet->data + 14, label.label);
	return port_only((label.label & 2) != 0 ? 2 : 1);
}
