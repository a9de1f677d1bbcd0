-- First contacts that can be derived, each in its own way; the rows of tables.sql have contacts of every kind besides.
\ir tables.sql
INSERT INTO leads (id, user_id, status, created_at)
SELECT ('00000000-0000-4000-8000-0000000000f' || number)::uuid, md5('partner 1')::uuid, 'accepted', '2025-11-03 12:00:00+01'
FROM generate_series(1, 6) AS number;

INSERT INTO lead_activities (lead_id, type, created_at) VALUES
-- f1: dated before the lead.
('00000000-0000-4000-8000-0000000000f1', 'phone_call', '2025-11-03 11:00:00+01'),
-- f2: several, and a note before them.
('00000000-0000-4000-8000-0000000000f2', 'note', '2025-11-03 12:01:00+01'),
('00000000-0000-4000-8000-0000000000f2', 'meeting', '2025-11-05 09:00:00+01'),
('00000000-0000-4000-8000-0000000000f2', 'whatsapp', '2025-11-03 12:20:00+01'),
('00000000-0000-4000-8000-0000000000f2', 'email_sent', '2025-11-03 12:30:00+01'),
-- f3: no contact.
('00000000-0000-4000-8000-0000000000f3', 'note', '2025-11-03 12:05:00+01'),
('00000000-0000-4000-8000-0000000000f3', 'created', '2025-11-03 12:00:00+01'),
-- f4: dated in the future.
('00000000-0000-4000-8000-0000000000f4', 'phone_call', '2099-01-01 00:00:00+01'),
-- f5: in the future and in the past.
('00000000-0000-4000-8000-0000000000f5', 'phone_call', '2099-01-01 00:00:00+01'),
('00000000-0000-4000-8000-0000000000f5', 'status_change_contacted', '2025-11-04 08:00:00+01');
-- f6: nothing at all.
\ir stats.sql
