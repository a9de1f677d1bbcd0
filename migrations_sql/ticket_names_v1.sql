-- What for: the admin's notes name a ticket by its subject, in which people write who it is about. Its id is enough.

UPDATE public.django_admin_log AS entry
SET object_repr = coalesce(entry.object_id, '')
FROM public.django_content_type AS kind
WHERE kind.id = entry.content_type_id AND kind.app_label = 'support' AND kind.model = 'supportticket';
