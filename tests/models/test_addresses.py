"""Where an endpoint is found, how it is told the key, and the way to it: what a person may type, and what stands in between."""

import asyncio
import datetime
import ipaddress
import ssl
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from odd_endpoint import Habits, odd

from fluencylab import clock
from fluencylab.errors import BadInput, LabError, ModelRefused
from fluencylab.models import add_endpoint, addresses, catalogue, keys, network
from fluencylab.models.client import Client
from fluencylab.models.transport import Limits

from .conftest import Fake, ask

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine's own network settings."""
    for name in (*PROXIES, *map(str.lower, PROXIES), *network.CERTIFICATES):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("typed", "address", "query"),
    [
        ("https://host/v1/", "https://host/v1", ""),
        (" https://host/v1/chat/completions ", "https://host/v1", ""),
        ("“https://host/v1/embeddings”", "https://host/v1", ""),
        ("localhost:11434", "http://localhost:11434", ""),
        ("127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1", ""),
        ("https://host//v1//models", "https://host/v1", ""),
        (
            "https://me.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21",
            "https://me.openai.azure.com/openai/deployments/d",
            "api-version=2024-10-21",
        ),
    ],
)
def test_an_address_is_taken_as_people_copy_it(typed: str, address: str, query: str) -> None:
    assert addresses.parsed(typed) == (address, query)


@pytest.mark.parametrize("typed", ["https://host/v1?api-key=secret", "https://host:x/v1", "https://[::1/v1", "host", "https://ho st/v1"])
def test_an_address_that_is_none_is_a_sentence(typed: str) -> None:
    with pytest.raises(BadInput):
        addresses.parsed(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "sk-abc-123", " sk-abc-123\n", '"sk-abc-123"', "'sk-abc-123'", "“sk-abc-123”", "Bearer sk-abc-123", "bearer  sk-abc-123",
        "sk-abc-\n123",
        "Authorization: Bearer sk-abc-123", "OPENAI_API_KEY=sk-abc-123", 'export KEY="sk-abc-123"',
        "\ufeffsk-abc-123\u200b", "sk-abc-123\r\n",
    ],
)  # fmt: skip
def test_a_key_is_taken_as_people_copy_it(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", typed)
    assert keys.read(catalogue.endpoint("https://host/v1", "m", key_env="SOME_KEY")) == "sk-abc-123"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Ягодка 7B", "ягодка-7b"),
        ("通义千问", "通义千问"),
        ("Grün & Söhne", "grün-söhne"),
        ("हिन्दी", "हिन्दी"),
        ("llama3.2:1b", "llama3.2-1b"),
        ("ＡＢＣ", "abc"),
    ],
)  # fmt: skip
def test_a_name_in_any_script_is_a_short_name(home: Path, name: str, slug: str) -> None:
    entry = catalogue.add(catalogue.endpoint("https://host/v1", "m", name=name))
    assert entry.slug == slug and catalogue.find(slug).name == name


def test_names_of_signs_alone_stay_apart() -> None:
    slugs = {catalogue.endpoint("https://host/v1", "m", name=name).slug for name in ("🦙", "🐋", "!!!")}
    assert len(slugs) == 3


async def test_one_model_at_two_places_under_two_names(home: Path) -> None:
    with odd() as one, odd() as other:
        await add_endpoint(one.address, "same")
        with pytest.raises(BadInput, match="already a model named same at") as caught:
            await add_endpoint(other.address, "same")
        assert "--name" in caught.value.fix and other.asked == [], "it is said before anything is asked"
        assert (await add_endpoint(other.address, "same", name="other")).slug == "other"


@pytest.mark.parametrize(("there", "typed"), [("/v1", ""), ("/openai/v1", ""), ("/api/v1", "/v1"), ("", "/v1"), ("/v1beta/openai", "/v1")])
async def test_the_interface_is_found_elsewhere_on_the_same_host(home: Path, there: str, typed: str) -> None:
    with odd(Habits(path=there)) as endpoint:
        entry = await add_endpoint(endpoint.root + typed, "m")
        assert entry.base_url == endpoint.root + there


