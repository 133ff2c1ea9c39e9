from magicai.ports import Embedder


async def check(embedder: Embedder) -> str:
    """It embeds."""
    vectors = await embedder.embed(["a chair", "一把椅子"])
    return f"{embedder.name}, {vectors.shape[1]} dimensions"
