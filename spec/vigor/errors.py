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


class Excluded(Exception):
    """What is known says that this case cannot be: see vigor.history."""


class NotAllowed(Exception):
    """The network function made a choice that the specification does not allow: see vigor.choice.

    value: what it chose. where: the condition that does not hold of it, a function; None: it is not of its type."""

    def __init__(self, value, where):
        super().__init__(value, where)
        self.value = value
        self.where = where


class Unseen(Exception):
    """What a choice is to be read off is not there in what the network function did."""


def misuse(message):
    """The error for a specification that asks the library for something that it cannot have."""
    return SpecError("", 0, message)
