"""Where webhooks may lead: public addresses by https; nothing of ours, whatever form its address is written in."""

import pytest

from api.webhooks.webhook_address import AddressFault, AddressRefused, WebhookAddress

PRIVATE = [
    "127.0.0.1",
    "127.8.9.1",
    "0.0.0.0",  # noqa: S104 - nothing listens
    "10.0.0.7",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "3fff::1",
    "ff02::1",
    "::ffff:10.0.0.7",
    "::ffff:169.254.169.254",
    "::10.0.0.7",
    "64:ff9b::a00:7",
    "64:ff9b:1::a00:7",
    "2002:a00:7::1",
    "2001:0:a00:7::1",
    "2001:db8::1",
]
PUBLIC = ["8.8.8.8", "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]


def refusal(url, inside=()):
    with pytest.raises(AddressRefused) as refused:
        WebhookAddress(url, inside)
    return refused.value.fault


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_into_a_private_network_is_refused_whatever_else_it_leads_to(address):
    here = WebhookAddress("https://receiver.example/hook")
    for found in ([address], ["8.8.8.8", address], [address, "8.8.8.8"]):
        with pytest.raises(AddressRefused) as refused:
            here.at(found)
        assert refused.value.fault is AddressFault.NOT_PUBLIC


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_refused_as_it_stands(address):
    if "%" not in address:
        host = f"[{address}]" if ":" in address else address
        assert refusal(f"https://{host}/hook") is AddressFault.NOT_PUBLIC


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_connected_to_as_it_was_found(address):
    assert WebhookAddress("https://receiver.example/hook").at([address]).strip("[]") == address


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://receiver.example/", AddressFault.NOT_HTTPS),
        ("http://8.8.8.8/", AddressFault.NOT_HTTPS),
        ("ftp://receiver.example/", AddressFault.NOT_AN_ADDRESS),
        ("file:///etc/passwd", AddressFault.NOT_AN_ADDRESS),
        ("https:///hook", AddressFault.NOT_AN_ADDRESS),
        ("receiver.example", AddressFault.NOT_AN_ADDRESS),
        ("https://receiver.example:port/", AddressFault.NOT_AN_ADDRESS),
        ("https://receiver.example\\@evil.example/", AddressFault.NOT_AN_ADDRESS),
        ("https://receiver..example/", AddressFault.NOT_AN_ADDRESS),
        (f"https://{'a' * 64}.example/", AddressFault.NOT_AN_ADDRESS),
        ("https://receiver.example/ x", AddressFault.NOT_AN_ADDRESS),
        ("https://réceiver.example/", AddressFault.NOT_AN_ADDRESS),
        ("https://me:secret@receiver.example/", AddressFault.WITH_A_NAME),
        ("https://receiver.example/#part", AddressFault.WITH_A_NAME),
        ("https://[::1", AddressFault.NOT_AN_ADDRESS),
        (f"https://receiver.example/{'x' * 2000}", AddressFault.NOT_AN_ADDRESS),
    ],
)
def test_what_is_no_address_for_a_webhook_is_refused_with_the_reason(url, fault):
    assert refusal(url) is fault


def test_a_host_that_is_named_may_be_inside_and_only_on_this_machine_by_http():
    inside = {"hooks.internal", "127.0.0.1"}
    assert WebhookAddress("https://Hooks.Internal./", inside).at(["10.0.0.7"]) == "10.0.0.7"
    assert WebhookAddress("http://127.0.0.1:8360/", inside).at(["127.0.0.1"]) == "127.0.0.1"
    assert refusal("http://hooks.internal/", inside) is AddressFault.NOT_HTTPS
    assert refusal("http://localhost/", inside) is AddressFault.NOT_HTTPS
    assert refusal("https://127.0.0.2/", inside) is AddressFault.NOT_PUBLIC


def test_a_host_that_is_nowhere_is_refused():
    with pytest.raises(AddressRefused, match="not-found"):
        WebhookAddress("https://receiver.example/").at([])
