"""Fictitious people. None exists: `example.com` is reserved (RFC 2606), and no number begins with 06-00."""

from dataclasses import dataclass

import numpy as np

from config.demo.draws import pick

_FIRST_NAMES = (
    "Anna", "Bram", "Carla", "Daan", "Emma", "Fatima", "Gijs", "Hanna", "Ilse", "Jan", "Karim", "Lotte", "Maarten",
    "Noor", "Olivier", "Petra", "Quinten", "Ruth", "Sanne", "Tim", "Uma", "Vera", "Willem", "Yara", "Zoë",
)  # fmt: skip
_LAST_NAMES = (
    "Aalders", "Bakker", "van den Berg", "Claassen", "Demir", "van Dijk", "Eikema", "Faber", "de Graaf", "Hendriks",
    "Idema", "Jansen", "Kuipers", "van der Linden", "Meijer", "Nguyen", "Oosterhuis", "Postma", "Reitsma", "Smit",
    "Timmer", "Uiterwijk", "Visser", "de Wit", "Yildiz", "Zwart",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """Contact details of a person."""

    name: str
    email: str
    phone: str


def draw_person(rng: np.random.Generator) -> Person:
    """Draw a person with a name, an e-mail address and a phone number."""
    first, last = pick(rng, _FIRST_NAMES), pick(rng, _LAST_NAMES)
    number = int(rng.integers(1_000_000))
    mailbox = f"{first}.{last.replace(' ', '')}{number % 1000}".lower().replace("ë", "e")
    return Person(name=f"{first} {last}", email=f"{mailbox}@example.com", phone=f"06-00{number:06d}")
