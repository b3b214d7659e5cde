"""Which of a partnership's own rules are in force: each binds from its adoption or its recording, the later."""

from domain.events.partnership import RuleAdopted
from domain.events.recorded import Effective
from projections.history import History


def rule_in_force(history: History, name: str) -> tuple[Effective, float] | None:
    """Find what was last settled on one numeric rule, such as `members_min`, by the end of the day asked about."""
    settled = [
        (max(fact.occurred_at, fact.recorded_at), fact.position, fact, float(value))
        for fact, rule in history.each(RuleAdopted)
        if (value := getattr(rule, name)) is not None
    ]
    binding = [rule for rule in settled if rule[0] < history.end]
    return max(binding, key=lambda rule: rule[:2])[2:] if binding else None
