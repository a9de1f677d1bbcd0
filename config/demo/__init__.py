"""A fictitious marketplace: its generator (no database, no clock), its loader, and its continuing activity."""
