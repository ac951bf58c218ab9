/* SPDX-License-Identifier: BSD-3-Clause */
/* What a .conf file may say, and what each mistake is answered with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "run/conf.h"
#include "run/value.h"

#define SECOND UINT64_C(1000000000)
#define PORTS 4u

enum { CAPACITY, LIFETIME, ADDRESS, NETWORK, ADDRESS6, MAC, OUTSIDE, OTHER, PAIRS, ROUTES, OPTIONS };

static const char *const words[] = { "drop", "pass", "log" };

static const struct nf_option pair_fields[] = {
	{ .name = "inside", .type = NF_PORT },
	{ .name = "outside", .type = NF_PORT },
	{ .name = NULL },
};

static const struct nf_option route_fields[] = {
	{ .name = "to", .type = NF_IPV4_PREFIX, .max = UINT32_MAX },
	{ .name = "via", .type = NF_IPV4, .min = 1, .max = UINT32_MAX },
	{ .name = NULL },
};

static const struct nf_option options[] = {
	[CAPACITY] = { .name = "capacity", .type = NF_INTEGER, .min = 1, .max = 16777216, .initial = { 65536, 0 } },
	[LIFETIME] = { .name = "lifetime", .type = NF_DURATION, .min = SECOND, .max = 604800 * SECOND,
		.initial = { 300 * SECOND, 0 } },
	[ADDRESS] = { .name = "address", .type = NF_IPV4, .max = UINT32_MAX },
	[NETWORK] = { .name = "network", .type = NF_IPV4_PREFIX, .max = UINT32_MAX },
	[ADDRESS6] = { .name = "address6", .type = NF_IPV6, .max = UINT64_MAX },
	[MAC] = { .name = "mac", .type = NF_MAC, .max = (UINT64_C(1) << 48) - 1 },
	[OUTSIDE] = { .name = "outside", .type = NF_PORT },
	[OTHER] = { .name = "other", .type = NF_ENUM, .max = 2, .names = words },
	[PAIRS] = { .name = "pairs", .type = NF_LIST, .fields = pair_fields, .max_count = 2 },
	[ROUTES] = { .name = "routes", .type = NF_LIST, .fields = route_fields, .max_count = 1000000 },
	[OPTIONS] = { .name = NULL },
};

static void
accept(const char *text, struct conf *conf)
{
	struct err err = { "" };

	if (!conf_parse("t.conf", text, strlen(text), options, PORTS, conf, &err))
		fail_msg("refused: %s", err.text);
	assert_string_equal(err.text, "");
}

/* The message must be the one expected, from its first letter on. */
static void
refuse_bytes(const char *text, size_t size, const char *expected)
{
	struct conf conf;
	struct err err = { "" };

	assert_false(conf_parse("t.conf", text, size, options, PORTS, &conf, &err));
	if (strncmp(err.text, expected, strlen(expected)) != 0)
		fail_msg("\"%s\" was refused with\n  %s\ninstead of\n  %s", text, err.text, expected);
	assert_null(conf.value);
}

static void
refuse(const char *text, const char *expected)
{
	refuse_bytes(text, strlen(text), expected);
}

static void
nothing_is_all_defaults(void **state)
{
	struct conf conf;

	(void)state;
	accept("", &conf);
	assert_int_equal(conf.value[CAPACITY].lo, 65536);
	assert_int_equal(conf.value[LIFETIME].lo, 300 * SECOND);
	assert_int_equal(conf.list[PAIRS].count, 0);
	assert_int_equal(conf.line[CAPACITY], 0);
	conf_free(&conf);
}

static void
every_type_is_read(void **state)
{
	struct conf conf;

	(void)state;
	accept("# a comment\n\n capacity = 1_000_000 # another — ü\r\nlifetime=2h\naddress = 10.0.0.1\n"
		"network = 192.168.0.0/16\naddress6 = 2001:db8::42\nmac = 02:00:5E:aa:00:ff\noutside = 3\nother=pass", &conf);
	assert_int_equal(conf.value[CAPACITY].lo, 1000000);
	assert_int_equal(conf.line[CAPACITY], 3);
	assert_int_equal(conf.value[LIFETIME].lo, 7200 * SECOND);
	assert_int_equal(conf.value[ADDRESS].lo, 0x0a000001);
	assert_int_equal(conf.value[NETWORK].lo, 0xc0a80000);
	assert_int_equal(conf.value[NETWORK].hi, 16);
	assert_true(conf.value[ADDRESS6].hi == UINT64_C(0x20010db800000000));
	assert_int_equal(conf.value[ADDRESS6].lo, 0x42);
	assert_true(conf.value[MAC].lo == UINT64_C(0x02005eaa00ff));
	assert_int_equal(conf.value[OUTSIDE].lo, 3);
	assert_int_equal(conf.value[OTHER].lo, 1);
	conf_free(&conf);
}

