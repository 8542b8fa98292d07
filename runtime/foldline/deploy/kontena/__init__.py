"""kontena.yml: written from the deployment, and checked as Kontena's own command line and server check it."""

from foldline.deploy.kontena.check import check_kontena
from foldline.deploy.kontena.render import render_kontena
from foldline.deploy.kontena.shapes import KontenaError

__all__ = ["KontenaError", "check_kontena", "render_kontena"]
