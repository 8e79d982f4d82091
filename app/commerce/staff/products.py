"""Products in the staff console: the list, one product, showing, hiding, retiring."""

from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from wtforms import FormField

from app.commerce.forms.catalogue import ProductForm, as_form_data, sku_data
from app.commerce.queries import catalogue, channel_settings
from app.commerce.queries.catalogue import STATES, ProductFilters
from app.commerce.service import catalogue as service
from app.commerce.staff.blueprint import bp
from app.commerce.types.catalogue import (
    MAX_PRODUCT_PHOTOS,
    CatalogueError,
    NoSuchProductError,
    ProductChangedError,
    ProductState,
    SkuDraft,
)
from app.commerce.types.goods import half_of
from app.kernel import i18n, web
from app.kernel.errors import DomainError
from app.kernel.i18n import gettext as _
from app.kernel.media import queries as media
from app.kernel.media.types import PhotoError
from app.kernel.media.uploads import take_upload
from app.kernel.permissions import Permission
from app.kernel.types import Photo

SEARCH_LENGTH = 80


@bp.get("/products")
@web.permission(Permission.PRODUCTS_EDIT)
def products() -> ResponseReturnValue:
    """List products; the filters stand in the address."""
    filters = ProductFilters(
        request.args.get("q", "")[:SEARCH_LENGTH].strip(),
        request.args.get("category", ""),
        request.args.get("line", ""),
        request.args.get("state", ""),
    )
    page = catalogue.staff_products(filters, request.args.get("after"))
    narrowed = {name: value for name in ("q", "category", "line", "state")
                if (value := getattr(filters, name))}  # fmt: skip
    next_url = url_for("commerce_staff.products", after=page.next_key, **narrowed)
    tag = i18n.locale_tag()
    return render_template(
        "commerce/staff_products.html",
        page=page,
        filters=filters,
        is_narrowed=bool(narrowed),
        is_first=not request.args.get("after"),
        categories=[
            ("", _("All categories")),
            *((row.slug, row.name(tag)) for row in catalogue.categories()),
        ],
        lines=[("", _("All lines")), *((line, half(line)) for line in catalogue.brand_lines())],
        states=[("", _("Every state")), *((state, state_name(state)) for state in STATES)],
        next_url=next_url if page.next_key else None,
        lacks=lack_name,
        half=half,
    )


def half(text: str) -> str:
    """Return the reader's half of a text in two languages."""
    return half_of(text, is_zh=i18n.locale_tag().startswith("zh"))


def state_name(state: str) -> str:
    """Return what staff call a filter of the list."""
    names = {"shown": _("Shown"), "hidden": _("Hidden"), "needs_work": _("Needs work")}
    return names[state]


def lack_name(lack: str) -> str:
    """Return what a product lacks, in a word or two."""
    names = {
        "photo": _("no photo"),
        "description": _("a description is missing"),
        "sku": _("nothing on sale"),
    }
    return names[lack]


@bp.route("/products/new", methods=["GET", "POST"])
@web.permission(Permission.PRODUCTS_EDIT)
def new_product() -> ResponseReturnValue:
    """Put a new product on the shelf."""
    return _Editor("").answer()


@bp.route("/products/<slug>", methods=["GET", "POST"])
@web.permission(Permission.PRODUCTS_EDIT)
def edit_product(slug: str) -> ResponseReturnValue:
    """Change a product, its photos, its SKUs and where these are listed.

    Raises:
        NoSuchProductError: there is none of this address.
    """
    return _Editor(slug).answer()


@bp.post("/products/<slug>/show")
@web.permission(Permission.PRODUCTS_EDIT)
def show_product(slug: str) -> ResponseReturnValue:
    """Show a product to fans."""
    did = service.show_product(slug, is_shown=True, actor_id=web.me().id)
    return _back_to(slug, "shown" if did else None)


