"""A member takes his proof home and checks it with a script and openssl; nobody can forge it."""

import copy
import json
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import clock
from app.kernel.types import Ref
from app.ledger import chain, check_proof, merkle, queries, service, signing
from app.ledger.types import Fund, Part
from tests.factories.identity import a_member
from tests.ledger.book import assert_sound, earn, spend

ANNA, BEN = 101, 202


def run_script(folder: Path, proof: dict[str, Any]) -> tuple[int, str]:
    """Run the script as a member would: another folder, no packages."""
    (folder / "check_proof.py").write_text(queries.proof_script(), encoding="utf-8")
    (folder / "proof.json").write_text(json.dumps(proof), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "check_proof.py", "proof.json"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stdout


def sealed() -> dict[str, Any]:
    for member_id in range(1, 12):
        earn(member_id, 10 + member_id, member_id)
    earn(ANNA, 10, 10)
    spend(ANNA, 4)
    service.checkpoint()
    proof = queries.proof(ANNA)
    assert proof is not None
    return proof


def test_a_member_checks_his_lines_with_nothing_but_python(app: Flask, tmp_path: Path) -> None:
    code, out = run_script(tmp_path, sealed())
    assert code == 0
    assert "points: 2 lines in order" in out
    assert queries.public_key().fingerprint in out


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not on this machine")
def test_the_printed_command_checks_the_signature(app: Flask, tmp_path: Path) -> None:
    proof = sealed()
    _, out = run_script(tmp_path, proof)
    command = out.strip().splitlines()[-1].strip()
    assert command.startswith("openssl pkeyutl -verify")
    done = subprocess.run(command.split(), capture_output=True, text=True, check=False, timeout=30)
    assert "Verified Successfully" in done.stdout
    assert (tmp_path / "ledger-key.pem").read_text() == queries.public_key().pem
    (tmp_path / "checkpoint.json").write_text(proof["checkpoint"]["statement"] + " ")
    done = subprocess.run(command.split(), capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode != 0


def _edit(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(proof: dict[str, Any]) -> None:
        *way, last = path.split(".")
        place: Any = proof
        for step in way:
            place = place[int(step)] if step.isdecimal() else place[step]
        place[int(last) if last.isdecimal() else last] = value

    return change


@pytest.mark.parametrize(
    "forge",
    [
        _edit("wallets.0.lines.0.4", 1_000),
        _edit("wallets.0.lines.0.8", 1_000),
        _edit("wallets.0.lines.0.0", 2),
        _edit("wallets.0.lines.0.2", 'ab","cd'),
        _edit("wallets.0.head_hash", "0" * 64),
        _edit("wallets.0.index", 0),
        _edit("wallets.0.path", []),
        _edit("wallets.0.version", 3),
        _edit("wallets.0.wallet", 17),
        _edit("checkpoint.statement", '{"root":"00","wallets":24}'),
        _edit("format", "other"),
        lambda proof: proof["wallets"][0]["lines"].pop(),
        lambda proof: proof["wallets"][0]["path"].append("00" * 32),
    ],
)
def test_a_forged_proof_does_not_hold(
    app: Flask, tmp_path: Path, forge: Callable[[dict[str, Any]], None]
) -> None:
    proof = copy.deepcopy(sealed())
    forge(proof)
    code, out = run_script(tmp_path, proof)
    assert (code, out[:3]) == (1, "BAD")


def test_an_older_checkpoint_still_proves_its_day(app: Flask, tmp_path: Path) -> None:
    sealed()
    clock.tick(timedelta(days=1))
    spend(ANNA, 1)
    earn(BEN, 5)
    second = service.checkpoint()
    old, new = queries.proof(ANNA, number=1), queries.proof(ANNA)
    assert old is not None
    assert new is not None
    assert (len(old["wallets"][0]["lines"]), len(new["wallets"][0]["lines"])) == (2, 3)
    assert run_script(tmp_path, old)[0] == run_script(tmp_path, new)[0] == 0
    assert queries.proof(BEN, number=1) is None
    assert json.loads(new["checkpoint"]["statement"])["previous"] != ""
    assert [line.number for line in queries.checkpoints()] == [second.number, 1]
    assert_sound()


def test_there_is_no_proof_before_the_first_checkpoint(app: Flask) -> None:
    earn(ANNA, 10)
    assert queries.proof(ANNA) is None
    assert service.checkpoint().number == 1
    assert queries.proof(BEN) is None


def test_a_proof_holds_no_names(app: Flask) -> None:
    texts = json.dumps(sealed())
    assert "order.paid" not in texts
    assert str(ANNA) not in {str(w["wallet"]) for w in sealed_wallets(texts)}


def sealed_wallets(texts: str) -> list[dict[str, Any]]:
    wallets: list[dict[str, Any]] = json.loads(texts)["wallets"]
    return wallets


def test_the_key_is_made_once_and_kept_private(app: Flask) -> None:
    first = signing.public_key()
    path = Path(app.config["POTLUCK"].instance_dir) / signing.FILE_NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert signing.public_key() == first
    assert not signing.is_signed("a", signing.sign("b"), first)
    assert signing.is_signed("b", signing.sign("b"), first)


def test_commands_seal_print_and_prove(app: Flask, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    earn(ANNA, 10)
    assert "checkpoint 1: 1 wallets" in runner.invoke(args=["ledger", "checkpoint"]).output
    assert "fingerprint" in runner.invoke(args=["ledger", "key"]).output
    assert runner.invoke(args=["ledger", "proof-script"]).output == queries.proof_script()
    wrong = runner.invoke(args=["ledger", "proof", "--member", "nobody", "--out", str(tmp_path)])
    assert wrong.exit_code == 1


def test_a_member_is_found_by_his_yid(app: Flask, tmp_path: Path) -> None:
    member = a_member()
    earn(member.id, 10)
    runner, out = app.test_cli_runner(), tmp_path / "mine.json"
    command = ["ledger", "proof", "--member", member.yid, "--out", str(out)]
    early = runner.invoke(args=command)
    assert early.exit_code == 1
    assert "flask ledger checkpoint" in early.output
    service.checkpoint()
    assert f"python3 check_proof.py {out}" in runner.invoke(args=command).output
    assert run_script(tmp_path, json.loads(out.read_text()))[0] == 0


# --- the arithmetic ------------------------------------------------------------------------------


@given(st.integers(0, 70))
def test_every_leaf_leads_to_the_root(count: int) -> None:
    leaves = [check_proof.leaf_hash(number, 1, "") for number in range(count)]
    levels = merkle.merkle_levels(leaves)
    root = levels[-1][0].hex()
    tree = merkle.GrowingTree()
    for leaf in leaves:
        tree.add(leaf)
    assert tree.root() == root == _rfc6962(leaves).hex()
    for index, leaf in enumerate(leaves):
        path = merkle.merkle_path(levels, index)
        assert check_proof.root_from_path(leaf, index, count, path) == root
        if count > 1:
            other = check_proof.leaf_hash(-1, 1, "")
            assert check_proof.root_from_path(other, index, count, path) != root


def _rfc6962(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1, word for word."""
    if not leaves:
        return merkle.EMPTY
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return check_proof.node_hash(_rfc6962(leaves[:split]), _rfc6962(leaves[split:]))


_plain = st.recursive(
    st.none() | st.integers(-(2**62), 2**62) | st.text(max_size=8),
    lambda values: st.lists(values, max_size=5),
    max_leaves=20,
)


@given(st.lists(_plain, max_size=8))
def test_canonical_text_is_tight_json(values: list[Any]) -> None:
    assert chain.canonical(values) == json.dumps(values, separators=(",", ":"))


@given(st.text(max_size=8), st.none() | st.integers(1, 9), st.integers(1, 2**60))
def test_a_transaction_is_hashed_as_tight_json(text: str, number: int | None, big: int) -> None:
    at, day = datetime(2026, 9, 1, 4, 0, 0, 7, tzinfo=UTC), date(2026, 9, 1)
    moment = at.isoformat()
    kind = None if number is None else text
    head = (big, "earn", text, text, "f" * 64, at, at, day, kind, number, number, number, None)
    told = [*head[:5], moment, moment, day.isoformat(), *head[8:]]
    move = (big, "issue", 7)
    document = json.dumps(["txn/1", told, [], [move]], separators=(",", ":"))
    assert chain.txn_digest(head, [], [move]) == check_proof.sha256_hex(document)


def test_a_part_of_an_earning_is_written_field_by_field() -> None:
    part = Part("checkin.daily", 5, 3, fund=Fund.ORDER, matures_on=date(2026, 9, 2))
    fields = ["checkin.daily", 5, 3, "order", "2026-09-02", part.expires_on.isoformat()]
    assert chain.canonical([part, Ref("order", 7)]) == json.dumps(
        [fields, ["order", 7]], separators=(",", ":")
    )
