/* SPDX-License-Identifier: BSD-3-Clause */
#include "libvig/vector.h"

#include <assert.h>

#include "libvig/vig_object.h"

#define VECTOR_NAME_(V) "vector_v" #V
#define VECTOR_NAME(V) VECTOR_NAME_(V)

#define VECTOR_V 1
#include "libvig/vector_body.h"
#define VECTOR_V 2
#include "libvig/vector_body.h"
#define VECTOR_V 4
#include "libvig/vector_body.h"
