# SPDX-License-Identifier: GPL-2.0-or-later
"""The smallest programs that a verifier with one mistake would call safe. Each comes with what the mistake would be;
beside most stands a twin that is safe, so that nothing is refused for being unusual.

VIGOR is the program."""
import os
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
VIGOR = os.environ["VIGOR"]
PROVED, REFUTED, UNKNOWN, BAD = range(4)

START = """\
#include "libvig/flow_table.h"
#include "libvig/list_map.h"
#include "libvig/route_list.h"
#include "libvig/token_bucket.h"
#include "libvig/vig.h"
#include "net/bytes.h"
#include "net/checksum.h"
#include "nf/nf.h"

#define HOST(FIELD) FIELD(mac, address)
RECORD(host, HOST)
#define SEEN(FIELD) FIELD(u64, number) FIELD(u64, other)
RECORD(seen, SEEN)
FLOW_TABLE(hosts, host, seen, 1, 2)
LIST_MAP(known, host, seen, 1, 2)
ROUTE_LIST(routes, seen, 2)

static const struct nf_option fields[] = {
	{ .name = "address", .help = "Whose.", .type = NF_MAC, .min = 0, .max = (UINT64_C(1) << 48) - 1 },
	{ .name = "number", .help = "A number.", .type = NF_INTEGER, .min = 3, .max = 20 },
	{ .name = "other", .help = "A port.", .type = NF_PORT, .min = 0, .max = NF_MAX_PORTS - 1 },
	{ .name = NULL },
};

static const struct nf_option route_fields[] = {
	{ .name = "prefix", .help = "Whose.", .type = NF_IPV4_PREFIX, .min = 0, .max = UINT32_MAX },
	{ .name = "number", .help = "A number.", .type = NF_INTEGER, .min = 3, .max = 20 },
	{ .name = "other", .help = "A port.", .type = NF_PORT, .min = 0, .max = NF_MAX_PORTS - 1 },
	{ .name = NULL },
};

const struct nf_option nf_options[] = {
	{ .name = "least", .help = "A number.", .type = NF_INTEGER, .min = 1, .max = 100, .initial = { .lo = 5 } },
	{ .name = "most", .help = "A number.", .type = NF_INTEGER, .min = 2, .max = 1000, .initial = { .lo = 9 } },
	{ .name = "known", .help = "Who.", .type = NF_LIST, .fields = fields, .max_count = 64 },
	{ .name = "routes", .help = "Where.", .type = NF_LIST, .fields = route_fields, .max_count = 64 },
	{ .name = NULL },
};

struct small {
	struct flow_table *hosts;
	struct list_map *known;
	struct route_list *routes;
	struct token_rate rate;
	uint64_t least, most, changing, ports;
};

void *
nf_init(struct nf_env *env)
{
	const struct flow_table_times times = { .shift = 26, .classes = 1, .lifetime = { UINT64_C(60000000000) } };
	struct small *s = vig_alloc(env->vig, sizeof *s);

	if (s == NULL)
		return NULL;
	s->hosts = hosts_new(env->vig, "hosts", 1000, &times);
	s->known = known_new(env->vig, "known", 64);
	s->routes = routes_new(env->vig, "routes", 64, 8);
	s->least = env->option[0].lo;
	s->most = env->option[1].lo;
	s->changing = s->most;
	s->ports = env->ports;
	if (s->hosts == NULL || s->known == NULL || s->routes == NULL || !token_rate_make(&s->rate, s->most, s->most))
		return NULL;
	return s;
}

static __attribute__((unused)) bool
same(const struct host *a, const struct host *b)
{
	const uint8_t *x = (const uint8_t *)a, *y = (const uint8_t *)b;

	return bytes_raw32(x) == bytes_raw32(y) && bytes_raw16(x + 4) == bytes_raw16(y + 4);
}

static __attribute__((noinline)) uint8_t
byte_at(const struct packet *packet, uint64_t index)
{
	return packet->data[index];
}

port_set
nf_process(void *state, struct packet *packet, uint64_t now)
{
	struct small *s = state;
	struct host host;
	struct seen seen = { 0 };
	uint32_t slot, class;

	(void)byte_at;
	if (packet->length < 14)
		return PORTS_NONE;
	memcpy(&host.address, packet->data, 6);
"""
END = "\treturn PORTS_NONE;\n}\n"

