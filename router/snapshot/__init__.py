"""Partners and waiting leads as they are read for an assignment."""

from router.snapshot.candidates import PartnerReader

__all__ = ["load_snapshot", "partner_reader"]

partner_reader = PartnerReader()
"""The reader of this process."""

load_snapshot = partner_reader.load