async def test_an_error_with_a_status_of_200_is_shown_in_its_own_words(fake: Fake, home: Path) -> None:
    body = b'{"error": "Unknown path: POST /chat/completions"}'
    fake.answers(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))
    with pytest.raises(ModelRefused, match="Unknown path: POST /chat/completions") as caught:
        await add_endpoint(fake.address, "m")
    assert "/v1" in caught.value.fix


async def test_azures_form_is_asked_by_its_query_and_its_header(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "abc-def-ghi")
    with odd(Habits(path="/openai/deployments/d", key=("api-key", "abc-def-ghi"))) as there:
        entry = await add_endpoint(f"{there.address}/chat/completions?api-version=2024-10-21", "m", key_env="SOME_KEY")
        assert {path.partition("?")[2] for path in there.paths} == {"api-version=2024-10-21"}
        assert not any("authorization" in head for head in there.heads)
    assert entry.base_url.endswith("/openai/deployments/d") and entry.query == "api-version=2024-10-21"


# Redirects


async def test_a_redirect_on_the_same_host_is_followed_with_the_body(home: Path) -> None:
    with odd(Habits(redirect="/gateway")) as there:
        client = Client(catalogue.endpoint(there.address, "m"))
        assert (await client.complete(ask("hello"))).state == "answered"
        await client.close()
    assert there.paths == ["/v1/chat/completions", "/gateway/v1/chat/completions"] and there.asked[0] == there.asked[1]


async def test_no_key_is_carried_to_another_host(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "sk-very-secret")
    with odd() as elsewhere:
        head = f"HTTP/1.1 307 X\r\nlocation: {elsewhere.address}/chat/completions\r\ncontent-length: 0\r\n\r\n"
        fake.answers(head.encode())
        client = fake.client(key_env="SOME_KEY")
        with pytest.raises(ModelRefused, match="points to another address"):
            await client.complete(ask("hello"))
        await client.close()
        assert elsewhere.heads == []


@pytest.mark.parametrize(
    ("location", "leads"),
    [
        ("/v2/chat/completions", "https://host/v2/chat/completions"),
        ("https://host:443/x", None),
        ("https://other/x", None),
        ("http://host/x", None),
        ("//other/x", None),
        ("https://host@other/x", None),
        ("https://user@host/x", None),
        ("https://host.other/x", None),
        ("https://[", None),
    ],
)
def test_only_the_same_host_is_followed(location: str, leads: str | None) -> None:
    assert addresses.followed("https://host/v1/chat/completions", location) == leads


def test_the_same_host_over_https_is_the_same_host() -> None:
    assert addresses.followed("http://host/v1?api-version=1", "https://host/v1") == "https://host/v1?api-version=1"
    assert addresses.followed("http://host:8080/v1", "https://host/v1") is None


