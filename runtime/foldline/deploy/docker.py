"""Builds images with the docker command line."""

import subprocess
from collections.abc import Mapping

from foldline.errors import ImageNotBuilt


def build(context: bytes, tag: str, arguments: Mapping[str, str]) -> None:
    """Build an image of a context, a tar that has the Dockerfile; raises ImageNotBuilt."""
    options = [part for name, value in arguments.items() for part in ("--build-arg", f"{name}={value}")]
    try:
        done = subprocess.run(  # noqa: S603 - no shell
            ["docker", "build", "--tag", tag, *options, "-"],  # noqa: S607 - the one on the user's PATH
            input=context,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    except FileNotFoundError:
        raise ImageNotBuilt("there is no docker on this machine's PATH; install Docker, and try again") from None
    if done.returncode != 0:
        raise ImageNotBuilt(f"docker could not build {tag}:\n{done.stdout.decode(errors='replace').strip()}")
