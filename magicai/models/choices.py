"""The model of each role: what somebody chose, else what the settings say.

A name is `PROVIDER:MODEL`, or a word of its own such as `none`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from magicai.errors import Invalid
from magicai.ports import ModelChoices
from magicai.settings import Settings

TextRole = Literal["answerer", "writer", "verifier", "moderator"]
Role = Literal["embedder", "reranker", TextRole]
ROLES: tuple[Role, ...] = get_args(Role)
TEXT_ROLES: tuple[TextRole, ...] = get_args(TextRole)
# Models that judge what others wrote; without one, nothing is judged.
JUDGES: tuple[TextRole, ...] = ("verifier", "moderator")
_MAKERS: tuple[TextRole, ...] = ("answerer", "writer")
# What reads documents: their owner allows each host that documents are sent to.
READS_DOCUMENTS: tuple[Role, ...] = ("embedder", "reranker", "answerer")
Origin = Literal["chosen", "environment", "default"]

NONE, EMBEDDED, TEXT_MODEL, AUTO = "none", "embedded", "model", "auto"
# Whose language models run on this machine, and all of them.
HERE = ("local", "llama-cpp-python")
TEXT_PROVIDERS = (
    *HERE, "openai", "anthropic", "google", "vertex", "azure", "mistral", "deepseek", "qwen", "openrouter", "ollama",
    "compatible",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    """What a role may be given.

    Attributes:
        words: names that need no model.
        providers: what may stand before `:NAME`.
    """

    words: tuple[str, ...]
    providers: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join([*self.words, *(f"{provider}:NAME" for provider in self.providers)])


OFFERS: dict[Role, Offer] = {
    "embedder": Offer((EMBEDDED,), ("local", "fastembed", "compatible", "openai", "cohere", "voyage", "google")),
    "reranker": Offer((NONE, TEXT_MODEL), ("fastembed", "server")),
    **dict.fromkeys(_MAKERS, Offer((AUTO, NONE), TEXT_PROVIDERS)),
    # The small models that run here find one invention of five: as judges they are worse than none.
    **dict.fromkeys(JUDGES, Offer((NONE,), tuple(one for one in TEXT_PROVIDERS if one not in HERE))),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The model of a role.

    Attributes:
        origin: where it is from: somebody chose it, a setting of the environment, or the default.
        setting: what says so where nobody chose it.
    """

    role: Role
    name: str
    origin: Origin
    setting: str


def role_named(name: str) -> Role:
    """A role by its name.

    Raises:
        Invalid: there is none.
    """
    for role in ROLES:
        if role == name:
            return role
    raise Invalid("unknown_model_role", name=name, names=", ".join(ROLES))


def checked(role: Role, name: str, *, source: str = "") -> str:
    """A model's name as it is kept.

    Args:
        source: what says so, such as a setting; for the error.

    Raises:
        Invalid: nothing is named so.
    """
    offer, given = OFFERS[role], name.strip()
    provider, _, model = given.partition(":")
    if given in offer.words or (provider in offer.providers and model.strip()):
        return given
    if source:
        raise Invalid("model_setting_not_of_role", setting=source, name=name, role=role, names=offer)
    raise Invalid("model_not_of_role", name=name, role=role, names=offer)


def split(name: str) -> tuple[str, str]:
    """The provider of a name and its model; a word alone has no model."""
    provider, _, model = name.partition(":")
    return provider, model.strip()


async def chosen(choices: ModelChoices, settings: Settings) -> Sequence[Chosen]:
    """The model of every role.

    Raises:
        Invalid: a setting names no model.
    """
    made = {choice.role: choice.name for choice in await choices.chosen()}
    return [_chosen(role, made.get(role), settings) for role in ROLES]


async def model_of(role: Role, choices: ModelChoices, settings: Settings) -> str:
    """The name of a role's model.

    Raises:
        Invalid: the setting names no model.
    """
    return next(one.name for one in await chosen(choices, settings) if one.role == role)


def _chosen(role: Role, name: str | None, settings: Settings) -> Chosen:
    # A maker without a setting of its own has the model of all.
    field = "model" if role in _MAKERS and not getattr(settings, role) else role
    setting = f"MAGICAI_{field.upper()}"
    if name is not None:
        return Chosen(role, name, "chosen", setting)
    origin: Origin = "environment" if field in settings.model_fields_set else "default"
    return Chosen(role, checked(role, getattr(settings, field), source=setting), origin, setting)
