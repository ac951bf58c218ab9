/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The backend that the Python package reads packets, tables and options from: the path under proof. Tables and lists
 * are tables.c's. */
#include <string.h>

#include "verify/spec/history.h"
#include "verify/state/pairs.h"

PyObject *
backend_fault(const char *text)
{
	PyErr_SetString(PyExc_ValueError, text);
	return NULL;
}

bool
backend_must(term condition)
{
	return path_must(spec_current->path, condition);
}

bool
backend_natural(term number, __int128 low, __int128 high)
{
	struct terms *const ts = spec_current->ts;

	return low >= 0 || (high <= INT64_MAX && backend_must(term_not(ts, term_slt(ts, number, term_const(ts, 64, 0)))));
}

static term
zero64(void)
{
	return term_const(spec_current->ts, 64, 0);
}

/* Version 2 is what the function left, and a property's version 1 is that too. */
static bool
is_done(long version)
{
	return version == 2 || (version == 1 && spec_current->property >= 0);
}

/* The packet of a version: where it starts and how long it is. */
static void
extent(long version, term *offset, term *length)
{
	const struct run *r = spec_current;

	*offset = version == 0 ? zero64() : is_done(version) ? r->input->sent_offset : r->offset;
	*length = version == 0 ? r->input->length : is_done(version) ? r->input->sent_length : r->length;
}

static PyObject *
b_length(PyObject *self, PyObject *args)
{
	term offset, length;
	long version;

	(void)self;
	if (!PyArg_ParseTuple(args, "l", &version))
		return NULL;
	extent(version, &offset, &length);
	return number_from(length);
}

static PyObject *
plain(term value)
{
	return number_from(value);
}

static PyObject *
b_port(PyObject *self, PyObject *args)
{
	(void)self, (void)args;
	return plain(spec_current->input->port);
}

static PyObject *
b_ports(PyObject *self, PyObject *args)
{
	(void)self, (void)args;
	return plain(spec_current->input->ports);
}

static PyObject *
b_now(PyObject *self, PyObject *args)
{
	(void)self, (void)args;
	return plain(spec_current->view != NULL ? spec_current->view : spec_current->input->now);
}

static PyObject *
b_sent_ports(PyObject *self, PyObject *args)
{
	(void)self, (void)args;
	return plain(spec_current->input->sent_ports);
}

/* Offset of byte `index` of a version, if n bytes from there are in the packet. */
static bool
place(long version, PyObject *index, long n, term *offset)
{
	struct terms *const ts = spec_current->ts;
	__int128 low, high;
	term start, length, at = number_term(index, &low, &high), inside;

	if (at == NULL)
		return false;
	if (n < 1 || n > 8) {
		backend_fault("1 to 8 bytes can be read or written at a time");
		return false;
	}
	extent(version, &start, &length);
	inside = term_ule(ts, term_add(ts, at, term_const(ts, 64, (uint64_t)n)), length);
	if ((low < 0 && !backend_must(term_not(ts, term_slt(ts, at, zero64())))) || high > (__int128)1 << 40 || !backend_must(inside)) {
		PyErr_Format(PyExc_IndexError, "%ld byte(s) are read or written that may lie beyond the end of the packet: "
			"check its length first", n);
		return false;
	}
	*offset = term_add(ts, start, at);
	return true;
}

static PyObject *
b_word(PyObject *self, PyObject *args)
{
	const struct run *r = spec_current;
	struct memory none = { { NULL } };
	long version, n;
	PyObject *index;
	term offset, value;

	(void)self;
	if (!PyArg_ParseTuple(args, "lOl", &version, &index, &n) || !place(version, index, n, &offset))
		return NULL;
	value = memory_read(r->input->space, version == 0 ? &none : is_done(version) ? &r->input->end->memory : &r->s->memory,
		r->path, r->input->packet, offset, (unsigned)n);
	return value == NULL ? backend_fault("the packet cannot be read there") : number_from(term_bswap(r->ts, value));
}

static PyObject *
b_write(PyObject *self, PyObject *args)
{
	struct run *r = spec_current;
	__int128 low, high;
	PyObject *index, *number;
	term offset, value;
	long n;

	(void)self;
	if (!PyArg_ParseTuple(args, "OlO", &index, &n, &number) || !place(1, index, n, &offset))
		return NULL;
	value = number_term(number, &low, &high);
	if (value == NULL)
		return NULL;
	if ((low < 0 && !backend_must(term_not(r->ts, term_slt(r->ts, value, zero64())))) || (n < 8 && high >> (8 * n) != 0 &&
		!backend_must(term_ult(r->ts, value, term_const(r->ts, 64, (uint64_t)1 << (8 * n))))))
		return backend_fault("the number may not fit the bytes that it is written to");
	memory_write(r->input->space, &r->s->memory, r->input->packet, offset,
		term_bswap(r->ts, term_extract(r->ts, value, 0, (unsigned)n * 8)));
	Py_RETURN_NONE;
}

