"""Links that sign in to the page of this installation."""

from integrations.open import Ports
from magicai.accounts.passes import issue
from magicai.accounts.users import local_user


async def page_link(ports: Ports, url: str, run_id: str | None = None) -> str:
    """A link that opens the page, signed in as the user of this command line; it works once.

    Args:
        ports: of this installation.
        url: of its gateway.
        run_id: the run to show; the first page where None.
    """
    user = await local_user(ports.records.identities, ports.settings.owner)
    secret = await issue(ports.cache, "link", {"user_id": user.user_id})
    return f"{url}/login/{secret}" + (f"#/runs/{run_id}" if run_id else "")
