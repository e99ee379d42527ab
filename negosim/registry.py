"""Registry: the rules of talks by name, those that come with negosim and those that others add (docs/extending.md).

What is built in is named here and loaded when it is played. A rule of a user's own is registered by a decorator, in a
module that is imported, in a file that `load_plugin` loads, or in an installed package that offers it through the
entry-point group ``negosim.plugins``. A scenario file names rules and never loads any.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

GROUP = "negosim.plugins"
"""The entry-point group through which an installed package offers modules that register rules."""

_LENGTH = 12
"""Letters of a hash that are enough to tell files apart."""

Rule = TypeVar("Rule", bound=Callable[..., Any])


class PluginError(RuntimeError):
    """A rule of a user's own cannot be loaded, or does not give what it must."""


class Registry:
    """Rules of one kind by name.

    Parameters
    ----------
    kind : what they are called in messages.
    built_in : ``module:attribute`` of those that come with negosim.

    Examples
    --------
    >>> PROTOCOLS.is_built_in("single_text"), PROTOCOLS.is_built_in("my_own")
    (True, False)
    """

    def __init__(self, kind: str, built_in: Mapping[str, str]) -> None:
        self.kind = kind
        self._built_in = MappingProxyType(dict(built_in))
        self._own: dict[str, Any] = {}
        self._hashes: dict[str, str] = {}

    def is_built_in(self, name: str) -> bool:
        """Tell whether a rule comes with negosim: those alone have a twin in the compiled kernel."""
        return name in self._built_in

    def names(self) -> tuple[str, ...]:
        """Return the names of all rules that are known now, those built in first."""
        _load_installed()
        return (*self._built_in, *sorted(self._own))

    def knows(self, name: str) -> bool:
        """Tell whether there is a rule of a name."""
        return name in self._built_in or name in self._own or name in self.names()

    def add(self, name: str, rule: Any) -> None:
        """Register a rule; one registered before under the same name gives way.

        Raises
        ------
        ValueError
            Where the name is no id, or that of a rule that is built in.
        """
        from negosim.scenario.problems import is_id

        if not is_id(name):
            raise ValueError(f"'{name}' is no name for a {self.kind} (small letters, digits and _, a letter first)")
        if self.is_built_in(name):
            raise ValueError(f"the {self.kind} '{name}' is built in (choose another name)")
        self._own[name], self._hashes[name] = rule, _hash_of(rule)

    def get(self, name: str) -> Any:
        """Return a rule.

        Raises
        ------
        PluginError
            Where this process knows none of the name.
        """
        if self.is_built_in(name):
            module, _, attribute = self._built_in[name].partition(":")
            return getattr(importlib.import_module(module), attribute)
        if not self.knows(name):
            raise PluginError(
                f"no {self.kind} '{name}' is registered in this process "
                "(load the file that registers it: --plugin FILE, or negosim.load_plugin)"
            )
        return self._own[name]

    def home(self, name: str) -> str:
        """Return in words where a rule comes from: a file, with the beginning of its hash, or a module."""
        if self.is_built_in(name):
            return "negosim"
        module = _module_of(self.get(name))
        file = _files_by_module.get(module)
        return f"{Path(file).name} ({self._hashes[name]})" if file else module

    def homes(self) -> set[str]:
        """Return the modules of all rules that are not built in."""
        return {_module_of(rule) for rule in self._own.values()}

    def hashes(self) -> list[str]:
        """Return, sorted, the name of every rule that is not built in with the hash of the file it comes from."""
        return sorted(f"{self.kind} {name} {self._hashes[name]}" for name in self._own)


PROTOCOLS = Registry(
    "protocol",
    {
        "single_text": "negosim.model.talks.protocols:SingleText",
        "alternating_offers": "negosim.model.talks.protocols:AlternatingOffers",
        "ultimatum": "negosim.model.talks.protocols:Ultimatum",
    },
)
"""How a draft comes about: classes with ``draft(situation)``, see `negosim.model.talks.protocols`."""

