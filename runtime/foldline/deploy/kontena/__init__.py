"""kontena.yml: written from the deployment, and checked as Kontena's own command line and server check it."""

from foldline.deploy.kontena.check import check_kontena
from foldline.deploy.kontena.render import render_kontena

__all__ = ["check_kontena", "render_kontena"]
