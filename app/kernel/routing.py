"""Addresses: the functions that build them are made when somebody asks, not at every start."""

from typing import Any

from werkzeug.routing import Rule


class LateRule(Rule):
    """A route whose ``url_for`` is put together at its first use.

    Werkzeug writes and compiles two functions for every route when it is added: with hundreds of
    routes a tenth of a start, and a page needs some twenty of them.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Any:  # noqa: FBT001, FBT002 - Werkzeug's
        name = "_build_unknown" if append_unknown else "_build"
        make = super()._compile_builder

        def first(rule: "LateRule", **values: Any) -> Any:
            made = make(append_unknown).__get__(rule, None)
            setattr(rule, name, made)
            return made(**values)

        return first
