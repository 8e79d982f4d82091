"""What is known from elsewhere: the list, a new one, files of many and how far they are."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.media import service as media
from app.kernel.media.types import PhotoError
from app.kernel.web import is_fragment, me, permission, toast
from app.originality import queries, service
from app.originality.forms import ActForm, ClaimForm, ImportForm
from app.originality.policy.claims_csv import COLUMNS, FAULTS
from app.originality.staff.blueprint import JUDGE, bp, key_arg
from app.originality.types import MAX_FILE_BYTES, ClaimError, Kind


@bp.get("/claims")
@permission(JUDGE)
def claims() -> ResponseReturnValue:
    """List what is known from elsewhere."""
    page = queries.claim_list(after=key_arg())
    return render_template(
        "originality/staff_claims.html",
        claims=page.items,
        imports=queries.import_list(),
        next_url=url_for(".claims", after=page.next_key) if page.next_key else None,
        act=ActForm(formdata=None),
    )


@bp.route("/claims/new", methods=["GET", "POST"])
@permission(JUDGE)
def new_claim() -> ResponseReturnValue:
    """Enter something known from elsewhere."""
    form = ClaimForm()
    if not form.is_submitted():
        return render_template("originality/staff_claim.html", form=form)
    if form.validate() and _entered(form):
        toast(_("Kept. Posts are compared with it within minutes"))
        return redirect(url_for(".claims"), 303)
    return render_template("originality/staff_claim.html", form=form), 422


def _entered(form: ClaimForm) -> bool:
    try:
        media_id = _photo(form)
        service.add_claim(me().id, form.claim(media_id))
    except PhotoError as error:
        form.photo.errors = [str(error.message)]
    except ClaimError as error:
        form[error.field].errors = [str(error.message)]
    else:
        return True
    return False


def _photo(form: ClaimForm) -> int | None:
    upload = form.photo.data
    is_photo = form.kind.data == Kind.PHOTO.value
    if not is_photo or not isinstance(upload, FileStorage) or not upload.filename:
        return None
    return media.store_photo(me().id, upload.stream).id


@bp.post("/claims/<int:claim_id>/retire")
@permission(JUDGE)
def retire(claim_id: int) -> ResponseReturnValue:
    """Compare nothing with a claim any more, or bring it back."""
    if claim_id >= 2**63:
        raise NotFoundError
    if request.form.get("to") == "back":
        service.bring_claim_back(me().id, claim_id)
        toast(_("Posts are compared with it again"))
    else:
        service.retire_claim(me().id, claim_id)
        toast(_("Retired. You can bring it back"), "info")
    return redirect(url_for(".claims"), 303)


@bp.route("/claims/import", methods=["GET", "POST"])
@permission(JUDGE)
def import_claims() -> ResponseReturnValue:
    """Take a file of claims in."""
    form = ImportForm()
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                code = service.begin_import(me().id, form.file.data.stream.read(MAX_FILE_BYTES + 1))
            except ClaimError as error:
                form.file.errors = [str(error.message)]
            else:
                return redirect(url_for(".import_page", code=code), 303)
    return render_template("originality/staff_import.html", form=form, columns=COLUMNS), status


@bp.get("/claims/import/<code>")
@permission(JUDGE)
def import_page(code: str) -> ResponseReturnValue:
    """Show how far a file is, and its bad lines."""
    found = queries.find_import(code)
    if found is None:
        raise NotFoundError
    template = "_import" if is_fragment() else "staff_import_done"
    return render_template(f"originality/{template}.html", found=found, faults=FAULTS)
