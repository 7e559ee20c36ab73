"""Which addresses may be asked: the world's, and of a name only if it has no other."""

import pytest
from names import Names

from bot.public_addresses import PrivateAddress, PublicResolver, is_numeric, is_public


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111"])
def test_the_world(address: str) -> None:
    """Addresses that anybody may have."""
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::8.8.8.8",
        "::ffff:8.8.8.8",
        "::ffff:127.0.0.1",
        "64:ff9b::808:808",
        "64:ff9b::7f00:1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%1",
        "2606:4700::1%1",
        "fec0::1",
        "ff02::1",
        "127.1",
        "2130706433",
        "localhost",
        "",
    ],
)
def test_not_the_world(address: str) -> None:
    """Addresses that lead to the machine or its surroundings, or hold such a one; and no address."""
    assert not is_public(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "::1", "127.0.0.1."]
)
def test_numbers(host: str) -> None:
    """An address however it is written is no name."""
    assert is_numeric(host)


def test_names() -> None:
    """A name may hold digits."""
    assert not is_numeric("api.twilio.com")
    assert not is_numeric("1.media.example.org")


async def test_one_private_address_is_enough() -> None:
    """A name that stands for one address of the world and one of ours stands for none."""
    names = Names({"good": ["8.8.8.8", "8.8.4.4"], "bad": ["8.8.8.8", "10.0.0.1"]})
    resolver = PublicResolver(names)
    assert [one["host"] for one in await resolver.resolve("good", 443)] == ["8.8.8.8", "8.8.4.4"]
    with pytest.raises(PrivateAddress):
        await resolver.resolve("bad", 443)
