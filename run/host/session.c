/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/host/session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hex.h"
#include "run/host/setup.h"
#include "run/host/stage.h"
#include "run/host/tables.h"
#include "run/instance.h"

#define WORDS_MAX 66u

struct session {
	const struct session_settings *settings;
	struct answers *answers;
	struct instance instance;
	bool started;
	uint64_t now; /* the latest time told */
	uint32_t line;
	char *word[WORDS_MAX];
	size_t words;
	struct err err;
	uint8_t bytes[STAGE_PACKET_MAX];
};

static bool
read_number(struct session *s, const char *text, uint64_t most, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && *number <= most)
		return true;
	return err_set(&s->err, "\"%.40s\" is no number up to %" PRIu64, text, most);
}

static bool
read_bytes(struct session *s, const char *text, size_t most, size_t *size)
{
	*size = hex_size(text);
	if (*size <= most && hex_read(text, s->bytes, *size))
		return true;
	return err_set(&s->err, "\"%.40s\" is not up to %zu bytes in hexadecimal", text, most);
}

static bool
read_time(struct session *s, const char *text, uint64_t *now)
{
	if (!read_number(s, text, UINT64_MAX, now))
		return false;
	if (*now < s->now)
		return err_set(&s->err, "time goes back from %" PRIu64 " to %" PRIu64, s->now, *now);
	s->now = *now;
	return true;
}

/* "LO" or "LO:HI". */
static bool
read_field(struct session *s, char *text, struct nf_value *value)
{
	char *const colon = strchr(text, ':');

	*value = (struct nf_value){ 0, 0 };
	if (colon != NULL)
		*colon = '\0';
	return read_number(s, text, UINT64_MAX, &value->lo) &&
		(colon == NULL || read_number(s, colon + 1, UINT64_MAX, &value->hi));
}

static bool
do_option(struct session *s)
{
	struct nf_value value;

	return read_number(s, s->word[2], UINT64_MAX, &value.lo) && read_number(s, s->word[3], UINT64_MAX, &value.hi) &&
		setup_option(s->settings->conf, s->settings->load->options, s->settings->ports, s->word[1], &value, &s->err);
}

static bool
do_record(struct session *s)
{
	struct nf_value field[WORDS_MAX];

	for (size_t i = 2; i < s->words; i++)
		if (!read_field(s, s->word[i], &field[i - 2]))
			return false;
	return setup_record(s->settings->conf, s->settings->load->options, s->settings->ports, s->word[1], field,
		s->words - 2, s->line, &s->err);
}

/* From here on SIGPROF ends the process if what follows uses up its time. */
static void
limit_time(unsigned limit_ms)
{
	const struct itimerval limit = { .it_value = { limit_ms / 1000, (suseconds_t)(limit_ms % 1000) * 1000 } };

	setitimer(ITIMER_PROF, &limit, NULL);
}

static bool
do_start(struct session *s)
{
	const struct session_settings *const set = s->settings;
	struct err err = { "" };

	s->started = instance_new(set->load, set->conf, set->ports,
		set->guarded ? &stage_guarded_memory : &stage_fresh_memory, NULL,
		&s->instance, &err);
	if (s->started)
		answers_add(s->answers, "started\n");
	else
		answers_add(s->answers, "refused %s\n", err.text);
	return s->started;
}

/* As the packet loop does it: the hint's stages, then the function. */
static port_set
process(struct session *s, size_t length, uint64_t port, enum stage_place place)
{
	const struct load *const load = s->settings->load;
	struct packet *const packet = stage_lend(s->bytes, length, port, place, s->settings->fill);
	port_set egress;

	limit_time(s->settings->limit_ms);
	for (uint32_t stage = 0; stage < load->hint_stages; stage++)
		packet->hint = load->hint(s->instance.state, packet, stage, packet->hint);
	egress = load->process(s->instance.state, packet, s->now);
	limit_time(0);
	return egress;
}

/* Tries the packet at the start of a page in a process that is then forgotten, so that state moves on by
 * one packet only. Ends this process the way in which that one ended, if it was by a signal. */
