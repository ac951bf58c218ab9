/* SPDX-License-Identifier: BSD-3-Clause */
/* nf/policer -- no subscriber gets more than so many bytes a second, and a stated burst.
 *
 * Transparent: ports come in pairs, what passes leaves by the partner as it came. One direction is policed,
 * with a token bucket for each subscriber (RFC 2697, colour-blind, without excess burst): what the bucket pays for
 * passes, what it does not is dropped. README.md says what is done where the RFC leaves a choice. */
#include "libvig/port_pairs.h"
#include "libvig/token_bucket.h"
#include "libvig/vig.h"
#include "nf/nf.h"
#include "subscribers.h"

enum option {
	OPTION_RATE,
	OPTION_BURST,
	OPTION_POLICED,
	OPTION_PREFIX4,
	OPTION_PREFIX6,
	OPTION_CAPACITY4,
	OPTION_CAPACITY6,
	OPTION_FORGET,
	OPTION_FULL,
};

#define SECOND UINT64_C(1000000000)
#define INTEGER(label, text, least, most, standard) \
	{ .name = label, .help = text, .type = NF_INTEGER, .min = least, .max = most, .initial = { .lo = standard } }
#define WORD(label, text, words) \
	{ .name = label, .help = text, .type = NF_ENUM, .min = 0, .max = 1, .initial = { .lo = 0 }, .names = words }
#define PORT(label, text) \
	{ .name = label, .help = text, .type = NF_PORT, .min = 0, .max = NF_MAX_PORTS - 1 }

static const char *const directions[] = { "downstream", "upstream" };
static const char *const full_names[] = { "drop", "pass" };

static const struct nf_option pair_fields[] = {
	PORT("inside", "Port towards the subscribers."),
	PORT("outside", "Port towards everybody else."),
	{ .name = NULL },
};

const struct nf_option nf_options[] = {
	INTEGER("rate", "Bytes a second that each subscriber gets.", 1, TOKEN_BUCKET_MAX_RATE, 1250000),
	INTEGER("burst", "Bytes that a subscriber who was silent gets at once.", 1, TOKEN_BUCKET_MAX_BURST, 125000),
	WORD("policed", "Which direction is policed: downstream, towards the subscribers, or upstream.", directions),
	INTEGER("prefix4", "First bits of an IPv4 address that make a subscriber.", 0, 32, 32),
	INTEGER("prefix6", "First bits of an IPv6 address that make a subscriber.", 0, 128, 64),
	INTEGER("capacity4", "Most IPv4 subscribers at a time.", 1, 1 << 24, 65536),
	INTEGER("capacity6", "Most IPv6 subscribers at a time.", 1, 1 << 24, 65536),
	{ .name = "forget", .help = "How long a silent subscriber is remembered: at least burst / rate.",
	  .type = NF_DURATION, .min = SECOND, .max = 604800 * SECOND, .initial = { .lo = 60 * SECOND } },
	WORD("full", "What to do with packets of subscribers for whom there is no room.", full_names),
	{ .name = "pairs", .help = "Which port serves which subscribers.", .type = NF_LIST,
	  .fields = pair_fields, .max_count = NF_MAX_PORTS / 2 },
	{ .name = NULL },
};

struct policer {
	struct token_rate rate;
	struct subscribers subscribers;
	struct port_pairs *pairs;
	uint64_t upstream;    /* option `policed` */
	uint64_t full_passes; /* option `full` */
};

/* Reads rate and burst. Whoever is forgotten gets a full bucket when next heard of, so nobody may be forgotten
 * before the bucket has filled by itself. Otherwise answers why not. */
static const char *
rate_of(const struct nf_value *option, struct token_rate *rate)
{
	if (!token_rate_make(rate, option[OPTION_RATE].lo, option[OPTION_BURST].lo))
		return "rate or burst is out of range";
	if (rate->fill > option[OPTION_FORGET].lo)
		return "forget is shorter than burst / rate, the time in which an empty bucket fills: raise forget, "
			"or lower burst";
	return NULL;
}

void *
nf_init(struct nf_env *env)
{
	const struct nf_value *option = env->option;
	const struct flow_table_times times = {
		.shift = SUBSCRIBERS_TICK, .classes = 1, .lifetime = { option[OPTION_FORGET].lo },
	};
	struct policer *policer = vig_alloc(env->vig, sizeof *policer);

	if (!policer) {
		env->error = "out of memory";
		return NULL;
	}
	env->error = rate_of(option, &policer->rate);
	if (env->error)
		return NULL;
	policer->subscribers.four = subscribers4_new(env->vig, "subscribers4", option[OPTION_CAPACITY4].lo, &times);
	policer->subscribers.six = subscribers6_new(env->vig, "subscribers6", option[OPTION_CAPACITY6].lo, &times);
	policer->pairs = port_pairs_new(env->vig, "pairs");
	if (!policer->subscribers.four || !policer->subscribers.six || !policer->pairs) {
		env->error = "out of memory: capacity4 or capacity6 is too large for this machine";
		return NULL;
	}
	subscribers_mask(&policer->subscribers, option[OPTION_PREFIX4].lo, option[OPTION_PREFIX6].lo);
	policer->upstream = option[OPTION_POLICED].lo;
	policer->full_passes = option[OPTION_FULL].lo;
	return policer;
}

