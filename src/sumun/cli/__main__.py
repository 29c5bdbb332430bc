"""``python -m sumun.cli``: the same commands where the script is not on the path."""

from sumun.cli import main

main()