static bool
rehearse(struct session *s, size_t length, uint64_t port)
{
	const pid_t child = fork();
	int status = 0;

	if (child < 0)
		return err_set(&s->err, "no process can be had: %s", strerror(errno));
	if (child == 0) {
		process(s, length, port, STAGE_START);
		_exit(0);
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return err_set(&s->err, "a process was lost: %s", strerror(errno));
	if (!WIFSIGNALED(status))
		return true;
	s->answers->signal = WTERMSIG(status);
	_exit(EXIT_FAILURE);
}

static bool
do_packet(struct session *s)
{
	const struct packet *packet;
	uint64_t port, now;
	port_set egress;
	size_t length;

	if (!read_number(s, s->word[1], s->settings->ports - 1, &port) || !read_time(s, s->word[2], &now) ||
	    !read_bytes(s, s->word[3], sizeof s->bytes, &length))
		return false;
	s->answers->packets++;
	if (s->settings->guarded && !rehearse(s, length, port))
		return false;
	egress = process(s, length, port, s->settings->guarded ? STAGE_END : STAGE_MIDDLE);
	packet = stage_packet();
	if (packet == NULL) {
		answers_add(s->answers, "broken %" PRIx64 "\n", egress);
		return true;
	}
	answers_add(s->answers, "sent %" PRIx64 " ", egress);
	answers_add_bytes(s->answers, packet->data, packet->length);
	answers_add(s->answers, "\n");
	return true;
}

/* NULL: err is set. */
static struct flow_table *
named_table(struct session *s, const char *name)
{
	struct flow_table *const table = tables_named(s->instance.vig, name);

	if (table == NULL)
		err_set(&s->err, "there is no table \"%.60s\"", name);
	return table;
}

/* Asks a table, named by the first word, of a key, the second, at a time, the third. */
static bool
ask_of_key(struct session *s, void (*ask)(struct flow_table *, const uint64_t *, uint64_t, struct answers *))
{
	struct flow_table *const table = named_table(s, s->word[1]);
	uint64_t key[8] = { 0 }, now;
	size_t size;

	if (table == NULL || !read_bytes(s, s->word[2], 8 * flow_table_key_words(table), &size) ||
	    !read_time(s, s->word[3], &now))
		return false;
	memcpy(key, s->bytes, size);
	ask(table, key, now, s->answers);
	return true;
}

static bool
do_entry(struct session *s)
{
	return ask_of_key(s, tables_entry);
}

static bool
do_slot(struct session *s)
{
	return ask_of_key(s, tables_slot);
}

static bool
do_dump(struct session *s)
{
	struct flow_table *const table = named_table(s, s->word[1]);
	uint64_t now;

	if (table == NULL || !read_time(s, s->word[2], &now))
		return false;
	tables_dump(table, now, s->answers);
	return true;
}

static bool
do_figures(struct session *s)
{
	uint64_t now;

	if (!read_time(s, s->word[1], &now))
		return false;
	tables_figures(s->instance.vig, now, s->answers);
	return true;
}

static bool
do_tables(struct session *s)
{
	tables_describe(s->instance.vig, s->answers);
	return true;
}

static bool
do_options(struct session *s)
{
	setup_show(s->settings->conf, s->settings->load->options, s->answers);
	return true;
}

static bool
do_sync(struct session *s)
{
	return answers_flush(s->answers);
}

enum when { BEFORE, AFTER, ALWAYS }; /* start */

static const struct command {
	const char *name;
	size_t least, most; /* words, its own included */
	enum when when;
	bool (*run)(struct session *s);
} command[] = {
	{ "packet", 4, 4, AFTER, do_packet },
	{ "entry", 4, 4, AFTER, do_entry },
	{ "slot", 4, 4, AFTER, do_slot },
	{ "figures", 2, 2, AFTER, do_figures },
	{ "sync", 1, 1, ALWAYS, do_sync },
	{ "dump", 3, 3, AFTER, do_dump },
	{ "option", 4, 4, BEFORE, do_option },
	{ "record", 2, WORDS_MAX - 1, BEFORE, do_record },
	{ "start", 1, 1, BEFORE, do_start },
	{ "tables", 1, 1, AFTER, do_tables },
	{ "options", 1, 1, ALWAYS, do_options },
};

static bool
obey(struct session *s)
{
	const size_t commands = sizeof command / sizeof command[0];
	size_t i = 0;

	while (i < commands && strcmp(s->word[0], command[i].name) != 0)
		i++;
	if (i == commands)
		return err_set(&s->err, "\"%.40s\" is no command", s->word[0]);
	if (s->words < command[i].least || s->words > command[i].most)
		return err_set(&s->err, "%s: not as many words as it takes", s->word[0]);
	if (command[i].when != ALWAYS && (command[i].when == AFTER) != s->started)
		return err_set(&s->err, "%s: %s", s->word[0], s->started ? "it comes before start" : "it comes after start");
	return command[i].run(s);
}

static void
take_apart(struct session *s, char *line)
{
	char *rest;

	s->words = 0;
	for (char *word = strtok_r(line, " \t\r\n", &rest); word != NULL && s->words < WORDS_MAX;
	     word = strtok_r(NULL, " \t\r\n", &rest))
		s->word[s->words++] = word;
}

bool
session_run(const struct session_settings *settings)
{
	static struct session session;
	struct session *const s = &session;
	char *line = NULL;
	size_t room = 0;
	bool good;

	s->settings = settings;
	s->answers = settings->answers;
	good = stage_init(settings->guarded, &s->err);
	while (good && getline(&line, &room, stdin) >= 0) {
		s->line++;
		take_apart(s, line);
		good = s->words == 0 || obey(s);
	}
	if (s->err.text[0] != '\0')
		answers_add(s->answers, "error line %" PRIu32 ": %s\n", s->line, s->err.text);
	free(line);
	if (s->started)
		instance_delete(&s->instance);
	return answers_flush(s->answers) && good;
}
