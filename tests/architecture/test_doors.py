"""A domain is entered by its front doors only: service, queries, types, events."""

import ast

from app import DOMAINS
from tests.architecture.conftest import Source, sources

DOORS = {"service", "queries", "types", "events"}
RELATED = {("identity", "models", "Member")}  # tables may refer to a member


def _imports(source: Source) -> list[tuple[str, str, str, int]]:
    """Return (domain, room, name, line) of every import from app.<domain>."""
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            names = [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [(node.module, alias.name) for alias in node.names]
        else:
            continue
        for module, name in names:
            parts = module.split(".")
            if parts[0] == "app" and len(parts) > 1:
                room = parts[2] if len(parts) > 2 else name
                found.append((parts[1], room, name, node.lineno))
    return found


def test_other_domains_are_entered_by_their_front_doors() -> None:
    wrong = [
        f"{source.name}:{line} enters {domain} by {room}"
        for source in sources("app")
        if source.domain
        for domain, room, name, line in _imports(source)
        if domain in DOMAINS
        and domain != source.domain
        and room not in DOORS
        and (domain, room, name) not in RELATED
    ]
    assert wrong == []


def test_the_kernel_knows_no_domain() -> None:
    wrong = [
        f"{source.name}:{line} knows {domain}"
        for source in sources("app/kernel")
        for domain, _room, _name, line in _imports(source)
        if domain in DOMAINS
    ]
    assert wrong == []


def test_services_do_not_know_the_web() -> None:
    wrong = []
    for source in sources("app"):
        rooms = source.name.split("/")[2:]
        if not source.domain or source.domain == "kernel" or not rooms:
            continue
        if rooms[0].removesuffix(".py") not in {"service", "policy", "models", "types", "events"}:
            continue
        for node in ast.walk(source.tree):
            module = node.module if isinstance(node, ast.ImportFrom) else None
            if module and module.split(".")[0] in {"flask", "flask_wtf", "wtforms", "werkzeug"}:
                wrong.append(f"{source.name} imports {module}")
    assert wrong == []


def _is_use_case(node: ast.FunctionDef) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "use_case" for mark in node.decorator_list)


def test_nobody_but_a_use_case_commits() -> None:
    allowed = {"app/kernel/db.py", "app/kernel/migrations_cli.py"}
    wrong = [
        f"{source.name}:{node.lineno}"
        for source in sources("app")
        if source.name not in allowed
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
        and ast.unparse(node.func.value) in {"db.session", "session"}
    ]
    assert wrong == []
