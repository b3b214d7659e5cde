"""The markup of a page, parsed strictly: what a browser would mend in silence is found."""

from collections import Counter
from xml.etree.ElementTree import Element

from tinyhtml5.parser import HTMLParser

_NAMED_ELSEWHERE = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "headers", "list", "form")
_ONCE = {"title": "./head/title", "main": ".//main", "h1": ".//h1"}
_FIELDS = {"input", "select", "textarea"}
_WITHOUT_LABEL = {"hidden", "submit", "button", "image"}


def markup_faults(html: str) -> list[str]:
    """The faults of a page as it was sent: errors of syntax, ids used twice, and names of what is not there."""
    parser = HTMLParser(namespace_html_elements=False)
    elements = list(parser.parse(html).iter())
    ids = Counter(element.get("id") for element in elements if element.get("id") is not None)
    faults = [f"line {position[0]}: {code} {details or ''}".strip() for position, code, details in parser.errors]
    faults += [f"the id {name!r} is used {count} times" for name, count in ids.items() if count > 1]
    for element in elements:
        for attribute in _NAMED_ELSEWHERE:
            missing = [name for name in element.get(attribute, "").split() if name not in ids]
            faults += [f"{attribute}={name!r} of a {element.tag} names nothing" for name in missing]
        href = element.get("href", "")
        if element.tag == "a" and href.startswith("#") and href[1:] not in ids:
            faults.append(f"a link leads to {href!r}, which is not there")
    return faults + _structure_faults(elements) + _label_faults(elements)


def _structure_faults(elements: list[Element]) -> list[str]:
    """The faults in what every page has once and what none may have: styles and scripts of its own."""
    html = next(element for element in elements if element.tag == "html")
    counts = {name: len(html.findall(path)) for name, path in _ONCE.items()}
    faults = [f"there are {count} elements {name}" for name, count in counts.items() if count != 1]
    if html.get("lang") != "en-GB":
        faults.append(f"the language is {html.get('lang')!r}")
    for element in elements:
        faults += [
            f"an attribute {name} on a {element.tag}"
            for name in element.attrib
            if name == "style" or name.startswith("on")
        ]
        if element.tag == "script" and not element.get("src"):
            faults.append(f"a script within the page: {(element.text or '')[:60]!r}")
    return faults


def _label_faults(elements: list[Element]) -> list[str]:
    """Fields that no label names."""
    labelled = {element.get("for") for element in elements if element.tag == "label"}
    inside = {field for element in elements if element.tag == "label" for field in element.iter()}
    return [
        f"no label for the {field.tag} {field.get('name')!r}"
        for field in elements
        if field.tag in _FIELDS
        and field.get("type") not in _WITHOUT_LABEL
        and field.get("id") not in labelled
        and field not in inside
        and not field.get("aria-label")
        and not field.get("aria-labelledby")
    ]
