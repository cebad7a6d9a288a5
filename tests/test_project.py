"""The project keeps its own rules: style, types, layers, sizes, and what the README promises a newcomer."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LONGEST_FILE = 350
LONGEST_FUNCTION = 60

MODULES = sorted(path.relative_to(ROOT) for path in (ROOT / "monitor").rglob("*.py") if path.name != "__init__.py")
CHECKED = ["monitor", "tests", "bench", "tools"]
# Modules whose behaviour is tested where it shows, not in a file of their own.
TESTED_ELSEWHERE = {
    "monitor/__main__.py": "tests/e2e",
    "monitor/errors.py": "tests/config",
    "monitor/model.py": "everywhere",
    "monitor/outcomes.py": "everywhere",
    "monitor/settings.py": "tests/config",
    "monitor/app.py": "tests/daemon/test_once.py, tests/e2e",
    "monitor/clock.py": "everywhere",
    "monitor/daemon/run.py": "tests/e2e",
    "monitor/daemon/service.py": "tests/e2e",
}


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


def sources() -> list[Path]:
    return [path for folder in CHECKED for path in sorted((ROOT / folder).rglob("*.py"))]


def test_ruff_finds_nothing() -> None:
    done = run(str(BIN / "ruff"), "check", "--no-cache", *CHECKED)
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_would_format_nothing() -> None:
    done = run(str(BIN / "ruff"), "format", "--no-cache", "--check", *CHECKED)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.timeout(300)
def test_types_hold(tmp_path: Path) -> None:
    done = run(str(BIN / "mypy"), "--cache-dir", str(tmp_path / "mypy"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_layers_hold() -> None:
    done = run(str(BIN / "lint-imports"), "--no-cache", "--no-logo")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_module_has_its_test_file(module: Path) -> None:
    if str(module) in TESTED_ELSEWHERE:
        return
    inner = module.relative_to("monitor")
    own = ROOT / "tests" / inner.parent / f"test_{inner.stem}.py"
    # A small module may share the file of its neighbour, if that file names it.
    neighbours = list((ROOT / "tests" / inner.parent).glob("test_*.py"))
    dotted = ".".join(module.with_suffix("").parts)
    parent = dotted.rpartition(".")[0]
    named = (dotted, f"from {parent} import {inner.stem}")
    assert own.is_file() or any(name in test.read_text("utf-8") for test in neighbours for name in named), own


@pytest.mark.parametrize("source", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_file_fits_in_a_head(source: Path) -> None:
    lines = source.read_text("utf-8").splitlines()
    if "tests" not in source.relative_to(ROOT).parts:
        assert len(lines) <= LONGEST_FILE, f"{len(lines)} lines: split it"


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_functions_fit_a_screen(module: Path) -> None:
    tree = ast.parse((ROOT / module).read_text("utf-8"))
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    }
    assert not long


def tracked() -> list[Path]:
    listed = run("git", "ls-files", "-z")
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_text_names_a_machine_or_a_package_index() -> None:
    # Spelt in halves, so that this file does not find itself.
    banned = re.compile("|".join(["pypi" + r"\.", "index" + "-url", "/home" + "/", "/root" + "/", r"\.\./" + "shared"]))
    found = []
    for path in tracked():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {hit[0]}" for hit in banned.finditer(text)]
    assert not found


def readme_commands() -> list[str]:
    text = (ROOT / "README.md").read_text("utf-8")
    return [line.strip() for line in text.splitlines() if line.startswith("python3 -m venv")]


def test_readme_has_one_command_to_see_it_and_one_to_test_it() -> None:
    commands = readme_commands()
    assert len(commands) == 2
    assert commands[0].endswith("monitor demo")
    assert commands[1].endswith("pytest")


def test_ci_runs_what_the_readme_tells_a_newcomer() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    commands = [line for line in script if line and not line.startswith("#") and not line.startswith(("set ", "cd "))]
    assert commands == [readme_commands()[1]]


def test_every_pinned_version_is_plain() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    assert [line for line in lines if line and not re.fullmatch(r"[A-Za-z0-9_.\-]+==[A-Za-z0-9_.\-+]+", line)] == []


def test_state_keeps_nothing_but_its_ignore_file() -> None:
    kept = [path.relative_to(ROOT) for path in tracked() if path.relative_to(ROOT).parts[0] == "state"]
    assert kept == [Path("state/.gitignore")]