static PyObject *
resize(PyObject *args, int front, int by)
{
	struct run *r = spec_current;
	__int128 low, high;
	PyObject *size;
	term n;

	if (!PyArg_ParseTuple(args, "O", &size))
		return NULL;
	n = number_term(size, &low, &high);
	if (n == NULL)
		return NULL;
	if (!backend_natural(n, low, high) ||
		(high > 65536 && !backend_must(term_ule(r->ts, n, term_const(r->ts, 64, 65536)))))
		return backend_fault("a packet is resized by a number of bytes from 0 to 65536");
	if (by < 0 && !backend_must(term_ule(r->ts, n, r->length)))
		return backend_fault("more bytes may be trimmed than the packet has");
	r->length = by > 0 ? term_add(r->ts, r->length, n) : term_sub(r->ts, r->length, n);
	if (front)
		r->offset = by > 0 ? term_sub(r->ts, r->offset, n) : term_add(r->ts, r->offset, n);
	Py_RETURN_NONE;
}

static PyObject *
b_grow_front(PyObject *self, PyObject *args)
{
	(void)self;
	return resize(args, 1, 1);
}

static PyObject *
b_grow_back(PyObject *self, PyObject *args)
{
	(void)self;
	return resize(args, 0, 1);
}

static PyObject *
b_trim_front(PyObject *self, PyObject *args)
{
	(void)self;
	return resize(args, 1, -1);
}

static PyObject *
b_trim_back(PyObject *self, PyObject *args)
{
	(void)self;
	return resize(args, 0, -1);
}

/* Every byte that was written is what it was, and nothing moved. */
static PyObject *
b_unchanged(PyObject *self, PyObject *args)
{
	const struct run *r = spec_current;
	struct terms *const ts = r->ts;
	const struct spec_input *in = r->input;
	term same = term_and(ts, term_eq(ts, in->sent_length, in->length), term_eq(ts, in->sent_offset, zero64()));

	(void)self, (void)args;
	for (const struct write *w = in->end->memory.newest[in->packet]; w != NULL; w = w->before)
		for (unsigned i = 0; i < w->value->width / 8u; i++) {
			const term offset = term_add(ts, w->offset, term_const(ts, 64, i));
			const term now = memory_read(in->space, &in->end->memory, r->path, in->packet, offset, 1);

			if (now == NULL)
				return backend_fault("the packet cannot be compared");
			same = term_and(ts, same, term_eq(ts, now, term_app(ts, in->byte, &offset)));
		}
	return truth_new(same);
}

static PyObject *
b_select(PyObject *self, PyObject *args)
{
	struct terms *const ts = spec_current->ts;
	PyObject *condition, *x, *y;
	__int128 x_low, x_high, y_low, y_high;
	term c, a, b;

	(void)self;
	if (!PyArg_ParseTuple(args, "OOO", &condition, &x, &y))
		return NULL;
	c = truth_term(condition);
	if (c == NULL)
		return NULL;
	if (is_truth(x) && is_truth(y))
		return truth_new(term_ite(ts, c, truth_term(x), truth_term(y)));
	a = number_term(x, &x_low, &x_high);
	b = a == NULL ? NULL : number_term(y, &y_low, &y_high);
	if (b == NULL)
		return NULL;
	return number_new(term_ite(ts, c, a, b), x_low < y_low ? x_low : y_low, x_high > y_high ? x_high : y_high);
}

static PyObject *
b_merge(PyObject *self, PyObject *args)
{
	PyObject *function, *arguments;

	(void)self;
	if (!PyArg_ParseTuple(args, "OO!", &function, &PyTuple_Type, &arguments))
		return NULL;
	return merge_call(function, arguments);
}

/* That an invariant is kept is no reason to believe that a property says something: its own asserts are. */
static PyObject *
b_asserted(PyObject *self, PyObject *args)
{
	(void)self, (void)args;
	spec_current->asserts += spec_current->part == 0 && spec_current->gathers == 0;
	Py_RETURN_NONE;
}

