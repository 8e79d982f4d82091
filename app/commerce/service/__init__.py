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
from app.commerce.service.delivering import Taken, take_delivery
from app.commerce.service.files import (
    Report,
    dry_run,
    forget_old_uploads,
    import_file,
    import_rows,
    import_uploads,
    upload,
)
from app.commerce.service.placing import Placed, place_orders
from app.commerce.service.reconciling import reconcile_awards
from app.commerce.service.refunds import place_refunds, withdraw_refunds
from app.commerce.service.seeding import (
    open_channel,
    seed_channels,
    seed_orders,
)
from app.commerce.service.settling import settle_orders, withdraw_orders
from app.commerce.service.stocking import seed_categories, seed_products, seed_sets
from app.commerce.service.tags import (
    check_tags,
    recount_products,
    save_tags,
    seed_tags,
    show_tags,
)

__all__ = [
    "SLACK",
    "Claim",
    "Placed",
    "Report",
    "Taken",
    "accept_figures",
    "ask_staff",
    "award",
    "check_tags",
    "claim_order",
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
    "match_claim",
    "note_click",
    "open_batch",
    "open_channel",
    "place_orders",
    "place_refunds",
    "reconcile_awards",
    "recount_products",
    "refuse",
    "refuse_claim",
    "save_tags",
    "seal_buyers",
    "seed_categories",
    "seed_channels",
    "seed_orders",
    "seed_products",
    "seed_sets",
    "seed_tags",
    "settle_orders",
    "show_tags",
    "take_chunk",
    "take_claim_back",
    "take_delivery",
    "upload",
    "withdraw_orders",
    "withdraw_refunds",
]