/* What a frame carries. */
enum carried {
	CARRIES_BROKEN,   /* it says IP, or is shorter than its header, and is not whole */
	CARRIES_OTHER,    /* something else than IP */
	CARRIES_IPV4 = 4, /* a whole packet */
	CARRIES_IPV6 = 6,
};

/* RFC 1812 §5.2.2, but for the checksum, which is for whoever forwards the packet by its address. */
static bool
ipv4_whole(const uint8_t *data, uint64_t length)
{
	if (!ipv4_header_whole(data, ETHER_HEADER, length))
		return false;

	uint64_t size = ipv4_header_size(data, ETHER_HEADER), total = ipv4_total_length(data, ETHER_HEADER);

	return (total >= size) & (total <= length - ETHER_HEADER);
}

/* RFC 8200 §3 and §4: of extension headers, the first eight. */
static bool
ipv6_whole(const uint8_t *data, uint64_t length)
{
	uint64_t start = ETHER_HEADER + IPV6_HEADER;

	if (!ipv6_header_whole(data, ETHER_HEADER, length))
		return false;

	uint64_t end = start + ipv6_payload_length(data, ETHER_HEADER);

	if (end > length)
		return false;
	return ipv6_walk(data, data[ETHER_HEADER + IPV6_NEXT], start, end).stop != IPV6_BROKEN;
}

static enum carried
carried_by(const struct packet *packet)
{
	uint64_t type = ether_type(packet->data, packet->length);

	if (type == ETHER_IPV4)
		return ipv4_whole(packet->data, packet->length) ? CARRIES_IPV4 : CARRIES_BROKEN;
	if (type == ETHER_IPV6)
		return ipv6_whole(packet->data, packet->length) ? CARRIES_IPV6 : CARRIES_BROKEN;
	return type == ETHER_NONE ? CARRIES_BROKEN : CARRIES_OTHER;
}

/* Whether the subscriber's bucket pays for the packet. Who is new starts with a full one; what is left is kept either
 * way, so that the bucket's time and the entry's last use are the same. */
static bool
conforms(const struct policer *policer, const struct subscriber *who, const struct packet *packet, uint64_t now)
{
	struct token_bucket bucket;
	uint32_t slot;
	bool known = subscribers_find(&policer->subscribers, who, packet->hint, now, &bucket, &slot);

	if (!known)
		token_bucket_fill(&bucket, &policer->rate, now);

	bool paid = token_bucket_take(&bucket, &policer->rate, now, packet->length);

	if (known)
		subscribers_set(&policer->subscribers, who, slot, now, &bucket);
	else if (!subscribers_add(&policer->subscribers, who, packet->hint, now, &bucket))
		return policer->full_passes != 0;
	return paid;
}

static bool
passes(const struct policer *policer, const struct packet *packet, bool upstream, uint64_t now)
{
	enum carried carried = carried_by(packet);
	struct subscriber who;

	if (carried == CARRIES_BROKEN)
		return false;
	if (carried == CARRIES_OTHER || upstream != (policer->upstream != 0))
		return true;
	subscriber_of(&policer->subscribers, packet->data, carried, upstream, &who);
	return conforms(policer, &who, packet, now);
}

port_set
nf_process(void *state, struct packet *packet, uint64_t now)
{
	const struct policer *policer = state;
	struct port_pair pair;

	if (!port_pairs_find(policer->pairs, packet->port, &pair))
		return PORTS_NONE;

	bool upstream = packet->port == pair.inside;

	if (!passes(policer, packet, upstream, now))
		return PORTS_NONE;
	return port_only(upstream ? pair.outside : pair.inside);
}

/* Hashes the subscriber of a packet that will be policed; 0: it will not. */
static uint64_t
hint_hash(const struct policer *policer, const struct packet *packet)
{
	struct port_pair pair;
	struct subscriber who;

	if (!port_pairs_find(policer->pairs, packet->port, &pair))
		return 0;

	bool upstream = packet->port == pair.inside;
	enum carried carried = carried_by(packet);

	if (upstream != (policer->upstream != 0) || carried < CARRIES_IPV4)
		return 0;
	subscriber_of(&policer->subscribers, packet->data, carried, upstream, &who);
	return subscribers_hash(&policer->subscribers, &who);
}

/* Later stages know the table by the frame's type. */
uint64_t
nf_hint(const void *state, const struct packet *packet, uint32_t stage, uint64_t hint)
{
	const struct policer *policer = state;

	if (stage == 0)
		return hint_hash(policer, packet);
	if (hint == 0)
		return 0;

	uint64_t version = ether_type(packet->data, packet->length) == ETHER_IPV4 ? 4 : 6;

	return stage == 1 ? subscribers_match(&policer->subscribers, version, hint)
			  : subscribers_ready(&policer->subscribers, version, hint);
}
