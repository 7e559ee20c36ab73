"""Which addresses on the network are the world's, and none of the machine's own surroundings."""

from ipaddress import IPv6Address, ip_address, ip_network
from socket import AF_INET, AddressFamily

from aiohttp.abc import AbstractResolver, ResolveResult

WORLD = ip_network("2000::/3")
"""All of IPv6 that is given out to be reached by anybody."""

NEVER = tuple(
    map(
        ip_network,
        (
            "100.64.0.0/10",  # behind a carrier's translation
            "192.0.0.0/24",
            "192.88.99.0/24",  # relays of 6to4
            "2001::/23",  # of which Teredo holds an IPv4 address
            "2002::/16",  # as does 6to4
        ),
    )
)
"""Addresses that the standard library calls global and that lead somewhere of their own."""


class PrivateAddress(Exception):
    """A name stands for an address of the machine's own surroundings, or is such an address."""


def is_public(address: str) -> bool:
    """Whether this is an address of the world; what is no address is not."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and (found.scope_id or found not in WORLD):
        return False
    special = found.is_multicast or found.is_reserved or any(found in one for one in NEVER)
    return found.is_global and not special


def is_numeric(host: str) -> bool:
    """Whether a host is an address, written in any way, rather than a name."""
    try:
        ip_address(host)
    except ValueError:
        last = host.rstrip(".").rpartition(".")[2]
        return last.isdigit() or last.lower().startswith("0x")
    return True


class PublicResolver(AbstractResolver):
    """Looks names up, and gives none that stands for even one private address.

    The connection goes to the addresses given here, so a name that means something else a moment
    later leads nowhere else.
    """

    def __init__(self, resolver: AbstractResolver) -> None:
        self._resolver = resolver

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if not all(is_public(one["host"]) for one in found):
            raise PrivateAddress
        return found

    async def close(self) -> None:
        await self._resolver.close()
