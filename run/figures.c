/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/figures.h"

#include <inttypes.h>
#include <string.h>

#define ALWAYS_SHOWN 3u /* received, sent, dropped */

/* In the order of the printed columns. "dropped" is the function's own decision; whatever else did not
 * get through has its reason for a name. */
static const struct {
	const char *name;
	size_t offset;
} counters[] = {
	{ "received", offsetof(struct loop_counters, received) },
	{ "sent", offsetof(struct loop_counters, sent) },
	{ "dropped", offsetof(struct loop_counters, refused) },
	{ "too_long", offsetof(struct loop_counters, too_long) },
	{ "unfit", offsetof(struct loop_counters, unfit) },
	{ "no_port", offsetof(struct loop_counters, no_port) },
	{ "broken", offsetof(struct loop_counters, broken) },
	{ "tx_full", offsetof(struct loop_counters, tx_full) },
	{ "no_copy", offsetof(struct loop_counters, no_copy) },
};
#define COUNTERS (sizeof counters / sizeof counters[0])
#define POSITIONS (COUNTERS + 1) /* and the device's own: "missed" */

struct figures_counter
figures_counter(const struct figures *figures, uint64_t port, size_t position)
{
	struct figures_counter counter = { NULL, 0 };

	if (position < COUNTERS) {
		counter.name = counters[position].name;
		memcpy(&counter.value, (const char *)&figures->port[port] + counters[position].offset,
			sizeof counter.value);
	} else if (position < POSITIONS) {
		counter.name = "missed";
		counter.value = figures->missed[port];
	}
	return counter;
}

void
figures_take(struct figures *figures, const struct loop *loop, const struct vig *vig, uint64_t now)
{
	const size_t objects = vig_count(vig);

	memset(figures, 0, sizeof *figures);
	figures->ports = loop->port_count;
	figures->objects = objects < FIGURES_OBJECTS ? objects : FIGURES_OBJECTS;
	memcpy(figures->port, loop->counters, sizeof figures->port);
	for (size_t i = 0; i < figures->objects; i++) {
		struct figures_object *const object = &figures->object[i];
		snprintf(object->name, sizeof object->name, "%s", vig_name(vig, i));
		snprintf(object->kind, sizeof object->kind, "%s", vig_kind(vig, i));
		vig_figures(vig, i, now, &object->figures);
	}
}

static bool
is_shown(const struct figures *figures, size_t position)
{
	if (position < ALWAYS_SHOWN)
		return true;
	for (uint64_t port = 0; port < figures->ports; port++)
		if (figures_counter(figures, port, position).value != 0)
			return true;
	return false;
}

void
figures_print(const struct figures *figures, FILE *out)
{
	fprintf(out, "%4s", "port");
	for (size_t i = 0; i < POSITIONS; i++)
		if (is_shown(figures, i))
			fprintf(out, " %12s", figures_counter(figures, 0, i).name);
	fputc('\n', out);
	for (uint64_t port = 0; port < figures->ports; port++) {
		fprintf(out, "%4" PRIu64, port);
		for (size_t i = 0; i < POSITIONS; i++)
			if (is_shown(figures, i))
				fprintf(out, " %12" PRIu64, figures_counter(figures, port, i).value);
		fputc('\n', out);
	}
	if (figures->objects == 0)
		return;
	fprintf(out, "\n%-20s %-20s %12s %12s %12s\n", "object", "kind", "live", "capacity", "refused");
	for (uint64_t i = 0; i < figures->objects; i++) {
		const struct figures_object *const object = &figures->object[i];
		fprintf(out, "%-20s %-20s %12" PRIu64 " %12" PRIu64 " %12" PRIu64 "\n", object->name, object->kind,
			object->figures.live, object->figures.capacity, object->figures.refused);
	}
}

json_t *
figures_ports_json(const struct figures *figures)
{
	json_t *const ports = json_array();

	for (uint64_t port = 0; port < figures->ports; port++) {
		json_t *const one = json_object();
		json_object_set_new(one, "port", json_integer((json_int_t)port));
		for (size_t i = 0; i < POSITIONS; i++) {
			const struct figures_counter counter = figures_counter(figures, port, i);
			json_object_set_new(one, counter.name, json_integer((json_int_t)counter.value));
		}
		json_array_append_new(ports, one);
	}
	return ports;
}

json_t *
figures_objects_json(const struct figures *figures)
{
	json_t *const objects = json_array();

	for (uint64_t i = 0; i < figures->objects; i++) {
		const struct figures_object *const object = &figures->object[i];
		json_t *const one = json_object();
		json_object_set_new(one, "name", json_string(object->name));
		json_object_set_new(one, "kind", json_string(object->kind));
		json_object_set_new(one, "live", json_integer((json_int_t)object->figures.live));
		json_object_set_new(one, "capacity", json_integer((json_int_t)object->figures.capacity));
		json_object_set_new(one, "refused", json_integer((json_int_t)object->figures.refused));
		json_array_append_new(objects, one);
	}
	return objects;
}
