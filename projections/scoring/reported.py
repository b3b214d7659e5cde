"""How far a body's own reports are believed when the other side says nothing."""


def belief_in_reports(confirmed: int, denied: int) -> float:
    """Give the expected share of a body's reports that the other side would confirm, starting from one half.

    Laplace's rule over the reports that the other side has confirmed or denied.
    """
    return (confirmed + 1) / (confirmed + denied + 2)
