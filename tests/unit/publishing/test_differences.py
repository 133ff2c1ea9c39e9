"""What has changed since an approval is named."""

from magicai.publishing.adapting import adapt_all
from magicai.publishing.differences import differences
from magicai.publishing.draft import Draft, Payload
from magicai.publishing.target import Target

DRAFT = Draft(text="Washed linen.", link="https://havn.example/")
BLOG = Target(name="blog", owner_id="o", platform="wordpress", address="https://b.example", user="ed", created_at=1)

ALL = ["target_options_{}", "target_secret_replaced", "target_moved", "target_user_changed"]


def payloads(*targets: Target, draft: Draft = DRAFT) -> tuple[Payload, ...]:
    return adapt_all(draft, targets)


def test_each_difference_is_named() -> None:
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
    assert [sorted(each.code for each in one) for one in told] == [
        sorted(one.format("changed") for one in ALL),
        sorted(one.format("removed") for one in ALL),
        ["target_added"],
        ["target_removed"],
        ["link_removed", "target_text_changed"],
        ["approval_includes_account"],
    ]
