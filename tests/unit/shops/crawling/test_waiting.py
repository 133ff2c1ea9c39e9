"""Who watches a crawl's opening hears what it waits for, once that takes long."""

from magicai.messages import say
from magicai.shops.crawling.waiting import Waiting


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_shop_that_answers_soon_is_not_said_to_be_waited_for() -> None:
    clock = Clock()
    waiting = Waiting(clock)
    assert waiting.message() is None
    for number in range(20):
        waiting.begin(f"https://s.test/{number}", 1, 4)
        clock.now += 1
        assert waiting.message() is None


def test_each_try_is_told_where_it_takes_long() -> None:
    clock = Clock()
    waiting = Waiting(clock)
    waiting.begin("https://s.test/robots.txt", 1, 3)
    clock.now += 5
    assert waiting.message() == say("crawl_waiting", url="https://s.test/robots.txt", n=1, most=3)
    waiting.begin("https://s.test/robots.txt", 2, 3)
    assert waiting.message() == say("crawl_waiting", url="https://s.test/robots.txt", n=2, most=3)
    waiting.end()
    assert waiting.message() is None