static void
every_duration_unit_is_read(void **state)
{
	static const struct { const char *text; uint64_t ns; } cases[] = {
		{ "lifetime = 1000000000ns", SECOND }, { "lifetime = 2_000_000us", 2 * SECOND },
		{ "lifetime = 1500ms", 3 * SECOND / 2 }, { "lifetime = 300s", 300 * SECOND },
		{ "lifetime = 5m", 300 * SECOND }, { "lifetime = 2h", 7200 * SECOND }, { "lifetime = 7d", 604800 * SECOND },
	};
	struct conf conf;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		accept(cases[i].text, &conf);
		assert_true(conf.value[LIFETIME].lo == cases[i].ns);
		conf_free(&conf);
	}
}

static void
sections_are_records(void **state)
{
	struct conf conf;

	(void)state;
	accept("[pairs]\ninside = 0\noutside = 1\n[ routes ]\nvia = 10.0.0.254\nto = 0.0.0.0/0\n[pairs]\noutside = 3\n"
		"inside = 2\n", &conf);
	assert_int_equal(conf.list[PAIRS].count, 2);
	assert_int_equal(conf.list[PAIRS].fields, 2);
	assert_int_equal(conf.list[PAIRS].value[2].lo, 2);
	assert_int_equal(conf.list[PAIRS].value[3].lo, 3);
	assert_int_equal(conf.list[PAIRS].line[1], 7);
	assert_int_equal(conf.list[ROUTES].count, 1);
	assert_int_equal(conf.list[ROUTES].value[0].hi, 0);
	assert_int_equal(conf.list[ROUTES].value[1].lo, 0x0a0000fe);
	conf_free(&conf);
}

static void
many_records_fit(void **state)
{
	static const char record[] = "[routes]\nto = 10.0.0.0/8\nvia = 10.0.0.1\n";
	const size_t n = 5000;
	char *const text = malloc(n * (sizeof record - 1) + 1);
	struct conf conf;

	(void)state;
	for (size_t i = 0; i < n; i++)
		memcpy(text + i * (sizeof record - 1), record, sizeof record);
	accept(text, &conf);
	assert_int_equal(conf.list[ROUTES].count, n);
	assert_int_equal(conf.list[ROUTES].line[n - 1], 3 * (n - 1) + 1);
	assert_int_equal(conf.list[ROUTES].value[2 * n - 1].lo, 0x0a000001);
	conf_free(&conf);
	free(text);
}

static void
each_mistake_is_named(void **state)
{
	(void)state;
	refuse("capacty = 5", "t.conf:1: there is no option \"capacty\"; did you mean \"capacity\"?");
	refuse("zzz = 5", "t.conf:1: there is no option \"zzz\"; there are: capacity, lifetime, address,");
	refuse("\n\ncapacity = 0", "t.conf:3: capacity: 0 is out of range; allowed is a whole number from 1 to 16777216");
	refuse("capacity = -5", "t.conf:1: capacity: \"-5\" is not a whole number from 1 to 16777216");
	refuse("capacity = 5k", "t.conf:1: capacity: \"5k\" is not a whole number");
	refuse("capacity = 5_", "t.conf:1: capacity: \"5_\" is not a whole number");
	refuse("capacity = 99999999999999999999", "t.conf:1: capacity: \"99999999999999999999\" is not a whole number");
	refuse("capacity =", "t.conf:1: \"capacity\" has no value");
	refuse("capacity", "t.conf:1: expected \"name = value\", \"[section]\" or a # comment");
	refuse("= 5", "t.conf:1: expected \"name = value\"");
	refuse("capacity = 5\ncapacity = 6", "t.conf:2: \"capacity\" is set twice, first on line 1; remove one");
	refuse("lifetime = 300", "t.conf:1: lifetime: \"300\" is not a duration (ns, us, ms, s, m, h or d, as in 300s)");
	refuse("lifetime = 8d", "t.conf:1: lifetime: 8d is out of range; allowed is a duration (ns, us, ms, s, m, h or "
		"d, as in 300s) from 1s to 7d");
	refuse("lifetime = 999999999999d", "t.conf:1: lifetime: \"999999999999d\" is not a duration");
	refuse("address = 10.0.0.256", "t.conf:1: address: \"10.0.0.256\" is not an IPv4 address");
	refuse("network = 10.0.0.1/8", "t.conf:1: network: it has bits set beyond the prefix length; write 10.0.0.0/8");
	refuse("network = 10.0.0.0/33", "t.conf:1: network: \"10.0.0.0/33\" is not an IPv4 prefix");
	refuse("network = 10.0.0.0", "t.conf:1: network: \"10.0.0.0\" is not an IPv4 prefix such as 10.0.0.0/8");
	refuse("address6 = 10.0.0.1", "t.conf:1: address6: \"10.0.0.1\" is not an IPv6 address");
	refuse("mac = 02:00:00:00:00", "t.conf:1: mac: \"02:00:00:00:00\" is not a MAC address");
	refuse("mac = 02:00:00:00:00:001", "t.conf:1: mac: \"02:00:00:00:00:001\" is not a MAC address");
	refuse("outside = 4", "t.conf:1: outside: 4 is out of range; allowed is a port number from 0 to 3");
	refuse("other = maybe", "t.conf:1: other: \"maybe\" is not drop, pass or log");
}

