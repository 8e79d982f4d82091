"""What can be done with orders: every public verb is one transaction, or a loop of such."""

from app.commerce.service.awards import award
from app.commerce.service.batches import finish, open_batch, refuse
from app.commerce.service.chunks import take_chunk
from app.commerce.service.clicks import (
    SLACK,
    credit_all,
    credit_member,
    credit_order,
    drifting_credits,
    forget_clicks,
    note_click,
)
from app.commerce.service.deciding import accept_figures, keep_figures
from app.commerce.service.files import (
    Report,
    dry_run,
    forget_old_uploads,
    import_file,
    import_rows,
    import_uploads,
    upload,
)
from app.commerce.service.reconciling import reconcile_awards
from app.commerce.service.seeding import (
    open_channel,
    seed_channels,
    seed_orders,
    seed_products,
)
from app.commerce.service.tags import (
    check_tags,
    recount_products,
    save_tags,
    seed_tags,
    show_tags,
)

__all__ = [
    "SLACK",
    "Report",
    "accept_figures",
    "award",
    "check_tags",
    "credit_all",
    "credit_member",
    "credit_order",
    "drifting_credits",
    "dry_run",
    "finish",
    "forget_clicks",
    "forget_old_uploads",
    "import_file",
    "import_rows",
    "import_uploads",
    "keep_figures",
    "note_click",
    "open_batch",
    "open_channel",
    "reconcile_awards",
    "recount_products",
    "refuse",
    "save_tags",
    "seed_channels",
    "seed_orders",
    "seed_products",
    "seed_tags",
    "show_tags",
    "take_chunk",
    "upload",
]
