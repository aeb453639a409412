"""Which addresses and files a driver may touch in team mode."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.errors import Invalid, Unavailable
from workbench.domains.connectors.drivers.reach import Network, is_public

PRIVATE = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.9.9",
    "192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "168.63.129.16", "::", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "100::1",
    "2001::1", "2001:db8::1", "2002:a00:1::1", "2002:808:808::1", "fc00::1", "fd00:ec2::254", "fe80::1", "ff02::1",
    "ff0e::1",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "8.8.8.8", "172.32.0.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_of_the_public_internet_is_told(address):
    """Private, loopback, link-local, shared, reserved and tunnelled addresses are none, however they are wrapped."""
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_of_the_public_internet_is_told(address):
    """Ordinary addresses are, also as NAT64 and mapped ones."""
    assert is_public(ip_address(address))


@given(inner=st.integers(0, 2**32 - 1).map(IPv4Address))
def test_a_wrapped_address_is_never_more_public_than_what_is_in_it(inner):
    """Mapped and NAT64 addresses are as public as their inner one; 6to4 and IPv4-compatible ones never are."""
    mapped, nat64 = IPv6Address(0xFFFF << 32 | int(inner)), IPv6Address((0x64FF9B << 96) | int(inner))

    assert is_public(mapped) == is_public(nat64) == is_public(inner)
    assert not is_public(IPv6Address((0x2002 << 112) | (int(inner) << 80) | 1))
    assert not is_public(IPv6Address(int(inner)))


@pytest.mark.parametrize(
    ("allowed", "host", "reached"),
    [
        (None, "127.0.0.1", True),
        ((), "127.0.0.1", False),
        (("127.0.0.1",), "127.0.0.1", True),
        (("127.0.0.1",), "127.0.0.2", False),
        (("127.0.0.0/8",), "127.9.9.9", True),
        (("127.0.0.0/8",), "::ffff:127.9.9.9", True),
        (("10.0.0.0/8",), "127.0.0.1", False),
        (("LocalHost",), "localhost", True),
        (("localhost",), "127.0.0.1", False),
        (("::1",), "::1", True),
    ],
)
def test_an_admin_names_what_else_may_be_reached(allowed, host, reached):
    """Addresses and networks are compared as such, names as names; None lets everything through."""
    network = Network(allowed)
    if reached:
        assert network.addresses(host, 80)
        return
    with pytest.raises(Invalid) as caught:
        network.addresses(host, 80)
    assert caught.value.code == "address_not_allowed"


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    """A name that stands for both is not tried."""
    answers = [(socket.AF_INET, 1, 6, "", (ip, 80)) for ip in ("8.8.8.8", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(Invalid, match=r"both\.example is within"):
        Network(()).addresses("both.example", 80)


def test_a_host_is_resolved_once(monkeypatch):
    """Whoever asks again gets the first answer; a name in other case or with a dot at its end is the same."""
    asked = []

    def answer(host, port, **_):
        asked.append(host)
        return [(socket.AF_INET, 1, 6, "", ("8.8.8.8" if len(asked) == 1 else "127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    network = Network(())
    found = {tuple(network.addresses(host, 443)) for host in ("turn.example", "Turn.Example", "turn.example.")}

    assert (found, asked) == ({("8.8.8.8",)}, ["turn.example"])


def test_a_host_that_is_not_there_is_named(monkeypatch):
    """What does not resolve is said, also where its name cannot be one."""
    for host in ("a" * 300, "nowhere.invalid"):
        monkeypatch.setattr(socket, "getaddrinfo", _fails)
        with pytest.raises(Unavailable, match="no host called"):
            Network(()).addresses(host, 80)


def _fails(*_, **__):
    raise socket.gaierror(socket.EAI_NONAME, "no such name")