STORES_A_CHANGING_WORD = """\
	if (packet->data[6] == 1) {
		s->changing = 0;
	} else if (packet->data[6] == 2) {
		seen.number = %s;
		hosts_insert(s->hosts, &host, 0, now, 0, &seen);
	} else if (hosts_find(s->hosts, &host, 0, now, &seen, &slot, &class) && seen.number > %s) {
		__builtin_trap();
	}
"""
TWO_WAYS_TO_ONE_READ = """\
	if (packet->data[6] == 1) {
		seen.number = 13;
		hosts_insert(s->hosts, &host, 0, now, 0, &seen);
	} else if (packet->data[6] == 2) {
		return byte_at(packet, %s) == 0 ? PORTS_NONE : port_only(0);
	} else if (hosts_find(s->hosts, &host, 0, now, &seen, &slot, &class)) {
		return byte_at(packet, seen.number) == 0 ? PORTS_NONE : port_only(0);
	}
"""
LISTED_NUMBER = """\
	if (known_find(s->known, &host, &seen) && (%s))
		__builtin_trap();
"""
TWO_ROUTES = """\
	struct seen one, two;
	const uint64_t address = bytes_be32(packet->data);

	if (routes_find(s->routes, address, &one) && %s)
		__builtin_trap();
"""
PRODUCT = """\
	if (s->least > 1 && s->least * s->most == %d)
		__builtin_trap();
"""
BUCKET = """\
	struct token_bucket bucket;

	if (hosts_find(s->hosts, &host, 0, now, &seen, &slot, &class)) {
		bucket = (struct token_bucket){ seen.number, seen.other };
	} else {
		token_bucket_fill(&bucket, &s->rate, now);
		%s
	}
	if (!token_bucket_take(&bucket, &s->rate, now, packet->length))
		return PORTS_NONE;
	seen = (struct seen){ bucket.tokens, bucket.last };
	hosts_insert(s->hosts, &host, 0, now, 0, &seen);
	return port_only(0);
"""
PICKS_START = """\
#include "libvig/balancer.h"
#include "libvig/vig.h"
#include "nf/nf.h"

#define HOST(FIELD) FIELD(ipv6, address)
#define SEEN(FIELD) FIELD(u64, number) FIELD(u64, weight)
RECORD(host, HOST)
RECORD(seen, SEEN)
FLOW_TABLE(hosts, host, seen, 2, 2)
BALANCER(known, host, seen, 2)

static const struct nf_option fields[] = {
	{ .name = "address", .help = "Whose.", .type = NF_IPV6, .max = UINT64_MAX },
	{ .name = "number", .help = "A number.", .type = NF_INTEGER, .min = 3, .max = 20 },
	{ .name = "weight", .help = "A share.", .type = NF_INTEGER, .min = 0, .max = 100 },
	{ .name = NULL },
};

const struct nf_option nf_options[] = {
	{ .name = "known", .help = "Who.", .type = NF_LIST, .fields = fields, .max_count = 64 },
	{ .name = NULL },
};

struct small {
	struct flow_table *hosts;
	struct balancer *known;
};

void *
nf_init(struct nf_env *env)
{
	const struct flow_table_times times = { .shift = 26, .classes = 1, .lifetime = { UINT64_C(60000000000) } };
	struct small *s = vig_alloc(env->vig, sizeof *s);

	if (s == NULL)
		return NULL;
	s->hosts = hosts_new(env->vig, "hosts", 64, &times);
	s->known = known_new(env->vig, "known", 64, 251);
	return s->hosts == NULL || s->known == NULL ? NULL : s;
}

port_set
nf_process(void *state, struct packet *packet, uint64_t now)
{
	struct small *s = state;
	struct host host, first, second;
	struct seen seen = { 0 }, one, two;
	uint64_t word;
	uint32_t slot, class;

	(void)slot, (void)class;
	if (packet->length < 16)
		return PORTS_NONE;
	memcpy(&host, packet->data, sizeof host);
	memcpy(&word, packet->data, sizeof word);
"""
PICKS_TWICE = """\
	if (!known_pick(s->known, s->hosts, maglev_hash(&word, 1), now, &first, &one))
		return PORTS_NONE;
	if (%s)
		hosts_insert(s->hosts, &host, 0, now, 0, &seen);
	if (known_pick(s->known, s->hosts, %s, now, &second, &two) && %s)
		__builtin_trap();
"""
KEPT = """\
	if (hosts_find(s->hosts, &host, 0, now, &seen, &slot, &class)) {
		packet->data[0] = (uint8_t)seen.number;
		return port_only(0);
	}
	if (%s) {
		seen.number = packet->data[packet->length - 1];
		if (%s)
			hosts_insert(s->hosts, &host, 0, now, 0, &seen);
	}
"""
STORED_PORT = """\
	if (hosts_find(s->hosts, &host, 0, now, &seen, &slot, &class))
		return (port_set)1 << seen.number;
	seen.number = %s;
	hosts_insert(s->hosts, &host, 0, now, 0, &seen);
"""
# Two answers in one word, of which a flag is kept.
JOINED = """\
static NET_SUMMARY uint64_t
two_answers(const uint8_t *data)
{
	uint64_t most = data[12] == 1 ? %d : 0;

	if (data[13] == 7)
		return most | UINT64_C(1) << 32;
	return data[11] == 9 ? most | UINT64_C(3) << 40 : most;
}
"""
RAISED = """\
	if (hosts_find(s->hosts, &host, 0, now, &seen, &slot, &class)) {
		if (seen.number > 1)
			__builtin_trap();
		return PORTS_NONE;
	}
	seen.number = packet->data[6] == 0 ? 0 : (uint32_t)two_answers(packet->data);
	hosts_insert(s->hosts, &host, 0, now, 0, &seen);
"""
SUMS = """\
	uint16_t a = bytes_raw16(packet->data), b = bytes_raw16(packet->data + 2), c = bytes_raw16(packet->data + 4);
	uint32_t sum = (uint32_t)a + b + c;

	(void)sum;
	if (%s)
		__builtin_trap();
"""
OWNER = """\
	struct host other = { 0 }, third = { 0 };
	uint32_t again;

	(void)again, (void)third;
	memcpy(&other.address, packet->data + 6, 6);
	if (packet->data[12] == 1) {
		hosts_insert(s->hosts, &host, 0, now, 0, &seen);
		return PORTS_NONE;
	}
	%s
"""
# Two numbers that no bound of one of them tells of, and the time of the packet that brought them.
RELATED = """\
	if (packet->data[6] == 1) {
		seen = (struct seen){ %s, %s };
		hosts_insert(s->hosts, &host, 0, now, 0, &seen);
	} else if (hosts_find(s->hosts, &host, 0, now, &seen, &slot, &class) && (%s)) {
		__builtin_trap();
	}
"""
SAID = """\
from vigor import *


class Host(Record):
    address: MacAddr


class Seen(Record):
    number: U64
    other: U64


class State:
    hosts = Table(Host, Seen, capacity=1000, lifetime=60 * 10**9)


@invariant("hosts")
def said(entry, config):
    \"\"\"What is said\"\"\"
    return %s
"""
TWO_BYTES = """\
	packet->data[12] = %s;
	packet->data[13] = %s;
	return %s;
"""
CHOSEN = SAID[:SAID.index("@invariant")] + """\
def spec(packet, state, config):
    if packet.length < 14:
        return drop()
    value = choose(U8, lambda seen: seen.packet.data[12], otherwise=packet.data[0], where=lambda value: %s)
    packet.data[12], packet.data[13] = value, value
    return forward(packet, to=0)
"""


