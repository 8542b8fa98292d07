"""The way to a service that the environment prescribes, by the variables that users of `requests` know."""

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from requests.utils import DEFAULT_CA_BUNDLE_PATH, get_environ_proxies, select_proxy

from foldline.errors import SettingsError

_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class Route(NamedTuple):
    """How to reach a service."""

    proxy: str | None
    """A URL; None: directly."""
    authorities: str
    """A file or a folder of the certificates that are trusted."""

    def described(self, url: str) -> str:
        """The URL, and by which proxy it is asked, as errors say it."""
        if self.proxy is None:
            return url
        proxy = urlsplit(self.proxy)
        return f"{url}, by the proxy {proxy._replace(netloc=_host(proxy)).geturl()}"

    def for_sockets(self) -> dict[str, Any]:
        """The same as options of websocket-client's."""
        kind = "ca_cert_path" if Path(self.authorities).is_dir() else "ca_certs"
        options: dict[str, Any] = {"sslopt": {kind: self.authorities}}
        if self.proxy is None:
            return {**options, "http_no_proxy": ["*"]}
        proxy = urlsplit(self.proxy)
        return {
            **options,
            "http_proxy_host": proxy.hostname,
            "http_proxy_port": proxy.port or 80,
            "http_proxy_auth": (unquote(proxy.username), unquote(proxy.password or "")) if proxy.username else None,
            "proxy_type": proxy.scheme if proxy.scheme.startswith("socks") else "http",
        }


def route_to(url: str) -> Route:
    """The way there. Raises SettingsError for certificates that are needed and not there.

    HTTP_PROXY, HTTPS_PROXY and ALL_PROXY name proxies, but for the hosts of NO_PROXY and for this machine;
    REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE the certificates.
    """
    proxy = None if is_this_machine(url) else select_proxy(url, get_environ_proxies(url))
    variable = next((name for name in _BUNDLES if os.environ.get(name)), None)
    if variable is None:
        return Route(proxy, str(DEFAULT_CA_BUNDLE_PATH))
    authorities = os.environ[variable]
    if url.startswith("https:") and not Path(authorities).exists():
        raise SettingsError(f"{variable}={authorities}: there is no such file or folder")
    return Route(proxy, authorities)


def is_this_machine(url: str) -> bool:
    """Whether it is an address that only this machine has."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _host(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]
