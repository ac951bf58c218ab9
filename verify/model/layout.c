/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Record descriptors (libvig/record.h), read out of the program's constants. */
#include <stddef.h>

#include "libvig/record.h"
#include "verify/model/inside.h"

_Static_assert(sizeof(struct record_field) == 24 && sizeof(struct record_type) == 32,
	"a record descriptor is no longer laid out as it is read here");

bool
model_constant_at(struct model_call *c, term address, unsigned size, uint64_t *value)
{
	term loaded, fixed;

	if (!model_load(c, address, size, &loaded))
		return false;
	fixed = path_fixed(&c->s->path, loaded);
	if (fixed == NULL) {
		model_refuse(c, "record descriptors, shift and the number of classes must be constants");
		return false;
	}
	*value = fixed->value;
	return true;
}

term
model_at(const struct model_call *c, term address, uint64_t offset)
{
	return term_add(c->x->terms, address, term_const(c->x->terms, 64, offset));
}

static bool
read_field(struct model_call *c, term address, struct layout_field *field)
{
	uint64_t pointer, offset, size, order;

	if (!model_constant_at(c, address, 8, &pointer) ||
		!model_constant_at(c, model_at(c, address, offsetof(struct record_field, offset)), 4, &offset) ||
		!model_constant_at(c, model_at(c, address, offsetof(struct record_field, size)), 4, &size) ||
		!model_constant_at(c, model_at(c, address, offsetof(struct record_field, order)), 4, &order))
		return false;
	field->offset = (unsigned)offset;
	field->size = (unsigned)size;
	field->network_order = order == RECORD_NETWORK;
	return model_string(c, term_const(c->x->terms, 64, pointer), &field->name);
}

/* Reads a record descriptor out of the program's constants. */
bool
model_read_layout(struct model_call *c, term address, unsigned words, struct layout *layout)
{
	uint64_t name, size, fields, first;

	if (!model_constant_at(c, address, 8, &name) || !model_constant_at(c, model_at(c, address, 8), 8, &size) ||
		!model_constant_at(c, model_at(c, address, 16), 8, &fields) || !model_constant_at(c, model_at(c, address, 24), 8, &first))
		return false;
	if (fields > TABLE_FIELDS || size > 8 * words) {
		model_refuse(c, "a record has more than 16 fields, or does not fit the table's words");
		return false;
	}
	layout->size = (unsigned)size;
	layout->fields = (unsigned)fields;
	for (unsigned i = 0; i < fields; i++) {
		struct layout_field *field = &layout->field[i];

		if (!read_field(c, term_const(c->x->terms, 64, first + i * sizeof(struct record_field)), field))
			return false;
		if (field->size > 16 || field->offset > size || field->size > size - field->offset) {
			model_refuse(c, "a record descriptor is inconsistent");
			return false;
		}
	}
	return model_string(c, term_const(c->x->terms, 64, name), &layout->name);
}
