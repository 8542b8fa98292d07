"""Procfile: every service once, on this machine."""

from foldline.deploy.model import Deployment


def render_procfile(deployment: Deployment) -> dict[str, str]:
    """The file, by its path. `exec`, so that no shell stands between a service and its signals."""
    lines = [f"{service.name}: exec foldline {' '.join(service.command)}\n" for service in deployment.services]
    return {"Procfile": "".join(lines)}
