"""The format of an answer, by the Accept header; 406 when none fits."""

from collections.abc import Sequence

from api.http.problems import Problem


def media_type(accept: str, offered: Sequence[str]) -> str:
    """The media type to answer in, among those on offer, the first being the favourite. Raises Problem 406."""
    if not accept:
        return offered[0]
    ranges = [rated(each) for each in accept.split(",") if each.strip()]
    candidates = [(_quality(media, ranges), -index, media) for index, media in enumerate(offered)]
    quality, _, media = max(candidates)
    if quality <= 0:
        raise Problem("not-acceptable", f"This can be given as {' or '.join(offered)}.")
    return media


def rated(text: str) -> tuple[str, float]:
    """One choice of a header such as Accept: its name, and its quality from 0 to 1."""
    media, *parameters = (part.strip().lower() for part in text.split(";"))
    quality = next((each[2:].strip() for each in parameters if each.startswith("q=")), "1")
    try:
        return media, float(quality)
    except ValueError:
        return media, 0.0


def _quality(media: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The quality of the most exact range that fits; 0 when none does."""
    whole, kind = media.lower(), media.split("/", maxsplit=1)[0]
    fits = dict(ranges)
    return next((fits[name] for name in (whole, f"{kind}/*", "*/*") if name in fits), 0.0)
