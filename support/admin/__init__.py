"""Admin pages of tickets."""

from support.admin.tickets import SupportTicketAdmin

__all__ = ["SupportTicketAdmin"]
