"""Where a request comes from, as far as it can be believed."""

from ipaddress import IPv6Address, ip_address

from starlette.requests import HTTPConnection

# The network that one household or server has (RFC 6177); single addresses are there in plenty.
_IPV6_SITE_BITS = 64


def client_address(connection: HTTPConnection) -> str:
    """Answer the address to count a request under.

    It is the peer's, or what a trusted proxy said of it: the server has replaced it by then (see
    `Settings.trusted_proxies`). No header is looked at here, since anybody can write one.
    """
    if connection.client is None:  # a Unix socket
        return "local"
    try:
        address = ip_address(connection.client.host)
    except ValueError:
        return connection.client.host[:100]
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(IPv6Address(int(address) >> _IPV6_SITE_BITS << _IPV6_SITE_BITS))
    return str(address)
