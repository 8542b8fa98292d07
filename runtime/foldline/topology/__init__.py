"""topics.yaml: which topics there are, and which service runs which functions."""

from foldline.topology.model import Deploy, Service, Size, Topic, Topology
from foldline.topology.reader import read_topology

__all__ = ["Deploy", "Service", "Size", "Topic", "Topology", "read_topology"]
