-- What for: nothing to take back; the columns go with the migration before.
SELECT 1;
