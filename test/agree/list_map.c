/* SPDX-License-Identifier: BSD-3-Clause */
/* A list map and its model, after every sequence of records. */
#include "libvig/list_map.h"

#include "nf/nf.h"
#include "test/agree/agree.h"
#include "test/agree/lists.h"

extern __typeof__(list_map_new) model_list_map_new;
extern __typeof__(list_map_find) model_list_map_find;

/* The model's map is now what the list names. */
void agree_list_begin(struct list_map *model);

AGREE_EXPORT struct agree_list agree_list;
AGREE_EXPORT uint64_t agree_ports;

#define STATION(FIELD) FIELD(mac, address) FIELD(be16, vlan)
#define PLACE(FIELD) FIELD(u16, port) FIELD(be32, next)
RECORD(station, STATION)
RECORD(place, PLACE)

#define FIELDS 4u
static const struct nf_option fields[] = {
	{ .name = "address", .type = NF_MAC, .max = (UINT64_C(1) << 48) - 1 },
	{ .name = "vlan", .type = NF_INTEGER, .min = 1, .max = 4094 },
	{ .name = "port", .type = NF_PORT, .max = NF_MAX_PORTS - 1 },
	{ .name = "next", .type = NF_IPV4, .max = UINT32_MAX },
	{ .name = NULL },
};
AGREE_EXPORT extern const struct nf_option nf_options[];
const struct nf_option nf_options[] = {
	{ .name = "map", .type = NF_LIST, .fields = fields, .max_count = 4 },
	{ .name = NULL },
};

static struct list_map *real, *model;

/* The words of the key of record i, or of numbers that may be any. */
static void
key_words(uint64_t word[1], uint64_t address, uint64_t vlan)
{
	word[0] = __builtin_bswap64(address) >> 16 | (uint64_t)__builtin_bswap16((uint16_t)vlan) << 48;
}

/* A key that is in a record, or another. A number of the key's is within its range iff it is in a record's. */
static const uint64_t *
key_any(void)
{
	const uint64_t which = agree_pick(agree_list.records + 1);
	static uint64_t key[1];

	agree_note('k', which);
	if (which < agree_list.records) {
		key_words(key, agree_list.number[which][0], agree_list.number[which][1]);
		return key;
	}
	key[0] = agree_any();
	for (uint64_t i = 0; i < agree_list.records; i++) {
		uint64_t listed[1];

		key_words(listed, agree_list.number[i][0], agree_list.number[i][1]);
		agree_assume_other(key, listed, 1);
	}
	return key;
}

/* Numbers within the option's ranges, for the runtime passes no others. Of a key that was listed, or another. */
static uint64_t
numbers_any(uint64_t *number)
{
	const uint64_t which = agree_pick(agree_list.records + 1);

	agree_note('n', which);
	number[2] = agree_pick(agree_ports);
	number[3] = agree_any_in(0, UINT32_MAX);
	if (which < agree_list.records) {
		number[0] = agree_list.number[which][0];
		number[1] = agree_list.number[which][1];
		return which;
	}
	number[0] = agree_any_in(0, (UINT64_C(1) << 48) - 1);
	number[1] = agree_any_in(1, 4094);
	for (uint64_t i = 0; i < agree_list.records; i++)
		agree_assume_other(number, agree_list.number[i], 2);
	return which;
}

static void
bind(struct vig *vig)
{
	uint64_t *number = agree_list.number[agree_list.records];
	const bool takes = numbers_any(number) == agree_list.records && agree_list.records < AGREE_CAPACITY;
	const uint64_t field[FIELDS][2] = { { number[0], 0 }, { number[1], 0 }, { number[2], 0 }, { number[3], 0 } };
	const bool taken = vig_bind(vig, "map", field, FIELDS, agree_ports) == NULL;

	agree_check(taken == takes, "whether a record is taken");
	if (taken)
		agree_list.records++;
}

static void
find(void)
{
	const uint64_t *key = key_any();
	uint64_t a[1] = { 0 }, b[1] = { 0 };

	agree_answer = list_map_find(real, key, a);
	agree_bits = 8;
	model_list_map_find(model, key, b);
	agree_check(a[0] == b[0], "the value that is answered");
}

void
agree_main(void)
{
	struct vig *vig = agree_real_vig();

	(void)station_words, (void)place_words;
	real = list_map_new(vig, "map", station_record(), place_record(), AGREE_CAPACITY);
	agree_check(real != NULL, "there is memory");
	agree_bits = AGREE_POINTER;
	model = model_list_map_new(agree_model_vig(), "map", station_record(), place_record(), AGREE_CAPACITY);
	agree_list.fields = FIELDS;
	agree_ports = 2;
	for (unsigned i = 1; i < AGREE_CALLS && agree_pick(2) == 1; i++) {
		bind(vig);
		agree_apart();
	}
	agree_list_begin(model);
	find();
	find();
}
