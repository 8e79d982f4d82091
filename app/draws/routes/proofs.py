"""The public proof: seeds, the published table, every try, checked in the reader's own browser."""

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.draws import outcomes, queries, shown
from app.draws.policy import fairness
from app.draws.routes.blueprint import bp
from app.kernel import ids, web
from app.kernel.errors import NotFoundError


@bp.get("/draw/<slug>/verify")
@web.public
@web.cached_for_guests(60)
def verify(slug: str) -> ResponseReturnValue:
    """Show how fair a draw was, and check any revealed try in the browser.

    Raises:
        NotFoundError: there is no such draw that was opened.
    """
    draw = queries.get_public(slug)
    prizes = queries.prizes_of(draw.id)
    play, code = None, ids.read_code(request.args.get("play", ""))
    if code:
        try:
            play = queries.result(slug, code)
        except NotFoundError:
            play = None
    after = request.args.get("after", type=int)
    epochs = queries.epochs(draw.id, after=after)
    return render_template(
        "draws/verify.html",
        draw=draw,
        name=shown.name_of(draw),
        table=fairness.canonical_odds(draw, prizes),
        play=outcomes.proof(play) if play else None,
        asked=request.args.get("play", ""),
        epochs=[shown.epoch_row(draw, epoch) for epoch in epochs.items],
        plays=queries.plays_to_check(draw.id).items if draw.is_played else (),
        next_url=url_for(".verify", slug=slug, after=epochs.next_key) if epochs.next_key else None,
        first_url=url_for(".verify", slug=slug) if after else None,
    )


@bp.get("/draw/<slug>/record/<int:number>")
@web.public
@web.cached_for_guests(60)
def record(slug: str, number: int) -> ResponseReturnValue:
    """Give the public record of one seed: table, commitment, seed if revealed, every try.

    Tries of a seed that is still in use are told without their outcome's inputs being checkable;
    players stand in it under a code that means nothing elsewhere.

    Raises:
        NotFoundError: there is no such draw or seed.
    """
    draw = queries.get_public(slug)
    epoch = queries.epoch(draw.id, number)
    prizes = queries.prizes_of(draw.id)
    return jsonify(
        draw=draw.slug,
        table=fairness.canonical_odds(draw, prizes),
        odds_sha256=draw.odds_sha256,
        epoch=epoch.number,
        commitment=epoch.commitment,
        seed=epoch.seed_hex,
        plays=queries.plays_under(epoch.id) if epoch.revealed_at else [],
        count=epoch.next_nonce,
        entries_sha256=draw.entries_sha256,
        beacon=draw.beacon_value,
    )


@bp.get("/draw/<slug>/entries.txt")
@web.public
@web.cached_for_guests(60)
def entries(slug: str) -> ResponseReturnValue:
    """Give a frozen list exactly as it was hashed.

    Raises:
        NotFoundError: there is no such draw, or no list yet.
    """
    draw = queries.get_public(slug)
    if draw.entries_sha256 is None:
        raise NotFoundError
    text = fairness.canonical_entries(entrant for entrant, _member in queries.entries(draw.id))
    return text, 200, {"Content-Type": "text/plain; charset=utf-8"}