@bp.post("/products/<slug>/hide")
@web.permission(Permission.PRODUCTS_EDIT)
def hide_product(slug: str) -> ResponseReturnValue:
    """Hide a product from fans; the page that follows offers to undo it."""
    did = service.show_product(slug, is_shown=False, actor_id=web.me().id)
    return _back_to(slug, "hidden" if did else None)


@bp.post("/products/<slug>/retire")
@web.permission(Permission.PRODUCTS_EDIT)
def retire_sku(slug: str) -> ResponseReturnValue:
    """Take a SKU (``code`` in the form) off sale; the page that follows offers to undo it."""
    code = request.form.get("code", "")
    did = service.retire_sku(slug, code, is_retired=True, actor_id=web.me().id)
    return _back_to(slug, "retired" if did else None, code)


@bp.post("/products/<slug>/sell-again")
@web.permission(Permission.PRODUCTS_EDIT)
def sell_again(slug: str) -> ResponseReturnValue:
    """Put a SKU (``code`` in the form) back on sale."""
    code = request.form.get("code", "")
    did = service.retire_sku(slug, code, is_retired=False, actor_id=web.me().id)
    return _back_to(slug, "back" if did else None, code)


def _back_to(slug: str, done: str | None, code: str | None = None) -> ResponseReturnValue:
    address = url_for("commerce_staff.edit_product", slug=slug, done=done, code=code)
    return redirect(address, 303)


