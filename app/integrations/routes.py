"""``POST /hooks/…``: shops tell orders, payment services payments, other tools acts. JSON."""

from collections.abc import Callable

import structlog
from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from app.integrations import adapters, policy, queries, service
from app.integrations.reports import queries as report_queries
from app.integrations.reports import service as reports
from app.integrations.reports.parsing import known_act, parse_report
from app.integrations.service import Outcome
from app.integrations.types import Adapter, DoorRow, EndpointRow, PayloadError, SchemaError
from app.kernel import clock
from app.kernel.errors import DomainError
from app.kernel.startup import limiter
from app.kernel.web import csrf, no_store, public

log = structlog.get_logger(__name__)

bp = Blueprint("integrations", __name__, url_prefix="/hooks")
csrf.exempt(bp)

MAX_BODY = 1024 * 1024
MAX_PAYMENT = MAX_REPORT = 16 * 1024
EVERYBODY = "1200 per minute"
STRANGERS = "60 per minute"  # of one address whose signatures are wrong


def _was_refused(response: Response) -> bool:
    return response.status_code in {401, 404}


@bp.post("/<code>")
@public
@no_store
@limiter.limit(EVERYBODY)
@limiter.limit(STRANGERS, deduct_when=_was_refused)
def receive(code: str) -> ResponseReturnValue:
    """Let a signed body in.

    The signature over the raw body is checked before anything of it is read or written.
    """
    return _answered(_receive, code)


receive.__machine__ = True  # type: ignore[attr-defined]  # no browser sends it: the signature says who


def _answered(handle: Callable[[str], ResponseReturnValue], code: str) -> ResponseReturnValue:
    """Let a handler answer; machines get what is refused as JSON too."""
    try:
        return handle(code)
    except DomainError as error:
        return _answer(error.http_status, error.code, error)
    except RequestEntityTooLarge:
        return _answer(413, "too_big")


def _receive(code: str) -> ResponseReturnValue:
    request.max_content_length = MAX_BODY
    endpoint = queries.open_endpoint(code)
    body = request.get_data(cache=False)
    if policy.is_ping(endpoint.adapter, request.mimetype, body):
        return _answer(200, "pong")  # unsigned, so nothing of it is kept
    if request.mimetype != "application/json":
        return _answer(415, "json_only")
    said = _signed(endpoint.adapter, body, endpoint)
    if said is None:
        log.info("webhook_refused", channel=endpoint.channel_id)
        return _answer(401, "signature")
    return _let_in(endpoint, said, body)


@bp.post("/payments/<code>")
@public
@no_store
@limiter.limit(EVERYBODY)
@limiter.limit(STRANGERS, deduct_when=_was_refused)
def receive_payment(code: str) -> ResponseReturnValue:
    """Let a signed payment of a mall order in.

    The signature over the raw body is checked before anything of it is read or written.
    """
    return _answered(_receive_payment, code)


receive_payment.__machine__ = True  # type: ignore[attr-defined]


def _receive_payment(code: str) -> ResponseReturnValue:
    request.max_content_length = MAX_PAYMENT
    door = queries.open_payment_door(code)
    body = request.get_data(cache=False)
    if request.mimetype != "application/json":
        return _answer(415, "json_only")
    said = _signed(Adapter.GENERIC, body, door)
    if said is None:
        log.info("payment_refused")
        return _answer(401, "signature")
    text = _text(body)
    if text is None:
        return _answer(400, "utf8")
    try:
        payment = adapters.parse_payment(text)
    except PayloadError as error:
        raise SchemaError(error) from error
    status, reason = service.accept_payment(said, body, payment)
    told = {"status": status, **({"reason": reason} if reason else {})}
    return jsonify(told), 200 if status == "known" else 202


@bp.post("/acts/<code>")
@public
@no_store
@limiter.limit(EVERYBODY)
@limiter.limit(STRANGERS, deduct_when=_was_refused)
def receive_act(code: str) -> ResponseReturnValue:
    """Let a signed report of an act in.

    The signature over the raw body is checked before anything of it is read or written.
    """
    return _answered(_receive_act, code)


receive_act.__machine__ = True  # type: ignore[attr-defined]


def _receive_act(code: str) -> ResponseReturnValue:
    request.max_content_length = MAX_REPORT
    source = report_queries.open_source(code)
    body = request.get_data(cache=False)
    if request.mimetype != "application/json":
        return _answer(415, "json_only")
    if _signed(Adapter.GENERIC, body, source) is None:
        log.info("report_refused", source=source.id)
        return _answer(401, "signature")
    text = _text(body)
    if text is None:
        return _answer(400, "utf8")
    try:
        report = parse_report(text)
        act = known_act(report)
    except PayloadError as error:
        raise SchemaError(error) from error
    status, why = reports.take(source, act, report)
    told = {"status": status, **({"reason": why.value} if why else {})}
    return jsonify(told), 200 if status == "known" else 202


def _signed(adapter: Adapter, body: bytes, door: DoorRow) -> policy.Signed | None:
    headers = {name.lower(): value for name, value in request.headers}
    return policy.signed(adapter, headers, body, service.readable_secrets(door), clock.now())


def _text(body: bytes) -> str | None:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _let_in(endpoint: EndpointRow, said: policy.Signed, body: bytes) -> ResponseReturnValue:
    text = _text(body)
    if text is None:
        return _answer(400, "utf8")
    if endpoint.adapter is Adapter.GENERIC:  # ours to define: the sender hears what is wrong
        _check_schema(endpoint, text)
    outcome = service.accept(endpoint, said, body)
    return _answer(202 if outcome is Outcome.ACCEPTED else 200, outcome.value)


def _check_schema(endpoint: EndpointRow, text: str) -> None:
    from app.commerce.queries import get_channel

    shop = service.shop_of(get_channel(endpoint.channel_id))
    try:
        adapters.parse(endpoint.adapter, policy.GENERIC_TOPIC, text, shop)
    except PayloadError as error:
        raise SchemaError(error) from error


def _answer(status: int, code: str, error: DomainError | None = None) -> ResponseReturnValue:
    if status < 300:  # noqa: PLR2004 - it went well
        return jsonify(status=code), status
    detail: dict[str, object] = {"code": code}
    if error is not None:
        detail["message"] = str(error.message)
    if isinstance(error, SchemaError):
        detail |= {"path": error.path, "trouble": error.trouble.value}
    return jsonify(error=detail), status
