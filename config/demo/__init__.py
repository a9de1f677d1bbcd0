"""An invented marketplace to look at: its generator (no database, no clock), its loader, and the life in it."""
