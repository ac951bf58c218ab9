/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Symbolic numbers and truth values as Python objects.
 *
 * A number stands for a mathematical integer, as in Python. Its bounds are carried along; an operation whose
 * result might not fit 64 bits raises, so what the term computes modulo 2^64 is the integer itself. */
#include "verify/spec/inside.h"

struct number {
	PyObject_HEAD
	term bits;
	__int128 low, high;
};

struct condition {
	PyObject_HEAD
	term bit;
};

#define MOST_UNSIGNED ((__int128)UINT64_MAX)
#define MOST_SIGNED ((__int128)INT64_MAX)
#define LEAST_SIGNED ((__int128)INT64_MIN)

static bool
fits(__int128 low, __int128 high)
{
	return (low >= 0 && high <= MOST_UNSIGNED) || (low >= LEAST_SIGNED && high <= MOST_SIGNED);
}

PyObject *
number_new(term bits, __int128 low, __int128 high)
{
	struct number *n;

	if (low == high && fits(low, high))
		return low >= 0 ? PyLong_FromUnsignedLongLong((uint64_t)low) : PyLong_FromLongLong((int64_t)low);
	if (!fits(low, high)) {
		PyErr_SetString(PyExc_OverflowError, "this number may not fit 64 bits");
		return NULL;
	}
	n = PyObject_New(struct number, &number_type);
	if (n != NULL) {
		n->bits = bits;
		n->low = low;
		n->high = high;
	}
	return (PyObject *)n;
}

PyObject *
number_from(term bits)
{
	return number_new(term_zext(spec_current->ts, bits, 64), bits->low, bits->high);
}

PyObject *
truth_new(term bit)
{
	struct condition *t;

	if (term_is_const(bit))
		return PyBool_FromLong((long)bit->value);
	t = PyObject_New(struct condition, &truth_type);
	if (t != NULL)
		t->bit = bit;
	return (PyObject *)t;
}

bool
is_truth(PyObject *object)
{
	return PyBool_Check(object) || Py_IS_TYPE(object, &truth_type);
}

static term
int_term(PyObject *object, __int128 *low, __int128 *high)
{
	int overflow;
	const long long value = PyLong_AsLongLongAndOverflow(object, &overflow);
	uint64_t bits = (uint64_t)value;

	*low = *high = value;
	if (overflow > 0) {
		bits = PyLong_AsUnsignedLongLong(object);
		if (PyErr_Occurred() != NULL)
			return NULL;
		*low = *high = (__int128)bits;
	} else if (overflow < 0) {
		PyErr_SetString(PyExc_OverflowError, "a number does not fit 64 bits");
		return NULL;
	}
	return term_const(spec_current->ts, 64, bits);
}

term
number_term(PyObject *object, __int128 *low, __int128 *high)
{
	if (Py_IS_TYPE(object, &number_type)) {
		const struct number *n = (const struct number *)object;

		*low = n->low;
		*high = n->high;
		return n->bits;
	}
	if (PyLong_Check(object))
		return int_term(object, low, high);
	if (Py_IS_TYPE(object, &truth_type)) {
		*low = 0;
		*high = 1;
		return term_zext(spec_current->ts, ((const struct condition *)object)->bit, 64);
	}
	PyErr_Format(PyExc_TypeError, "a number is needed here, not %s", Py_TYPE(object)->tp_name);
	return NULL;
}

term
truth_term(PyObject *object)
{
	if (Py_IS_TYPE(object, &truth_type))
		return ((const struct condition *)object)->bit;
	if (PyBool_Check(object))
		return term_bool(spec_current->ts, object == Py_True);
	PyErr_Format(PyExc_TypeError, "a condition is needed here, not %s", Py_TYPE(object)->tp_name);
	return NULL;
}

/* Both operands of an operator, or "not implemented" where one is neither number nor condition. */
struct operands {
	term a, b;
	__int128 a_low, a_high, b_low, b_high;
};

static bool
is_numeric(PyObject *o)
{
	return PyLong_Check(o) || Py_IS_TYPE(o, &number_type) || Py_IS_TYPE(o, &truth_type);
}

static bool
take(PyObject *x, PyObject *y, struct operands *o)
{
	o->a = number_term(x, &o->a_low, &o->a_high);
	if (o->a == NULL)
		return false;
	o->b = number_term(y, &o->b_low, &o->b_high);
	return o->b != NULL;
}

#define TAKE(x, y, o) \
	if (!is_numeric(x) || !is_numeric(y)) \
		Py_RETURN_NOTIMPLEMENTED; \
	if (!take(x, y, &o)) \
		return NULL;

static PyObject *
number_add(PyObject *x, PyObject *y)
{
	struct operands o;
	__int128 high;

	TAKE(x, y, o)
	high = o.a_high + o.b_high;
	if (!fits(o.a_low + o.b_low, high) && o.a_low >= 0 && o.b_low >= 0 &&
		backend_must(term_ule(spec_current->ts, o.a, term_not(spec_current->ts, o.b)))) /* no carry */
		high = MOST_UNSIGNED;
	return number_new(term_add(spec_current->ts, o.a, o.b), o.a_low + o.b_low, high);
}

