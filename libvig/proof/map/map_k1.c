/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/proof/map/map_k1.c -- one instance of map, for tool/prove; no part of libvig. */
#include "libvig/map.h"

#include "libvig/flow_hash.h"
#include "libvig/vig_object.h"

#define MAP_NAME_(K) "map_k" #K
#define MAP_NAME(K) MAP_NAME_(K)

#define MAP_K 1
#include "libvig/map_body.h"
