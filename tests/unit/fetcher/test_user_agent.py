from importlib.metadata import version

from integrations.fetcher.static import user_agent
from magicai.settings import Settings


def test_it_names_a_contact_only_where_somebody_gave_one() -> None:
    assert user_agent(Settings.model_fields["crawl_contact"].default) == f"MagicAI/{version('magicai')}"
    assert user_agent("me@shop.example\r\nX: y") == f"MagicAI/{version('magicai')} (+me@shop.example X: y)"
