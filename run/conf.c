/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/conf.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/near.h"
#include "run/value.h"

#define LINE_MAX_BYTES 1024u
#define FILE_MAX_BYTES (1u << 30)
#define NAME_SHOWN 48

/* Where the reader stands. list NULL: before the first section. */
struct reader {
	const char *path;
	const struct nf_option *options;
	uint64_t ports;
	struct conf *conf;
	struct err *err;
	uint32_t line;
	const struct nf_option *section; /* the list option whose record is being read, or NULL */
	struct conf_list *list;
	uint32_t *field_line;            /* by field of section: where it was set; 0: not yet */
};

static size_t
count_options(const struct nf_option *options)
{
	size_t n = 0;

	while (options[n].name != NULL)
		n++;
	return n;
}

static const struct nf_option *
find_option(const struct nf_option *options, const char *name)
{
	for (; options->name != NULL; options++)
		if (strcmp(options->name, name) == 0)
			return options;
	return NULL;
}

/* "did you mean …", or all the names that there are. */
static void
suggest(const struct nf_option *options, const char *name, char *buffer, size_t size)
{
	const struct nf_option *nearest = NULL;
	size_t least = strlen(name) / 3 + 2, used;

	for (const struct nf_option *o = options; o->name != NULL; o++) {
		const size_t d = near_changes(name, o->name);
		if (d < least) {
			least = d;
			nearest = o;
		}
	}
	if (nearest != NULL) {
		snprintf(buffer, size, "did you mean \"%s\"?", nearest->name);
		return;
	}
	used = (size_t)snprintf(buffer, size, options->name == NULL ? "there are none" : "there are");
	for (const struct nf_option *o = options; o->name != NULL && used < size; o++)
		used += (size_t)snprintf(buffer + used, size - used, "%s %s", o == options ? ":" : ",", o->name);
}

static bool
no_memory(struct err *err, const char *path)
{
	return err_set(err, "%s: out of memory", path != NULL ? path : "configuration");
}

static bool
say(struct reader *r, const char *what)
{
	return err_set(r->err, "%s:%" PRIu32 ": %s", r->path, r->line, what);
}

/* A record's section is over: each of its fields must have been given. */
static bool
close_section(struct reader *r)
{
	if (r->section == NULL)
		return true;
	for (size_t f = 0; f < r->list->fields; f++)
		if (r->field_line[f] == 0)
			return err_set(r->err, "%s:%" PRIu32 ": this record of [%s] has no \"%s\"; add a line \"%s = …\"",
				r->path, r->list->line[r->list->count - 1], r->section->name,
				r->section->fields[f].name, r->section->fields[f].name);
	free(r->field_line);
	r->field_line = NULL;
	r->section = NULL;
	return true;
}

/* Room for one more record, zeroed. */
static bool
list_add(struct conf_list *list, uint32_t line)
{
	if (list->count == list->room) {
		const size_t room = list->room == 0 ? 16 : 2 * list->room;
		struct nf_value *const value = realloc(list->value, room * (list->fields + 1) * sizeof *value);
		if (value == NULL)
			return false;
		list->value = value;
		uint32_t *const lines = realloc(list->line, room * sizeof *lines);
		if (lines == NULL)
			return false;
		list->line = lines;
		list->room = room;
	}
	memset(list->value + list->count * list->fields, 0, list->fields * sizeof *list->value);
	list->line[list->count++] = line;
	return true;
}

/* "[pairs]": a new record of that list. */
static bool
open_section(struct reader *r, const char *name)
{
	char hint[400];
	const struct nf_option *const option = find_option(r->options, name);

	if (!close_section(r))
		return false;
	if (option == NULL) {
		suggest(r->options, name, hint, sizeof hint);
		return err_set(r->err, "%s:%" PRIu32 ": there is no list \"%.*s\"; %s", r->path, r->line, NAME_SHOWN,
			name, hint);
	}
	if (option->type != NF_LIST)
		return err_set(r->err, "%s:%" PRIu32 ": \"%s\" is not a list; write \"%s = …\" before the first section",
			r->path, r->line, name, name);
	r->list = &r->conf->list[option - r->options];
	if (r->list->count >= option->max_count)
		return err_set(r->err, "%s:%" PRIu32 ": too many records of [%s]: at most %" PRIu64 " are allowed",
			r->path, r->line, name, option->max_count);
	r->field_line = calloc(r->list->fields + 1, sizeof *r->field_line);
	if (r->field_line == NULL || !list_add(r->list, r->line))
		return no_memory(r->err, r->path);
	r->section = option;
	return true;
}

