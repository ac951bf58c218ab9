/* SPDX-License-Identifier: BSD-3-Clause */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include <rte_malloc.h>

#include "bench/subject.h"
#include "libvig/vig.h"
#include "nf/nf.h"

#define MAX_OPTIONS 64u

struct nf_file {
	const struct nf_option *options;
	void *(*init)(struct nf_env *env);
	port_set (*process)(void *state, struct packet *packet, uint64_t now);
	uint64_t (*hint)(const void *state, const struct packet *packet, uint32_t stage, uint64_t hint);
	uint32_t hint_stages;
};

struct nf_instance {
	const struct nf_file *file;
	struct vig *vig;
	void *state;
};

/* ISO C has no conversion from an object pointer to a function pointer; POSIX does. */
static void
nf_symbol(void *handle, const char *name, void *function)
{
	void *symbol = dlsym(handle, name);

	memcpy(function, &symbol, sizeof symbol);
}

struct nf_file *
nf_file_open(const char *path, struct err *err)
{
	void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	const uint32_t *stages;
	struct nf_file *file;

	if (handle == NULL) {
		err_set(err, "%s", dlerror());
		return NULL;
	}
	file = calloc(1, sizeof *file);
	if (file == NULL) {
		err_set(err, "out of memory");
		return NULL;
	}
	file->options = dlsym(handle, "nf_options");
	nf_symbol(handle, "nf_init", &file->init);
	nf_symbol(handle, "nf_process", &file->process);
	nf_symbol(handle, "nf_hint", &file->hint);
	stages = dlsym(handle, "nf_hint_stages");
	file->hint_stages = file->hint == NULL ? 0 : stages == NULL ? NF_HINT_STAGES : *stages;
	if (file->options == NULL || file->init == NULL || file->process == NULL) {
		err_set(err, "%s is not a network function: it lacks nf_options, nf_init or nf_process", path);
		free(file);
		return NULL;
	}
	return file;
}

static uint64_t
nf_burst(void *self, struct packet *packet, uint32_t n, uint64_t now)
{
	const struct nf_instance *nf = self;
	const struct nf_file *file = nf->file;
	uint64_t sent = 0;

	for (uint32_t stage = 0; stage < file->hint_stages; stage++)
		for (uint32_t i = 0; i < n; i++)
			packet[i].hint = file->hint(nf->state, &packet[i], stage, packet[i].hint);
	for (uint32_t i = 0; i < n; i++)
		sent += file->process(nf->state, &packet[i], now) != PORTS_NONE;
	return sent;
}

static uint64_t
nf_single(void *self, struct packet *packet, uint64_t now)
{
	const struct nf_instance *nf = self;

	return nf->file->process(nf->state, packet, now) != PORTS_NONE;
}

static void
nf_free(void *self)
{
	struct nf_instance *nf = self;

	vig_delete(nf->vig);
	free(nf);
}

static void *
huge_zalloc(size_t size, void *context)
{
	(void)context;
	return rte_zmalloc(NULL, size, RTE_CACHE_LINE_SIZE);
}

static void
huge_release(void *memory, size_t size, void *context)
{
	(void)size;
	(void)context;
	rte_free(memory);
}

/* What each option says of itself, unless a setting says otherwise. Lists stay at zero: they are bound. */
static bool
nf_values(const struct nf_file *file, const struct setting *setting, uint32_t settings,
	struct nf_value value[MAX_OPTIONS], struct err *err)
{
	for (uint32_t i = 0; file->options[i].name != NULL; i++) {
		if (i == MAX_OPTIONS)
			return err_set(err, "more than %u options", MAX_OPTIONS);
		value[i] = file->options[i].initial;
		for (uint32_t s = 0; s < settings; s++)
			if (strcmp(setting[s].name, file->options[i].name) == 0)
				value[i].lo = setting[s].value;
		if (file->options[i].type != NF_LIST &&
		    (value[i].lo < file->options[i].min || value[i].lo > file->options[i].max))
			return err_set(err, "%s: %llu is outside %llu to %llu", file->options[i].name,
				(unsigned long long)value[i].lo, (unsigned long long)file->options[i].min,
				(unsigned long long)file->options[i].max);
	}
	return true;
}

static bool
nf_has_pairs(const struct nf_file *file)
{
	for (const struct nf_option *option = file->options; option->name != NULL; option++)
		if (option->type == NF_LIST && strcmp(option->name, "pairs") == 0)
			return true;
	return false;
}

static bool
nf_start(struct nf_instance *nf, const struct setting *setting, uint32_t settings, struct err *err)
{
	static const uint64_t pair[2][2] = { { 0, 0 }, { 1, 0 } };
	struct nf_value value[MAX_OPTIONS] = { 0 };
	struct nf_env env = { .vig = nf->vig, .option = value, .ports = 2 };
	const char *reason;

	if (!nf_values(nf->file, setting, settings, value, err))
		return false;
	nf->state = nf->file->init(&env);
	if (nf->state == NULL)
		return err_set(err, "nf_init: %s", env.error == NULL ? "no reason given" : env.error);
	reason = nf_has_pairs(nf->file) ? vig_bind(nf->vig, "pairs", pair, 2, 2) : NULL;
	vig_settle(nf->vig);
	return reason == NULL || err_set(err, "pairs: %s", reason);
}

bool
nf_subject(struct subject *subject, const struct nf_file *file, const struct setting *setting, uint32_t settings,
	struct err *err)
{
	static const struct vig_memory memory = { huge_zalloc, huge_release, NULL };
	static const uint64_t secret[4] = {
		0x6a09e667f3bcc908u, 0xbb67ae8584caa73bu, 0x3c6ef372fe94f82bu, 0xa54ff53a5f1d36f1u
	};
	struct nf_instance *nf = calloc(1, sizeof *nf);

	if (nf == NULL)
		return err_set(err, "out of memory");
	nf->file = file;
	nf->vig = vig_new(&memory, secret);
	if (nf->vig == NULL || !nf_start(nf, setting, settings, err)) {
		nf_free(nf);
		return err_set(err, "out of memory");
	}
	*subject = (struct subject){ "function", nf_burst, nf_single, nf_free, nf };
	return true;
}