static PyObject *
number_subtract(PyObject *x, PyObject *y)
{
	struct operands o;
	__int128 low;

	TAKE(x, y, o)
	low = o.a_low - o.b_high;
	/* bounds that are no help: what the path knows may be */
	if (!fits(low, o.a_high - o.b_low) && o.a_low >= 0 && o.b_low >= 0 &&
		backend_must(term_ule(spec_current->ts, o.b, o.a)))
		low = 0;
	return number_new(term_sub(spec_current->ts, o.a, o.b), low, o.a_high - o.b_low);
}

static PyObject *
number_multiply(PyObject *x, PyObject *y)
{
	struct operands o;
	__int128 product[4], low, high;

	TAKE(x, y, o)
	for (int i = 0; i < 4; i++)
		if (__builtin_mul_overflow(i & 1 ? o.a_high : o.a_low, i & 2 ? o.b_high : o.b_low, &product[i])) {
			PyErr_SetString(PyExc_OverflowError, "this product may not fit 64 bits");
			return NULL;
		}
	low = high = product[0];
	for (int i = 1; i < 4; i++) {
		low = product[i] < low ? product[i] : low;
		high = product[i] > high ? product[i] : high;
	}
	return number_new(term_mul(spec_current->ts, o.a, o.b), low, high);
}

/* // and %: of numbers that are not negative, by a positive constant. */
static PyObject *
divide(PyObject *x, PyObject *y, bool remainder)
{
	struct operands o;

	TAKE(x, y, o)
	if (o.a_low < 0 || o.b_low != o.b_high || o.b_low <= 0) {
		PyErr_SetString(PyExc_ArithmeticError,
			"// and % need a number that cannot be negative, and a positive constant divisor");
		return NULL;
	}
	if (remainder)
		return number_new(term_arith(spec_current->ts, TERM_UREM, o.a, o.b), 0,
			o.a_high < o.b_low ? o.a_high : o.b_low - 1);
	return number_new(term_arith(spec_current->ts, TERM_UDIV, o.a, o.b), o.a_low / o.b_low, o.a_high / o.b_low);
}

static PyObject *
number_floor_divide(PyObject *x, PyObject *y)
{
	return divide(x, y, false);
}

static PyObject *
number_remainder(PyObject *x, PyObject *y)
{
	return divide(x, y, true);
}

/* Bounds that only the path knows are taken into the operands'. */
static bool
nonnegative(struct operands *o)
{
	if (backend_natural(o->a, o->a_low, o->a_high) && backend_natural(o->b, o->b_low, o->b_high)) {
		o->a_low = o->a_low < 0 ? 0 : o->a_low;
		o->b_low = o->b_low < 0 ? 0 : o->b_low;
		return true;
	}
	PyErr_SetString(PyExc_ArithmeticError, "&, |, ^, << and >> need numbers that cannot be negative");
	return false;
}

static __int128
filled(__int128 high)
{
	__int128 mask = 0;

	while (mask < high)
		mask = mask * 2 + 1;
	return mask;
}

static PyObject *
number_bits(PyObject *x, PyObject *y, enum term_op op)
{
	struct terms *const ts = spec_current->ts;
	struct operands o;
	term bits;

	if (is_truth(x) && is_truth(y)) {
		const term a = truth_term(x), b = truth_term(y);

		return truth_new(op == TERM_AND ? term_and(ts, a, b) : op == TERM_OR ? term_or(ts, a, b)
									     : term_xor(ts, a, b));
	}
	TAKE(x, y, o)
	if (!nonnegative(&o))
		return NULL;
	bits = op == TERM_AND ? term_and(ts, o.a, o.b) : op == TERM_OR ? term_or(ts, o.a, o.b) : term_xor(ts, o.a, o.b);
	if (op == TERM_AND)
		return number_new(bits, 0, o.a_high < o.b_high ? o.a_high : o.b_high);
	return number_new(bits, 0, filled(o.a_high > o.b_high ? o.a_high : o.b_high));
}

static PyObject *
number_and(PyObject *x, PyObject *y)
{
	return number_bits(x, y, TERM_AND);
}

static PyObject *
number_or(PyObject *x, PyObject *y)
{
	return number_bits(x, y, TERM_OR);
}

static PyObject *
number_xor(PyObject *x, PyObject *y)
{
	return number_bits(x, y, TERM_XOR);
}

static PyObject *
number_lshift(PyObject *x, PyObject *y)
{
	struct operands o;

	TAKE(x, y, o)
	if (!nonnegative(&o))
		return NULL;
	if (o.b_high > 63 && backend_must(term_ult(spec_current->ts, o.b, term_const(spec_current->ts, 64, 64))))
		o.b_high = 63;
	if (o.b_high > 63) {
		PyErr_SetString(PyExc_OverflowError, "a shift may be by more than 63");
		return NULL;
	}
	return number_new(term_shift(spec_current->ts, TERM_SHL, o.a, o.b), o.a_low << (int)o.b_low,
		o.a_high << (int)o.b_high);
}

