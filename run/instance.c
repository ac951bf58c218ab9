/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/instance.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static bool
draw_secret(uint64_t secret[4], struct err *err)
{
	const size_t size = 4 * sizeof secret[0];

	if (getrandom(secret, size, 0) == (ssize_t)size)
		return true;
	return err_set(err, "the system gives no random numbers: %s", strerror(errno));
}

/* Record i of a list, as vig_bind takes it. */
static const char *
bind_record(struct vig *vig, const char *name, const struct conf_list *list, size_t i,
	uint64_t (*fields)[2], uint64_t ports)
{
	for (size_t f = 0; f < list->fields; f++) {
		const struct nf_value *const value = &list->value[i * list->fields + f];
		fields[f][0] = value->lo;
		fields[f][1] = value->hi;
	}
	return vig_bind(vig, name, (const uint64_t (*)[2])fields, list->fields, ports);
}

static bool
bind_list(struct vig *vig, const char *name, const struct conf *conf, const struct conf_list *list,
	uint64_t ports, struct err *err)
{
	uint64_t (*const fields)[2] = calloc(list->fields + 1, sizeof *fields);
	const char *reason = NULL;

	if (fields == NULL)
		return err_set(err, "out of memory");
	for (size_t i = 0; i < list->count && reason == NULL; i++) {
		reason = bind_record(vig, name, list, i, fields, ports);
		if (reason != NULL)
			err_set(err, "%s:%" PRIu32 ": record %zu of [%s] is refused: %s", conf->path, list->line[i], i + 1,
				name, reason);
	}
	free(fields);
	return reason == NULL;
}

static bool
start(const struct load *load, const struct conf *conf, uint64_t ports, struct instance *instance,
	struct err *err)
{
	struct nf_env env = { .vig = instance->vig, .option = conf->value, .ports = ports };

	instance->state = load->init(&env);
	if (instance->state == NULL)
		return err_set(err, "%s: nf_init refuses this configuration%s%s", load->path,
			env.error != NULL ? ": " : " and says no reason", env.error != NULL ? env.error : "");
	for (size_t i = 0; i < conf->options; i++)
		if (load->options[i].type == NF_LIST &&
		    !bind_list(instance->vig, load->options[i].name, conf, &conf->list[i], ports, err))
			return false;
	vig_settle(instance->vig);
	return true;
}

bool
instance_new(const struct load *load, const struct conf *conf, uint64_t ports,
	const struct vig_memory *memory, const uint64_t secret[4], struct instance *instance, struct err *err)
{
	uint64_t drawn[4];

	*instance = (struct instance){ 0 };
	if (secret == NULL) {
		if (!draw_secret(drawn, err))
			return false;
		secret = drawn;
	}
	instance->vig = vig_new(memory, secret);
	if (instance->vig == NULL)
		return err_set(err, "out of memory");
	if (start(load, conf, ports, instance, err))
		return true;
	instance_delete(instance);
	return false;
}

void
instance_delete(struct instance *instance)
{
	vig_delete(instance->vig);
	*instance = (struct instance){ 0 };
}
