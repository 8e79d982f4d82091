"""Exports: long lists written to a file in the background, safe to open in a spreadsheet.

A domain registers what can be exported in its manifest::

    exports.register(
        exports.Export(
            "commerce.orders", _l("Orders"), Permission.ORDERS_SEE,
            columns=(exports.Column("number", _l("Order number")), …),
            rows=order_rows,          # (params, after, limit) -> Page of tuples, one keyset page
            count=order_count,        # optional: for the bar
            params=("channel", "state", "q"),
        )
    )

and puts ``export_button('commerce.orders', filters)`` on its list. The rest happens here and on
``/staff/exports``: a job row, the worker, progress, the file, its end after a week.
"""

from app.kernel.exports.registry import Column, ColumnKind, Export, find, kinds_for, register
from app.kernel.exports.service import Format, JobRow, ask, job, jobs_of, path_of

__all__ = [
    "Column",
    "ColumnKind",
    "Export",
    "Format",
    "JobRow",
    "ask",
    "find",
    "job",
    "jobs_of",
    "kinds_for",
    "path_of",
    "register",
]