/* Reads one value for an option or field, once. */
static bool
set_value(struct reader *r, const struct nf_option *option, const char *text, struct nf_value *value,
	uint32_t *line)
{
	char reason[VALUE_REASON];

	if (*line != 0)
		return err_set(r->err, "%s:%" PRIu32 ": \"%s\" is set twice, first on line %" PRIu32 "; remove one",
			r->path, r->line, option->name, *line);
	if (*text == '\0')
		return err_set(r->err, "%s:%" PRIu32 ": \"%s\" has no value", r->path, r->line, option->name);
	if (!value_read(option, r->ports, text, value, reason))
		return err_set(r->err, "%s:%" PRIu32 ": %s: %s", r->path, r->line, option->name, reason);
	*line = r->line;
	return true;
}

static bool
set_field(struct reader *r, const char *name, const char *text)
{
	char hint[400];
	const struct nf_option *const field = find_option(r->section->fields, name);
	struct nf_value *const record = r->list->value + (r->list->count - 1) * r->list->fields;

	if (field != NULL)
		return set_value(r, field, text, &record[field - r->section->fields],
			&r->field_line[field - r->section->fields]);
	if (find_option(r->options, name) != NULL)
		return err_set(r->err, "%s:%" PRIu32 ": \"%s\" does not belong in a [%s] section; write it before the "
			"first section", r->path, r->line, name, r->section->name);
	suggest(r->section->fields, name, hint, sizeof hint);
	return err_set(r->err, "%s:%" PRIu32 ": [%s] has no field \"%.*s\"; %s", r->path, r->line,
		r->section->name, NAME_SHOWN, name, hint);
}

