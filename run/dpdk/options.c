/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/dpdk/options.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run/loop.h"

#define DEFAULT_BURST 32u
#define DEFAULT_LIMIT 1518u
#define LEAST_LIMIT 64u
#define MOST_LIMIT 16384u
#define MOST_SECONDS 1e9

const char options_usage[] =
	"usage: vigor-run NF.so [options] --port PORT [--port PORT]…\n"
	"\n"
	"Runs a network function. Port 0 is the first --port, port 1 the second, and so on.\n"
	"\n"
	"  --port pcap:IN[:OUT]      frames of one capture file; what is sent goes to another\n"
	"         af_packet:IFACE    a network interface of this machine\n"
	"         dev:DEVARGS        a DPDK virtual device\n"
	"         pci:ADDRESS        a network card bound to a driver that DPDK can use\n"
	"  -c, --conf FILE           the function's configuration (default: its defaults)\n"
	"  --require-proof           refuse to run what no proof covers\n"
	"  --verdict-file FILE       the proof's verdict (default: NF.so.verdict.json)\n"
	"  --length-limit N, --mtu N frames longer than N bytes are dropped and counted (default 1518)\n"
	"  --burst N                 frames handled at once, 1 to 128 (default 32)\n"
	"  --trace-time              files only: frames in the order of their timestamps, which are the clock\n"
	"  --seconds N               stop after that time (default: at the end of all files, or by Ctrl-C)\n"
	"  --log FILE                a line a frame, in the order of processing: port, time in ns, length as\n"
	"                            received, ports named (0x3: 0 and 1; \"-\": too long or unfit, not shown)\n"
	"  --json                    final counters as JSON\n"
	"  --hugepages auto|on|off   packet and state memory in hugepages (default auto: if enough are free)\n"
	"  --core N                  the core to run on (default: any)\n"
	"  --verbose                 DPDK's own messages too\n"
	"  -h, --help                this text\n"
	"\n"
	"While it runs, DPDK's telemetry socket answers /vigor/ports and /vigor/objects.\n"
	"Exit: 0 done; 3 bad input, or not proved and --require-proof.\n";

enum {
	OPTION_PORT = 256, OPTION_REQUIRE_PROOF, OPTION_VERDICT, OPTION_LIMIT, OPTION_BURST, OPTION_TRACE_TIME,
	OPTION_SECONDS, OPTION_LOG, OPTION_JSON, OPTION_HUGEPAGES, OPTION_CORE, OPTION_VERBOSE,
};

static const struct option long_options[] = {
	{ "port", required_argument, NULL, OPTION_PORT },
	{ "conf", required_argument, NULL, 'c' },
	{ "require-proof", no_argument, NULL, OPTION_REQUIRE_PROOF },
	{ "verdict-file", required_argument, NULL, OPTION_VERDICT },
	{ "length-limit", required_argument, NULL, OPTION_LIMIT },
	{ "mtu", required_argument, NULL, OPTION_LIMIT },
	{ "burst", required_argument, NULL, OPTION_BURST },
	{ "trace-time", no_argument, NULL, OPTION_TRACE_TIME },
	{ "seconds", required_argument, NULL, OPTION_SECONDS },
	{ "log", required_argument, NULL, OPTION_LOG },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "hugepages", required_argument, NULL, OPTION_HUGEPAGES },
	{ "core", required_argument, NULL, OPTION_CORE },
	{ "verbose", no_argument, NULL, OPTION_VERBOSE },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static bool
read_count(const char *name, const char *text, uint64_t least, uint64_t most, uint64_t *count, struct err *err)
{
	char *end;

	errno = 0;
	*count = strtoull(text, &end, 10);
	if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && *count >= least && *count <= most)
		return true;
	return err_set(err, "--%s %s: expected a whole number from %" PRIu64 " to %" PRIu64, name, text, least, most);
}

static bool
read_seconds(const char *text, uint64_t *ns, struct err *err)
{
	char *end;
	const double seconds = strtod(text, &end);

	if (end == text || *end != '\0' || !isfinite(seconds) || seconds <= 0 || seconds > MOST_SECONDS)
		return err_set(err, "--seconds %s: expected a number of seconds over 0 and up to 1e9", text);
	*ns = (uint64_t)(seconds * 1e9);
	*ns += *ns == 0;
	return true;
}

static bool
read_hugepages(const char *text, enum eal_hugepages *hugepages, struct err *err)
{
	static const char *const words[] = {
		[EAL_HUGEPAGES_AUTO] = "auto", [EAL_HUGEPAGES_ON] = "on", [EAL_HUGEPAGES_OFF] = "off",
	};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(text, words[i]) == 0) {
			*hugepages = (enum eal_hugepages)i;
			return true;
		}
	return err_set(err, "--hugepages %s: expected auto, on or off", text);
}

static bool
read_port(const char *text, struct options *options, struct err *err)
{
	if (options->ports == NF_MAX_PORTS)
		return err_set(err, "--port %s: %u ports are the most there can be", text, NF_MAX_PORTS);
	if (!request_parse(text, options->ports, &options->port[options->ports], err))
		return false;
	options->ports++;
	return true;
}

static bool
take(int code, char **argv, struct options *options, struct err *err)
{
	uint64_t core;

	switch (code) {
	case OPTION_PORT:
		return read_port(optarg, options, err);
	case 'c':
		options->conf = optarg;
		return true;
	case 'h':
		options->help = true;
		return true;
	case OPTION_VERDICT:
		options->verdict = optarg;
		return true;
	case OPTION_LIMIT:
		return read_count("length-limit", optarg, LEAST_LIMIT, MOST_LIMIT, &options->limit, err);
	case OPTION_BURST:
		return read_count("burst", optarg, 1, LOOP_MAX_BURST, &options->burst, err);
	case OPTION_SECONDS:
		return read_seconds(optarg, &options->run_time, err);
	case OPTION_LOG:
		options->log = optarg;
		return true;
	case OPTION_HUGEPAGES:
		return read_hugepages(optarg, &options->hugepages, err);
	case OPTION_CORE:
		if (!read_count("core", optarg, 0, 1023, &core, err))
			return false;
		options->core = (int)core;
		return true;
	case OPTION_REQUIRE_PROOF:
		return options->require_proof = true;
	case OPTION_TRACE_TIME:
		return options->trace_time = true;
	case OPTION_JSON:
		return options->json = true;
	case OPTION_VERBOSE:
		return options->verbose = true;
	case ':':
		return err_set(err, "%s: its argument is missing; --help says what it takes", argv[optind - 1]);
	default:
		return err_set(err, "%s: not an option, or it takes no argument; --help lists them", argv[optind - 1]);
	}
}

static bool
check(const struct options *options, struct err *err)
{
	if (options->nf == NULL)
		return err_set(err, "which network function? Name its shared object; --help says more");
	if (options->ports == 0)
		return err_set(err, "no ports: give at least one --port; --help says what one looks like");
	return true;
}

bool
options_read(int argc, char **argv, struct options *options, struct err *err)
{
	int code;

	*options = (struct options){ .burst = DEFAULT_BURST, .limit = DEFAULT_LIMIT, .core = -1 };
	opterr = 0;
	while ((code = getopt_long(argc, argv, ":c:h", long_options, NULL)) != -1)
		if (!take(code, argv, options, err))
			return false;
	if (optind < argc)
		options->nf = argv[optind++];
	if (optind < argc)
		return err_set(err, "%s: one network function at a time; %s is the first", argv[optind], options->nf);
	return options->help || check(options, err);
}
