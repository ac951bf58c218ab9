/* SPDX-License-Identifier: BSD-3-Clause */
/* libvig/flow_table_names_end.h -- takes the names of flow_table_names.h back. */

#undef FLOW_PASTE_
#undef FLOW_PASTE
#undef FLOW_FN
#undef FLOW_TYPE_
#undef FLOW_TYPE
#undef FLOW_SLOTS
#undef FLOW_STRUCT_
#undef FLOW_STRUCT
#undef FLOW_ENTRY
#undef FLOW_FOUND_
#undef FLOW_FOUND__
#undef FLOW_FOUND
#undef FLOW_TEXT_
#undef FLOW_TEXT
#undef FLOW_K
#undef FLOW_V
