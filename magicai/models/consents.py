"""Which hosts documents may be sent to: those that their owner has allowed."""

from magicai.errors import Invalid, Refused
from magicai.ports import ModelChoices


class Consents:
    """Looks at the records each time, so that what is allowed or withdrawn counts at once."""

    def __init__(self, choices: ModelChoices) -> None:
        self._choices = choices

    async def check(self, host: str, name: str) -> None:
        """See that a model may be sent documents.

        Args:
            host: that it is at; "" is this machine.
            name: of the model, for the error.

        Raises:
            Refused: nobody has allowed this host.
        """
        if host and host not in {consent.host for consent in await self._choices.consents()}:
            raise Refused("document_host_not_allowed", host=host, name=name)


def host_named(name: str) -> str:
    """A host as it is kept.

    Raises:
        Invalid: it is none.
    """
    host = name.strip().lower()
    if not host or len(host) > 253 or not all(char.isalnum() or char in "-._:" for char in host):  # noqa: PLR2004 - DNS
        raise Invalid("host_name_invalid", name=name)
    return host
