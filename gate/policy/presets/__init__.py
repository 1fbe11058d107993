"""Presets: policies to build on, as YAML files beside this module."""

from importlib import resources

PREFIX = "preset:"


def names() -> tuple[str, ...]:
    """The names of all presets, as `extends` takes them."""
    files = (entry.name for entry in resources.files(__package__).iterdir())
    return tuple(sorted(f"{PREFIX}{name.removesuffix('.yml')}" for name in files if name.endswith(".yml")))


def text(name: str) -> str:
    """The YAML text of a preset.

    Args:
        name: Its name, as `extends` takes it.

    Raises:
        KeyError: There is no such preset.
    """
    if name not in names():
        raise KeyError(name)
    return resources.files(__package__).joinpath(f"{name.removeprefix(PREFIX)}.yml").read_text("utf-8")
