"""`python -m foldline`."""

from foldline.cli import main

main(prog_name="foldline")
