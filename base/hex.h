/* SPDX-License-Identifier: BSD-3-Clause */
/* base/hex.h -- bytes as text: two hexadecimal digits each, "-" for none. */
#ifndef BASE_HEX_H
#define BASE_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* How many bytes the text says, if it is well-formed. SIZE_MAX: an odd number of digits. */
static inline size_t
hex_size(const char *text)
{
	const size_t digits = strcmp(text, "-") == 0 ? 0 : strlen(text);

	return digits % 2 == 0 ? digits / 2 : SIZE_MAX;
}

/* -1: not a digit. */
static inline int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Reads size bytes, size being what hex_size answered. False: a character is no digit. */
static inline bool
hex_read(const char *text, uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		const int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* Room that hex_write takes for size bytes, its terminating zero included. */
#define HEX_ROOM(size) (2 * (size) + 2)

/* Writes the bytes; answers the terminating zero. */
static inline char *
hex_write(char *text, const uint8_t *bytes, size_t size)
{
	static const char digit[] = "0123456789abcdef";

	if (size == 0)
		*text++ = '-';
	for (size_t i = 0; i < size; i++) {
		*text++ = digit[bytes[i] >> 4];
		*text++ = digit[bytes[i] & 15];
	}
	*text = '\0';
	return text;
}

#endif