static void
each_mistake_in_a_list_is_named(void **state)
{
	(void)state;
	refuse("[pair]", "t.conf:1: there is no list \"pair\"; did you mean \"pairs\"?");
	refuse("[capacity]", "t.conf:1: \"capacity\" is not a list; write \"capacity = …\" before the first section");
	refuse("pairs = 1", "t.conf:1: \"pairs\" is a list; write a section [pairs] for each record");
	refuse("[pairs", "t.conf:1: a section is written [name], alone on its line");
	refuse("[pairs] inside = 0", "t.conf:1: a section is written [name], alone on its line");
	refuse("[pairs]\ninside = 0\n", "t.conf:1: this record of [pairs] has no \"outside\"; add a line \"outside = …\"");
	refuse("[pairs]\ninside = 0\n\n[pairs]\n", "t.conf:1: this record of [pairs] has no \"outside\"");
	refuse("[pairs]\ninsid = 0\n", "t.conf:2: [pairs] has no field \"insid\"; did you mean \"inside\"?");
	refuse("[pairs]\ncapacity = 5\n", "t.conf:2: \"capacity\" does not belong in a [pairs] section; write it before");
	refuse("[pairs]\ninside = 0\ninside = 1\n", "t.conf:3: \"inside\" is set twice, first on line 2");
	refuse("[pairs]\ninside = 4\n", "t.conf:2: inside: 4 is out of range; allowed is a port number from 0 to 3");
	refuse("[pairs]\ninside=0\noutside=1\n[pairs]\ninside=2\noutside=3\n[pairs]\n",
		"t.conf:7: too many records of [pairs]: at most 2 are allowed");
}

static void
what_is_no_text_is_refused(void **state)
{
	char line[2000];

	(void)state;
	refuse_bytes("capacity = 5\n\0", 14, "t.conf:2: byte 1 of the line is 0x00, which has no place in a .conf file");
	refuse("\xef\xbb\xbf" "capacity = 5", "t.conf:1: byte 1 of the line is 0xef");
	refuse("capacity = 5 # \x1b[1m", "t.conf:1: byte 16 of the line is 0x1b");
	memset(line, 'x', sizeof line);
	line[sizeof line - 1] = '\0';
	refuse(line, "t.conf:1: the line is longer than 1024 bytes");
}

static void
a_default_that_cannot_be_is_refused(void **state)
{
	static const struct nf_option needs_port[] = {
		{ .name = "outside", .type = NF_PORT, .initial = { 1, 0 } }, { .name = NULL },
	};
	struct err err = { "" };
	struct conf conf;

	(void)state;
	assert_true(conf_defaults(needs_port, 2, &conf, &err));
	conf_free(&conf);
	assert_false(conf_defaults(needs_port, 1, &conf, &err));
	assert_non_null(strstr(err.text, "\"outside\" is not set and its default does not hold here"));
}

