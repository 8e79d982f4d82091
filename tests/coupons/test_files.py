"""Codes by the file: taken in once, bad lines told, made ones, and reports of used ones."""

import io

import pytest
from flask import Flask

from app.coupons import queries, service
from app.coupons.policy.reading import read_codes
from app.coupons.queries.tables import COUPON, PART
from app.coupons.types import FileRefusedError, Job, JobKind, JobState, LineFault
from app.identity.types import MemberRow
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from tests.coupons.pools import a_pool, given, own, standing, stored


def sent(staff: MemberRow, raw: str | bytes, pool: str | None, kind: JobKind = JobKind.ADD) -> Job:
    data = raw.encode() if isinstance(raw, str) else raw
    return service.begin_file(staff.id, kind, data, "codes.csv", pool)


def done(job: Job) -> Job:
    while service.work_some():
        pass
    db.session.rollback()
    return queries.get_job(job.code)


def faults(job: Job) -> list[tuple[int, LineFault]]:
    return [(each.number, each.fault) for each in queries.faults_of(job.id)]


def test_a_file_is_taken_in_and_each_bad_line_is_told(staff: MemberRow) -> None:
    pool = a_pool(staff, 1)
    job = sent(
        staff,
        "no,code\n1,AAAA-1111\n2,SECRET0\n3,AAAA-1111\n4,x y\n5,1.23E+15\n6,BBBB-2222\n",
        pool,
    )
    assert job.state is JobState.WAITING
    job = done(job)
    assert (job.state, job.lines, job.done, job.good, job.bad) == (JobState.DONE, 6, 6, 2, 4)
    assert faults(job) == [
        (3, LineFault.KNOWN),
        (4, LineFault.TWICE),
        (5, LineFault.SHAPE),
        (6, LineFault.FIGURE),
    ]
    assert standing(pool) == (3, 0, 0, 0)


def test_the_same_file_again_adds_nothing(staff: MemberRow) -> None:
    pool = a_pool(staff, 0)
    first = done(sent(staff, "AAAA-1111\nBBBB-2222\n", pool))
    again = sent(staff, "AAAA-1111\nBBBB-2222\n", pool)
    assert again.code == first.code
    assert standing(pool) == (2, 0, 0, 0)


def test_lines_wait_sealed_and_leave_no_trace(staff: MemberRow) -> None:
    pool = a_pool(staff, 0)
    job = sent(staff, "ZORRO-11\n", pool)
    db.session.rollback()
    (waiting,) = db.session.scalars(PART.select().with_only_columns(PART.c.sealed_lines))
    assert "ZORRO" not in waiting
    done(job)
    assert db.session.scalar(PART.select()) is None
    notes = db.session.query(AuditEntry).all()
    assert notes
    assert not any("ZORRO" in note.detail for note in notes)


def test_a_large_file_goes_on_chunk_by_chunk(staff: MemberRow) -> None:
    pool = a_pool(staff, 0)
    job = sent(staff, "".join(f"CODE-{n:05}\n" for n in range(1_001)), pool)
    assert service.work_some() == 500
    half = queries.get_job(job.code)
    assert (half.state, half.done) == (JobState.RUNNING, 500)
    assert standing(pool)[0] == 500
    assert done(job).good == 1_001


def test_stopped_work_keeps_what_was_taken_in(staff: MemberRow) -> None:
    pool = a_pool(staff, 0)
    job = sent(staff, "".join(f"CODE-{n:05}\n" for n in range(700)), pool)
    service.work_some()
    assert service.stop(staff.id, job.code)
    assert not service.stop(staff.id, job.code)
    assert done(job).state is JobState.STOPPED
    assert standing(pool)[0] == 500


def test_a_workbook_is_read_and_rounded_numbers_are_told() -> None:
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        for row, cell in enumerate(["券码", "ABCD-1", 12345678, 1234567890123456789]):
            sheet.write(row, 0, cell)
    found = read_codes(made.getvalue())
    assert found.good == ((2, "ABCD-1"), (3, "12345678"))
    assert [(each.number, each.fault) for each in found.faults] == [(4, LineFault.FIGURE)]


