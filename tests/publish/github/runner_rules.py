"""The runner's own reading of logs and files, written from its sources and not from ours.

`commands` follows ``ActionCommand.cs`` and ``ActionCommandManager.cs`` of actions/runner, `file_entries`
``FileCommandManager.cs``, `masked` ``AddMaskCommandExtension`` and the secret masker.
"""

import re


def commands(log):
    """Every command that the runner finds in a log: (name, properties, data)."""
    found, stopped = [], None
    for line in re.split(r"\r\n|\n|\r", log):
        command = _new_form(line) or _old_form(line)
        if command is None:
            continue
        name, _, data = command
        if stopped is not None:
            stopped = None if name == stopped else stopped
        elif name == "stop-commands":
            stopped = data
        else:
            found.append(command)
    return found


def _new_form(line):
    line = line.lstrip()
    if not line.startswith("::"):
        return None
    end = line.find("::", 2)
    if end < 0:
        return None
    head = line[2:end]
    name, _, rest = head.partition(" ")
    properties = {}
    for pair in rest.strip().split(",") if rest.strip() else []:
        key, equals, value = pair.partition("=")
        if equals and key:
            properties[key] = _unescaped(value, property_=True)
    return name, properties, _unescaped(line[end + 2 :])


def _old_form(line):
    start = line.find("##[")
    end = line.find("]", start) if start >= 0 else -1
    if end < 0:
        return None
    name, _, rest = line[start + 3 : end].partition(" ")
    return (name, {"raw": rest}, line[end + 1 :]) if name else None


def _unescaped(text, *, property_=False):
    text = text.replace("%0D", "\r").replace("%0A", "\n")
    if property_:
        text = text.replace("%3A", ":").replace("%2C", ",")
    return text.replace("%25", "%")


def file_entries(text):
    """Name and value of every entry of an outputs file, in order. A malformed file is an error, as in the runner."""
    entries, lines = [], text.split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    index = 0
    while index < len(lines):
        line = lines[index]
        index += 1
        if not line:
            continue
        equals, heredoc = line.find("="), line.find("<<")
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            entries.append((line[:equals], line[equals + 1 :]))
        elif heredoc >= 0:
            name, delimiter, value = line[:heredoc], line[heredoc + 2 :], []
            if not name or not delimiter:
                raise ValueError(f"Invalid format {line!r}")
            while index < len(lines) and lines[index] != delimiter:
                value.append(lines[index])
                index += 1
            if index == len(lines):
                raise ValueError(f"Matching delimiter not found {delimiter!r}")
            index += 1
            entries.append((name, "\n".join(value)))
        else:
            raise ValueError(f"Invalid format {line!r}")
    return entries


def outputs(text):
    """The outputs of a step: the last value of each name."""
    return dict(file_entries(text))


def masked(log, text):
    """A text as the runner would log it after a log: with everything that was masked in it hidden."""
    secrets = set()
    for name, _, data in commands(log):
        if name == "add-mask" and data.strip():
            secrets |= {data, *(line.strip() for line in re.split(r"[\r\n]+", data) if line.strip())}
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "***")
    return text
