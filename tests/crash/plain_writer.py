"""Commit rows one by one with given settings, printing each number after its commit.

``python -m tests.crash.plain_writer FILE JOURNAL_MODE SYNCHRONOUS``
"""

import sys

try:
    from pysqlite3 import dbapi2 as driver
except ImportError:
    import sqlite3 as driver

path, journal, synchronous = sys.argv[1:]
connection = driver.connect(path, isolation_level=None, timeout=30)
connection.execute(f"PRAGMA journal_mode={journal}").fetchall()
connection.execute(f"PRAGMA synchronous={synchronous}")
connection.execute("CREATE TABLE IF NOT EXISTS row (n INTEGER PRIMARY KEY)")
number = connection.execute("SELECT coalesce(max(n), 0) FROM row").fetchone()[0]
while True:
    number += 1
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO row VALUES (?)", (number,))
    connection.execute("COMMIT")
    print(number, flush=True)  # noqa: T201 - the acknowledgement
