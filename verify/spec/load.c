/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starting Python and reading what vigor._load makes of a folder. */
#include <string.h>

#include "verify/spec/history.h"
#include "verify/spec/loaded.h"

static PyObject *load_module, *not_allowed; /* vigor._load; the class vigor.errors.NotAllowed */

static void
python_error(struct err *err)
{
	PyObject *type, *value, *traceback, *text;
	const char *words;

	PyErr_Fetch(&type, &value, &traceback);
	PyErr_NormalizeException(&type, &value, &traceback);
	text = value == NULL ? NULL : PyObject_Str(value);
	words = text == NULL ? NULL : PyUnicode_AsUTF8(text);
	err_set(err, "%s", words == NULL ? "Python failed" : words);
	PyErr_Clear();
	Py_XDECREF(text);
	Py_XDECREF(type);
	Py_XDECREF(value);
	Py_XDECREF(traceback);
}

static bool
install_backend(void)
{
	PyObject *module = PyImport_ImportModule("vigor._backend"), *backend = backend_new(), *previous = NULL;

	if (module != NULL && backend != NULL)
		previous = PyObject_CallMethod(module, "use", "O", backend);
	Py_XDECREF(module);
	Py_XDECREF(backend);
	Py_XDECREF(previous);
	return previous != NULL;
}

static bool
find_errors(void)
{
	PyObject *module = PyImport_ImportModule("vigor.errors");

	not_allowed = module == NULL ? NULL : PyObject_GetAttrString(module, "NotAllowed");
	Py_XDECREF(module);
	return not_allowed != NULL;
}

bool
spec_start(const char *package, struct err *err)
{
	PyConfig config;
	PyObject *path;

	PyConfig_InitIsolatedConfig(&config);
	config.write_bytecode = 0;
	if (PyStatus_Exception(Py_InitializeFromConfig(&config))) {
		PyConfig_Clear(&config);
		return err_set(err, "Python cannot be started: is Debian's python3 installed whole?");
	}
	PyConfig_Clear(&config);
	path = PySys_GetObject("path");
	if (path == NULL || PyList_Insert(path, 0, PyUnicode_FromString(package)) != 0 || !values_ready() ||
		(load_module = PyImport_ImportModule("vigor._load")) == NULL || !find_errors() || !install_backend()) {
		python_error(err);
		return false;
	}
	return true;
}

static bool
copy_text(PyObject *object, char *to, size_t room)
{
	const char *words = object == NULL ? NULL : PyUnicode_AsUTF8(object);

	if (words == NULL)
		return false;
	snprintf(to, room, "%s", words);
	return true;
}

/* obj.name as a list; NULL: Python error. */
static PyObject *
list_of(PyObject *object, const char *name, unsigned most, unsigned *count)
{
	PyObject *attribute = PyObject_GetAttrString(object, name);
	PyObject *list = attribute == NULL ? NULL : PySequence_List(attribute);

	Py_XDECREF(attribute);
	if (list == NULL)
		return NULL;
	if (PyList_GET_SIZE(list) > most) {
		PyErr_Format(PyExc_ValueError, "more than %u %s", most, name);
		Py_CLEAR(list);
		return NULL;
	}
	*count = (unsigned)PyList_GET_SIZE(list);
	return list;
}

static bool
read_fields(PyObject *list, struct spec_field *fields, unsigned *count)
{
	PyObject *fast = list == NULL ? NULL : PySequence_Fast(list, "fields");

	if (fast == NULL || PySequence_Fast_GET_SIZE(fast) > TABLE_FIELDS) {
		Py_XDECREF(fast);
		return false;
	}
	*count = (unsigned)PySequence_Fast_GET_SIZE(fast);
	for (unsigned i = 0; i < *count; i++) {
		PyObject *pair = PySequence_Fast_GET_ITEM(fast, i);

		if (!copy_text(PyTuple_GetItem(pair, 0), fields[i].name, sizeof fields[i].name)) {
			Py_DECREF(fast);
			return false;
		}
		fields[i].size = (unsigned)PyLong_AsLong(PyTuple_GetItem(pair, 1));
	}
	Py_DECREF(fast);
	return PyErr_Occurred() == NULL;
}

