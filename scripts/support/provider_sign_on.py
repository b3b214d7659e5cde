"""Sign-on as the settings ask for it: the provider file, and the secret that we have with the provider."""

from typing import TYPE_CHECKING

from api.access.signed_on import ROLE_NAMES
from api.runtime.settings import Settings
from api.sign_on.provider_file import ProviderFile, ProviderFileInvalid, read_provider_file
from scripts.support.exits import CommandFailed, Exit
from scripts.support.secret_file import secret_in

if TYPE_CHECKING:
    from api.sign_on.sign_on import SignOn  # its libraries are an extra


def declared_provider(settings: Settings) -> ProviderFile | None:
    """The provider that the settings name; None where they name none. Ends the command naming every fault."""
    if settings.sign_on_file is None:
        return None
    try:
        return read_provider_file(settings.sign_on_file, ROLE_NAMES)
    except ProviderFileInvalid as error:
        message = f"FOLKMOOT_SIGN_ON_FILE {settings.sign_on_file}: {error}"
        raise CommandFailed(Exit.CONFIGURATION, message) from None


def sign_on_of(settings: Settings) -> "SignOn | None":
    """The sign-on of people and programs; nothing is fetched yet, so that we start while the provider is down."""
    declared = declared_provider(settings)
    if declared is None:
        return None
    try:
        from api.sign_on.sign_on import SignOn  # noqa: PLC0415 - its libraries are an extra
    except ModuleNotFoundError as error:
        message = f"FOLKMOOT_SIGN_ON_FILE needs the extra `oidc`, of which {error.name} is not installed"
        raise CommandFailed(Exit.CONFIGURATION, message) from None
    return SignOn(declared, _client_secret(settings), settings.public_url)


def _client_secret(settings: Settings) -> str | None:
    """The secret, where there is one. It stands in no message."""
    if settings.sign_on_secret_file is None:
        return settings.environment.get("FOLKMOOT_SIGN_ON_SECRET") or None
    return secret_in(settings.sign_on_secret_file, "FOLKMOOT_SIGN_ON_SECRET_FILE")
