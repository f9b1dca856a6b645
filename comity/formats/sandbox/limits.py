"""What a child process may use, set by the child itself before it looks at the file."""

import importlib
import pkgutil
import resource
from types import ModuleType

MEMORY = 512 * 1024 * 1024  # bytes of address space
PROCESSOR_SECONDS = 20
# Standard input, output and error are open already; no file and no socket can join them.
DESCRIPTORS = 3


def confine() -> None:
    """Give up, for good, what reading a file needs not: memory, time, files, the network."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, DESCRIPTORS),
    ):
        resource.setrlimit(what, (most, most))


def import_all(*packages: ModuleType) -> None:
    """Import all modules of packages, for afterwards the limits leave no file to open."""
    for package in packages:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            try:
                importlib.import_module(module.name)
            except ImportError:
                continue  # needs what is not installed, such as pictures or another system
