"""The start of the action: a private environment from locked and hashed packages, and a Python that is new enough."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from gate.publish.github import bootstrap

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the tests of the start are for POSIX")

OLD = "#!/bin/sh\nexit 1\n"
NEW = '#!/bin/sh\nfor last; do :; done\ncase "$last" in *bootstrap.py) echo "$0 $*";; esac\n'


@pytest.fixture
def wheel(tmp_path):
    """A tiny wheel in a folder of its own, and its hash."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    file = folder / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("tiny.py", "HERE = True\n")
        archive.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr(
            "tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("tiny-1.0.dist-info/RECORD", "")
    return folder, hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.fixture
def lock(tmp_path, monkeypatch):
    """Let the start read another lock."""

    def write(text):
        file = tmp_path / "lock.txt"
        file.write_text(text)
        monkeypatch.setattr(bootstrap, "LOCK", file)

    return write


def offline(folder, **more):
    return {"PATH": os.environ["PATH"], "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder), **more}


def test_the_environment_holds_the_locked_packages_and_this_checkout(tmp_path, wheel, lock):
    folder, digest = wheel
    lock(f"tiny==1.0 --hash=sha256:{digest}\n")
    hostile = {"PIP_TARGET": str(tmp_path / "elsewhere"), "PYTHONPATH": str(tmp_path), "PIP_USER": "1"}
    python = bootstrap.ready(tmp_path / "temp", offline(folder, **hostile))

    asked = [python, "-I", "-c", "import gate, tiny; print(gate.__file__)"]
    found = subprocess.run(  # noqa: S603
        asked, capture_output=True, text=True, timeout=60, check=True, cwd=tmp_path
    )
    assert found.stdout.strip() == str(bootstrap.ROOT / "gate" / "__init__.py")
    assert not (tmp_path / "elsewhere").exists()

    (tmp_path / "wheels").rename(tmp_path / "gone")
    assert bootstrap.ready(tmp_path / "temp", offline(folder)) == python, "a later step finds it ready"


def test_a_package_with_another_hash_is_not_installed(tmp_path, wheel, lock, capfd):
    lock(f"tiny==1.0 --hash=sha256:{'0' * 64}\n")

    with pytest.raises(subprocess.CalledProcessError):
        bootstrap.ready(tmp_path / "temp", offline(wheel[0]))
    assert "HASHES" in capfd.readouterr().err
    assert not list((tmp_path / "temp").glob(f"*/{bootstrap.READY}"))


def test_a_lock_without_hashes_installs_nothing(tmp_path, wheel, lock):
    lock("tiny==1.0\n")

    with pytest.raises(subprocess.CalledProcessError):
        bootstrap.ready(tmp_path / "temp", offline(wheel[0]))


def test_pip_is_told_where_packages_are_and_nothing_else():
    given = {
        "PATH": "/bin",
        "HTTPS_PROXY": "p",
        "PIP_INDEX_URL": "i",
        "PIP_CERT": "c",
        "PIP_TARGET": "t",
        "PIP_NO_BINARY": ":all:",
        "PYTHONPATH": "x",
        "ASC_PRIVATE_KEY": "k",
        "GATE_TOKEN": "t",
    }

    assert bootstrap.pip_environment(given) == {
        "PATH": "/bin",
        "HTTPS_PROXY": "p",
        "PIP_INDEX_URL": "i",
        "PIP_CERT": "c",
    }


def test_another_lock_has_another_environment(lock):
    lock("tiny==1.0\n")
    one = bootstrap.fingerprint()
    lock("tiny==1.1\n")

    assert bootstrap.fingerprint() != one


def test_the_runners_temporary_folder_is_used(monkeypatch, tmp_path):
    monkeypatch.setenv("RUNNER_TEMP", str(tmp_path))

    assert bootstrap.temporary_folder() == tmp_path


def test_trouble_with_pip_is_one_line_of_the_log():
    error = subprocess.CalledProcessError(1, ["pip"])

    assert bootstrap.install_trouble(error).startswith(
        "The gate could not be installed: pip ended with an error"
    )
    assert (
        bootstrap.install_trouble(OSError("a\n::error::100%"))
        == "The gate could not be installed: a ::error::100%25"
    )


@pytest.fixture
def path_with(tmp_path):
    """Run bootstrap.sh where only these programs can be found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for needed in ("bash", "dirname"):
        (folder / needed).symlink_to(shutil.which(needed))

    def call(programs, **environment):
        for name, text in programs.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            file.chmod(0o755)
        return subprocess.run(  # noqa: S603
            [shutil.which("bash"), str(bootstrap.ROOT / "gate" / "publish" / "github" / "bootstrap.sh")],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={"PATH": str(folder), **environment},
        )

    return call


def test_the_first_python_that_is_new_enough_is_taken(path_with, tmp_path):
    done = path_with({"python3": OLD, "python3.12": NEW})

    assert done.stdout.split()[:4] == [str(tmp_path / "bin" / "python3.12"), "-I", "-X", "utf8"]
    assert done.stdout.split()[-1].endswith("gate/publish/github/bootstrap.py")


def test_the_python_of_setup_python_wins(path_with, tmp_path):
    done = path_with({"python3": NEW, "tool/bin/python3": NEW}, pythonLocation=str(tmp_path / "bin" / "tool"))

    assert done.stdout.startswith(str(tmp_path / "bin" / "tool" / "bin" / "python3"))


def test_no_python_at_all_is_said(path_with):
    done = path_with({"python3": OLD})

    assert done.returncode == 2
    assert done.stdout.startswith("::error title=App Store gate::No Python 3.11 or newer")


def test_the_script_holds_no_mistake_that_shellcheck_knows():
    shellcheck = shutil.which(
        "shellcheck", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    )
    if shellcheck is None:
        pytest.skip("shellcheck is not installed")

    script = bootstrap.ROOT / "gate" / "publish" / "github" / "bootstrap.sh"
    done = subprocess.run([shellcheck, script], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603

    assert (done.returncode, done.stdout) == (0, "")


def test_a_python_without_pip_lends_none(monkeypatch, tmp_path):
    assert bootstrap.has_pip()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])

    assert not bootstrap.has_pip()


def test_an_environment_that_can_not_be_made_is_an_error_of_the_log(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("RUNNER_TEMP", str(tmp_path))
    monkeypatch.setattr(bootstrap, "LOCK", tmp_path / "absent.txt")

    assert bootstrap.main() == 2
    assert capsys.readouterr().err.startswith(
        "::error title=App Store gate::The gate could not be installed: "
    )


@pytest.mark.parametrize("code", [0, 1, 3])
def test_the_start_ends_as_the_command_does(monkeypatch, tmp_path, code, capfd):
    monkeypatch.setenv("RUNNER_TEMP", str(tmp_path))
    home = tmp_path / f"appstore-gate-{bootstrap.fingerprint()}"
    (home / "bin").mkdir(parents=True)
    (home / bootstrap.READY).touch()
    python = home / "bin" / "python"
    python.write_text(f'#!/bin/sh\necho "$@"\nexit {code}\n')
    python.chmod(0o755)

    assert bootstrap.main() == code
    assert capfd.readouterr().out == "-I -X utf8 -m gate action\n"
