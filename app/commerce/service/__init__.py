"""What can be done with orders: every public verb is one transaction, or a loop of such."""

from app.commerce.service.awards import (
    award,
    spent_on_campaigns,
)
from app.commerce.service.batches import (
    finish,
    open_batch,
    refuse,
)
from app.commerce.service.chunks import (
    take_chunk,
)
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
from app.commerce.service.deciding import (
    accept_figures,
    keep_figures,
)
from app.commerce.service.delivering import (
    Taken,
    take_delivery,
)
from app.commerce.service.drafts import (
    Choices,
    choose_again,
    choose_columns,
    choose_sheet,
    confirm_draft,
    drop_draft,
    open_draft,
    peek_at,
    version_of,
)
from app.commerce.service.files import (
    Report,
    as_csv,
    import_file,
    import_rows,
)
from app.commerce.service.foreseeing import (
    dry_run,
)
from app.commerce.service.placing import (
    Placed,
    place_orders,
)
from app.commerce.service.points_told import (
    NEWS_FOR,
    POINTS_HEARD,
    tell_points,
    tell_ready,
    tell_ready_page,
)
from app.commerce.service.reconciling import (
    reconcile_awards,
)
from app.commerce.service.refunds import (
    place_refunds,
    withdraw_refunds,
)
from app.commerce.service.rolling_back import (
    ask_rollback,
    roll_back,
    roll_back_some,
)
from app.commerce.service.seeding import (
    open_channel,
    seed_channels,
    seed_orders,
)
from app.commerce.service.sets import (
    show_collection,
)
from app.commerce.service.settling import (
    settle_orders,
    withdraw_orders,
)
from app.commerce.service.stocking import (
    seed_categories,
    seed_products,
    seed_sets,
)
from app.commerce.service.tags import (
    check_tags,
    recount_products,
    save_tags,
    seed_tags,
    show_tags,
)
from app.commerce.service.uploading import (
    upload,
)
from app.commerce.service.working import (
    errors_path,
    forget_old_uploads,
    import_uploads,
    prepare_drafts,
    remove_files,
)

__all__ = [
    "NEWS_FOR",
    "POINTS_HEARD",
    "SLACK",
    "Choices",
    "Claim",
    "Placed",
    "Report",
    "Taken",
    "accept_figures",
    "as_csv",
    "ask_rollback",
    "ask_staff",
    "award",
    "check_tags",
    "choose_again",
    "choose_columns",
    "choose_sheet",
    "claim_order",
    "confirm_draft",
    "credit_all",
    "credit_member",
    "credit_order",
    "drifting_credits",
    "drop_draft",
    "dry_run",
    "errors_path",
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
    "open_draft",
    "peek_at",
    "place_orders",
    "place_refunds",
    "prepare_drafts",
    "reconcile_awards",
    "recount_products",
    "refuse",
    "refuse_claim",
    "remove_files",
    "roll_back",
    "roll_back_some",
    "save_tags",
    "seal_buyers",
    "seed_categories",
    "seed_channels",
    "seed_orders",
    "seed_products",
    "seed_sets",
    "seed_tags",
    "settle_orders",
    "show_collection",
    "show_tags",
    "spent_on_campaigns",
    "take_chunk",
    "take_claim_back",
    "take_delivery",
    "tell_points",
    "tell_ready",
    "tell_ready_page",
    "upload",
    "version_of",
    "withdraw_orders",
    "withdraw_refunds",
]
