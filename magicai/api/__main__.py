"""A gateway of its own: `python -m magicai.api PORT`; says why it can't be one on standard error."""

import sys

from magicai.api.serving import main
from magicai.errors import MagicError

if __name__ == "__main__":
    try:
        sys.exit(main(port=int(sys.argv[1]) if len(sys.argv) > 1 else None))
    except MagicError as exc:
        sys.exit(str(exc))
