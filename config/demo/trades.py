"""The eight industries of the demo."""

from dataclasses import dataclass

import numpy as np

from config.demo.draws import pick_weighted


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """An industry.

    - `demand`: its share of the leads, relative to the others.
    - `deal_median` (EUR), `deal_spread`: the lognormal distribution of the value of a deal.
    - `lead_price` (EUR): what a partner pays for a lead.
    - `win_factor`: how much easier (above 1) than elsewhere a lead becomes a deal.
    - `company_words`: typical words in company names of this trade.
    - `wish`: text of a request for an offer.
    """

    name: str
    demand: float
    deal_median: float
    deal_spread: float
    lead_price: float
    win_factor: float
    company_words: tuple[str, ...]
    wish: str


TRADES = (
    Trade(
        name="Zonnepanelen", demand=2.2, deal_median=6_500, deal_spread=0.35, lead_price=42, win_factor=1.0,
        company_words=("Zonnevonk", "Lichtdak", "Zonnekap"),
        wish="Ik wil graag een offerte voor zonnepanelen op een schuin dak.",
    ),
    Trade(
        name="Warmtepomp", demand=1.8, deal_median=8_500, deal_spread=0.35, lead_price=58, win_factor=0.85,
        company_words=("Warmtewiel", "Gloedhuis", "Stookvrij"),
        wish="Wij zoeken een hybride warmtepomp voor een tussenwoning.",
    ),
    Trade(
        name="Dakrenovatie", demand=1.2, deal_median=11_000, deal_spread=0.5, lead_price=65, win_factor=0.8,
        company_words=("Nokwerk", "Pannenvast", "Leidekker"),
        wish="Het dak is uit 1975 en moet worden vernieuwd.",
    ),
    Trade(
        name="Isolatie", demand=1.5, deal_median=3_800, deal_spread=0.45, lead_price=30, win_factor=1.15,
        company_words=("Warmeschil", "Spouwvol", "Tochtvrij"),
        wish="Graag een prijs voor spouwmuurisolatie en vloerisolatie.",
    ),
    Trade(
        name="Kozijnen", demand=1.2, deal_median=9_000, deal_spread=0.45, lead_price=52, win_factor=0.9,
        company_words=("Raamrijk", "Kozijnhof", "Glaslicht"),
        wish="Vier kozijnen vervangen, met HR++-glas.",
    ),
    Trade(
        name="Keuken", demand=0.9, deal_median=14_000, deal_spread=0.45, lead_price=60, win_factor=0.75,
        company_words=("Kookeiland", "Keukenkamer", "Vuurplaats"),
        wish="Een nieuwe keuken met kookeiland, liefst dit jaar nog.",
    ),
    Trade(
        name="Badkamer", demand=0.9, deal_median=12_500, deal_spread=0.4, lead_price=55, win_factor=0.8,
        company_words=("Badhuis", "Tegelbeek", "Spetterwerk"),
        wish="De badkamer (6 m2) mag helemaal opnieuw.",
    ),
    Trade(
        name="Laadpaal", demand=1.3, deal_median=1_700, deal_spread=0.25, lead_price=22, win_factor=1.35,
        company_words=("Laadplek", "Stekkerpunt", "Stroomhaven"),
        wish="Een laadpaal op de oprit, 11 kW.",
    ),
)  # fmt: skip
_DEMAND = tuple(trade.demand for trade in TRADES)


def draw_trade(rng: np.random.Generator) -> int:
    """Draw the index in `TRADES` of a lead's trade."""
    return pick_weighted(rng, range(len(TRADES)), _DEMAND)
