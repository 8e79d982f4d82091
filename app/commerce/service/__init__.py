"""What can be done with orders: every public verb is one transaction, or a loop of such."""

from app.commerce.service.awards import award
from app.commerce.service.batches import finish, open_batch, refuse
from app.commerce.service.chunks import take_chunk
from app.commerce.service.claims import (
    Claim,
    ask_staff,
    claim_order,
    match_claim,
    refuse_claim,
    seal_buyers,
    take_claim_back,
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

__all__ = [
    "Claim",
    "Report",
    "accept_figures",
    "ask_staff",
    "award",
    "claim_order",
    "dry_run",
    "finish",
    "forget_old_uploads",
    "import_file",
    "import_rows",
    "import_uploads",
    "keep_figures",
    "match_claim",
    "open_batch",
    "open_channel",
    "reconcile_awards",
    "refuse",
    "refuse_claim",
    "seal_buyers",
    "seed_channels",
    "seed_orders",
    "seed_products",
    "take_chunk",
    "take_claim_back",
    "upload",
]
