"""How long the parts of a text may be, such as a title in search results."""

from magicai.content.template import Template
from magicai.content.text import Blocks
from magicai.messages import Message, say


def too_long(blocks: Blocks, template: Template) -> tuple[Message, ...]:
    """What to say of each block that is longer than its template allows; nothing is cut."""
    found: list[Message] = []
    for block in blocks:
        most = template.length.blocks.get(block.kind)
        if most is not None and (has := len(block.text)) > most:
            start = block.text[:40].rstrip()
            found.append(say(f"text_block_too_long_{block.kind}", start=start, has=has, most=most))
    return tuple(found)


def limits_told(template: Template) -> list[str]:
    """What a writer is told of them."""
    return [f"Each {kind}: at most {most} characters, with spaces" for kind, most in template.length.blocks.items()]