CONCESSIONS = Registry("law of concession", {"time": "negosim.model.talks.concession:by_time"})
"""What a party asks for: functions of a `negosim.model.talks.concession.Pace` that return its toughness."""


def protocol(name: str) -> Callable[[Rule], Rule]:
    """Register a protocol, a class with ``draft(situation)`` or a function; tracks name it in ``protocol``.

    Parameters
    ----------
    name : an id, as scenario files write it.

    Raises
    ------
    ValueError
        Where the name is no id, or that of a protocol that is built in.
    """

    def register(rule: Rule) -> Rule:
        PROTOCOLS.add(name, rule)
        return rule

    return register


def concession(name: str) -> Callable[[Rule], Rule]:
    """Register a law of concession, a function of a pace that returns τ; parties name it in ``concession_law``.

    Parameters
    ----------
    name : an id, as scenario files write it.

    Raises
    ------
    ValueError
        Where the name is no id, or that of a law that is built in.
    """

    def register(rule: Rule) -> Rule:
        CONCESSIONS.add(name, rule)
        return rule

    return register


# -- where rules come from ----------------------------------------------------------------------------------------

_files_by_module: dict[str, str] = {}
"""The plugin files that have been loaded, by the name of the module that each has become."""


@dataclass(frozen=True)
class Plugins:
    """The files and modules that have registered rules; unpickled in another process, it loads them there."""

    files: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return _loaded, (self.files, self.modules)


def plugins() -> Plugins:
    """Return what has registered rules in this process; what a script defines itself, its processes define again."""
    homes = PROTOCOLS.homes() | CONCESSIONS.homes()
    modules = homes - set(_files_by_module) - {"__main__", "__mp_main__"}
    return Plugins(tuple(_files_by_module.values()), tuple(sorted(modules)))


def plugins_hash() -> str | None:
    """Return a hash of all rules that are registered and the files they come from; None where there are none."""
    found = PROTOCOLS.hashes() + CONCESSIONS.hashes()
    return hashlib.sha256("\n".join(found).encode()).hexdigest()[:_LENGTH] if found else None


def _module_of(rule: Any) -> str:
    """Return the name of the module that defines a rule; one that was typed in belongs to the main one."""
    return getattr(rule, "__module__", None) or "__main__"


def _hash_of(rule: Any) -> str:
    """Return the beginning of the SHA-256 of the file that defines a rule; nothing where it was typed in."""
    path = getattr(sys.modules.get(_module_of(rule)), "__file__", None)
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:_LENGTH] if path and Path(path).is_file() else ""


def load_plugin(path: str | Path) -> None:
    """Run a Python file that registers protocols or laws of concession; one that has been loaded is not run again.

    Parameters
    ----------
    path : of the file. It is run with all your rights: load none that you do not trust.

    Raises
    ------
    PluginError
        Where it is no Python file, or raises.
    OSError
        Where there is no such file.
    """
    file = Path(path).resolve(strict=True)
    if str(file) in _files_by_module.values():
        return
    name = f"negosim_plugin_{len(_files_by_module)}_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise PluginError(f"{path} is no Python file (its name must end in .py)")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    _files_by_module[name] = str(file)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name], _files_by_module[name]
        raise PluginError(f"{path} cannot be loaded: {type(error).__name__}: {error}") from error


def _loaded(files: Iterable[str], modules: Iterable[str]) -> Plugins:
    for file in files:
        load_plugin(file)
    for module in modules:
        importlib.import_module(module)
    return Plugins(tuple(files), tuple(modules))


@cache
def _load_installed() -> None:
    """Import what installed packages offer."""
    from importlib.metadata import entry_points  # slow to import, and seldom needed

    for offered in entry_points(group=GROUP):
        try:
            offered.load()
        except Exception as error:
            raise PluginError(
                f"the plugin '{offered.name}' ({offered.value}) cannot be loaded: {type(error).__name__}: {error}"
            ) from error
