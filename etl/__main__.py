"""`python -m etl`: the command line."""

import sys

from etl.cli.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
