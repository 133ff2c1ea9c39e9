"""Signing keys are one set for all processes of a machine, in a file of their own."""

import asyncio
from pathlib import Path

import pytest

from integrations.signing_keys import FileSigningKeys
from magicai.accounts.identity import SigningKey
from magicai.errors import Permanent


def key(name: str, at: int) -> SigningKey:
    return SigningKey(key_id=name, secret=f"secret of {name}", created_at=at)


async def test_of_several_that_rotate_at_once_one_does_and_old_keys_go_late(tmp_path: Path) -> None:
    path = tmp_path / "home" / "signing-keys.json"
    keys = FileSigningKeys(path)
    assert await keys.known() == []
    first = await asyncio.gather(
        *(FileSigningKeys(path).add(key(f"a{i}", 10), after=None, forget_before=0) for i in range(8))
    )
    assert len({one.key_id for one in first}) == 1
    second = await keys.add(key("b", 20), after=first[0].key_id, forget_before=20)
    assert [one.key_id for one in await keys.known()] == ["b", first[0].key_id]
    await keys.add(key("c", 40), after=second.key_id, forget_before=30)
    assert [one.key_id for one in await keys.known()] == ["c", "b"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert {one.name for one in path.parent.iterdir()} <= {path.name, "signing-keys.lock"}


async def test_a_damaged_file_names_the_way_out_and_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "signing-keys.json"
    path.write_text('[{"key_id": "a", "secret": "the secret"}]')
    with pytest.raises(Permanent, match=r"damaged.*Delete it") as caught:
        await FileSigningKeys(path).known()
    assert "the secret" not in f"{caught.value}{caught.value.__cause__}"