@pytest.mark.parametrize(
    "raw", [b"", b"\n\n", b"PK\x03\x04 no zip", b"\xd0\xcf\x11\xe0", b"\x00\x01\x02\x00"]
)
def test_what_is_no_file_of_codes_is_refused(raw: bytes) -> None:
    with pytest.raises(FileRefusedError):
        read_codes(raw)


def test_a_file_of_bad_lines_alone_is_refused(staff: MemberRow) -> None:
    pool = a_pool(staff, 0)
    with pytest.raises(FileRefusedError):
        sent(staff, "a\nb c d\n", pool)


@pytest.mark.parametrize(
    "raw", [b"ABCD-1;x\nABCD-2;y\n", "ABCD-1\r\nABCD-2\r\n".encode("utf-16"),
            "券码\n'ABCD-1\n=\"ABCD-2\"\n".encode("gb18030")],
)  # fmt: skip
def test_codes_come_in_many_shapes(raw: bytes) -> None:
    assert [code for _, code in read_codes(raw).good] == ["ABCD-1", "ABCD-2"]


# --- made by the house ---------------------------------------------------------------------------


def test_made_codes_are_unlike_each_other_and_begin_as_asked(staff: MemberRow) -> None:
    pool = a_pool(staff, 0)
    asked = [service.begin_making(staff.id, pool, 60, "POT-", "k" * 20) for _ in range(2)]
    assert asked[0].code == asked[1].code
    done(asked[0])
    made = service.list_made(staff.id, asked[0].code)
    assert len(set(made)) == 60
    assert all(code.startswith("POT-") and not set(code[4:]) & set("ILOU") for code in made)
    assert standing(pool) == (60, 0, 0, 0)


def test_a_shops_own_codes_are_never_listed(staff: MemberRow) -> None:
    pool = a_pool(staff, 0)
    job = done(sent(staff, "AAAA-1111\n", pool))
    with pytest.raises(NotFoundError):
        service.list_made(staff.id, job.code)


# --- used ones -----------------------------------------------------------------------------------


def test_a_channels_report_marks_codes_of_any_pool(staff: MemberRow, alice: MemberRow) -> None:
    one, two = a_pool(staff, 2, prefix="ONE-"), a_pool(staff, 1, prefix="TWO-")
    given(one, alice)
    job = done(sent(staff, "ONE-0\nTWO-0\nNOBODYS\n", None, JobKind.USED))
    assert (job.good, job.bad) == (2, 1)
    assert faults(job) == [(3, LineFault.UNKNOWN)]
    assert standing(one) == (1, 0, 1, 0)
    assert standing(two) == (0, 0, 1, 0)
    again = done(sent(staff, "ONE-0\n", None, JobKind.USED))
    assert faults(again) == [(1, LineFault.USED_BEFORE)]


def test_a_channel_confirms_what_a_member_said(staff: MemberRow, alice: MemberRow) -> None:
    pool = a_pool(staff, 1)
    given(pool, alice)
    code = own(alice).code
    service.mark_used(alice.id, code)
    assert service.unmark_used(alice.id, code)
    service.mark_used(alice.id, code)
    assert done(sent(staff, "SECRET0\n", None, JobKind.USED)).good == 1
    assert not service.unmark_used(alice.id, code)
    assert standing(pool) == (0, 0, 1, 0)


def test_codes_are_known_under_a_retired_secret(app: Flask, staff: MemberRow) -> None:
    pool = a_pool(staff, 1)
    former = app.config["SECRET_KEY"]
    app.config.update(
        SECRET_KEY="another-secret-0123456789-0123456789", SECRET_KEY_FALLBACKS=[former]
    )
    try:
        job = done(sent(staff, "SECRET0\nNEW-ONE\n", pool))
        assert faults(job) == [(1, LineFault.KNOWN)]
        assert job.good == 1
    finally:
        app.config.update(SECRET_KEY=former, SECRET_KEY_FALLBACKS=[])
    assert len(stored()) == 2
    assert db.session.scalar(COUPON.select().with_only_columns(COUPON.c.id)) is not None
