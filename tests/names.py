"""A directory of names for tests: no name is looked up in the world."""

from socket import AF_INET, AddressFamily

from aiohttp.abc import AbstractResolver, ResolveResult


class Names(AbstractResolver):
    """A directory of names that a test wrote; counts how often it was asked."""

    def __init__(self, names: dict[str, list[str]]) -> None:
        self.names = names
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        return [
            ResolveResult(hostname=host, host=one, port=port, family=AF_INET, proto=0, flags=0)
            for one in self.names[host]
        ]

    async def close(self) -> None:
        """Nothing to close."""
