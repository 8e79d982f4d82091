"""The brand world and the archive for the browser: pages, a face, a column, rights and a use."""

from datetime import timedelta

from app.archive import service as archive
from app.archive.types import Grant, Scope, SelectionDraft, UseDraft
from app.brand import service
from app.brand.types import PageKind
from app.community import service as community
from app.identity.types import MemberRow
from app.kernel import clock
from tests.factories.brand import a_column, a_face, a_page, some_values
from tests.factories.community import a_photo, a_thread


def a_brand_world(team: MemberRow, fan: MemberRow) -> dict[str, str]:
    """Write story, manifesto and values, show a face, begin a column with an issue."""
    a_face(team, photo_id=a_photo(team, 400, 500, waiting=False))
    a_page(team)
    a_page(team, "manifesto", PageKind.MANIFESTO)
    some_values(team, 4)
    column_id = a_column(team)
    issue = a_thread(team, "第一课：牛油怎么炼")
    service.join_column(team.id, column_id, issue.thread_id)
    service.follow(fan.id, "soup-school")
    community.reply(team.id, issue.thread_code, "有问题就在这里问。")
    return {"column": "soup-school", "team_yid": team.yid}


def an_archive(team: MemberRow, author: MemberRow, code: str) -> dict[str, str]:
    """Let an author grant the use of a post, and the team use it."""
    archive.answer(author.id, code, Grant(True, (Scope.SHOPS, Scope.COMMUNITY), credit="阿桔"))
    made = archive.create_selection(team.id, SelectionDraft("十二月", "冬至", Scope.SHOPS))
    archive.pick(team.id, made, code)
    today = clock.business_date()
    draft = UseDraft(Scope.SHOPS, "店铺首页", "", today, today + timedelta(days=30))
    archive.record_use(team.id, code, draft)
    return {"selection": made}
