# SPDX-License-Identifier: BSD-3-Clause
# The front door. The build itself is described in meson.build; this puts the steps in order.
BUILD ?= build

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD)

$(BUILD)/build.ninja: | deps
	@meson setup $(BUILD) .

deps:
	@tool/deps

# Proves the firewall, runs it on real and on generated traffic, and compares each packet with the specification.
demo: all
	@tool/demo $(BUILD)

# Every test; the last line counts them.
check: all
	@tool/run-tests $(BUILD)

# Proves every network function and writes the tables of README.md and doc/status.md.
verify: all
	@tool/verify-all $(BUILD)

# Seeded mistakes in the functions and in their specifications: each must be refuted.
mutants: all
	@VIGOR=$(CURDIR)/$(BUILD)/vigor VIGOR_ROOT=$(CURDIR) /usr/bin/python3 test/verify/mutants/mutants_test.py

# Proves libVig's structures from nothing: a table of functions and goals.
prove: | deps
	@tool/prove

# libVig's compiled code against what the verifier takes it for: a table of structures and geometries.
agree: $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet agree-drivers
	@tool/agree $(BUILD)

# What the firewall costs a packet on this machine, beside a baseline without proofs.
bench: all
	@$(BUILD)/bench/bench_flow $(BUILD)/nf/firewall/firewall.so

# What libVig's structures cost an operation, beside DPDK's: a Markdown table.
bench-libvig: all
	@$(BUILD)/bench/bench_libvig

clean:
	rm -rf $(BUILD)

.PHONY: all deps demo check verify mutants prove agree bench bench-libvig clean
