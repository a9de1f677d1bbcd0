-- What for: nothing to take back; the table goes with the migration before.
SELECT 1;
