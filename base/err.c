/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

bool
err_set(struct err *err, const char *format, ...)
{
	va_list arguments;

	if (err->text[0] != '\0')
		return false;
	va_start(arguments, format);
	vsnprintf(err->text, sizeof err->text, format, arguments);
	va_end(arguments);
	return false;
}
