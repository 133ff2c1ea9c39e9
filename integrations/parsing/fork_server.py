"""Forks a process for each document, with the readers imported already.

`python -m integrations.parsing.fork_server FD`: through the socket FD come, for each document, its suffix and a socket
of its own. The child reads the document from that one, and answers to it (integrations/parsing/child.py); once the
child has ended, its status follows, as subprocess gives it. A document whose socket is closed at the other end is one
that nobody waits for: its child is killed. All end when FD does. No document is read here, only its suffix.
"""

import gc
import os
import select
import signal
import socket
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from integrations.parsing import child

# A suffix, such as `pdf`, and with it the socket.
REQUEST = struct.Struct("=8s")
# What ends the answer. A child can't say it: it is written by the one who has waited for its end.
STATUS = struct.Struct("=i")
# What reading a kind takes, by suffix, or by the kind that is named; for any other only what all need.
_TEXT = ("integrations.parsing.text", "charset_normalizer")
_READERS = {
    "pdf": ("integrations.parsing.pdf", "pypdf"),
    "docx": ("integrations.parsing.word",),
    "pptx": ("integrations.parsing.slides",),
    "xlsx": ("integrations.parsing.sheets", "openpyxl"),
    **dict.fromkeys(("html", "htm", "xhtml"), ("integrations.parsing.pages", *_TEXT)),
    **dict.fromkeys(("md", "markdown"), ("integrations.parsing.markdown", "integrations.parsing.pages", *_TEXT)),
    "mdx": ("integrations.parsing.markdown", "integrations.parsing.mdx", "integrations.parsing.pages", *_TEXT),
    "rst": ("integrations.parsing.restructured", *_TEXT),
    **dict.fromkeys(("txt", "text"), _TEXT),
    "csv": ("integrations.parsing.rows", *_TEXT),
    **{kind: (reader,) for kind, reader in child.STREAMED.items()},
}


def main() -> None:
    """Fork a child for each document, until nobody sends more."""
    # Whoever is interrupted in a terminal ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import_module("integrations.parsing.formats")
    _Server(socket.socket(fileno=int(sys.argv[1]))).serve()


@dataclass(slots=True)
class _Server:
    """The server.

    Attributes:
        requests: where documents come from.
        reading: the socket of each child's document, by the child's pid.
    """

    requests: socket.socket
    reading: dict[int, socket.socket] = field(default_factory=dict[int, socket.socket])

    def serve(self) -> None:
        """Until no more requests can come."""
        ended, says_so = os.pipe()
        os.set_blocking(says_so, False)
        signal.set_wakeup_fd(says_so, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        looked_at = select.poll()
        looked_at.register(self.requests, select.POLLIN)
        looked_at.register(ended, select.POLLIN)
        goes_on = True
        while goes_on:
            for at, _ in looked_at.poll():
                if at == self.requests.fileno():
                    goes_on = self._begin(looked_at)
                elif at == ended:
                    os.read(ended, 512)
                    self._take_note(looked_at)
                else:
                    self._kill(at, looked_at)
        for pid in self.reading:
            os.kill(pid, signal.SIGKILL)

    def _begin(self, looked_at: select.poll) -> bool:
        """Fork a child for the next document; answers whether there was one."""
        try:
            asked, sockets, _, _ = socket.recv_fds(self.requests, REQUEST.size, 1)
        except ConnectionError:
            return False
        if not asked:
            return False
        _import_readers(REQUEST.unpack(asked)[0].rstrip(b"\0").decode(errors="replace"))
        document = socket.socket(fileno=sockets[0])
        try:
            pid = os.fork()
        except OSError:  # no memory, or no process: the status that is missing says that nobody has read it
            document.close()
            return True
        if not pid:
            self._read(document)
        self.reading[pid] = document
        # Nothing but the end of the other side, which is told without being asked for.
        looked_at.register(document, 0)
        return True

    def _read(self, document: socket.socket) -> None:
        """Read a document as the child; does not return."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(document.fileno(), 0)
            os.dup2(document.fileno(), 1)
            # Neither the documents of others nor what asks for them is this one's.
            os.closerange(3, _highest_descriptor() + 1)
            child.main()
            status = 0
        finally:
            os._exit(status)

    def _take_note(self, looked_at: select.poll) -> None:
        """Tell how those children ended that did."""
        while self.reading:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            document = self.reading.pop(pid)
            with suppress(KeyError):  # killed
                looked_at.unregister(document)
            with suppress(OSError), document:
                document.sendall(STATUS.pack(os.waitstatus_to_exitcode(status)))

    def _kill(self, descriptor: int, looked_at: select.poll) -> None:
        """End a child whose document nobody waits for."""
        looked_at.unregister(descriptor)
        for pid, document in self.reading.items():
            if document.fileno() == descriptor:
                os.kill(pid, signal.SIGKILL)


def _import_readers(suffix: str) -> None:
    """Import what reads this kind of document, unless it was before."""
    new = [name for name in _READERS.get(suffix, ()) if name not in sys.modules]
    for name in new:
        with suppress(ImportError):  # the child says which package is missing
            import_module(name)
    if new:
        # What is here stays here: children that collected it would copy all its pages.
        gc.collect()
        gc.freeze()


def _highest_descriptor() -> int:
    for folder in ("/proc/self/fd", "/dev/fd"):
        with suppress(OSError):
            return max(int(one.name) for one in Path(folder).iterdir())
    return os.sysconf("SC_OPEN_MAX")


if __name__ == "__main__":
    main()
    os._exit(0)
