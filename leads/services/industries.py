"""Finding the industry that somebody means."""

from uuid import UUID

from leads.models import Industry
from leads.services.provinces import folded


class NoSuchIndustry(LookupError):
    """There is no industry of this id or name."""


class AmbiguousIndustry(LookupError):
    """Several industries have this name."""


def find_industry(text: str) -> Industry:
    """The industry of this id, or of this name without regard to case, accents, hyphens and spaces.

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
