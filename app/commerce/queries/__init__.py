"""Reads of commerce. What a page shows comes in one call, in a fixed number of statements."""

from app.commerce.queries.channels import (
    channels,
    get_channel,
    get_channel_by_name,
    totals,
)
from app.commerce.queries.checks import (
    AwardDrift,
    award_drifts,
    drifting_awards,
    drifting_figures,
    lost_refunds,
    misplaced_states,
)
from app.commerce.queries.drafts import (
    DraftCard,
    codes_in_use,
    draft_by_id,
    draft_card,
    draft_code_of,
    drafts_at_work,
    get_draft,
    open_drafts,
    saved_mappings,
    stale_drafts,
)
from app.commerce.queries.exported import (
    issue_export_rows,
    order_export_count,
    order_export_rows,
    refund_export_rows,
)
from app.commerce.queries.foreseeing import (
    known_numbers,
    known_orders,
    known_refunds,
)
from app.commerce.queries.imports import (
    BatchCard,
    batch_by_id,
    batch_mapping,
    batches,
    brought_by,
    get_batch,
    issues_of,
    next_rollback,
    next_upload,
    open_issues,
    standing_orders,
    standing_refunds,
    unfinished_codes,
)
from app.commerce.queries.keys import (
    tail_digest,
    tail_digests,
)
from app.commerce.queries.orders import (
    address_of,
    my_order,
    my_orders,
)
from app.commerce.queries.overview import (
    SORTS,
    ChannelFigures,
    Overview,
    overview,
)
from app.commerce.queries.staff import (
    Filters,
    kept_aside,
    kept_aside_count,
    staff_order,
    staff_orders,
)
from app.commerce.queries.standings import (
    OrderRows,
    order_rows,
    rows_of,
)
from app.commerce.queries.told import (
    RefundLists,
    refund_lists,
    refund_moments,
)

__all__ = [
    "SORTS",
    "AwardDrift",
    "BatchCard",
    "ChannelFigures",
    "DraftCard",
    "Filters",
    "OrderRows",
    "Overview",
    "RefundLists",
    "address_of",
    "award_drifts",
    "batch_by_id",
    "batch_mapping",
    "batches",
    "brought_by",
    "channels",
    "codes_in_use",
    "draft_by_id",
    "draft_card",
    "draft_code_of",
    "drafts_at_work",
    "drifting_awards",
    "drifting_figures",
    "get_batch",
    "get_channel",
    "get_channel_by_name",
    "get_draft",
    "issue_export_rows",
    "issues_of",
    "kept_aside",
    "kept_aside_count",
    "known_numbers",
    "known_orders",
    "known_refunds",
    "lost_refunds",
    "misplaced_states",
    "my_order",
    "my_orders",
    "next_rollback",
    "next_upload",
    "open_drafts",
    "open_issues",
    "order_export_count",
    "order_export_rows",
    "order_rows",
    "overview",
    "refund_export_rows",
    "refund_lists",
    "refund_moments",
    "rows_of",
    "saved_mappings",
    "staff_order",
    "staff_orders",
    "stale_drafts",
    "standing_orders",
    "standing_refunds",
    "tail_digest",
    "tail_digests",
    "totals",
    "unfinished_codes",
]