class Fooled(unittest.TestCase):
    def verdict(self, body, *codes, start=START, spec=None):
        with tempfile.TemporaryDirectory(prefix="vigor-fooled-") as folder:
            os.mkdir(os.path.join(folder, "small"))
            with open(os.path.join(folder, "small", "small.c"), "w", encoding="ascii") as file:
                file.write(start + body + END)
            if spec is not None:
                with open(os.path.join(folder, "small", "spec.py"), "w", encoding="ascii") as file:
                    file.write(spec)
            done = subprocess.run([VIGOR, "verify", "small", "--packets", "0"] + ["--safety"] * (spec is None), cwd=folder,
                                  capture_output=True, text=True, timeout=300)
            self.assertIn(done.returncode, codes, done.stdout + done.stderr)
            return done.stdout

    def test_an_invariant_that_is_said_is_used_if_it_is_shown(self):
        ordered = SAID % "entry.number <= entry.other"
        without = self.verdict(RELATED % ("packet->data[7]", "packet->data[7] + 1", "seen.number > seen.other"), UNKNOWN)
        self.assertIn("entry.number <= entry.other of each entry of hosts (every packet keeps it", without)
        self.verdict(RELATED % ("packet->data[7]", "packet->data[7] + 1", "seen.number > seen.other"), PROVED, spec=ordered)
        self.verdict(RELATED % ("packet->data[7]", "packet->data[8]", "seen.number > seen.other"), REFUTED, spec=ordered)
        self.verdict(RELATED % ("packet->data[7]", "packet->data[8]", "false"), REFUTED, spec=ordered)

    def test_an_invariant_holds_at_every_later_time(self):
        """It holds of what every packet stores, at the time of that packet. That is not enough."""
        young = SAID % "entry.number >= now()"
        self.verdict(RELATED % ("now", "0", "seen.number < now"), REFUTED, spec=young)
        self.verdict(RELATED % ("now", "0", "false"), UNKNOWN, spec=young)
        self.verdict(RELATED % ("now", "0", "now < seen.number"), PROVED, spec=SAID % "entry.number <= now()")

    def test_an_invariant_of_some_cases_says_nothing_of_others(self):
        some = SAID % "True if entry.key.address == 5 else entry.number <= entry.other"
        five = "bytes_be32(packet->data) == 0 && bytes_be16(packet->data + 4) == 5"
        self.verdict(RELATED % (five, "0", "seen.number > seen.other && !(%s)" % five), PROVED, spec=some)
        self.verdict(RELATED % (five, "0", "seen.number > seen.other"), REFUTED, spec=some)

    def test_a_choice_is_the_functions_own(self):
        """Were it enough that some value would do: there is one for each byte, one for some packets. Were the condition
        assumed: nothing is said of what it excludes."""
        def verdict(first, second, where, *codes, sent="port_only(0)"):
            return self.verdict(TWO_BYTES % (first, second, sent), *codes, spec=CHOSEN % where)

        verdict("packet->data[1]", "packet->data[1]", "True", PROVED)
        verdict("1", "2", "True", REFUTED)
        verdict("packet->data[0]", "packet->data[0]", "value == packet.data[0]", PROVED)
        verdict("0", "0", "value == packet.data[0]", REFUTED)
        verdict("packet->data[0]", "packet->data[0]", "False", REFUTED)
        verdict("packet->data[0]", "packet->data[0]", "value != value", REFUTED)

    def test_who_sends_nothing_has_made_no_choice(self):
        body = TWO_BYTES % ("packet->data[0]", "packet->data[0]", "packet->data[1] == 1 ? PORTS_NONE : port_only(0)")
        self.verdict(body, REFUTED, spec=CHOSEN % "True")
        self.verdict(body, PROVED, spec=(CHOSEN % "True").replace("to=0)", "to=0) if packet.data[1] != 1 else drop()"))

    def test_a_bound_that_packets_change_is_none(self):
        self.verdict(STORES_A_CHANGING_WORD % ("s->changing", "s->changing"), REFUTED, UNKNOWN)
        self.verdict(STORES_A_CHANGING_WORD % ("s->most", "s->most"), PROVED)

    def test_a_failure_at_an_instruction_does_not_hide_another(self):
        """An invariant dismisses the one; the other remains."""
        self.verdict(TWO_WAYS_TO_ONE_READ % "packet->data[7]", REFUTED)
        self.verdict(TWO_WAYS_TO_ONE_READ % "packet->data[7] % 14", PROVED)

    def test_a_listed_number_has_its_declared_range_and_no_other(self):
        self.verdict(LISTED_NUMBER % "seen.number == 20", REFUTED)
        self.verdict(LISTED_NUMBER % "seen.number == 3", REFUTED)
        self.verdict(LISTED_NUMBER % "seen.number > 20 || seen.number < 3 || seen.other >= s->ports", PROVED)

    def test_neighbouring_addresses_may_have_different_routes(self):
        self.verdict(TWO_ROUTES % "routes_find(s->routes, address ^ 1, &two) && one.number != two.number", REFUTED)
        self.verdict(TWO_ROUTES % "!routes_find(s->routes, address ^ 1, &two)", REFUTED)
        self.verdict(TWO_ROUTES % "(!routes_find(s->routes, address ^ 0, &two) || one.number != two.number)", PROVED)

    def test_a_route_has_its_declared_range_and_no_other(self):
        self.verdict(TWO_ROUTES % "one.number == 20", REFUTED)
        self.verdict(TWO_ROUTES % "(two = one, two.number > 20 || two.number < 3 || two.other >= s->ports)", PROVED)

    def test_a_range_that_nothing_is_in_is_no_reason(self):
        """A listed number is said to be in its range, whoever is listed: were there none, everything would follow."""
        narrow = START.replace("FIELD(u64, number)", "FIELD(u8, number)")
        narrow = narrow.replace(".min = 3, .max = 20", ".min = 300, .max = 400")
        for body in (LISTED_NUMBER % "true", TWO_ROUTES % "true"):
            self.verdict(body + "\t__builtin_trap();\n", REFUTED, UNKNOWN, BAD, start=narrow)

    def test_a_pick_is_of_those_who_live_then(self):
        """The same pick while nobody comes or goes, whatever is refreshed; another is possible once somebody came, or of
        another hash. What came takes it for itself."""
        def verdict(change, hashed, condition, *codes):
            self.verdict(PICKS_TWICE % (change, hashed, condition), *codes, start=PICKS_START)

        word, other = "maglev_hash(&word, 1)", "memcmp(&first, &second, 8) != 0"
        known = "hosts_find(s->hosts, &host, 0, now, &seen, &slot, &class)"
        verdict("false", word, other, PROVED)
        verdict(known, word, other, PROVED)
        verdict("!" + known, word, other, REFUTED, UNKNOWN)
        verdict("!" + known, word, other + " && memcmp(&host, &second, 8) != 0", PROVED)
        verdict("false", "word", other, REFUTED, UNKNOWN)
        lives = "!hosts_find(s->hosts, &second, 0, now, &seen, &slot, &class)"
        verdict("!" + known, word, lives, PROVED)
        verdict("false", word, "two.weight == 0", PROVED)
        verdict("false", word, "two.number == 20", REFUTED, UNKNOWN)

    def test_an_address_has_32_bits(self):
        self.verdict(TWO_ROUTES % "routes_find(s->routes, address + 1, &two) && one.number > 20", REFUTED)
        self.verdict(TWO_ROUTES % "routes_find(s->routes, (uint32_t)(address + 1), &two) && one.number > 20", PROVED)

    def test_products_are_computed_where_that_decides(self):
        self.verdict(PRODUCT % (31 * 29), REFUTED)
        self.verdict(PRODUCT % 907, PROVED)  # a prime, and least is neither 1 nor 907

    def test_a_bucket_never_holds_more_than_its_burst(self):
        self.verdict(BUCKET % "bucket.tokens++;", REFUTED, UNKNOWN)
        self.verdict(BUCKET % "", PROVED)

    def test_what_the_buffer_held_does_not_leave_by_way_of_a_table(self):
        self.verdict(KEPT % ("packet_grow_back(packet, 1)", "packet_trim_back(packet, 1)"), REFUTED, UNKNOWN)
        self.verdict(KEPT % ("packet->length > 14", "true"), PROVED)

    def test_a_stored_port_exists(self):
        self.verdict(STORED_PORT % "packet->data[6] & 31", REFUTED)
        self.verdict(STORED_PORT % "packet->port", PROVED)

    def test_a_bound_that_was_raised_is_shown_anew(self):
        for most, code in ((1, PROVED), (2, REFUTED)):
            start = START.replace("void *\nnf_init", JOINED % most + "\nvoid *\nnf_init", 1)
            self.assertNotEqual(start, START)
            self.verdict(RAISED, code, start=start.replace("#include \"net/checksum.h\"",
                                                           "#include \"net/checksum.h\"\n#include \"net/summary.h\""))

    def test_zero_is_not_minus_zero(self):
        """Cancelling a word against its complement, or all ones against nothing, is right but for sums of 0."""
        self.verdict(SUMS % "checksum_update16(c, a, a) != c", REFUTED)
        self.verdict(SUMS % "c != 0xffff && checksum_update16(c, a, a) != c", PROVED)
        self.verdict(SUMS % "checksum_fold((uint32_t)a + 0xffff) != a", REFUTED)
        self.verdict(SUMS % "a != 0 && checksum_fold((uint32_t)a + 0xffff) != a", PROVED)
        self.verdict(SUMS % "checksum_fold(sum) == 0 && (a != 0 || b != 0 || c != 0)", PROVED)

    def test_one_step_of_folding_is_not_all(self):
        self.verdict(SUMS % "(uint16_t)((sum & 0xffff) + (sum >> 16)) != checksum_fold(sum)", REFUTED)
        self.verdict(SUMS % "(uint16_t)(((sum - c) & 0xffff) + ((sum - c) >> 16)) != checksum_fold(sum - c)", PROVED)

    def test_bytes_of_words_may_be_swapped_but_not_of_one(self):
        swapped = "checksum_fold((uint32_t)__builtin_bswap16(a) + %s)"
        self.verdict(SUMS % (swapped % "__builtin_bswap16(b)" + " != __builtin_bswap16(checksum_fold((uint32_t)a + b))"), PROVED)
        self.verdict(SUMS % (swapped % "b" + " != __builtin_bswap16(checksum_fold((uint32_t)a + b))"), REFUTED)

    def test_a_slot_has_one_owner(self):
        at = "hosts_at(s->hosts, %s, now, &%s, &seen, &class)"
        self.verdict(OWNER % ("if (%s && %s && same(&other, &third)) __builtin_trap();"
                              % (at % ("1", "other"), at % ("2", "third"))), PROVED)
        self.verdict(OWNER % ("if (hosts_find(s->hosts, &host, 0, now, &seen, &slot, &class) && (!%s || "
                              "!same(&other, &host))) __builtin_trap();" % at % ("slot", "other")), PROVED)
        self.verdict(OWNER % ("if (%s) __builtin_trap();" % at % ("packet->data[13]", "other")), REFUTED, UNKNOWN)
        self.verdict(OWNER % ("if (%s) __builtin_trap();" % at % ("1000", "other")), PROVED)

    def test_a_new_entry_has_a_slot_that_nobody_had(self):
        known = "hosts_find(s->hosts, &%s, 0, now, &seen, &%s, &class)"
        self.verdict(OWNER % ("(void)hosts_at(s->hosts, 0, now, &third, &seen, &class);\n\tif (%s && hosts_insert(s->hosts, &other, 0, now, 0, &seen) && %s && slot == again && "
                              "!same(&other, &host)) __builtin_trap();"
                              % (known % ("host", "slot"), known % ("other", "again"))), PROVED)

    def test_a_slot_may_be_a_new_entrys_or_anothers(self):
        """Where it is open whether the packet's own entry has a slot, both cases are followed, each on a path of its own."""
        at = ("if (hosts_insert(s->hosts, &host, 0, now, 0, &seen) && hosts_at(s->hosts, packet->data[13], now, &other, &seen, "
              "&class) && %s) __builtin_trap();")
        self.verdict(OWNER % (at % "same(&other, &host)"), REFUTED, UNKNOWN)
        self.verdict(OWNER % (at % "!same(&other, &host)"), REFUTED, UNKNOWN)
        self.verdict(OWNER % (at % ("!same(&other, &host) && hosts_find(s->hosts, &host, 0, now, &seen, &slot, &class) && "
                                    "slot == packet->data[13]")), PROVED)

    def test_an_entry_that_ended_and_began_again_may_have_another_slot(self):
        known = "hosts_find(s->hosts, &host, 0, now, &seen, &%s, &class)"
        self.verdict(OWNER % ("if (%s) { hosts_erase(s->hosts, slot, now); hosts_insert(s->hosts, &other, 0, now, 0, &seen); "
                              "hosts_insert(s->hosts, &host, 0, now, 0, &seen); "
                              "if (%s && slot != again) __builtin_trap(); }"
                              % (known % "slot", known % "again")), REFUTED, UNKNOWN)
        self.verdict(OWNER % ("if (%s && hosts_insert(s->hosts, &host, 0, now, 0, &seen) && %s && slot != again) "
                              "__builtin_trap();" % (known % "slot", known % "again")), PROVED)

    def test_a_table_is_made_with_any_lifetime(self):
        longest = START.replace("{ UINT64_C(60000000000) }", "{ env->option[0].lo > 50 ? UINT64_MAX : 1 }")
        self.assertNotEqual(longest, START)
        self.verdict("\tif (s->least > 50)\n\t\t__builtin_trap();\n", REFUTED, UNKNOWN, start=longest)
        self.verdict("\tif (s->least > 100)\n\t\t__builtin_trap();\n", PROVED, start=longest)


if __name__ == "__main__":
    unittest.main()
