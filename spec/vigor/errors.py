# SPDX-License-Identifier: BSD-3-Clause
"""What is wrong with a specification, and where."""


class SpecError(Exception):
    """A mistake in a specification or a property.

    file and line say where; file is "" when it is raised by the library while a specification
    runs: vigor.explain then finds the line by the traceback.
    """

    def __init__(self, file, line, message):
        super().__init__(file, line, message)
        self.file = file
        self.line = line
        self.message = message

    def __str__(self):
        if not self.file:
            return self.message
        return "%s:%d: %s" % (self.file, self.line, self.message)


def misuse(message):
    """The error for a specification that asks the library for something that it cannot have."""
    return SpecError("", 0, message)
