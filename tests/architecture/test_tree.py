"""Templates, styles and tests mirror the domains; no test is lost by its name; files stay short."""

import ast

from app import DOMAINS
from tests.architecture.conftest import Source, sources
from tests.conftest import ROOT

TEMPLATES_FOR_ALL = {"ui", "layouts", "errors", "emails"}
TESTS_FOR_ALL = {"architecture", "browser", "concurrency", "crash", "factories", "journeys"}
TESTS_FOR_ALL |= {"kernel", "migrations"}
MAX_LINES = {"app": 450, "bench": 450, "tools": 450, "tests": 550}


def _folders(name: str) -> set[str]:
    return {p.name for p in (ROOT / name).iterdir() if p.is_dir() and not p.name.startswith("__")}


def test_domains_are_the_packages_of_app() -> None:
    packages = {p.parent.name for p in (ROOT / "app").glob("*/__init__.py")}
    assert packages == {*DOMAINS, "kernel"}


def test_templates_mirror_the_domains() -> None:
    assert _folders("templates") - TEMPLATES_FOR_ALL <= set(DOMAINS)


def test_styles_mirror_the_domains() -> None:
    styles = {
        path.stem.partition(".")[0] for path in (ROOT / "static/src/css/domains").glob("*.css")
    }
    assert styles <= set(DOMAINS)


def test_tests_mirror_the_domains() -> None:
    folders = _folders("tests")
    assert set(DOMAINS) <= folders
    assert folders - TESTS_FOR_ALL - {".hypothesis"} == set(DOMAINS)


def test_every_domain_is_tested() -> None:
    bare = [name for name in DOMAINS if not list((ROOT / "tests" / name).rglob("test_*.py"))]
    assert bare == []


def test_no_test_is_lost_by_its_name() -> None:
    """A function that looks like a test and is called by nobody would never run."""
    lost = []
    for source in sources("tests"):
        is_test_file = source.path.name.startswith("test_")
        used = {n.id for n in ast.walk(source.tree) if isinstance(n, ast.Name)}
        for node in source.tree.body:
            if not isinstance(node, ast.FunctionDef):
                continue
            if node.name.startswith("test_") and not is_test_file and node.name != "test_config":
                lost.append(f"{source.name}: {node.name} stands in a file that is not collected")
            asserts = any(isinstance(inner, ast.Assert) for inner in ast.walk(node))
            plain = not node.decorator_list and not node.name.startswith(("test_", "pytest_"))
            if is_test_file and plain and asserts and node.name not in used:
                lost.append(f"{source.name}: {node.name}")
    assert lost == []


def test_every_test_can_fail() -> None:
    """A test without an assertion, an expected error or a helper that asserts proves nothing."""
    empty = []
    for source in sources("tests"):
        helpers = _asserting_functions(source)
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
                continue
            if node.name != "test_config" and not _asserts(node, helpers):
                empty.append(f"{source.name}: {node.name}")
    assert empty == []


def _asserting_functions(source: Source) -> frozenset[str]:
    """Return the functions of a file that assert something, themselves or through another."""
    functions = [node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef)]
    found: frozenset[str] = frozenset()
    while True:
        more = frozenset(node.name for node in functions if _asserts(node, found))
        if more == found:
            return found
        found = more


CHECKING = ("assert", "raises", "check", "expect", "must", "fail", "run_state_machine", "nothing")


def _asserts(node: ast.AST, helpers: frozenset[str]) -> bool:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Assert | ast.Raise):
            return True
        if isinstance(inner, ast.Call):
            name = ast.unparse(inner.func).rpartition(".")[2]
            if name in helpers or any(word in name.lower() for word in CHECKING):
                return True
    return False


def test_files_stay_short_enough_to_read() -> None:
    long = {
        source.name: lines
        for folder, most in MAX_LINES.items()
        for source in sources(folder)
        if "/content/" not in source.name and (lines := source.text.count("\n")) > most
    }
    assert long == {}
