"""A page in a browser, in one look of many: language, colours, width."""

from types import TracebackType
from typing import Any

LIMIT_MS = 60_000
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
LOCALES = {"en": "en-GB", "zh": "zh-CN"}


class Shown:
    """One page of its own, of which the browser may complain of nothing."""

    def __init__(
        self, browser: Any, url: str, *, language: str = "en", scheme: str = "light", viewport: Any = None, **more: Any
    ) -> None:
        self._context = browser.new_context(
            base_url=url,
            locale=LOCALES[language],
            timezone_id="Europe/Oslo",
            color_scheme=scheme,
            viewport=viewport or WIDE,
            reduced_motion="reduce",
            **more,
        )
        self._context.set_default_timeout(LIMIT_MS)
        self.complaints: list[str] = []

    def __enter__(self) -> Any:
        page = self._context.new_page()
        page.on("pageerror", self._thrown)
        page.on("console", self._said)
        return page

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._context.close()
        if error is None:
            assert self.complaints == [], self.complaints

    def _thrown(self, error: Any) -> None:
        self.complaints.append(str(error))

    def _said(self, told: Any) -> None:
        if "Content Security" in told.text or "[Vue" in told.text:
            self.complaints.append(told.text)
