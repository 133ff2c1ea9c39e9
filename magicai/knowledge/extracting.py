"""Two to four sentences of a passage that answer a question, as they stand: what is answered without a model."""

from collections.abc import Mapping, Sequence

from magicai.claims.reading import Sentence, sentences
from magicai.knowledge.terms import terms_of

_LEAST, _MOST = 2, 4
# A passage of so few characters is an answer as it is.
_SHORT = 280
_LONGEST = 1_200


def best_sentences(question: str, text: str, rare: Mapping[str, float]) -> tuple[Sentence, ...]:
    """Neighbouring sentences of a text that say most of what is asked, in order."""
    found = sentences(text)
    if len(text) <= _SHORT or len(found) <= _LEAST:
        return found
    wanted = set(terms_of(question))
    said = [wanted & set(terms_of(sentence.text)) for sentence in found]
    windows = [
        (start, start + length)
        for length in range(_LEAST, _MOST + 1)
        for start in range(len(found) - length + 1)
        if found[start + length - 1].end - found[start].start <= _LONGEST
    ]
    if not windows:
        return found[:1]
    start, end = max(windows, key=lambda one: (_worth(said[one[0] : one[1]], rare), one[0] - one[1], -one[0]))
    return found[start:end]


def _worth(said: Sequence[set[str]], rare: Mapping[str, float]) -> float:
    """What sentences say of a question: each of its terms once, and a little for saying it in one sentence."""
    weights = [sum(rare.get(term, 0.0) for term in terms) for terms in said]
    together: set[str] = set[str]().union(*said)
    return sum(rare.get(term, 0.0) for term in together) + 0.5 * max(weights, default=0.0)
