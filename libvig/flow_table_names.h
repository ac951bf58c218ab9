/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/flow_table_names.h -- names of one instance, of FLOW_K words in a key and FLOW_V in a value: included by
 * flow_table_instance.h and flow_table_body.h once for each; flow_table_names_end.h takes them back. Private to libvig. */

#define FLOW_PASTE_(K, V, name) flow_table_k##K##v##V##_##name
#define FLOW_PASTE(K, V, name) FLOW_PASTE_(K, V, name)
#define FLOW_FN(name) FLOW_PASTE(FLOW_K, FLOW_V, name)
#define FLOW_TYPE_(K, V) slot_k##K##v##V
#define FLOW_TYPE(K, V) FLOW_TYPE_(K, V)
#define FLOW_SLOTS FLOW_TYPE(FLOW_K, FLOW_V)
#define FLOW_STRUCT_(K, V) struct flow_slot_k##K##v##V
#define FLOW_STRUCT(K, V) FLOW_STRUCT_(K, V)
#define FLOW_ENTRY FLOW_STRUCT(FLOW_K, FLOW_V)
#define FLOW_FOUND_(V) struct flow_entry_v##V
#define FLOW_FOUND__(V) FLOW_FOUND_(V)
#define FLOW_FOUND FLOW_FOUND__(FLOW_V)
#define FLOW_TEXT_(K, V) "flow_table_k" #K "v" #V
#define FLOW_TEXT(K, V) FLOW_TEXT_(K, V)
