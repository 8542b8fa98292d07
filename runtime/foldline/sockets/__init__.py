"""Every change, pushed to whoever listens at `/ws`; docs/sockets.md describes the protocol."""
