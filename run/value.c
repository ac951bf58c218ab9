/* SPDX-License-Identifier: BSD-3-Clause */
#include "run/value.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SHOWN 48 /* how much of a wrong value is repeated in a message */

struct unit {
	const char *name;
	uint64_t ns;
};

static const struct unit units[] = {
	{ "d", 86400000000000u }, { "h", 3600000000000u }, { "m", 60000000000u }, { "s", 1000000000u },
	{ "ms", 1000000u }, { "us", 1000u }, { "ns", 1u },
};
#define UNITS (sizeof units / sizeof units[0])

/* Reads decimal digits, with underscores between them, and leaves text at what follows. */
static bool
read_number(const char **text, uint64_t *number)
{
	const char *at = *text;
	uint64_t n = 0;

	if (*at < '0' || *at > '9')
		return false;
	for (; (*at >= '0' && *at <= '9') || (*at == '_' && at[1] >= '0' && at[1] <= '9'); at++) {
		if (*at == '_')
			continue;
		if (__builtin_mul_overflow(n, 10u, &n) || __builtin_add_overflow(n, (uint64_t)(*at - '0'), &n))
			return false;
	}
	*text = at;
	*number = n;
	return true;
}

static bool
read_integer(const char *text, struct nf_value *value)
{
	return read_number(&text, &value->lo) && *text == '\0';
}

static bool
read_duration(const char *text, struct nf_value *value)
{
	uint64_t number;

	if (!read_number(&text, &number))
		return false;
	for (size_t i = 0; i < UNITS; i++)
		if (strcmp(text, units[i].name) == 0)
			return !__builtin_mul_overflow(number, units[i].ns, &value->lo);
	return false;
}

static bool
read_ipv4(const char *text, struct nf_value *value)
{
	struct in_addr address;

	if (inet_pton(AF_INET, text, &address) != 1)
		return false;
	value->lo = ntohl(address.s_addr);
	return true;
}

static bool
read_prefix(const char *text, struct nf_value *value)
{
	const char *const slash = strchr(text, '/');
	char address[INET_ADDRSTRLEN];

	if (slash == NULL || (size_t)(slash - text) >= sizeof address)
		return false;
	memcpy(address, text, (size_t)(slash - text));
	address[slash - text] = '\0';
	text = slash + 1;
	return read_ipv4(address, value) && read_number(&text, &value->hi) && *text == '\0' && value->hi <= 32;
}