class _Editor:
    """One product's form: filled from what is stored, read, saved, or shown again with errors."""

    def __init__(self, slug: str) -> None:
        """Begin; ``slug`` is empty for a new product."""
        self.slug = slug
        self.status = 200
        self.newer = False
        self.photo_ids: list[int] = []
        self.photo_errors: list[str] = []
        self.channels = channel_settings.channel_settings()
        self.open_channels = [each.code for each in self.channels if not each.is_closed]
        self.state: ProductState | None = None  # read when it is shown

    def answer(self) -> ResponseReturnValue:
        """Show the page, or save what was sent."""
        if request.method == "GET":
            self._read()
            self.form = self._filled()
            return self._page(), 200
        self.status = 422
        self.form = ProductForm()
        self._offer()
        self._take_pictures()
        if self.form.validate() and not self.photo_errors and self._save():
            web.toast(_("Saved"))
            address = self.slug or self.form.slug.data
            return redirect(url_for("commerce_staff.edit_product", slug=address), 303)
        self._read()
        return self._page(), self.status

    def _read(self) -> None:
        if self.slug:
            self.state = catalogue.find_product(self.slug)
            if self.state is None:
                raise NoSuchProductError

    def _filled(self) -> ProductForm:
        if self.state is None:
            self.form = ProductForm()
        else:
            draft = self.state.draft
            self.form = ProductForm(data=as_form_data(draft, self.state.version))
            self.photo_ids = list(draft.photo_ids or ())
            for sku in draft.skus:
                self.form.skus.append_entry(sku_data(sku, self._channels_of(sku)))
        self._offer()
        return self.form

    def _offer(self) -> None:
        self.form.offer(catalogue.categories(), i18n.locale_tag())
        if self.slug:
            self.form.slug.data = self.slug

    # --- what was sent ---

    def _take_pictures(self) -> None:
        """Take in photos: the picker's ids, plain files, and one file for each SKU."""
        given = request.form.getlist("photo_ids")[: MAX_PRODUCT_PHOTOS * 2]
        self.photo_ids = [int(text) for text in given if text.isdecimal() and len(text) < 19]  # noqa: PLR2004 - fits 64 bits
        for file in request.files.getlist("photos"):
            if file.filename and len(self.photo_ids) < MAX_PRODUCT_PHOTOS:
                self._take(file, self.photo_ids)
        for entry in self.form.skus:
            part = entry.form
            taken: list[int] = []
            picture = request.files.get(f"{entry.name}-picture")
            if picture is not None and picture.filename:
                self._take(picture, taken)
            if part.drops_picture.data or taken:
                part.media_id.data = str(taken[0]) if taken else ""

    def _take(self, file: FileStorage, ids: list[int]) -> None:
        try:
            ids.append(take_upload(web.me(), file).id)
        except DomainError as error:
            self.status = error.http_status
            self.photo_errors.append(f"{(file.filename or '')[:40]}: {error.message}")

    def _save(self) -> bool:
        draft = self.form.draft(self.photo_ids, _currency())
        me = web.me().id
        try:
            if not self.slug:
                service.make_product(draft, actor_id=me)
            else:
                version = self.form.version.data or ""
                seen = int(version) if version.isdecimal() and len(version) < 10 else 0  # noqa: PLR2004 - fits
                service.change_product(draft, version=seen, actor_id=me)
        except DomainError as error:
            self._explain(error)
            return False
        return True

    def _explain(self, error: DomainError) -> None:
        """Put what the service said where the page shows it."""
        self.status = error.http_status
        text = str(error.message)
        if isinstance(error, PhotoError):
            self.photo_errors.append(text)
        elif isinstance(error, ProductChangedError):
            self.newer = True
            self.form.form_errors.append(text)
        elif isinstance(error, CatalogueError) and error.sku:
            self._blame_sku(error, text)
        elif isinstance(error, CatalogueError) and error.field in self.form:
            self.form[error.field].errors = [text]
        else:
            self.form.form_errors.append(text)

    def _blame_sku(self, error: CatalogueError, text: str) -> None:
        for entry in self.form.skus:
            part = entry.form
            if part.code.data == error.sku:
                is_own = error.field in part and error.field != "listings"
                part[error.field if is_own else "code"].errors = [text]
        self.form.form_errors.append(f"{error.sku}: {text}")

    # --- the page ---

    def _channels_of(self, sku: SkuDraft) -> list[str]:
        """Return the channels that a SKU has a line for: those that are open, and where it is."""
        listed = [each.channel for each in sku.listings]
        return list(dict.fromkeys([*self.open_channels, *listed]))

    def _page(self) -> str:
        self._offer_blank_sku()
        photos = self._photos()
        newer = self.state if self.newer else None
        if newer:
            self.form.version.data = str(newer.version)  # saving again is a decision then
        return render_template(
            "commerce/staff_product.html",
            form=self.form,
            product=self.state,
            photos=[photos[each] for each in self.photo_ids if each in photos],
            pictures=photos,
            photo_errors=self.photo_errors,
            max_photos=MAX_PRODUCT_PHOTOS,
            channel_names={each.code: each.name for each in self.channels},
            problems=self.form.problems() if self.form.is_submitted() else [],
            newer=newer.draft if newer else None,
            done=request.args.get("done"),
            done_code=request.args.get("code", ""),
            currency=_currency(),
        )

    def _offer_blank_sku(self) -> None:
        """Leave one empty row at the end: that is how a SKU is added, also without scripts."""
        entries = list(self.form.skus)
        if entries and entries[-1].form.is_blank:
            return
        blank: dict[str, Any] = {
            "currency": _currency(),
            "listings": [{"channel": code} for code in self.open_channels],
        }
        if len(entries) < 200:  # noqa: PLR2004 - the form's own limit
            entry = self.form.skus.append_entry(blank)
            assert isinstance(entry, FormField)  # noqa: S101 - by construction

    def _photos(self) -> dict[int, Photo]:
        """Return the pictures to show: those the catalogue shows, and one's own uploads."""
        of_skus = [entry.form.media_id.data for entry in self.form.skus]
        wanted = {*self.photo_ids, *(int(text) for text in of_skus if (text or "").isdecimal())}
        found = catalogue.catalogue_photos(wanted)
        missing = wanted - set(found)
        return found | (media.find_photos(missing, owner_id=web.me().id) if missing else {})


def _currency() -> str:
    currency: str = current_app.config["POTLUCK"].currency
    return currency
