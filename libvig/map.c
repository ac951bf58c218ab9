/* SPDX-License-Identifier: BSD-3-Clause */
#include "libvig/map.h"

#include "libvig/flow_hash.h"
#include "libvig/vig_object.h"

#define MAP_NAME_(K) "map_k" #K
#define MAP_NAME(K) MAP_NAME_(K)

#define MAP_K 1
#include "libvig/map_body.h"
#define MAP_K 2
#include "libvig/map_body.h"
#define MAP_K 5
#include "libvig/map_body.h"