static void
files_are_read_whole(void **state)
{
	char path[] = "/tmp/conf_test_XXXXXX";
	const int file = mkstemp(path);
	struct err err = { "" };
	struct conf conf;

	(void)state;
	assert_int_equal(write(file, "capacity = 7\n", 13), 13);
	close(file);
	assert_true(conf_read(path, options, PORTS, &conf, &err));
	assert_int_equal(conf.value[CAPACITY].lo, 7);
	assert_string_equal(conf.path, path);
	conf_free(&conf);
	unlink(path);
	assert_false(conf_read(path, options, PORTS, &conf, &err));
	assert_non_null(strstr(err.text, "No such file or directory"));
	err.text[0] = '\0';
	assert_false(conf_read("/tmp", options, PORTS, &conf, &err));
	assert_string_equal(err.text, "/tmp: not a regular file");
}

static void
what_is_written_reads_back(void **state)
{
	static const struct { int option; const char *text; } cases[] = {
		{ CAPACITY, "65536" }, { LIFETIME, "124m" }, { LIFETIME, "1500ms" }, { ADDRESS, "10.1.2.3" },
		{ NETWORK, "10.0.0.0/8" }, { NETWORK, "0.0.0.0/0" }, { ADDRESS6, "2001:db8::1" }, { MAC, "02:00:00:00:00:01" },
		{ OUTSIDE, "3" }, { OTHER, "log" },
	};
	char reason[VALUE_REASON], written[64];
	struct nf_value value;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_true(value_read(&options[cases[i].option], PORTS, cases[i].text, &value, reason));
		assert_string_equal(value_write(&options[cases[i].option], &value, written, sizeof written), cases[i].text);
	}
}

/* Pieces that make deep mistakes likely, in random order and with random bytes between. Whatever the
 * text, it is either read, with every value in range, or refused with a line. */
static size_t
make_text(char *text, size_t size, uint32_t *seed)
{
	static const char *const pieces[] = {
		"[pairs]", "[routes]", "inside", "outside", " = ", "=", "\n", "\n", "\n", "0", "1", "3", "capacity", "lifetime",
		"5m", "10.0.0.0/8", "::1", "02:00:00:00:00:01", "#", "[", "]", "\r\n", "_", "4294967296", "via", "to", "other",
		"pass", "\t", "mac", "18446744073709551615d", "address6",
	};
	size_t used = 0;

	for (uint32_t n = *seed % 40; n > 0; n--) {
		*seed = *seed * 1664525u + 1013904223u;
		const char *const piece = pieces[(*seed >> 16) % (sizeof pieces / sizeof pieces[0])];
		if (used + strlen(piece) + 1 > size)
			break;
		memcpy(text + used, piece, strlen(piece));
		used += strlen(piece);
		if ((*seed >> 8) % 61 == 0)
			text[used++] = (char)(*seed >> 24);
	}
	return used;
}

static void
check_in_range(const struct conf *conf)
{
	char reason[VALUE_REASON];

	for (int i = 0; i < OPTIONS; i++)
		if (options[i].type != NF_LIST)
			assert_true(value_check(&options[i], PORTS, &conf->value[i], reason));
	for (size_t i = 0; i < 2 * conf->list[PAIRS].count; i++)
		assert_true(conf->list[PAIRS].value[i].lo < PORTS);
}

static void
no_text_crashes_it(void **state)
{
	uint32_t seed = 1, accepted = 0;
	char text[512];

	(void)state;
	for (int i = 0; i < 200000; i++) {
		struct err err = { "" };
		struct conf conf;
		const size_t size = make_text(text, sizeof text, &seed);
		seed += (uint32_t)i;
		if (conf_parse("t.conf", text, size, options, PORTS, &conf, &err)) {
			accepted++;
			check_in_range(&conf);
			conf_free(&conf);
		} else {
			assert_int_equal(strncmp(err.text, "t.conf:", 7), 0);
			assert_true(err.text[7] >= '1' && err.text[7] <= '9');
		}
	}
	assert_true(accepted > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_all_defaults), cmocka_unit_test(every_type_is_read),
		cmocka_unit_test(every_duration_unit_is_read), cmocka_unit_test(sections_are_records),
		cmocka_unit_test(many_records_fit), cmocka_unit_test(each_mistake_is_named),
		cmocka_unit_test(each_mistake_in_a_list_is_named), cmocka_unit_test(what_is_no_text_is_refused),
		cmocka_unit_test(a_default_that_cannot_be_is_refused), cmocka_unit_test(files_are_read_whole),
		cmocka_unit_test(what_is_written_reads_back), cmocka_unit_test(no_text_crashes_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
