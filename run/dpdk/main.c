/* SPDX-License-Identifier: BSD-3-Clause */
/* vigor-run: a network function between DPDK ports and capture files. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "run/conf.h"
#include "run/dpdk/eal.h"
#include "run/dpdk/options.h"
#include "run/dpdk/ports.h"
#include "run/dpdk/telemetry.h"
#include "run/figures.h"
#include "run/instance.h"
#include "run/load.h"
#include "run/loop.h"
#include "run/verdict.h"

#define EXIT_BAD_INPUT 3
#define TURNS_PER_LOOK 256u /* how often the clock is asked whether --seconds are over */

/* All that one run holds; what is not there yet is zero, so that stop() can be called at any point. */
struct run {
	struct options options;
	struct load load;
	struct conf conf;
	struct instance instance;
	struct ports *ports;
	FILE *log;
	bool eal;
	struct err proof; /* why no proof covers it; empty when one does */
	struct loop loop;
	struct figures figures;
};

static volatile sig_atomic_t interrupted;

static void
on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

/* The first signal ends the run in order; a second one ends the process. */
static void
catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESETHAND };

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static uint64_t
elapsed_time(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* "port time_ns length egress_set", the set in hexadecimal as the function answered it. */
static void
write_log(void *context, uint64_t port, uint64_t now, uint64_t length, bool shown, port_set egress)
{
	FILE *const log = context;

	if (shown)
		fprintf(log, "%" PRIu64 " %" PRIu64 " %" PRIu64 " 0x%" PRIx64 "\n", port, now, length, egress);
	else
		fprintf(log, "%" PRIu64 " %" PRIu64 " %" PRIu64 " -\n", port, now, length);
}

static bool
open_log(struct run *run, struct err *err)
{
	if (run->options.log == NULL)
		return true;
	run->log = fopen(run->options.log, "w");
	return run->log != NULL || err_set(err, "--log %s: %s", run->options.log, strerror(errno));
}

static bool
close_log(struct run *run, struct err *err)
{
	const bool broken = run->log != NULL && ferror(run->log) != 0;

	if (run->log == NULL || (fclose(run->log) == 0 && !broken))
		return true;
	return err_set(err, "--log %s: not written in full", run->options.log);
}

static bool
check_proof(struct run *run, struct err *err)
{
	const struct options *const options = &run->options;
	const struct verdict_subject subject = {
		.nf = run->load.path, .libvig = load_libvig_path(), .length = options->limit, .ports = options->ports,
	};

	if (verdict_covers(options->verdict, &subject, &run->proof)) {
		fprintf(stderr, "%s: proved\n", options->nf);
		return true;
	}
	fprintf(stderr, "%s: NOT PROVED (%s)\n", options->nf, run->proof.text);
	return !options->require_proof || err_set(err, "refused, because of --require-proof: %s", run->proof.text);
}

static bool
read_conf(struct run *run, struct err *err)
{
	const struct options *const options = &run->options;

	return options->conf != NULL
		? conf_read(options->conf, run->load.options, options->ports, &run->conf, err)
		: conf_defaults(run->load.options, options->ports, &run->conf, err);
}

static void
set_up_loop(struct run *run)
{
	struct loop *const loop = &run->loop;

	loop->ports = run->ports;
	loop->port_count = run->options.ports;
	loop->burst = run->options.burst;
	loop->limit = run->options.limit;
	loop->state = run->instance.state;
	loop->process = run->load.process;
	loop->hint = run->load.hint;
	loop->hint_stages = run->load.hint_stages;
	loop->witness = run->log != NULL ? write_log : NULL;
	loop->witness_context = run->log;
}

/* First whatever can be refused without leaving a trace, then DPDK, the function, and last the ports,
 * whose files are overwritten. */
static bool
start(struct run *run, struct err *err)
{
	const struct options *const options = &run->options;
	const struct ports_settings ports = { .limit = options->limit, .trace_time = options->trace_time };
	const struct eal_settings eal = {
		.hugepages = options->hugepages, .core = options->core, .verbose = options->verbose,
		.packet_memory = ports_memory(options->ports, options->limit),
	};

	if (!load_open(options->nf, &run->load, err) || !read_conf(run, err) ||
	    !ports_examine(options->port, options->ports, &ports, err) || !check_proof(run, err))
		return false;
	run->eal = eal_start(options->port, options->ports, &eal, err);
	if (!run->eal ||
	    !instance_new(&run->load, &run->conf, options->ports, eal_memory(), NULL, &run->instance, err))
		return false;
	run->ports = ports_open(options->port, options->ports, &ports, err);
	if (run->ports == NULL || !open_log(run, err))
		return false;
	set_up_loop(run);
	return true;
}

static void
take_figures(struct run *run)
{
	figures_take(&run->figures, &run->loop, run->instance.vig, ports_time(run->ports));
	for (uint32_t port = 0; port < run->options.ports; port++)
		run->figures.missed[port] = ports_missed(run->ports, port);
}

static void
go(struct run *run)
{
	const uint64_t started = elapsed_time();

	for (uint32_t turn = 1; !interrupted; turn++) {
		if (loop_turn(&run->loop) == 0 && ports_are_done(run->ports))
			return;
		if (telemetry_is_asked()) {
			take_figures(run);
			telemetry_answer(&run->figures);
		}
		if (run->options.run_time != 0 && turn % TURNS_PER_LOOK == 0 &&
		    elapsed_time() - started >= run->options.run_time)
			return;
	}
}

static void
print_json(const struct run *run)
{
	json_t *const all = json_object();

	json_object_set_new(all, "nf", json_string(run->options.nf));
	json_object_set_new(all, "proved", json_boolean(run->proof.text[0] == '\0'));
	if (run->proof.text[0] != '\0')
		json_object_set_new(all, "not_proved_because", json_string(run->proof.text));
	json_object_set_new(all, "ports", figures_ports_json(&run->figures));
	json_object_set_new(all, "objects", figures_objects_json(&run->figures));
	json_dumpf(all, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(all);
}

static bool
stop(struct run *run, struct err *err)
{
	bool whole = close_log(run, err);

	whole &= ports_close(run->ports, err);
	instance_delete(&run->instance);
	conf_free(&run->conf);
	load_close(&run->load);
	if (run->eal)
		eal_stop();
	return whole;
}

static bool
run_all(struct run *run, struct err *err)
{
	struct err later = { "" };

	if (!start(run, err)) {
		stop(run, &later);
		return false;
	}
	catch_signals();
	if (telemetry_start() && !run->options.json)
		fprintf(stderr, "running; counters are at %s (/vigor/ports, /vigor/objects)\n", eal_telemetry());
	go(run);
	take_figures(run);
	if (run->options.json)
		print_json(run);
	else
		figures_print(&run->figures, stdout);
	return stop(run, err);
}

int
main(int argc, char **argv)
{
	static struct run run; /* too large for a stack */
	struct err err = { "" };

	if (options_read(argc, argv, &run.options, &err)) {
		if (run.options.help) {
			fputs(options_usage, stdout);
			return EXIT_SUCCESS;
		}
		if (run_all(&run, &err))
			return EXIT_SUCCESS;
	}
	fprintf(stderr, "vigor-run: %s\n", err.text);
	return EXIT_BAD_INPUT;
}
