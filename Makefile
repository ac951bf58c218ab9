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

# How fast the tables and functions are on this machine.
bench: all
	@tool/bench $(BUILD)

clean:
	rm -rf $(BUILD)

.PHONY: all deps demo check bench clean