static bool
set_option(struct reader *r, const char *name, const char *text)
{
	char hint[400];
	const struct nf_option *const option = find_option(r->options, name);

	if (option == NULL) {
		suggest(r->options, name, hint, sizeof hint);
		return err_set(r->err, "%s:%" PRIu32 ": there is no option \"%.*s\"; %s", r->path, r->line, NAME_SHOWN,
			name, hint);
	}
	if (option->type == NF_LIST)
		return err_set(r->err, "%s:%" PRIu32 ": \"%s\" is a list; write a section [%s] for each record", r->path,
			r->line, name, name);
	return set_value(r, option, text, &r->conf->value[option - r->options],
		&r->conf->line[option - r->options]);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Cuts blanks off both ends, in place. */
static char *
trim(char *text)
{
	size_t length;

	while (is_blank(*text))
		text++;
	for (length = strlen(text); length > 0 && is_blank(text[length - 1]); length--)
		;
	text[length] = '\0';
	return text;
}

/* One line without its newline: blank, "[name]", or "name = value". */
static bool
read_line(struct reader *r, char *text)
{
	char *const comment = strchr(text, '#');
	char *equals;
	size_t length;

	if (comment != NULL)
		*comment = '\0';
	text = trim(text);
	length = strlen(text);
	if (length == 0)
		return true;
	if (*text == '[') {
		if (text[length - 1] != ']')
			return say(r, "a section is written [name], alone on its line");
		text[length - 1] = '\0';
		return open_section(r, trim(text + 1));
	}
	equals = strchr(text, '=');
	if (equals == NULL || equals == text)
		return say(r, "expected \"name = value\", \"[section]\" or a # comment");
	*equals = '\0';
	text = trim(text);
	return r->section != NULL ? set_field(r, text, trim(equals + 1)) : set_option(r, text, trim(equals + 1));
}

/* Text is printable characters and blanks; whatever else is there is not a .conf file. Comments may
 * hold any text but control characters. */
static bool
check_bytes(struct reader *r, const char *text, size_t length)
{
	bool comment = false;

	for (size_t i = 0; i < length; i++) {
		const unsigned char c = (unsigned char)text[i];
		comment |= c == '#';
		if (is_blank((char)c) || (c >= 0x20 && c < 0x7f) || (comment && c >= 0x80))
			continue;
		return err_set(r->err, "%s:%" PRIu32 ": byte %zu of the line is 0x%02x, which has no place in a .conf "
			"file; is this a text file (ASCII, comments in UTF-8)?", r->path, r->line, i + 1, c);
	}
	return true;
}

static bool
read_lines(struct reader *r, const char *text, size_t size)
{
	char line[LINE_MAX_BYTES + 1];

	while (size > 0) {
		const char *const end = memchr(text, '\n', size);
		const size_t length = end != NULL ? (size_t)(end - text) : size;
		r->line++;
		if (length > LINE_MAX_BYTES)
			return say(r, "the line is longer than 1024 bytes");
		if (!check_bytes(r, text, length))
			return false;
		memcpy(line, text, length);
		line[length] = '\0';
		if (!read_line(r, line))
			return false;
		size -= length + (end != NULL);
		text += length + (end != NULL);
	}
	return close_section(r);
}

void
conf_free(struct conf *conf)
{
	for (size_t i = 0; conf->list != NULL && i < conf->options; i++) {
		free(conf->list[i].value);
		free(conf->list[i].line);
	}
	free(conf->list);
	free(conf->value);
	free(conf->line);
	free(conf->path);
	*conf = (struct conf){ 0 };
}

/* Everything at its default, unchecked. */
static bool
conf_start(const char *path, const struct nf_option *options, struct conf *conf, struct err *err)
{
	*conf = (struct conf){ .options = count_options(options) };
	conf->value = calloc(conf->options + 1, sizeof *conf->value);
	conf->line = calloc(conf->options + 1, sizeof *conf->line);
	conf->list = calloc(conf->options + 1, sizeof *conf->list);
	conf->path = path != NULL ? strdup(path) : NULL;
	if (conf->value == NULL || conf->line == NULL || conf->list == NULL || (path != NULL && conf->path == NULL)) {
		conf_free(conf);
		return no_memory(err, path);
	}
	for (size_t i = 0; i < conf->options; i++)
		if (options[i].type == NF_LIST)
			conf->list[i].fields = count_options(options[i].fields);
		else
			conf->value[i] = options[i].initial;
	return true;
}

/* Defaults hold for any number of ports but for those that name a port. */
static bool
check_defaults(const struct nf_option *options, uint64_t ports, const struct conf *conf, struct err *err)
{
	const char *const path = conf->path != NULL ? conf->path : "configuration";
	char reason[VALUE_REASON];

	for (size_t i = 0; i < conf->options; i++)
		if (options[i].type != NF_LIST && conf->line[i] == 0 &&
		    !value_check(&options[i], ports, &conf->value[i], reason))
			return err_set(err, "%s: \"%s\" is not set and its default does not hold here: %s", path,
				options[i].name, reason);
	return true;
}

bool
conf_defaults(const struct nf_option *options, uint64_t ports, struct conf *conf, struct err *err)
{
	if (!conf_start(NULL, options, conf, err))
		return false;
	if (check_defaults(options, ports, conf, err))
		return true;
	conf_free(conf);
	return false;
}

bool
conf_parse(const char *path, const char *text, size_t size, const struct nf_option *options,
	uint64_t ports, struct conf *conf, struct err *err)
{
	struct reader r = { .path = path, .options = options, .ports = ports, .conf = conf, .err = err };
	bool done;

	if (!conf_start(path, options, conf, err))
		return false;
	done = read_lines(&r, text, size) && check_defaults(options, ports, conf, err);
	free(r.field_line);
	if (!done)
		conf_free(conf);
	return done;
}

/* The whole of a regular file, in memory of its own. */
static bool
read_file(const char *path, char **text, size_t *size, struct err *err)
{
	FILE *const file = fopen(path, "rb");
	struct stat about;
	bool done = false;

	if (file == NULL)
		return err_set(err, "%s: %s", path, strerror(errno));
	if (fstat(fileno(file), &about) != 0 || !S_ISREG(about.st_mode)) {
		err_set(err, "%s: not a regular file", path);
	} else if ((uint64_t)about.st_size > FILE_MAX_BYTES) {
		err_set(err, "%s: larger than 1 GiB, which no .conf file is", path);
	} else if ((*text = malloc((size_t)about.st_size + 1)) == NULL) {
		no_memory(err, path);
	} else {
		*size = fread(*text, 1, (size_t)about.st_size, file);
		done = !ferror(file) || err_set(err, "%s: cannot be read: %s", path, strerror(errno));
		if (!done)
			free(*text);
	}
	fclose(file);
	return done;
}

bool
conf_read(const char *path, const struct nf_option *options, uint64_t ports, struct conf *conf, struct err *err)
{
	char *text = NULL;
	size_t size = 0;
	bool done;

	*conf = (struct conf){ 0 };
	if (!read_file(path, &text, &size, err))
		return false;
	done = conf_parse(path, text, size, options, ports, conf, err);
	free(text);
	return done;
}
