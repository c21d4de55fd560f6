"""A plugin of pytest that runs tests with mutations of the code: see `tests/support/mutations.py`.

`MUTATION_REQUESTS` names a file of mutations. The tests are collected once; for each mutation a forked process replaces
the code of the changed function and runs the tests that call it, the fastest first. `IMPORTED_MUTATION` is a mutation
that is imported in place of the module.
"""

import ast
import gc
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import pytest

from tests.support.mutations import ROOT, Mutation, apply_mutation

IS_FUNCTION = 0x1
"""A flag of code objects (`CO_OPTIMIZED`): modules and classes don't have it."""
SPARE_SECONDS, SPARE_FACTOR = 20, 10
"""A test process may take so much longer with a mutation, in seconds of the processor; then it loops."""
MEMORY = 6 * 1024**3

CodeKey = tuple[str, str, int]
"""File, qualified name and first line of a function."""


def pytest_configure() -> None:
    """Import the mutation in place of its module."""
    text = os.environ.get("IMPORTED_MUTATION")
    if text:
        sys.meta_path.insert(0, MutationFinder(Mutation(**json.loads(text))))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (300, 300))


class MutationFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the mutated module and executes the mutation."""

    def __init__(self, mutation: Mutation) -> None:
        self.mutation = mutation
        self.name = mutation.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        assert self.name not in sys.modules, "the module was imported before the mutation"

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.name:
            return None
        file = ROOT / self.mutation.path
        folders = [str(file.parent)] if file.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(fullname, file, loader=self, submodule_search_locations=folders)

    def exec_module(self, module: ModuleType) -> None:
        exec(_compile(self.mutation), vars(module))


def _compile(mutation: Mutation) -> CodeType:
    code: CodeType = compile(apply_mutation(mutation), ROOT / mutation.path, "exec")
    return code


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run the tests once for each mutation, in forked processes."""
    requests = os.environ.get("MUTATION_REQUESTS")
    if not requests or session.testsfailed:
        return None
    mutations = [Mutation(**fields) for fields in json.loads(Path(requests).read_text(encoding="utf-8"))]
    runner = MutationRunner(session, {str(ROOT / mutation.path) for mutation in mutations})
    noticed = []
    for number, mutation in enumerate(mutations, 1):
        start = time.monotonic()
        noticed.append(runner.is_noticed(mutation))
        word = "noticed" if noticed[-1] else "SURVIVED"
        print(f"{number} {time.monotonic() - start:.1f} s {word} {mutation}", file=sys.stderr, flush=True)
    Path(os.environ["MUTATION_OUTCOMES"]).write_text(json.dumps(noticed), encoding="utf-8")
    return True


class MutationRunner:
    """Runs the collected tests with one mutation after the other."""

    def __init__(self, session: pytest.Session, files: set[str]) -> None:
        self.session = session
        self.functions = _find_functions(files)
        self.seconds: dict[int, float] = {}
        """Seconds of each test, by its position."""
        self.tests: defaultdict[CodeKey, list[int]] = defaultdict(list)
        """The tests that call a function."""
        for position, (seconds, keys) in enumerate(self._trace_tests(files)):
            self.seconds[position] = seconds
            for key in keys:
                self.tests[key].append(position)

    def is_noticed(self, mutation: Mutation) -> bool:
        """Return whether a test fails or never ends; False if only an import of the mutation can show it."""
        changed = _compile(mutation)
        original = compile(ast.parse((ROOT / mutation.path).read_text()), ROOT / mutation.path, "exec")
        replaced = list(_list_changed_functions(original, changed))
        keys = [(code.co_filename, code.co_qualname, code.co_firstlineno) for code in replaced]
        if not all(key in self.functions for key in keys):
            return False
        positions = sorted({test for key in keys for test in self.tests[key]}, key=self.seconds.__getitem__)
        limit = SPARE_SECONDS + SPARE_FACTOR * sum(self.seconds[position] for position in positions)
        process = os.fork()
        if process:
            return os.waitpid(process, 0)[1] != 0
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit), int(limit)))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        for key, code in zip(keys, replaced, strict=True):
            for function in self.functions[key]:
                try:
                    function.__code__ = code
                except ValueError:  # it has other free variables
                    os._exit(0)
        _silence()
        os._exit(1 if any(not self._passes(*pair) for pair in zip_longest(positions, positions[1:])) else 0)

    def _passes(self, position: int, following: int | None) -> bool:
        """Run one test and return whether it passes; keep the fixtures that the following one needs."""
        item, items = self.session.items[position], self.session.items
        following_item = None if following is None else items[following]
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following_item)
        return not self.session.testsfailed

    def _trace_tests(self, files: set[str]) -> list[tuple[float, list[CodeKey]]]:
        """Return the seconds of each test and the functions that it calls, from a forked process."""
        reader, writer = os.pipe()
        if not os.fork():
            _silence()
            with os.fdopen(writer, "w") as stream:
                json.dump([self._trace_test(position, files) for position in range(len(self.session.items))], stream)
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as stream:
            text = stream.read()
        os.wait()
        assert text, "the tests fail without any mutation"
        return [(seconds, [(key[0], key[1], key[2]) for key in keys]) for seconds, keys in json.loads(text)]

    def _trace_test(self, position: int, files: set[str]) -> tuple[float, list[CodeKey]]:
        keys: set[CodeKey] = set()

        def trace(frame: FrameType, event: str, argument: Any) -> None:
            code = frame.f_code
            if code.co_filename in files:
                keys.add((code.co_filename, code.co_qualname, code.co_firstlineno))

        start = time.process_time()
        sys.settrace(trace)
        is_last = position + 1 == len(self.session.items)
        passes = self._passes(position, None if is_last else position + 1)
        sys.settrace(None)
        if not passes:
            os._exit(1)
        return time.process_time() - start, sorted(keys)


def _silence() -> None:
    """Hide what this process prints."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _find_functions(files: set[str]) -> dict[CodeKey, list[FunctionType]]:
    """Return the functions of files, also those of caches and properties."""
    gc.unfreeze()
    functions: defaultdict[CodeKey, list[FunctionType]] = defaultdict(list)
    for value in gc.get_objects():
        if isinstance(value, FunctionType) and value.__code__.co_filename in files:
            code = value.__code__
            functions[code.co_filename, code.co_qualname, code.co_firstlineno].append(value)
    gc.freeze()
    return dict(functions)


def _list_changed_functions(original: CodeType, changed: CodeType) -> Iterator[CodeType]:
    """Yield the outermost functions that differ, or the code of a module or class that isn't in a function."""
    if original == changed:
        return
    if changed.co_flags & IS_FUNCTION or _get_own_code(original) != _get_own_code(changed):
        yield changed
        return
    for before, after in zip(_list_inner_code(original), _list_inner_code(changed), strict=True):
        yield from _list_changed_functions(before, after)


def _get_own_code(code: CodeType) -> tuple[object, ...]:
    constants = [constant for constant in code.co_consts if not isinstance(constant, CodeType)]
    return code.co_code, repr(constants), code.co_names


def _list_inner_code(code: CodeType) -> list[CodeType]:
    return [constant for constant in code.co_consts if isinstance(constant, CodeType)]
