import sys

from magicai.cli import main

sys.exit(main())
