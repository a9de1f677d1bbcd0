-- What for: there is one active routing policy from the first moment; its values are the defaults of the columns.
INSERT INTO public.routing_policies (version, is_active, reason, activated_at)
VALUES (1, true, 'defaults', now());