static bool
read_amount(PyObject *object, struct spec_amount *amount)
{
	if (object != NULL && PyUnicode_Check(object))
		return copy_text(object, amount->option, sizeof amount->option);
	amount->option[0] = '\0';
	amount->number = object == NULL ? 0 : PyLong_AsUnsignedLongLong(object);
	return object != NULL && PyErr_Occurred() == NULL;
}

static bool
read_table(PyObject *dict, struct spec_table *t)
{
	PyObject *lifetimes = PyDict_GetItemString(dict, "lifetimes");
	PyObject *fast = lifetimes == NULL ? NULL : PySequence_Fast(lifetimes, "lifetimes");
	bool fine = fast != NULL && PySequence_Fast_GET_SIZE(fast) <= TABLE_CLASSES &&
		copy_text(PyDict_GetItemString(dict, "name"), t->name, sizeof t->name) &&
		read_fields(PyDict_GetItemString(dict, "key"), t->key, &t->key_fields) &&
		read_fields(PyDict_GetItemString(dict, "value"), t->value, &t->value_fields) &&
		read_amount(PyDict_GetItemString(dict, "capacity"), &t->capacity);

	t->shift = fine ? (unsigned)PyLong_AsLong(PyDict_GetItemString(dict, "shift")) : 0;
	t->classes = fast == NULL ? 0 : (unsigned)PySequence_Fast_GET_SIZE(fast);
	for (unsigned i = 0; fine && i < t->classes; i++)
		fine = read_amount(PySequence_Fast_GET_ITEM(fast, i), &t->lifetime[i]);
	Py_XDECREF(fast);
	return fine;
}

static bool
read_tables(struct spec *spec)
{
	PyObject *list = list_of(spec->loaded, "tables", 16, &spec->tables);
	bool fine = list != NULL;

	for (unsigned i = 0; fine && i < spec->tables; i++)
		fine = read_table(PyList_GET_ITEM(list, i), &spec->table[i]);
	Py_XDECREF(list);
	return fine;
}

static bool
read_listed(struct spec *spec)
{
	PyObject *list = list_of(spec->loaded, "listed", 16, &spec->listeds);
	bool fine = list != NULL;

	for (unsigned i = 0; fine && i < spec->listeds; i++) {
		PyObject *dict = PyList_GET_ITEM(list, i);
		struct spec_listed *l = &spec->listed[i];

		fine = copy_text(PyDict_GetItemString(dict, "name"), l->name, sizeof l->name) &&
			read_fields(PyDict_GetItemString(dict, "key"), l->key, &l->key_fields) &&
			read_fields(PyDict_GetItemString(dict, "value"), l->value, &l->value_fields);
	}
	Py_XDECREF(list);
	return fine;
}

static bool
read_backends(struct spec *spec)
{
	PyObject *list = list_of(spec->loaded, "backends", 16, &spec->balanced);
	bool fine = list != NULL;

	for (unsigned i = 0; fine && i < spec->balanced; i++) {
		PyObject *dict = PyList_GET_ITEM(list, i);
		struct spec_backends *b = &spec->backends[i];

		fine = copy_text(PyDict_GetItemString(dict, "name"), b->name, sizeof b->name) &&
			read_amount(PyDict_GetItemString(dict, "size"), &b->size);
	}
	Py_XDECREF(list);
	return fine;
}

static bool
read_routes(struct spec *spec)
{
	PyObject *list = list_of(spec->loaded, "routes", 16, &spec->routes);
	bool fine = list != NULL;

	for (unsigned i = 0; fine && i < spec->routes; i++) {
		PyObject *dict = PyList_GET_ITEM(list, i);
		struct spec_listed *l = &spec->route[i];

		fine = copy_text(PyDict_GetItemString(dict, "name"), l->name, sizeof l->name) &&
			read_fields(PyDict_GetItemString(dict, "value"), l->value, &l->value_fields);
	}
	Py_XDECREF(list);
	return fine;
}

