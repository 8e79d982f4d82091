"""Categories and collection sets in the staff console."""

from dataclasses import asdict

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.commerce.forms import DecisionForm
from app.commerce.forms.catalogue import CategoryForm, SetForm
from app.commerce.queries import catalogue, collection
from app.commerce.service import catalogue as service
from app.commerce.service import sets as set_service
from app.commerce.staff.blueprint import bp
from app.commerce.types.catalogue import CatalogueError, CategoryRow, NoSuchProductError, SetDraft
from app.kernel import web
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission


@bp.get("/categories")
@web.permission(Permission.PRODUCTS_EDIT)
def categories() -> ResponseReturnValue:
    """List categories."""
    return render_template("commerce/staff_categories.html", rows=catalogue.categories())


@bp.route("/categories/new", methods=["GET", "POST"])
@web.permission(Permission.PRODUCTS_EDIT)
def new_category() -> ResponseReturnValue:
    """Make a category."""
    return _category_page(CategoryForm(), None)


@bp.route("/categories/<slug>", methods=["GET", "POST"])
@web.permission(Permission.PRODUCTS_EDIT)
def edit_category(slug: str) -> ResponseReturnValue:
    """Change a category.

    Raises:
        NoSuchProductError: there is none of this address.
    """
    row = _category(slug)
    form = CategoryForm(obj=row)
    form.slug.data = row.slug
    return _category_page(form, row)


def _category(slug: str) -> CategoryRow:
    row = catalogue.find_category(slug)
    if row is None:
        raise NoSuchProductError
    return row


def _category_page(form: CategoryForm, row: CategoryRow | None) -> ResponseReturnValue:
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                service.save_category(form.row(), is_new=row is None, actor_id=web.me().id)
            except CatalogueError as error:
                form.slug.errors = [str(error.message)]
            else:
                web.toast(_("Saved"))
                return redirect(url_for("commerce_staff.categories"), 303)
    return render_template("commerce/staff_category.html", form=form, row=row), status


@bp.route("/categories/<slug>/remove", methods=["GET", "POST"])
@web.permission(Permission.PRODUCTS_EDIT)
def remove_category(slug: str) -> ResponseReturnValue:
    """Ask, then remove an empty category."""
    row, form, status = _category(slug), DecisionForm(), 200
    if form.validate_on_submit():
        try:
            service.remove_category(slug, actor_id=web.me().id)
        except CatalogueError as error:
            status = 422
            form.form_errors.append(str(error.message))
        else:
            web.toast(_("Removed"))
            return redirect(url_for("commerce_staff.categories"), 303)
    return render_template("commerce/staff_category_remove.html", form=form, row=row), status


# --- sets ----------------------------------------------------------------------------------------


@bp.get("/sets")
@web.permission(Permission.PRODUCTS_EDIT)
def sets() -> ResponseReturnValue:
    """List the sets of the collection book."""
    return render_template("commerce/staff_sets.html", sets=collection.set_drafts())


@bp.route("/sets/new", methods=["GET", "POST"])
@web.permission(Permission.PRODUCTS_EDIT)
def new_set() -> ResponseReturnValue:
    """Make a set."""
    return _set_page(SetForm(), None)


@bp.route("/sets/<slug>", methods=["GET", "POST"])
@web.permission(Permission.PRODUCTS_EDIT)
def edit_set(slug: str) -> ResponseReturnValue:
    """Change a set.

    Raises:
        NoSuchProductError: there is none of this address.
    """
    draft = _set(slug)
    form = SetForm(data={**asdict(draft), "codes": "\n".join(draft.codes)})
    form.slug.data = draft.slug
    return _set_page(form, draft)


def _set(slug: str) -> SetDraft:
    draft = collection.find_set(slug)
    if draft is None:
        raise NoSuchProductError
    return draft


def _set_page(form: SetForm, draft: SetDraft | None) -> ResponseReturnValue:
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                set_service.save_set(form.draft(), is_new=draft is None, actor_id=web.me().id)
            except CatalogueError as error:
                form[error.field].errors = [str(error.message)]
            else:
                web.toast(_("Saved"))
                return redirect(url_for("commerce_staff.sets"), 303)
    return render_template("commerce/staff_set.html", form=form, draft=draft), status


@bp.route("/sets/<slug>/remove", methods=["GET", "POST"])
@web.permission(Permission.PRODUCTS_EDIT)
def remove_set(slug: str) -> ResponseReturnValue:
    """Ask, then remove a set."""
    draft, form = _set(slug), DecisionForm()
    if form.validate_on_submit():
        set_service.remove_set(slug, actor_id=web.me().id)
        web.toast(_("Removed"))
        return redirect(url_for("commerce_staff.sets"), 303)
    return render_template("commerce/staff_set_remove.html", form=form, draft=draft)
