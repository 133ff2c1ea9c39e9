"""Sentences are shown as soon as they are whole and proved, while the model goes on."""

from magicai.knowledge.partial import Partial
from magicai.knowledge.quotes import QuotedSentence


def test_each_sentence_is_told_once_it_is_whole() -> None:
    told: list[str] = []
    partial = Partial(lambda one: told.append(one.text))
    whole = (
        '```json\n{"answerable": "yes", "sentences": [{"text": "One.", "quotes": [{"passage": 1, "text": "a } b"}]},'
        ' {"text": "Two.", "quotes": []}], "confidence": "sure"}\n```'
    )
    heard: list[tuple[int, list[str]]] = []
    for place, char in enumerate(whole):
        partial.hear(char)
        if not heard or heard[-1][1] != told:
            heard.append((place, list(told)))
    assert [texts for _, texts in heard] == [[], ["One."], ["One.", "Two."]]
    assert heard[1][0] < whole.index('"confidence"')


def test_what_is_no_json_tells_nothing() -> None:
    told: list[QuotedSentence] = []
    partial = Partial(told.append)
    for value in ('{"sentences": {"text": "a"}, "confidence": 1}', '{"sentences": 5}'):
        Partial(told.append).hear(value)
    for piece in ("I think } that ] it is [", '{"sentences": [1, {"text": 2}, {}]', ', "confidence": 1}'):
        partial.hear(piece)
    assert told == []