static bool
read_options(struct spec *spec)
{
	PyObject *list = list_of(spec->loaded, "options", SPEC_NAMES, &spec->options);
	bool fine = list != NULL;

	for (unsigned i = 0; fine && i < spec->options; i++) {
		PyObject *pair = PyList_GET_ITEM(list, i);

		fine = copy_text(PyTuple_GetItem(pair, 0), spec->option[i][0], 64) &&
			copy_text(PyTuple_GetItem(pair, 1), spec->option[i][1], 64);
	}
	Py_XDECREF(list);
	return fine;
}

static bool
read_properties(struct spec *spec)
{
	PyObject *list = list_of(spec->loaded, "props", SPEC_NAMES, &spec->properties);
	bool fine = list != NULL;

	for (unsigned i = 0; fine && i < spec->properties; i++) {
		PyObject *triple = PyList_GET_ITEM(list, i);

		fine = copy_text(PyTuple_GetItem(triple, 0), spec->property[i][0], 160) &&
			copy_text(PyTuple_GetItem(triple, 1), spec->property[i][1], 160);
	}
	Py_XDECREF(list);
	return fine;
}

static bool
read_histories(struct spec *spec)
{
	unsigned count;
	PyObject *list = list_of(spec->loaded, "histories", SPEC_NAMES, &count);
	bool fine = list != NULL;

	for (unsigned i = 0; fine && i < count; i++) {
		PyObject *one = PyList_GET_ITEM(list, i);

		spec->history[i] = one == Py_None ? NULL : history_read(one);
		fine = one == Py_None || spec->history[i] != NULL;
	}
	Py_XDECREF(list);
	return fine;
}

static bool
read_invariants(struct spec *spec)
{
	PyObject *list = list_of(spec->loaded, "invariants", SPEC_NAMES, &spec->invariants);
	bool fine = list != NULL;

	for (unsigned i = 0; fine && i < spec->invariants; i++)
		for (int k = 0; fine && k < 3; k++)
			fine = copy_text(PyTuple_GetItem(PyList_GET_ITEM(list, i), k), spec->invariant[i][k], 160);
	Py_XDECREF(list);
	return fine;
}

static bool
read_names(struct spec *spec)
{
	PyObject *pairs = list_of(spec->loaded, "pairs", 16, &spec->pairs);
	PyObject *files = list_of(spec->loaded, "files", SPEC_NAMES, &spec->files);
	PyObject *has = PyObject_GetAttrString(spec->loaded, "has_spec");
	bool fine = pairs != NULL && files != NULL && has != NULL;

	for (unsigned i = 0; fine && i < spec->pairs; i++)
		fine = copy_text(PyList_GET_ITEM(pairs, i), spec->pair[i], sizeof spec->pair[i]);
	for (unsigned i = 0; fine && i < spec->files; i++)
		fine = copy_text(PyList_GET_ITEM(files, i), spec->file[i], sizeof spec->file[i]);
	spec->has_spec = has != NULL && PyObject_IsTrue(has) == 1;
	Py_XDECREF(pairs);
	Py_XDECREF(files);
	Py_XDECREF(has);
	return fine;
}

struct spec *
spec_load(const char *folder, struct err *err)
{
	struct spec *spec = calloc(1, sizeof *spec);

	if (spec == NULL)
		abort();
	spec->loaded = PyObject_CallMethod(load_module, "load", "s", folder);
	if (spec->loaded == NULL || !read_tables(spec) || !read_listed(spec) || !read_backends(spec) || !read_routes(spec) ||
		!read_options(spec) || !read_properties(spec) || !read_histories(spec) || !read_invariants(spec) || !read_names(spec)) {
		python_error(err);
		Py_XDECREF(spec->loaded);
		free(spec);
		return NULL;
	}
	return spec;
}

