"""People of the brand, pages and columns for tests."""

from app.brand import service
from app.brand.types import Chapter, ColumnDraft, PageDraft, PageKind, PersonDraft
from app.identity.types import MemberRow
from tests.factories.community import a_painted_photo


def a_face(member: MemberRow, job: str = "Broth developer", *, photo_id: int | None = None) -> None:
    """Give somebody of the team his card: face, name, job."""
    photo = photo_id or a_painted_photo(member)
    draft = PersonDraft("汤底研发", job, "守着火", "I watch the fire", media_id=photo)
    service.save_person(member.id, member.id, draft)


def a_page(actor: MemberRow, slug: str = "story", kind: PageKind = PageKind.STORY) -> None:
    """Write and publish a page with two chapters."""
    chapters = (
        Chapter("第一口锅", "The first pot", "一九九八年，**一口锅**。", "It was **1998**."),
        Chapter("今天", "Today", "还是那口锅。", "Still that pot."),
    )
    draft = PageDraft("我们的故事", "Our story", "从一口锅说起", "It began with a pot", chapters)
    service.create_page(actor.id, slug, kind, draft)
    service.publish_page(actor.id, draft_slug(slug, kind))


def draft_slug(slug: str, kind: PageKind) -> str:
    """Return the address that a page really has."""
    fixed = {PageKind.STORY: "story", PageKind.VALUES: "values"}
    return fixed.get(kind, slug)


def some_values(actor: MemberRow, count: int = 3) -> None:
    """Write and publish the values."""
    chapters = [
        Chapter(f"价值{n}", f"Value {n}", f"一句话{n}", f"One sentence {n}", "heart")
        for n in range(1, count + 1)
    ]
    draft = PageDraft("我们在意什么", "What we stand for", chapters=chapters)
    service.create_page(actor.id, "values", PageKind.VALUES, draft)
    service.publish_page(actor.id, "values")


def a_column(author: MemberRow, slug: str = "soup-school", weekday: int = 2) -> int:
    """Begin a column of somebody who has a face. 2 is Wednesday."""
    return service.open_column(
        author.id,
        ColumnDraft(
            slug, "汤底课堂", "Soup school", "每周一锅", "A pot a week", weekday, author.id
        ),
    )
