"""kontena.yml: the services on a grid, behind Kontena's own balancer."""

from foldline.deploy.model import LIVE, PORT, STATE, STOP, DeployedService, Deployment
from foldline.deploy.public import INTERNAL, undivided
from foldline.deploy.text import render


def render_kontena(deployment: Deployment) -> dict[str, str]:
    """The file, by its path. Raises TopologyError where paths alone do not tell whose a request is."""
    text = render(
        "kontena.yml",
        deployment=deployment,
        links={service.name: _links(service, deployment) for service in deployment.services},
        virtual_paths=_virtual_paths(deployment),
        internal=" ".join(INTERNAL),
        live=LIVE,
        port=PORT,
        state=STATE,
        stop=STOP,
    )
    return {"kontena.yml": text}


def _links(service: DeployedService, deployment: Deployment) -> list[str]:
    """The balancer, and who is asked; links may not lead round, so two that ask each other have none."""
    one_way = {other.name for other in deployment.services if service.name not in other.links}
    return ["balancer", *(name for name in service.links if name in one_way)]


def _virtual_paths(deployment: Deployment) -> dict[str, str]:
    """By service, the beginnings of all paths that it answers: the shortest ones are enough."""
    found: dict[str, list[str]] = {}
    for place in sorted(undivided(deployment.places, "Kontena's balancer"), key=lambda place: len(place.path)):
        paths = found.setdefault(place.services[0], [])
        if not place.path.startswith(tuple(paths)):
            paths.append(place.path)
    return {service: ",".join(paths) for service, paths in found.items()}
