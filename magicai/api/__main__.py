"""A gateway of its own: `python -m magicai.api`; says why it can't be one on standard error."""

import argparse
import socket
import sys

from magicai.api.serving import main
from magicai.errors import MagicError

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m magicai.api")
    parser.add_argument("port", type=int, nargs="?", help="Port to listen on. Default: MAGICAI_PORT.")
    parser.add_argument("--listener", type=int, metavar="FD", help="A listening socket that was inherited, instead.")
    given = parser.parse_args()
    try:
        listener = None if given.listener is None else socket.socket(fileno=given.listener)
        sys.exit(main(port=given.port, listener=listener))
    except MagicError as exc:
        sys.exit(str(exc))
