"""A client of an application's services: classes of their entities, with what their functions do."""

from foldline.client.change import Change
from foldline.client.client import Client
from foldline.client.listing import Listing
from foldline.client.record import Record
from foldline.client.resource import Resource
from foldline.client.watch import Watch

__all__ = ["Change", "Client", "Listing", "Record", "Resource", "Watch"]
