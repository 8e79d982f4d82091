"""Checks a draw from its public record: written from docs/draws-fairness.md, standard library only.

Usage: independent_verifier.py record-1.json record-2.json …   (all revealed seeds of one draw)
"""

import hashlib
import hmac
import json
import sys
from pathlib import Path
from typing import Any

TOO_BIG = 18446744073709000000


def number_of(seed: bytes, epoch: int, nonce: int, client_seed: str) -> int:
    base, block = f"draw|{epoch}|{nonce}|{client_seed}", 0
    while True:
        text = base if block == 0 else f"{base}|{block}"
        digest = hmac.new(seed, text.encode("utf-8"), "sha256").digest()
        for word in (int.from_bytes(digest[i : i + 8], "big") for i in (0, 8, 16, 24)):
            if word < TOO_BIG:
                return word % 1_000_000
        block += 1


def rolled_prize(prizes: list[dict[str, Any]], number: int) -> str:
    reached = 0
    for prize in prizes:
        reached += prize["ppm"]
        if number < reached:
            return str(prize["code"])
    return ""


class Checker:
    """Follows a draw try by try."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.prizes, self.rule = table["prizes"], table["guarantee"]
        self.by_code = {prize["code"]: prize for prize in self.prizes}
        self.left = {prize["code"]: prize["stock"] for prize in self.prizes}
        self.losses: dict[str, int] = {}
        self.wrong: list[str] = []
        self.checked = 0

    def expect(self, *, right: bool, what: str) -> None:
        if not right:
            self.wrong.append(what)

    def record(self, record: dict[str, Any]) -> None:
        where, seed = f"seed {record['epoch']}", bytes.fromhex(record["seed"])
        table = hashlib.sha256(record["table"].encode("utf-8")).hexdigest()
        self.expect(right=table == record["odds_sha256"], what=f"{where}: hash of the table")
        commitment = hashlib.sha256(seed).hexdigest()
        self.expect(right=commitment == record["commitment"], what=f"{where}: commitment")
        nonces = [play["nonce"] for play in record["plays"]]
        self.expect(right=nonces == list(range(record["count"])), what=f"{where}: gaps")
        for play in record["plays"]:
            self.play(seed, record["epoch"], play)

    def play(self, seed: bytes, epoch: int, play: dict[str, Any]) -> None:
        at = f"seed {epoch}, try {play['nonce']}"
        number = number_of(seed, epoch, play["nonce"], play["client_seed"])
        self.expect(right=number == play["roll"], what=f"{at}: number")
        rolled = rolled_prize(self.prizes, number)
        self.expect(right=rolled == play["rolled"], what=f"{at}: rolled prize")
        before = self.losses.get(play["player"], 0)
        self.expect(right=before == play["losses_before"], what=f"{at}: tries without a prize")
        is_right = play["awarded"] in self.possible(rolled, before, play["reason"])
        self.expect(right=is_right, what=f"{at}: awarded prize")
        self.keep(play, before)

    def possible(self, rolled: str, before: int, reason: str) -> list[str]:
        code = rolled
        if self.rule and before >= self.rule["after"] and self.by_code[rolled]["nothing"]:
            code = self.rule["prize"]
        while self.left[code] == 0:
            code = self.by_code[code]["fallback"]
        chain = [code]
        while reason in ("budget", "gone"):
            code = self.by_code[code]["fallback"]
            if code in ("", *chain):
                break
            chain.append(code)
        return chain

    def keep(self, play: dict[str, Any], before: int) -> None:
        awarded = play["awarded"]
        self.losses[play["player"]] = before + 1 if self.by_code[awarded]["nothing"] else 0
        if self.left[awarded] is not None:
            self.left[awarded] -= 1
        self.checked += 1


def check(records: list[dict[str, Any]]) -> tuple[int, list[str]]:
    """Return how many tries were checked, and what is wrong."""
    records = sorted(records, key=lambda record: int(record["epoch"]))
    checker = Checker(json.loads(records[0]["table"]))
    whole = sum(prize["ppm"] for prize in checker.prizes) == 1_000_000
    checker.expect(right=whole, what="chances do not sum to a million")
    for record in records:
        checker.record(record)
    return checker.checked, checker.wrong


def main(paths: list[str]) -> int:
    checked, wrong = check([json.loads(Path(path).read_text("utf-8")) for path in paths])
    sys.stdout.write("".join(f"{line}\n" for line in wrong))
    sys.stdout.write(f"{checked} tries checked, {len(wrong)} differences\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
