"""Look-up of an industry by what people write."""

from uuid import UUID

from leads.intake.services.provinces import folded
from leads.models import Industry


class NoSuchIndustry(LookupError):
    """No industry has this id or name."""


class AmbiguousIndustry(LookupError):
    """Several industries have this name."""


def find_industry(text: str) -> Industry:
    """Return the industry by id, or by name ignoring case, accents, hyphens and spaces.

    Raises `NoSuchIndustry`, `AmbiguousIndustry`.
    """
    try:
        found = list(Industry.objects.filter(id=UUID(text)))
    except ValueError:
        name = folded(text)
        found = [industry for industry in Industry.objects.all() if name and folded(industry.name or "") == name]
    if not found:
        raise NoSuchIndustry(text)
    if len(found) > 1:
        raise AmbiguousIndustry(text)
    return found[0]
