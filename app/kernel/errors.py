"""Errors that a person may see. Anything else is a bug and becomes a 500."""

from typing import ClassVar

from app.kernel.i18n import lazy_gettext as _l


class DomainError(Exception):
    """A rule of the business said no.

    Attributes:
        code: stable machine name, part of the API.
        http_status: how the web edge answers.
        message: what to show: what happened and what to do next (lazily translated).
    """

    code: ClassVar[str] = "domain_error"
    http_status: ClassVar[int] = 409
    default_message: ClassVar[object] = _l("That can't be done right now.")

    def __init__(self, message: object | None = None) -> None:
        self.message = self.default_message if message is None else message
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class NotFoundError(DomainError):
    """The thing does not exist, or this actor may not know that it does."""

    code = "not_found"
    http_status = 404
    default_message = _l("This pot has left the table.")


class ForbiddenError(DomainError):
    """The thing exists and this actor may see it, but not do this."""

    code = "forbidden"
    http_status = 403
    default_message = _l("You can't do this with your account.")


class InvalidError(DomainError):
    """What was sent has the wrong shape or value."""

    code = "invalid"
    http_status = 422
    default_message = _l("Please check what you entered.")


class ConflictError(DomainError):
    """Someone else was faster, or the same key was used for something else."""

    code = "conflict"
    http_status = 409
    default_message = _l("This has changed meanwhile. Reload and try again.")


class TooManyError(DomainError):
    """Too fast or too often.

    Attributes:
        retry_after: whole seconds until it may work again.
    """

    code = "too_many"
    http_status = 429

    def __init__(self, retry_after: int, message: object | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(
            _l("Too fast. Try again in %(seconds)s s.", seconds=retry_after)
            if message is None
            else message
        )
