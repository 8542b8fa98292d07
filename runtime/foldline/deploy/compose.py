"""compose.yaml: the whole system on one machine, and the configuration of the balancer in it."""

from foldline.deploy.haproxy import render_haproxy
from foldline.deploy.model import PORT, READY, STATE, STOP, Deployment
from foldline.deploy.text import render

_HERE = {
    "KAFKA_BROKERS": "kafka:9092",
    "FOLDLINE_ALLOW": "open,low-replication",
    "FOLDLINE_TOKEN": "${FOLDLINE_TOKEN:-}",
}
"""What holds on one machine: a broker of its own, and a network that nobody else is on."""


def render_compose(deployment: Deployment) -> dict[str, str]:
    """The files, by their paths in the application's folder."""
    environment = {**_HERE, **deployment.environment}
    text = render(
        "compose.yaml",
        deployment=deployment,
        environment=environment,
        port=PORT,
        ready=READY,
        state=STATE,
        stop=STOP,
    )
    return {"compose.yaml": text, "deploy/haproxy/haproxy.cfg": render_haproxy(deployment)}