static bool
read_ipv6(const char *text, struct nf_value *value)
{
	struct in6_addr address;

	if (inet_pton(AF_INET6, text, &address) != 1)
		return false;
	for (int i = 0; i < 8; i++) {
		value->hi = value->hi << 8 | address.s6_addr[i];
		value->lo = value->lo << 8 | address.s6_addr[i + 8];
	}
	return true;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Six pairs of hexadecimal digits with colons between them. */
static bool
read_mac(const char *text, struct nf_value *value)
{
	for (int i = 0; i < 17; i++) {
		if (i % 3 == 2) {
			if (text[i] != ':')
				return false;
			continue;
		}
		const int digit = hex_digit(text[i]);
		if (digit < 0)
			return false;
		value->lo = value->lo << 4 | (uint64_t)digit;
	}
	return text[17] == '\0';
}

static bool
read_word(const struct nf_option *option, const char *text, struct nf_value *value)
{
	for (uint64_t i = 0; i <= option->max; i++)
		if (strcmp(text, option->names[i]) == 0) {
			value->lo = i;
			return true;
		}
	return false;
}

static bool
read_by_type(const struct nf_option *option, const char *text, struct nf_value *value)
{
	switch (option->type) {
	case NF_INTEGER:
	case NF_PORT:
		return read_integer(text, value);
	case NF_DURATION:
		return read_duration(text, value);
	case NF_IPV4:
		return read_ipv4(text, value);
	case NF_IPV4_PREFIX:
		return read_prefix(text, value);
	case NF_IPV6:
		return read_ipv6(text, value);
	case NF_MAC:
		return read_mac(text, value);
	case NF_ENUM:
		return read_word(option, text, value);
	case NF_LIST:
		break;
	}
	return false;
}

/* The largest unit that divides it: 7 440 s is written 124m. */
static void
write_duration(uint64_t ns, char *buffer, size_t size)
{
	size_t i = 0;

	while (ns == 0 ? i < 3 : ns % units[i].ns != 0)
		i++;
	snprintf(buffer, size, "%" PRIu64 "%s", ns / units[i].ns, units[i].name);
}

static void
write_ipv4(uint64_t address, char *buffer, size_t size)
{
	snprintf(buffer, size, "%u.%u.%u.%u", (unsigned)(address >> 24 & 255), (unsigned)(address >> 16 & 255),
		(unsigned)(address >> 8 & 255), (unsigned)(address & 255));
}

static void
write_ipv6(const struct nf_value *value, char *buffer, size_t size)
{
	struct in6_addr address;

	for (int i = 0; i < 8; i++) {
		address.s6_addr[i] = (uint8_t)(value->hi >> (56 - 8 * i));
		address.s6_addr[i + 8] = (uint8_t)(value->lo >> (56 - 8 * i));
	}
	if (inet_ntop(AF_INET6, &address, buffer, (socklen_t)size) == NULL)
		buffer[0] = '\0';
}

static void
write_mac(uint64_t mac, char *buffer, size_t size)
{
	snprintf(buffer, size, "%02x:%02x:%02x:%02x:%02x:%02x", (unsigned)(mac >> 40 & 255),
		(unsigned)(mac >> 32 & 255), (unsigned)(mac >> 24 & 255), (unsigned)(mac >> 16 & 255),
		(unsigned)(mac >> 8 & 255), (unsigned)(mac & 255));
}

const char *
value_write(const struct nf_option *option, const struct nf_value *value, char *buffer, size_t size)
{
	char address[INET_ADDRSTRLEN];

	buffer[0] = '\0';
	switch (option->type) {
	case NF_INTEGER:
	case NF_PORT:
		snprintf(buffer, size, "%" PRIu64, value->lo);
		break;
	case NF_DURATION:
		write_duration(value->lo, buffer, size);
		break;
	case NF_IPV4:
		write_ipv4(value->lo, buffer, size);
		break;
	case NF_IPV4_PREFIX:
		write_ipv4(value->lo, address, sizeof address);
		snprintf(buffer, size, "%s/%" PRIu64, address, value->hi);
		break;
	case NF_IPV6:
		write_ipv6(value, buffer, size);
		break;
	case NF_MAC:
		write_mac(value->lo, buffer, size);
		break;
	case NF_ENUM:
		snprintf(buffer, size, "%s", value->lo <= option->max ? option->names[value->lo] : "?");
		break;
	case NF_LIST:
		break;
	}
	return buffer;
}

/* "a duration from 1s to 7d", for messages. */
static void
describe(const struct nf_option *option, uint64_t ports, char *buffer, size_t size)
{
	static const char *const kinds[] = {
		[NF_INTEGER] = "a whole number", [NF_DURATION] = "a duration (ns, us, ms, s, m, h or d, as in 300s)",
		[NF_IPV4] = "an IPv4 address", [NF_IPV4_PREFIX] = "an IPv4 prefix such as 10.0.0.0/8",
		[NF_IPV6] = "an IPv6 address", [NF_MAC] = "a MAC address such as 02:00:00:00:00:01",
	};
	const struct nf_value low = { option->min, 0 }, high = { option->max, 0 };
	char from[64], to[64];
	size_t used = 0;

	if (option->type == NF_PORT) {
		snprintf(buffer, size, "a port number from 0 to %" PRIu64, ports - 1);
		return;
	}
	if (option->type == NF_ENUM) {
		for (uint64_t i = 0; i <= option->max && used < size; i++)
			used += (size_t)snprintf(buffer + used, size - used, "%s%s",
				i == 0 ? "" : i == option->max ? " or " : ", ", option->names[i]);
		return;
	}
	if (option->type == NF_INTEGER || option->type == NF_DURATION || option->type == NF_IPV4)
		snprintf(buffer, size, "%s from %s to %s", kinds[option->type],
			value_write(option, &low, from, sizeof from), value_write(option, &high, to, sizeof to));
	else
		snprintf(buffer, size, "%s", kinds[option->type]);
}

static bool
has_host_bits(const struct nf_value *prefix)
{
	return prefix->hi < 32 && (prefix->lo & (UINT32_MAX >> prefix->hi)) != 0;
}

bool
value_check(const struct nf_option *option, uint64_t ports, const struct nf_value *value,
	char reason[VALUE_REASON])
{
	char shown[64], allowed[VALUE_REASON - 80];
	const bool in_range = option->type == NF_PORT ? value->lo < ports
		: value->lo >= option->min && value->lo <= option->max;

	if (option->type == NF_IPV4_PREFIX && has_host_bits(value)) {
		const struct nf_value whole = { value->lo & ~(uint64_t)(UINT32_MAX >> value->hi), value->hi };
		snprintf(reason, VALUE_REASON, "it has bits set beyond the prefix length; write %s",
			value_write(option, &whole, shown, sizeof shown));
		return false;
	}
	if (!in_range) {
		describe(option, ports, allowed, sizeof allowed);
		snprintf(reason, VALUE_REASON, "%s is out of range; allowed is %s",
			value_write(option, value, shown, sizeof shown), allowed);
	}
	return in_range;
}

bool
value_read(const struct nf_option *option, uint64_t ports, const char *text, struct nf_value *value,
	char reason[VALUE_REASON])
{
	char allowed[VALUE_REASON - 80];
	const bool cut = strlen(text) > SHOWN;

	*value = (struct nf_value){ 0, 0 };
	if (read_by_type(option, text, value))
		return value_check(option, ports, value, reason);
	describe(option, ports, allowed, sizeof allowed);
	snprintf(reason, VALUE_REASON, "\"%.*s%s\" is not %s", SHOWN, text, cut ? "…" : "", allowed);
	return false;
}
