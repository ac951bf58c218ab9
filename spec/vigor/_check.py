# SPDX-License-Identifier: BSD-3-Clause
"""What a specification may not say, because it would mean something else to the verifier than on real
packets, or something else from one run to the next. Found in its syntax, before it runs."""

import ast
import types

from vigor.errors import SpecError

_NAMES = {
    "str": "text of a value", "repr": "text of a value", "ascii": "text of a value", "format": "text of a value",
    "print": "text of a value", "hash": "a hash", "id": "an identity", "open": "files", "input": "input",
    "eval": "code made at run time", "exec": "code made at run time", "compile": "code made at run time",
    "globals": "names at run time", "locals": "names at run time", "vars": "names at run time",
    "setattr": "names at run time", "delattr": "names at run time", "float": "fractions",
    "complex": "fractions", "set": "hashing", "frozenset": "hashing", "breakpoint": "input",
}

_NODES = {
    ast.Try: "'try' would catch what the verifier uses to follow other cases: decide with 'if'",
    ast.Global: "'global' would remember something between packets: that is what State is for",
    ast.Nonlocal: "'nonlocal' hides what a function changes: return it",
    ast.AsyncFunctionDef: "a specification does not wait",
    ast.Await: "a specification does not wait",
    ast.Set: "a set hashes its elements: use one_of or a tuple",
    ast.SetComp: "a set hashes its elements: use one_of or a tuple",
    ast.DictComp: "a dict hashes its keys",
    ast.Delete: "nothing is deleted but by erase",
    ast.With: "a specification opens nothing",
}


def check(tree, file):
    """Raises SpecError at the first thing in this module that a specification may not say."""
    _Checker(file).visit(tree)


class _Checker(ast.NodeVisitor):
    def __init__(self, file):
        self.file = file
        self.in_function = False
        self.local = frozenset()  # names that a function binds, and those around it

    def wrong(self, node, message):
        raise SpecError(self.file, node.lineno, message)

    def generic_visit(self, node):
        for kind, message in _NODES.items():
            if isinstance(node, kind):
                self.wrong(node, message)
        super().generic_visit(node)

    def visit_FunctionDef(self, node):
        outer = self.in_function, self.local
        self.in_function, self.local = True, self.local | _bound(node)
        self._defaults(node)
        self.generic_visit(node)
        self.in_function, self.local = outer

    def _defaults(self, node):
        for default in node.args.defaults + node.args.kw_defaults:
            if isinstance(default, (ast.List, ast.Dict, ast.ListComp, ast.Call)):
                self.wrong(default, "a default that can change would remember something between packets: that is what State is for")

    def _keeps(self, node):
        """What is changed here is not the function's own."""
        root = node.value
        while isinstance(root, (ast.Attribute, ast.Subscript)):
            root = root.value
        return self.in_function and isinstance(root, ast.Name) and root.id not in self.local

    def visit_Subscript(self, node):
        if isinstance(node.ctx, ast.Store) and self._keeps(node):
            self.wrong(node, "'%s' would remember something between packets: that is what State is for" % ast.unparse(node))
        self.generic_visit(node)

    def visit_Lambda(self, node):
        self.visit_FunctionDef(node)

    def visit_Compare(self, node):
        operands = [node.left, *node.comparators]
        for i, operator in enumerate(node.ops):
            if isinstance(operator, (ast.Is, ast.IsNot)) and not _is_none(operands[i + 1]):
                self.wrong(node, "'is' compares identities, which values do not have: use ==; only "
                                 "'is None' and 'is not None' are meaningful")
        self.generic_visit(node)

    def visit_MatchSingleton(self, node):
        if node.value is not None:
            self.wrong(node, "'case %s' compares identities, which values do not have: use if" % node.value)

    def visit_JoinedStr(self, node):
        if self.in_function:
            self.wrong(node, "an f-string asks for the text of a value, which it may not have: only the "
                             "messages of assert and raise may be f-strings")
        self.generic_visit(node)

    def visit_Assert(self, node):
        self.visit(node.test)  # its message is made only when it fails, and may then be cut short

    def visit_Raise(self, node):
        pass  # as for assert

    def visit_UnaryOp(self, node):
        if isinstance(node.op, ast.Invert):
            self.wrong(node, "~ of a Python truth value is a number that counts as true: use not_ for the "
                             "opposite of a condition, 0xFFFF - x for a complement")
        self.generic_visit(node)

    def visit_BinOp(self, node):
        if isinstance(node.op, ast.Div):
            self.wrong(node, "/ makes fractions: use //")
        text = isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)
        if text and isinstance(node.op, ast.Mod):
            self.wrong(node, "% asks for the text of a value, which it may not have")
        self.generic_visit(node)

    def visit_AugAssign(self, node):
        if isinstance(node.op, ast.Div):
            self.wrong(node, "/= makes fractions: use //=")
        self.generic_visit(node)

    def visit_Constant(self, node):
        if isinstance(node.value, (float, complex)):
            self.wrong(node, "numbers are integers")

    def visit_Attribute(self, node):
        if node.attr == "format":
            self.wrong(node, "format asks for the text of a value, which it may not have")
        if isinstance(node.ctx, ast.Store) and self._keeps(node):
            self.wrong(node, "'%s' would remember something between packets: that is what State is for" % ast.unparse(node))
        if node.attr.startswith("_"):
            self.wrong(node, "'%s' is not for specifications" % node.attr)
        self.generic_visit(node)

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load) and node.id in _NAMES:
            self.wrong(node, "'%s' gives %s, which a specification cannot use" % (node.id, _NAMES[node.id]))


def _bound(function):
    """The names that a function binds itself."""
    arguments = function.args
    names = [one.arg for one in arguments.posonlyargs + arguments.args + arguments.kwonlyargs]
    names += [one.arg for one in (arguments.vararg, arguments.kwarg) if one is not None]
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.append(node.id)
        if isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            names.append(node.name)
    return frozenset(names)


def freeze(value):
    """Lists and dicts of a module are made before any packet comes, and stay so: a list becomes a tuple, a dict can be read."""
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        return tuple(freeze(item) for item in value)
    if type(value) is dict:
        return types.MappingProxyType({key: freeze(item) for key, item in value.items()})
    return value


def _is_none(node):
    return isinstance(node, ast.Constant) and node.value is None


class Instrument(ast.NodeTransformer):
    """Tells the backend of each assert before it is evaluated (so that one that is never reached is noticed),
    and lets no message hide that it failed."""

    def __init__(self, file):
        self.file = file

    def visit_Assert(self, node):
        announce = ast.Expr(ast.Call(
            ast.Name("_vigor_asserted", ast.Load()), [ast.Constant(self.file), ast.Constant(node.lineno)], []))
        if node.msg is not None:
            nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
            late = ast.copy_location(ast.Lambda(nothing, node.msg), node.msg)
            node.msg = ast.copy_location(
                ast.Call(ast.Name("_vigor_message", ast.Load()), [late], []), node.msg)
        return [ast.copy_location(announce, node), node]


def message(late):
    """The message of an assert that failed, empty if it asks for the text of a value that has none."""
    try:
        return late()
    except Exception:
        return ""
