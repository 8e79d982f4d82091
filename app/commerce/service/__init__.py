"""What can be done with orders: every public verb is one transaction, or a loop of such."""

from app.commerce.service.awards import award
from app.commerce.service.batches import finish, open_batch, refuse
from app.commerce.service.chunks import take_chunk
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

__all__ = [
    "Placed",
    "Report",
    "Taken",
    "accept_figures",
    "award",
    "dry_run",
    "finish",
    "forget_old_uploads",
    "import_file",
    "import_rows",
    "import_uploads",
    "keep_figures",
    "open_batch",
    "open_channel",
    "place_orders",
    "place_refunds",
    "reconcile_awards",
    "refuse",
    "seed_categories",
    "seed_channels",
    "seed_orders",
    "seed_products",
    "seed_sets",
    "settle_orders",
    "take_chunk",
    "take_delivery",
    "upload",
    "withdraw_orders",
    "withdraw_refunds",
]
