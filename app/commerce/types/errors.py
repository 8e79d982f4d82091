"""What commerce refuses."""

from typing import ClassVar

from app.kernel.errors import DomainError, InvalidError, NotFoundError
from app.kernel.i18n import lazy_gettext as _l


class FileRefusedError(InvalidError):
    """A file can't be imported at all.

    Attributes:
        option: what to set differently: ``file``, ``mapping``, ``encoding`` or ``delimiter``.
        line_number: where in the file, if at one place.
        suggestion: a value that would work for ``option``, or empty.
    """

    code: ClassVar[str] = "file_refused"

    def __init__(
        self,
        message: object,
        *,
        option: str = "file",
        line_number: int | None = None,
        suggestion: str = "",
    ) -> None:
        self.option, self.line_number, self.suggestion = option, line_number, suggestion
        super().__init__(message)


class UnknownChannelError(NotFoundError):
    """There is no such sales channel."""

    code: ClassVar[str] = "unknown_channel"
    default_message = _l("There is no such sales channel.")


class AlreadyDecidedError(DomainError):
    """Somebody has decided this kept-aside order already, or it has changed since."""

    code: ClassVar[str] = "already_decided"
    default_message = _l("Somebody has decided this order already. Reload to see how.")
