"""What the files of the project say about it agrees, and the quick checks before a commit hold for every file."""

import re
import shutil
import subprocess
import tomllib

import pytest
import yaml

SPACE = "trailing-space"
END = "end-of-file"


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def pythons(project):
    """The versions of Python that the package names."""
    return re.findall(r"Python :: (3\.\d+)", " ".join(project["classifiers"]))


@pytest.fixture(scope="module")
def hooks(root):
    """The hooks before a commit, by their id."""
    (repository,) = yaml.safe_load((root / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert repository["repo"] == "local", "nothing is downloaded"
    return {hook["id"]: hook for hook in repository["hooks"]}


def test_ci_tries_every_python_that_the_package_names(root, project, pythons):
    workflow = yaml.safe_load((root / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))

    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == pythons
    assert project["requires-python"] == f">={pythons[0]}"


def test_the_action_looks_for_every_python_that_the_package_names(root, pythons):
    script = (root / "gate" / "publish" / "github" / "bootstrap.sh").read_text(encoding="utf-8")

    assert re.findall(r"python(3\.\d+)", script) == pythons[::-1]


def test_the_addresses_of_the_project_are_those_of_its_action(root, project):
    assert set(project["urls"]) == {"Homepage", "Documentation", "Changelog", "Issues"}
    assert {
        address.split("/blob/")[0].split("/tree/")[0].removesuffix("/issues")
        for address in project["urls"].values()
    } == {"https://github.com/example/appstore-gate"}
    for address in project["urls"].values():
        _, _, path = address.partition("/main/")
        assert (root / path).exists()


@pytest.mark.parametrize(
    ("hook", "text", "is_found"),
    [
        (SPACE, "a \nb\n", True),
        (SPACE, "a\t\n", True),
        (SPACE, "  a\n", False),
        (END, "a", True),
        (END, "a\n\n", True),
        (END, "a\n", False),
        (END, "", False),
    ],
)
def test_the_hooks_find_what_they_are_for(hooks, hook, text, is_found):
    assert bool(re.search(hooks[hook]["entry"], text, re.MULTILINE)) is is_found


@pytest.mark.parametrize("hook", [SPACE, END])
def test_the_hooks_hold_for_every_file(root, hooks, hook):
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        pytest.skip("this is no checkout")
    command = [git, "ls-files", "-z"]
    listed = subprocess.run(  # noqa: S603
        command, cwd=root, check=True, capture_output=True, text=True, timeout=60
    ).stdout
    files = [root / name for name in listed.split("\0") if name and not name.endswith(".svg")]
    texts = {str(file): file.read_text(encoding="utf-8") for file in files if file.is_file()}

    assert len(texts) > 200
    assert [name for name, text in texts.items() if re.search(hooks[hook]["entry"], text, re.MULTILINE)] == []
