-- One opinion a lead: the later one goes.
DELETE FROM lead_feedback WHERE comment = 'Toch niet';
