-- What for: the leads that are there already are found again as well.

INSERT INTO public.lead_contact_digests (lead_id, email_digest, phone_digest, created_at)
SELECT
    id,
    hashtextextended(email, 0) AS email_digest,
    hashtextextended(phone, 0) AS phone_digest,
    coalesce(created_at, now()) AS created_at
FROM (
    SELECT
        id,
        created_at,
        public.lead_email(contact_email) AS email,
        public.lead_phone(contact_phone, postcode) AS phone
    FROM public.leads
    WHERE contact_email <> '' OR contact_phone <> ''
) AS lead
WHERE email IS NOT NULL OR phone IS NOT NULL
ON CONFLICT (lead_id) DO NOTHING;
