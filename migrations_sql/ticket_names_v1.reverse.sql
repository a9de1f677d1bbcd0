-- What for: nothing to take back; the notes have the id of the ticket all the same.
SELECT 1;
