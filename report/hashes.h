/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/hashes.h -- which very files a verdict is about. */
#ifndef REPORT_HASHES_H
#define REPORT_HASHES_H

#include "base/err.h"

#define HASH_TEXT 65

/* SHA-256 in hexadecimal. */
struct hashes {
	char nf[HASH_TEXT], libvig[HASH_TEXT], tool[HASH_TEXT];
	char spec[HASH_TEXT]; /* of the names and contents of all Python files of the folder; "": no folder */
};

/* folder may be NULL. False: one of the files cannot be read. */
bool hashes_take(const char *nf, const char *libvig, const char *folder, struct hashes *hashes, struct err *err);

#endif
