from integrations.text.progress import Meter, Progress


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def told(marks: list[tuple[float, int]], total: int = 1000) -> list[Progress]:
    heard: list[Progress] = []
    clock = Clock()
    meter = Meter(heard.append, total=total, stage="fetching", clock=clock)
    await meter.begin("a.example", 0, "b.example: 404. Trying a.example.")
    for at, done in marks:
        clock.now = at
        await meter.at(done)
    return heard


async def test_tells_rate_and_remaining_time() -> None:
    last = (await told([(1, 100), (2, 200)]))[-1]
    assert (last.done, last.rate, last.remaining_s) == (200, 100.0, 8.0)


async def test_the_rate_is_that_of_the_last_seconds() -> None:
    last = (await told([(1, 500), (20, 500), (21, 510), (25, 550)]))[-1]
    assert last.rate == 10.0


async def test_is_silent_between_two_moments_but_not_about_the_end() -> None:
    heard = await told([(0.01, 1), (0.02, 2), (0.03, 1000)])
    assert [progress.done for progress in heard] == [0, 1000]


async def test_the_note_is_told_once() -> None:
    heard = await told([(1, 100)])
    assert [progress.note for progress in heard] == ["b.example: 404. Trying a.example.", ""]


async def test_a_callback_may_be_awaited() -> None:
    heard: list[int] = []

    async def hear(progress: Progress) -> None:
        heard.append(progress.done)

    await Meter(hear, total=10, stage="fetching").begin("a.example", 3)
    assert heard == [3]


async def test_while_nothing_comes_nobody_knows_how_long_it_takes() -> None:
    last = (await told([(5, 0)]))[-1]
    assert (last.rate, last.remaining_s) == (0.0, None)
