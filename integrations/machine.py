"""This machine: what it has to work with, and checks of its home, space and memory."""

import asyncio
import os
import platform
import shutil
from collections.abc import Mapping

import psutil

from magicai.brain.situation import Machine
from magicai.errors import Permanent
from magicai.messages import amount
from magicai.models.choices import TEXT_ROLES
from magicai.private import exposed
from magicai.settings import Settings

_LEAST_FREE_GB = 2.0
_LEAST_MEMORY_MB = 1000
_NAMED = 3


def this_machine(settings: Settings, roles: Mapping[str, str] | None = None) -> Machine:
    """What this machine has to work with: cores, memory in MB, language models, a browser.

    Args:
        roles: the model of each role, as it is chosen now.
    """
    from integrations.fetcher.open import find_browser
    from integrations.text.open import model_name, models_at_hand, paid_models, with_model

    named = {role: with_model(settings, name) for role, name in (roles or {}).items() if role in TEXT_ROLES}
    all_of_them = [settings, *named.values()]
    return Machine(
        cores=os.cpu_count() or 1,
        memory=psutil.virtual_memory().available // 1_000_000,
        kind=f"{platform.machine()}, {os.cpu_count()} cores",
        model=model_name(settings),
        models={**(roles or {}), **{role: model_name(one) for role, one in named.items()}},
        answer_calls=settings.answer_calls,
        paid=frozenset(name for one in all_of_them for name in paid_models(one)),
        browser=find_browser(settings) is not None,
        notices=settings.notify_url is not None,
        prices={one.name: one.price for its in all_of_them for one in models_at_hand(its)},
    )


async def check_home(settings: Settings) -> str:
    """Look at the mode of everything that is there."""
    home = settings.home
    if os.name != "posix":
        return f"{home} has the permissions of your profile, which others can't read"
    found = await asyncio.to_thread(lambda: sorted(exposed(home)))
    if found:
        some = ", ".join(map(str, found[:_NAMED]))
        raise Permanent("home_folder_exposed", amount=amount(len(found), "paths"), home=home, some=some)
    return f"{home} and everything in it is private"


async def check_space(settings: Settings) -> str:
    """There is room."""
    free = shutil.disk_usage(settings.home).free / 1e9
    if free < _LEAST_FREE_GB:
        raise Permanent("disk_space_low", free=f"{free:.1f}", home=settings.home)
    return f"{free:.0f} GB free at {settings.home}"


async def check_memory() -> str:
    """A run has memory enough."""
    free = psutil.virtual_memory().available // 1_000_000
    if free < _LEAST_MEMORY_MB:
        raise Permanent("memory_low", free=free, least_memory_mb=_LEAST_MEMORY_MB)
    return f"{free} MB free, {os.cpu_count()} cores"
