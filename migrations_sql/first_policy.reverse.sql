-- What for: nothing to take back; the rows go with the table in the migration before.
SELECT 1;
