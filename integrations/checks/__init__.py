"""What `magicai doctor` tries on this installation: each check really does the thing."""

from integrations.checks import machine, parts, serving, stores
from integrations.open import Ports
from magicai.app.doctor import Check


def checks(ports: Ports) -> list[Check]:
    """Every check, the truth first."""
    return [*stores.checks(ports), *parts.checks(ports), *serving.checks(ports), *machine.checks(ports)]
