-- The counts stay under names of their own.
ALTER TABLE profiles RENAME open_leads TO open_leads_old;
ALTER TABLE profiles RENAME last_assigned_at TO last_assigned_at_old;
ALTER TABLE leads RENAME routing_attempts TO routing_attempts_old;
