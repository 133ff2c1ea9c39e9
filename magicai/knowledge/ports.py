"""What knowledge needs from the outside, beside the ports that all subjects share."""

from typing import Protocol

from magicai.knowledge.parsed import Parsed


class DocumentParser(Protocol):
    """Reads documents: PDF, DOCX, PPTX, XLSX, HTML, Markdown, CSV, plain text."""

    async def parse(self, name: str, body: bytes) -> Parsed:
        """What a document says, in its order.

        Args:
            name: of the file; its suffix says what the body is where the body itself does not.

        Raises:
            Invalid: it is damaged, encrypted, has no text, is larger than it may be, or is of no known kind.
            Missing: the package that reads this kind is not installed.
            Temporary: there was no process or memory to read it.
        """
        ...
