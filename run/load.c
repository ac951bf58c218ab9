/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/load.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/value.h"

#define OPTIONS_MAX 1024 /* a table without its end is not walked for ever */

/* C has no cast from void * to a function pointer; POSIX's dlsym promises that this copy works. */
#define RESOLVE(load, member, symbol) \
	do { \
		void *const found_ = dlsym((load)->handle, symbol); \
		memcpy(&(load)->member, &found_, sizeof found_); \
	} while (0)

static bool
check_range(const struct nf_option *option)
{
	char reason[VALUE_REASON];

	if (option->type == NF_PORT)
		return true;
	return option->min <= option->max && value_check(option, NF_MAX_PORTS, &option->initial, reason);
}

static bool
check_words(const struct nf_option *option)
{
	if (option->names == NULL || option->max >= OPTIONS_MAX)
		return false;
	for (uint64_t i = 0; i <= option->max; i++)
		if (option->names[i] == NULL)
			return false;
	return true;
}

/* The table is the program's own, so what is wrong in it is told in its developer's terms. */
static bool
check_options(const char *path, const struct nf_option *options, bool inside, struct err *err)
{
	for (int i = 0; options[i].name != NULL; i++) {
		const struct nf_option *const o = &options[i];
		if (i == OPTIONS_MAX)
			return err_set(err, "%s: nf_options does not end: its last entry must have a NULL name", path);
		if ((unsigned)o->type > NF_LIST)
			return err_set(err, "%s: option \"%s\" has an unknown type; was it built against another nf/nf.h?",
				path, o->name);
		if (o->type == NF_LIST && (inside || o->fields == NULL))
			return err_set(err, "%s: option \"%s\": a list needs fields, and none of them is a list", path, o->name);
		if (o->type == NF_LIST && !check_options(path, o->fields, true, err))
			return false;
		if (o->type == NF_ENUM && !check_words(o))
			return err_set(err, "%s: option \"%s\": an enumeration needs max + 1 names", path, o->name);
		if (o->type != NF_LIST && !inside && !check_range(o))
			return err_set(err, "%s: option \"%s\": its default is outside its own range", path, o->name);
	}
	return true;
}

static bool
resolve(struct load *load, struct err *err)
{
	const uint32_t *const stages = dlsym(load->handle, "nf_hint_stages");
	const char *missing = NULL;

	load->options = dlsym(load->handle, "nf_options");
	RESOLVE(load, init, "nf_init");
	RESOLVE(load, process, "nf_process");
	RESOLVE(load, hint, "nf_hint");
	if (stages != NULL && *stages > NF_HINT_STAGES)
		return err_set(err, "%s: nf_hint_stages is %u, more than the %u that there are", load->path, *stages,
			NF_HINT_STAGES);
	load->hint_stages = load->hint == NULL ? 0 : stages != NULL ? *stages : NF_HINT_STAGES;
	if (load->process == NULL)
		missing = "nf_process";
	if (load->init == NULL)
		missing = "nf_init";
	if (load->options == NULL)
		missing = "nf_options";
	if (missing != NULL)
		return err_set(err, "%s: it exports no %s, so it is no network function; see nf/nf.h for what one exports",
			load->path, missing);
	return check_options(load->path, load->options, false, err);
}

bool
load_open(const char *path, struct load *load, struct err *err)
{
	*load = (struct load){ 0 };
	load->path = realpath(path, NULL); /* absolute: dlopen must not search elsewhere for it */
	if (load->path == NULL)
		return err_set(err, "%s: %s", path, strerror(errno));
	load->handle = dlopen(load->path, RTLD_NOW | RTLD_LOCAL);
	if (load->handle == NULL)
		err_set(err, "%s: cannot be loaded: %s", path, dlerror());
	else if (resolve(load, err))
		return true;
	load_close(load);
	return false;
}

const char *
load_libvig_path(void)
{
	void *const symbol = dlsym(RTLD_DEFAULT, "vig_new");
	Dl_info info;

	return symbol != NULL && dladdr(symbol, &info) != 0 ? info.dli_fname : NULL;
}

void
load_close(struct load *load)
{
	if (load->handle != NULL)
		dlclose(load->handle);
	free(load->path);
	*load = (struct load){ 0 };
}