# Certificates


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """(certificate, key) of somebody nobody trusts, for localhost."""
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, secret.public_key(), x509.random_serial_number())
    day = datetime.timedelta(1)
    builder = builder.not_valid_before(clock.now() - day).not_valid_after(clock.now() + day)
    signed = builder.add_extension(names, critical=False).sign(secret, hashes.SHA256())
    files = tmp_path / "company.pem", tmp_path / "key.pem"
    files[0].write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    files[1].write_bytes(secret.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return files


async def https(fake: Fake, certificate: tuple[Path, Path]) -> tuple[asyncio.Server, str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0, ssl=context)
    return server, f"https://localhost:{server.sockets[0].getsockname()[1]}/v1"


async def said(address: str) -> str:
    client = Client(catalogue.endpoint(address, "m"), limits=Limits(1, 1, 5))
    try:
        return (await client.complete(ask("hello"))).text
    except LabError as error:
        return str(error)
    finally:
        await client.close()


async def test_a_certificate_of_the_companys_own_is_named_and_then_trusted(
    fake: Fake, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server, address = await https(fake, certificate)
    told = await said(address)
    assert "certificate is not trusted" in told and "SSL_CERT_FILE=" in told
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        with monkeypatch.context() as patch:
            patch.setenv(name, str(certificate[0]))
            assert await said(address) == "Hello"
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    assert "SSL_CERT_FILE names" in await said(address)
    server.close()


async def test_http_spoken_to_https_and_the_reverse_are_said(fake: Fake, certificate: tuple[Path, Path]) -> None:
    server, address = await https(fake, certificate)
    wrong = address.replace("https://", "http://")
    assert f"speaks https, and was asked over http). Its address begins with https: {address}" in await said(wrong)
    server.close()
    told = await said(fake.address.replace("http://", "https://"))
    assert "does not speak https" in told and fake.address in told


# Proxies


@pytest.mark.parametrize(
    ("address", "exceptions", "past"),
    [
        ("http://127.0.0.1:8000/v1", "", True),
        ("http://localhost:8000/v1", "", True),
        ("http://[::1]:8000/v1", "", True),
        ("http://10.1.2.3/v1", "", False),
        ("http://10.1.2.3/v1", "10.0.0.0/8", True),
        ("http://11.1.2.3/v1", "10.0.0.0/8", False),
        ("http://host/v1", "10.0.0.0/8, host", True),
        ("http://api.host/v1", "host", True),
        ("http://api.host/v1", ".host", True),
        ("http://api.host/v1", "*.host", True),
        ("http://myhost/v1", "host", False),
        ("http://host:8443/v1", "host:8443", True),
        ("http://host:8443/v1", "host:443", False),
        ("https://host/v1", "host:443", True),
        ("http://[fd00::7]/v1", "fd00::/8", True),
        ("http://[fd00::7]/v1", "[fd00::7]:80", True),
        ("http://HOST/v1", "Host", True),
        ("http://host/v1", "*", True),
        ("http://host/v1", "10.0.0.0/99", False),
    ],
)
def test_what_goes_past_the_proxy(monkeypatch: pytest.MonkeyPatch, address: str, exceptions: str, past: bool) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", exceptions)
    assert (network.proxy_for(address) is None) == past


async def test_a_proxy_in_the_way_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("socks5", "socks", "http"):
        monkeypatch.setenv("ALL_PROXY", f"{kind}://me:secret@127.0.0.1:9")
        told = await said("http://192.0.2.7/v1")
        assert "through the proxy" in told and "127.0.0.1:9" in told and "NO_PROXY" in told and "secret" not in told
    monkeypatch.setenv("ALL_PROXY", "ftp://127.0.0.1:9")
    assert "is of no kind that can be used" in await said("http://192.0.2.7/v1")


async def test_a_proxy_is_used_for_what_lies_behind_it(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", fake.address.removesuffix("/v1"))
    assert await said("http://model.example/v1") == "Hello"
    assert fake.heads[0].startswith("POST http://model.example/v1/chat/completions")


@pytest.fixture
async def socks(fake: Fake) -> Any:
    """A SOCKS5 proxy that leads every call to `fake`."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(3)
        writer.write(b"\x05\x00")
        kind = (await reader.readexactly(4))[3]
        size = 4 if kind == 1 else (await reader.readexactly(1))[0]
        await reader.readexactly(size + 2)
        writer.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
        await fake.serve(reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"socks5h://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


async def test_a_socks_proxy_is_used(socks: str, fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", socks)
    assert await said("http://model.example/v1") == "Hello"
    assert "host: model.example" in fake.heads[0].lower()


async def test_a_host_that_is_not_there_is_said() -> None:
    assert "there is no host named no-such-host.invalid" in await said("http://no-such-host.invalid/v1")