static PyObject *
number_rshift(PyObject *x, PyObject *y)
{
	struct operands o;

	TAKE(x, y, o)
	if (!nonnegative(&o))
		return NULL;
	return number_new(term_shift(spec_current->ts, TERM_LSHR, o.a, o.b),
		o.b_high > 63 ? 0 : o.a_low >> (int)o.b_high, o.b_low > 63 ? 0 : o.a_high >> (int)o.b_low);
}

static PyObject *
number_negative(PyObject *x)
{
	__int128 low, high;
	const term a = number_term(x, &low, &high);

	return a == NULL ? NULL : number_new(term_neg(spec_current->ts, a), -high, -low);
}

static int
number_bool(PyObject *x)
{
	const struct number *n = (const struct number *)x;

	return decide(term_ne(spec_current->ts, n->bits, term_const(spec_current->ts, 64, 0)));
}

static term
less(const struct operands *o, bool *known)
{
	*known = true;
	if (o->a_low >= 0 && o->b_low >= 0)
		return term_ult(spec_current->ts, o->a, o->b);
	if (o->a_high <= MOST_SIGNED && o->b_high <= MOST_SIGNED)
		return term_slt(spec_current->ts, o->a, o->b);
	*known = false;
	return NULL;
}

static PyObject *
compare_numbers(const struct operands *o, int op)
{
	struct terms *const ts = spec_current->ts;
	const struct operands swapped = { o->b, o->a, o->b_low, o->b_high, o->a_low, o->a_high };
	bool known;
	term bit = less(op == Py_GT || op == Py_LE ? &swapped : o, &known);

	if (!known) {
		PyErr_SetString(PyExc_OverflowError, "a possibly negative number is compared with one over 2^63");
		return NULL;
	}
	if (op == Py_EQ || op == Py_NE)
		bit = term_eq(ts, o->a, o->b);
	return truth_new(op == Py_NE || op == Py_LE || op == Py_GE ? term_not(ts, bit) : bit);
}

static PyObject *
value_compare(PyObject *x, PyObject *y, int op)
{
	struct operands o;

	if (is_truth(x) && is_truth(y) && (op == Py_EQ || op == Py_NE)) {
		const term same = term_eq(spec_current->ts, truth_term(x), truth_term(y));

		return truth_new(op == Py_EQ ? same : term_not(spec_current->ts, same));
	}
	TAKE(x, y, o)
	return compare_numbers(&o, op);
}

static int
truth_bool(PyObject *x)
{
	return decide(((const struct condition *)x)->bit);
}

static PyObject *
no_text(PyObject *x)
{
	(void)x;
	PyErr_SetString(PyExc_TypeError, "a symbolic value has no text: it stands for every value at once");
	return NULL;
}

static PyObject *
no_format(PyObject *x, PyObject *args)
{
	(void)args;
	return no_text(x);
}

static PyObject *
no_index(PyObject *x)
{
	(void)x;
	PyErr_SetString(PyExc_TypeError, "a symbolic value cannot be an index or a plain int: compare it instead");
	return NULL;
}

static PyMethodDef value_methods[] = {
	{ "__format__", no_format, METH_VARARGS, NULL },
	{ NULL, NULL, 0, NULL },
};

static PyNumberMethods number_as_number = {
	.nb_add = number_add, .nb_subtract = number_subtract, .nb_multiply = number_multiply,
	.nb_floor_divide = number_floor_divide, .nb_remainder = number_remainder, .nb_and = number_and,
	.nb_or = number_or, .nb_xor = number_xor, .nb_lshift = number_lshift, .nb_rshift = number_rshift,
	.nb_negative = number_negative, .nb_bool = number_bool, .nb_index = no_index, .nb_int = no_index,
};

static PyNumberMethods truth_as_number = {
	.nb_add = number_add, .nb_subtract = number_subtract, .nb_multiply = number_multiply, .nb_and = number_and,
	.nb_or = number_or, .nb_xor = number_xor, .nb_lshift = number_lshift, .nb_bool = truth_bool,
	.nb_index = no_index, .nb_int = no_index,
};

PyTypeObject number_type = {
	PyVarObject_HEAD_INIT(NULL, 0)
	.tp_name = "symbolic number", .tp_basicsize = sizeof(struct number), .tp_flags = Py_TPFLAGS_DEFAULT,
	.tp_as_number = &number_as_number, .tp_richcompare = value_compare, .tp_hash = PyObject_HashNotImplemented,
	.tp_str = no_text, .tp_repr = no_text, .tp_methods = value_methods,
};

PyTypeObject truth_type = {
	PyVarObject_HEAD_INIT(NULL, 0)
	.tp_name = "symbolic condition", .tp_basicsize = sizeof(struct condition), .tp_flags = Py_TPFLAGS_DEFAULT,
	.tp_as_number = &truth_as_number, .tp_richcompare = value_compare, .tp_hash = PyObject_HashNotImplemented,
	.tp_str = no_text, .tp_repr = no_text, .tp_methods = value_methods,
};

bool
values_ready(void)
{
	return PyType_Ready(&number_type) == 0 && PyType_Ready(&truth_type) == 0;
}
