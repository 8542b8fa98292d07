"""topics.yaml: which topics there are, and which service runs which functions."""

from foldline.topology.model import Service, Topic, Topology
from foldline.topology.reader import read_topology

__all__ = ["Service", "Topic", "Topology", "read_topology"]