static PyObject *
b_option(PyObject *self, PyObject *args)
{
	const struct spec_input *in = spec_current->input;
	const char *name;

	(void)self;
	if (!PyArg_ParseTuple(args, "s", &name))
		return NULL;
	for (unsigned i = 0; i < in->options; i++) {
		const struct spec_value *v = &in->option[i];

		if (strcmp(v->name, name) != 0)
			continue;
		if (v->shape == SPEC_NUMBER)
			return number_from(v->lo);
		return Py_BuildValue("NN", number_from(v->shape == SPEC_PAIR_HI_LO ? v->hi : v->lo),
			number_from(v->shape == SPEC_PAIR_HI_LO ? v->lo : v->hi));
	}
	return backend_fault("the network function has no option of this name");
}

static PyObject *
b_pair(PyObject *self, PyObject *args)
{
	struct run *r = spec_current;
	__int128 low, high;
	PyObject *number;
	const char *name;
	struct pair p;
	term port;

	(void)self;
	if (!PyArg_ParseTuple(args, "sO", &name, &number))
		return NULL;
	port = number_term(number, &low, &high);
	if (port == NULL)
		return NULL;
	for (unsigned i = 0; i < r->s->objects; i++)
		if (r->s->object[i].kind == OBJECT_PAIRS && strcmp(r->s->object[i].pairs->name, name) == 0) {
			p = pairs_look(r->s, i, port, r->input->ports);
			return Py_BuildValue("NNN", truth_new(p.found), number_from(p.inside), number_from(p.outside));
		}
	return backend_fault("the network function has no port pairs of this name");
}

static PyMethodDef backend_methods[] = {
	{ "length", b_length, METH_VARARGS, NULL }, { "port", b_port, METH_NOARGS, NULL },
	{ "ports", b_ports, METH_NOARGS, NULL }, { "now", b_now, METH_NOARGS, NULL },
	{ "sent_ports", b_sent_ports, METH_NOARGS, NULL }, { "word", b_word, METH_VARARGS, NULL },
	{ "write", b_write, METH_VARARGS, NULL }, { "grow_front", b_grow_front, METH_VARARGS, NULL },
	{ "grow_back", b_grow_back, METH_VARARGS, NULL }, { "trim_front", b_trim_front, METH_VARARGS, NULL },
	{ "trim_back", b_trim_back, METH_VARARGS, NULL }, { "unchanged", b_unchanged, METH_NOARGS, NULL },
	{ "select", b_select, METH_VARARGS, NULL }, { "merge", b_merge, METH_VARARGS, NULL },
	{ "asserted", b_asserted, METH_VARARGS, NULL }, { "option", b_option, METH_VARARGS, NULL },
	{ "pair", b_pair, METH_VARARGS, NULL }, { "find", backend_find, METH_VARARGS, NULL },
	{ "slot", backend_slot, METH_VARARGS, NULL }, { "at", backend_at, METH_VARARGS, NULL },
	{ "insert", backend_insert, METH_VARARGS, NULL }, { "put", backend_put, METH_VARARGS, NULL },
	{ "touch", backend_touch, METH_VARARGS, NULL }, { "erase", backend_erase, METH_VARARGS, NULL },
	{ "listed", backend_listed, METH_VARARGS, NULL },
	{ "longest", backend_longest, METH_VARARGS, NULL }, { "route", backend_route, METH_VARARGS, NULL },
	{ "pick", backend_pick, METH_VARARGS, NULL }, { "maglev_hash", backend_maglev_hash, METH_VARARGS, NULL },
	{ "token_level", backend_token_level, METH_VARARGS, NULL },
	{ "log_find", backend_log_find, METH_VARARGS, NULL }, { "log_put", backend_log_put, METH_VARARGS, NULL },
	{ "unknown", backend_unknown, METH_VARARGS, NULL }, { "assume", backend_assume, METH_VARARGS, NULL },
	{ "condition", backend_condition, METH_VARARGS, NULL }, { "surely", backend_surely, METH_VARARGS, NULL },
	{ "looked", backend_looked, METH_VARARGS, NULL }, { "arbitrary", backend_arbitrary, METH_VARARGS, NULL },
	{ "look_later", backend_look_later, METH_VARARGS, NULL }, { "once", backend_once, METH_VARARGS, NULL },
	{ "count", backend_count, METH_VARARGS, NULL }, { "capacity", backend_capacity, METH_VARARGS, NULL },
	{ NULL, NULL, 0, NULL },
};

static PyTypeObject backend_type = {
	PyVarObject_HEAD_INIT(NULL, 0)
	.tp_name = "symbolic backend", .tp_basicsize = sizeof(PyObject), .tp_flags = Py_TPFLAGS_DEFAULT,
	.tp_methods = backend_methods,
};

PyObject *
backend_new(void)
{
	return PyType_Ready(&backend_type) == 0 ? PyObject_New(PyObject, &backend_type) : NULL;
}
