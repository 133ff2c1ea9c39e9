"""Publishing: pages for readers."""

import asyncio
from html import escape
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Path, Request
from starlette.responses import HTMLResponse, RedirectResponse

from magicai.api.access import Anybody, At
from magicai.api.answers import problems
from magicai.api.gateway import Gateway
from magicai.api.router import router_of
from magicai.errors import Invalid, NotFound, Temporary
from magicai.publishing.performance import count_click
from magicai.publishing.posts import PUBLIC, find_post
from magicai.publishing.readers import LONGEST, counts_today, give_feedback

router = router_of("publishing")
_MOST_BYTES = 4 * LONGEST + 200
Id = Annotated[str, Path(max_length=64)]
Name = Annotated[str, Path(max_length=40)]
_WORDS = {
    "en": ("Was this helpful?", "Yes", "No", "What was missing? (optional)", "Thank you."),
    "zh": ("这篇内容对您有帮助吗？", "有帮助", "没有帮助", "还缺什么？（选填）", "感谢您的反馈。"),
}
# No script, and nothing from elsewhere.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
    # Without an origin, the gateway would take the answer for one from another page.
    "Referrer-Policy": "same-origin",
}
_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:4rem auto;padding:0 1rem}label{display:block}"
    "textarea{width:100%;box-sizing:border-box}button{font:inherit;padding:.5rem 1.5rem;margin:.5rem .5rem 0 0}"
)


@router.get("/api/feedback/{review_id}/{target}", response_class=HTMLResponse, responses=problems(404, login=False))
async def ask_reader(gateway: At, anybody: Anybody, review_id: Id, target: Name) -> HTMLResponse:
    """Ask a reader whether a post was helpful. Opening this counts nothing."""
    del anybody
    question, yes, no, more, _ = await _words(gateway, review_id, target)
    return _page(
        question,
        f'<form method="post"><label>{more}<textarea name="text" rows="4" maxlength="{LONGEST}"></textarea></label>'
        f'<button name="helpful" value="yes">{yes}</button><button name="helpful" value="no">{no}</button></form>',
    )


@router.post(
    "/api/feedback/{review_id}/{target}",
    response_class=HTMLResponse,
    responses=problems(404, body=True, login=False),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {
                        "type": "object",
                        "required": ["helpful"],
                        "properties": {
                            "helpful": {"type": "string", "enum": ["yes", "no"]},
                            "text": {"type": "string", "maxLength": LONGEST},
                        },
                    },
                    "example": {"helpful": "no", "text": "What does it cost?"},
                }
            },
        }
    },
)
async def answer_reader(gateway: At, anybody: Anybody, request: Request, review_id: Id, target: Name) -> HTMLResponse:
    """Count a reader's answer, one a day of each address. A hash of the address is kept for that day, and no more."""
    del anybody
    *_, thanks = await _words(gateway, review_id, target)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            raise Invalid("answer_too_long", limit=LONGEST)
    given = parse_qs(body.decode("utf-8", "replace"), max_num_fields=10)
    vote, text = given.get("helpful", [""])[0], given.get("text", [""])[0]
    counts = await counts_of_reader(gateway, request, f"answer {review_id} {target}")
    await give_feedback(gateway.records, review_id, target, vote, text, counts=counts)
    return _page(thanks, "")


async def counts_of_reader(gateway: Gateway, request: Request, what: str) -> bool:
    """Whether what somebody does counts who is not known: once a day of each address; never while the cache is away."""
    address = request.client.host if request.client else "nowhere"
    try:
        return await counts_today(gateway.cache, gateway.ports.publishing.audit.key(), what, address)
    except Temporary:
        return False


async def _words(gateway: At, review_id: str, target: str) -> tuple[str, str, str, str, str]:
    post, _ = await find_post(gateway.records, review_id, target)
    if post is None or post.state not in PUBLIC:
        raise NotFound("post_not_found")
    kept = await gateway.ports.publishing.submissions.get(review_id, owner_id=None)
    draft = kept.submission.latest.draft
    # Where nobody said the language, telling it loads a library once.
    language = await asyncio.to_thread(lambda: draft.spoken)
    return _WORDS["zh" if language.startswith("zh") else "en"]


def _page(title: str, body: str) -> HTMLResponse:
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    return HTMLResponse(
        f"<!doctype html>{head}<title>{escape(title)}</title><style>{_STYLE}</style><h1>{escape(title)}</h1>{body}",
        headers=_HEADERS,
    )


@router.get("/api/clicks/{review_id}/{target}", response_class=RedirectResponse, responses=problems(404, login=False))
async def follow_link(
    gateway: At,
    anybody: Anybody,
    request: Request,
    review_id: Id,
    target: Name,
) -> RedirectResponse:
    """Count a click on a post's link, one a day of each address, and lead to it."""
    del anybody
    counts = await counts_of_reader(gateway, request, f"click {review_id} {target}")
    link = await count_click(gateway.ports.publishing, review_id, target, counts=counts)
    if not link.startswith(("https://", "http://")):
        raise NotFound("post_link_not_found")
    return RedirectResponse(
        link, status_code=302, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    )
