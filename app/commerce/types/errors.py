"""What commerce refuses."""

from collections.abc import Mapping
from typing import Any, ClassVar

from app.kernel.errors import DomainError, InvalidError, NotFoundError
from app.kernel.i18n import gettext
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

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values: the worker tells them, a page shows them in its language."""
        lazy = self.message
        words = getattr(lazy, "_args", (str(lazy),))[0]
        values = {name: str(each) for name, each in getattr(lazy, "_kwargs", {}).items()}
        return {
            "text": words, "values": values, "option": self.option, "line": self.line_number,
        }  # fmt: skip

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "FileRefusedError":
        """Return what :meth:`as_json` wrote."""
        text = gettext(told["text"], **told["values"])
        return cls(text, option=told["option"], line_number=told["line"])


class RollbackRefusedError(DomainError):
    """This import can't be rolled back."""

    code: ClassVar[str] = "rollback_refused"


class DraftMovedError(DomainError):
    """Somebody else has gone on with this file meanwhile."""

    code: ClassVar[str] = "draft_moved"
    default_message = _l("Somebody else has gone on with this file. Reload to see where it stands.")


class UnknownChannelError(NotFoundError):
    """There is no such sales channel."""

    code: ClassVar[str] = "unknown_channel"
    default_message = _l("There is no such sales channel.")


class AlreadyDecidedError(DomainError):
    """Somebody has decided this kept-aside order already, or it has changed since."""

    code: ClassVar[str] = "already_decided"
    default_message = _l("Somebody has decided this order already. Reload to see how.")
