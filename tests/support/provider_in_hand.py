"""A provider whose keys the test holds: it signs whatever it is told to, as no real one would."""

import base64
import hashlib
import hmac
import json

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from api.sign_on.known_provider import KnownProvider
from api.sign_on.provider_answers import ProviderAnswer
from api.sign_on.provider_file import ClaimRow, ProviderFile
from api.sign_on.sign_on_faults import ProviderUnreachable
from api.sign_on.tokens import TokenVerifier

ISSUER = "https://login.council.example"
CLIENT, AUDIENCE = "folkmoot", "https://folkmoot.council.example/v1"
RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
EC = ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"})
NOW = 1_800_000_000


def declared(**changes):
    """What the operator declares of it."""
    fields = {
        "issuer": ISSUER,
        "client_id": CLIENT,
        "name": "Council account",
        "ask": "the service desk",
        "audience": AUDIENCE,
        "algorithms": ("RS256", "ES256"),
        "roles": (ClaimRow(claim="groups", contains="officers", role="officer"),),
    }
    return ProviderFile(**{**fields, **changes})


class ProviderInHand:
    """Its answers, the questions it was asked, and a clock that a test sets."""

    def __init__(self, *keys, issuer=ISSUER):
        self.keys, self.issuer = list(keys or (RSA, EC)), issuer
        self.asked, self.clock_s, self.is_down = [], 0.0, False
        self.description = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
        }

    def answer(self, address):
        self.asked.append(address.rpartition("/")[2])
        if self.is_down:
            raise ProviderUnreachable("ConnectError")
        if address == f"{self.issuer}/.well-known/openid-configuration":
            return ProviderAnswer(200, self.description)
        return ProviderAnswer(200, {"keys": [key.as_dict(private=False) for key in self.keys]})

    def known(self, kept_s=3_600):
        return KnownProvider(self.issuer, kept_s, ask=self.answer, clock=lambda: self.clock_s)

    def verifier(self, now=NOW, **changes):
        return TokenVerifier(declared(**changes), self.known(), now=lambda: now)


def claims(**changes):
    """The claims of a token for the API; a change to None takes one out."""
    whole = {"iss": ISSUER, "aud": AUDIENCE, "sub": "subject-1", "iat": NOW, "exp": NOW + 300, **changes}
    return {name: value for name, value in whole.items() if value is not None}


def signed(content, key=RSA, algorithm="RS256", **header):
    """A token with these claims; a header of None is left out."""
    whole = {"alg": algorithm, "kid": key.kid, **header}
    whole = {name: value for name, value in whole.items() if value is not None}
    return jwt.encode(whole, content, key, algorithms=[algorithm])


def unsigned(content):
    """A token that says that it needs no signature."""
    return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(content)}."


def signed_with_the_public_key(content, key=RSA):
    """A token whose shared secret is what anybody can fetch: the provider's public key."""
    start = f"{_part({'alg': 'HS256', 'typ': 'JWT', 'kid': key.kid})}.{_part(content)}"
    secret = key.as_pem(private=False)
    return f"{start}.{_base64(hmac.new(secret, start.encode(), hashlib.sha256).digest())}"


def with_header(token, **header):
    """The token with its header changed after it was signed."""
    head, *rest = token.split(".")
    whole = {**json.loads(base64.urlsafe_b64decode(head + "==")), **header}
    return ".".join([_part(whole), *rest])


def _part(content):
    return _base64(json.dumps(content).encode())


def _base64(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
