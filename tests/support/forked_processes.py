"""Start processes of tests by forking one that has imported their modules, because imports take most of a start."""

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path

from etl.cli.main import main

_CONTEXT = multiprocessing.get_context("forkserver")
_MODULES = [__name__]
_CONTEXT.set_forkserver_preload(_MODULES)


def get_fork_context(module: str) -> ForkServerContext:
    """Return the context of processes whose functions are in a module, which is imported before the first of them."""
    _MODULES.append(module)
    _CONTEXT.set_forkserver_preload(_MODULES)
    return _CONTEXT


def run_command(arguments: Sequence[str], environ: Mapping[str, str], output: str, errors: str) -> None:
    """Run a command as `python -m etl` does, with its output and its errors in files."""
    for number, target in ((1, output), (2, errors)):
        os.dup2(os.open(target, os.O_WRONLY | os.O_CREAT), number)
    sys.exit(main(arguments, environ))


def start_command(
    arguments: Sequence[str], environ: Mapping[str, str], output: Path, errors: str = os.devnull
) -> BaseProcess:
    """Start a command in a process of its own. Its output goes to a file, its errors to another one or a terminal."""
    process = _CONTEXT.Process(target=run_command, args=(arguments, environ, str(output), errors))
    process.start()
    return process
