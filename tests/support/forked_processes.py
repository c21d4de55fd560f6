"""Start processes of tests by forking one that has imported their modules, because imports take most of a start."""

import multiprocessing
from multiprocessing.context import ForkServerContext

_CONTEXT = multiprocessing.get_context("forkserver")
_MODULES: list[str] = []


def get_fork_context(module: str) -> ForkServerContext:
    """Return the context of processes whose functions are in a module, which is imported before the first of them."""
    _MODULES.append(module)
    _CONTEXT.set_forkserver_preload(_MODULES)
    return _CONTEXT
