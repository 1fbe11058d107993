"""The README can't drift from what the code does."""

import re
import shlex
from typing import get_args

import pytest

from gate.cli import COMMANDS, cli
from gate.model.states import Reason, State
from gate.policy.read import examine


@pytest.fixture(scope="module")
def readme(root):
    return (root / "README.md").read_text(encoding="utf-8")


def blocks(text, language):
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


def commands(text):
    """Each line of the console blocks and each inline code span that calls the gate."""
    lines = [line for block in blocks(text, "console") for line in block.splitlines()]
    lines += re.findall(r"`(gate [^`]+)`", text)
    return [line for line in lines if line.startswith("gate ")]


def first_column(text, header):
    table = text.split(f"| {header} | means |\n| --- | --- |\n")[1].split("\n\n")[0]
    return [row.split("|")[1].strip().strip("`") for row in table.splitlines()]


def test_the_two_commands_are_targets_of_the_makefile(readme, root):
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^make (\w+)$", readme, re.MULTILINE)

    assert targets == ["demo", "test"]
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)


def test_every_policy_is_valid_and_raises_no_warning(readme):
    policies = blocks(readme, "yaml")

    assert len(policies) == 2
    assert [examine(text)[1] for text in policies] == [(), ()]


def test_every_command_and_option_exists(readme):
    found = commands(readme)

    assert {line.split()[1] for line in found} >= {"check", "fetch", "policy"}
    for line in found:
        words = shlex.split(line)[1:]
        command = cli.get_command(None, words[0])
        if hasattr(command, "commands"):
            command = command.commands[words[1]]
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, line


def test_every_state_and_reason_is_explained(readme):
    assert first_column(readme, "state") == ["pass", "improved", "warn", "fail", "undecided"]
    assert set(first_column(readme, "state")) == set(get_args(State))
    assert set(first_column(readme, "reason")) == set(get_args(Reason))


def test_every_exit_code_is_explained(readme):
    assert first_column(readme, "exit code") == ["0", "1", "2", "3", "4"]


def test_every_link_into_the_repository_leads_somewhere(readme, root):
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", readme)

    assert targets
    assert [target for target in targets if not (root / target).exists()] == []


def test_the_changelog_names_every_command(root):
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")

    assert [name for name in COMMANDS if f"gate {name}" not in changelog] == []
