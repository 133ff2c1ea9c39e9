"""What has changed since an approval is told in sentences that the page has in Chinese, too."""

from magicai.publishing.adapting import adapt_all
from magicai.publishing.differences import differences
from magicai.publishing.draft import Draft, Payload
from magicai.publishing.target import Target

DRAFT = Draft(text="Washed linen.", link="https://havn.example/")
BLOG = Target(name="blog", owner_id="o", platform="wordpress", address="https://b.example", user="ed", created_at=1)

ALL = (
    "The options of the target blog are now: {}. The secret of the target blog was replaced."
    " The target blog now leads to {} (wordpress). The target blog now signs in as {}."
)


def payloads(*targets: Target, draft: Draft = DRAFT) -> tuple[Payload, ...]:
    return adapt_all(draft, targets)


def test_each_difference_has_its_sentence() -> None:
    before = payloads(BLOG)
    assert differences(before, payloads(BLOG.model_copy(update={"created_at": 2}))) == []
    moved = BLOG.model_copy(
        update={"address": "https://c.example", "user": "eve", "secret": "sealed:x", "options": {"status": "publish"}}
    )
    told = [
        differences(before, payloads(moved)),
        differences(payloads(moved), before),
        differences(before, payloads(BLOG, moved.model_copy(update={"name": "news"}))),
        differences(before, ()),
        differences(before, payloads(BLOG, draft=DRAFT.model_copy(update={"text": "Cotton.", "link": ""}))),
        differences([one.model_copy(update={"account": None}) for one in before], before),
    ]
    assert [" ".join(map(str, one)) for one in told] == [
        ALL.format("status=publish", "https://c.example", "eve"),
        ALL.format("none", "https://b.example", "ed"),
        "The target news was added.",
        "The target blog was removed.",
        "The link now leads to nowhere. The target blog gets another text.",
        "Approvals now include the account, the options and the secret of a target.",
    ]