PyObject *
loaded_call(struct spec *spec, int property, unsigned part)
{
	if (property < 0)
		return PyObject_CallMethod(load_module, "run_spec", "O", spec->loaded);
	return PyObject_CallMethod(load_module, "run_prop", "OiI", spec->loaded, property, part);
}

PyObject *
loaded_invariant(struct spec *spec, unsigned index, PyObject *key, PyObject *value, PyObject *class, PyObject *last)
{
	return PyObject_CallMethod(load_module, "run_invariant", "OINNNN", spec->loaded, index, key, value, class, last);
}

bool
loaded_not_allowed(void)
{
	return PyErr_ExceptionMatches(not_allowed) != 0;
}

void
loaded_explain(char *file, size_t file_room, int *line, char *text, size_t text_room)
{
	PyObject *type, *value, *traceback, *triple;

	PyErr_Fetch(&type, &value, &traceback);
	PyErr_NormalizeException(&type, &value, &traceback);
	if (traceback != NULL)
		PyException_SetTraceback(value, traceback);
	triple = value == NULL ? NULL : PyObject_CallMethod(load_module, "explain", "O", value);
	file[0] = text[0] = '\0';
	if (triple != NULL) {
		copy_text(PyTuple_GetItem(triple, 0), file, file_room);
		*line = (int)PyLong_AsLong(PyTuple_GetItem(triple, 1));
		copy_text(PyTuple_GetItem(triple, 2), text, text_room);
	}
	PyErr_Clear();
	Py_XDECREF(triple);
	Py_XDECREF(type);
	Py_XDECREF(value);
	Py_XDECREF(traceback);
}

bool spec_has_spec(const struct spec *spec) { return spec->has_spec; }
unsigned spec_tables(const struct spec *spec) { return spec->tables; }
const struct spec_table *spec_table(const struct spec *spec, unsigned index) { return &spec->table[index]; }
unsigned spec_listed_count(const struct spec *spec) { return spec->listeds; }
const struct spec_listed *spec_listed(const struct spec *spec, unsigned index) { return &spec->listed[index]; }
unsigned spec_backends_count(const struct spec *spec) { return spec->balanced; }
const struct spec_backends *spec_backends(const struct spec *spec, unsigned index) { return &spec->backends[index]; }
unsigned spec_routes_count(const struct spec *spec) { return spec->routes; }
const struct spec_listed *spec_routes(const struct spec *spec, unsigned index) { return &spec->route[index]; }
unsigned spec_options(const struct spec *spec) { return spec->options; }
const char *spec_option_name(const struct spec *spec, unsigned index) { return spec->option[index][0]; }
const char *spec_option_type(const struct spec *spec, unsigned index) { return spec->option[index][1]; }
unsigned spec_pairs(const struct spec *spec) { return spec->pairs; }
const char *spec_pairs_name(const struct spec *spec, unsigned index) { return spec->pair[index]; }
unsigned spec_properties(const struct spec *spec) { return spec->properties; }
const char *spec_property_name(const struct spec *spec, unsigned index) { return spec->property[index][0]; }
const char *spec_property_title(const struct spec *spec, unsigned index) { return spec->property[index][1]; }
unsigned spec_invariants(const struct spec *spec) { return spec->invariants; }
const char *spec_invariant_name(const struct spec *spec, unsigned index) { return spec->invariant[index][0]; }
const char *spec_invariant_table(const struct spec *spec, unsigned index) { return spec->invariant[index][1]; }
const char *spec_invariant_title(const struct spec *spec, unsigned index) { return spec->invariant[index][2]; }
unsigned spec_files(const struct spec *spec) { return spec->files; }
const char *spec_file(const struct spec *spec, unsigned index) { return spec->file[index]; }
uint64_t spec_asserts(const struct spec *spec) { return spec->asserts; }
