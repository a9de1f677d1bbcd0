-- pg_dump --schema-only, without comments, blank lines, settings, the digits that follow the name of an app, and what
-- differs between releases and builds of PostgreSQL.
CREATE FUNCTION public.comparable_text(words text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
DECLARE
    read text := lower(public.visible_text(words) COLLATE "C");
    label text;
    decoded text;
BEGIN
    IF read ~ '[^\x01-\x7f]' THEN
        read := normalize(translate(
            read,
            'ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮĴĶĹĻĽŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪ'
            'ŬŮŰŲŴŶŸŹŻŽΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁЄІЇ。',
            'àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįĵķĺļľłńņňŋōŏőœŕŗřśŝşšţťŧũū'
            'ŭůűųŵŷÿźżžαβγδεζηθικλμνξοπρστυφχψωабвгдежзийклмнопрстуфхцчшщъыьэюяёєії.'
        ), NFKC);
    END IF;
    IF strpos(read, 'xn--') = 0 THEN
        RETURN read;
    END IF;
    FOR label IN
        SELECT DISTINCT matched[1] FROM regexp_matches(read, '(?<![a-z0-9-])xn--[a-z0-9-]+', 'g') AS matches (matched)
    LOOP
        decoded := public.decoded_label(label);
        IF decoded ~ '[^\x01-\x7f]' AND decoded !~ 'xn--' AND decoded = public.comparable_text(decoded) THEN
            read := regexp_replace(read, '(?<![a-z0-9-])' || label || '(?![a-z0-9-])', decoded, 'g');
        END IF;
    END LOOP;
    RETURN read;
END;
$$;
COMMENT ON FUNCTION public.comparable_text(words text) IS 'A text as it is searched: what a reader sees of it, without regard to case and to how domain names are encoded.';
CREATE FUNCTION public.correct_lead_status(corrected_lead uuid, right_status text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
DECLARE
    is_there boolean;
BEGIN
    INSERT INTO public.rule_exemptions (transaction_id, exempts) VALUES (pg_current_xact_id(), 'status');
    UPDATE public.leads AS lead
    SET
        status = right_status,
        accepted_at = CASE WHEN right_status <> 'new' THEN lead.accepted_at END,
        decided_at = CASE WHEN right_status IN ('won', 'lost') THEN lead.decided_at END
    WHERE lead.id = corrected_lead;
    is_there := FOUND;
    DELETE FROM public.rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'status';
    RETURN is_there;
END;
$$;
COMMENT ON FUNCTION public.correct_lead_status(corrected_lead uuid, right_status text) IS 'Puts right a mistaken status, whatever step that is, and takes back times that the right one does not have.';
CREATE FUNCTION public.decoded_label(label text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $_$
DECLARE
    encoded text := substr(label, 5);
    delimiter integer := length(encoded) - strpos(reverse(encoded), '-');
    decoded integer[] := '{}';
    code_point bigint := 128;
    position bigint := 0;
    previous bigint;
    weight bigint;
    digit integer;
    threshold integer;
    bias integer := 72;
    delta bigint;
    steps integer;
    place integer := 1;
BEGIN
    IF label !~ '^xn--[a-z0-9-]{1,59}$' THEN
        RETURN label;
    END IF;
    IF strpos(encoded, '-') > 0 THEN
        SELECT array_agg(ascii(letter) ORDER BY number) INTO decoded
        FROM regexp_split_to_table(left(encoded, delimiter), '') WITH ORDINALITY AS letters (letter, number)
        WHERE letter <> '';
        decoded := coalesce(decoded, '{}');
        place := delimiter + 2;
    END IF;
    WHILE place <= length(encoded) LOOP
        previous := position;
        weight := 1;
        steps := 36;
        LOOP
            digit := strpos('abcdefghijklmnopqrstuvwxyz0123456789', substr(encoded, place, 1)) - 1;
            IF place > length(encoded) OR digit < 0 THEN
                RETURN label;
            END IF;
            place := place + 1;
            position := position + digit * weight;
            threshold := least(greatest(steps - bias, 1), 26);
            EXIT WHEN digit < threshold;
            weight := weight * (36 - threshold);
            IF weight > 1000000000000000 THEN
                RETURN label;
            END IF;
            steps := steps + 36;
        END LOOP;
        delta := (position - previous) / CASE WHEN previous = 0 THEN 700 ELSE 2 END;
        delta := delta + delta / (cardinality(decoded) + 1);
        steps := 0;
        WHILE delta > 455 LOOP
            delta := delta / 35;
            steps := steps + 36;
        END LOOP;
        bias := steps + 36 * delta / (delta + 38);
        code_point := code_point + position / (cardinality(decoded) + 1);
        IF code_point > 1114111 OR code_point BETWEEN 55296 AND 57343 THEN
            RETURN label;
        END IF;
        position := position % (cardinality(decoded) + 1);
        decoded := decoded[:position::integer] || code_point::integer || decoded[position::integer + 1:];
        position := position + 1;
    END LOOP;
    RETURN (
        SELECT coalesce(string_agg(chr(letter), '' ORDER BY number), '')
        FROM unnest(decoded) WITH ORDINALITY AS letters (letter, number)
    );
END;
$_$;
COMMENT ON FUNCTION public.decoded_label(label text) IS 'A label of a domain name as it is read: xn--mller-kva is müller; what cannot be decoded stays as it is.';
CREATE FUNCTION public.hand_over_leads(instant timestamp with time zone, lead_ids uuid[], partner_ids uuid[], winner_ids uuid[], winner_standings bytea[], moving_ids uuid[]) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    unmoved integer;
    written bigint;
BEGIN
    WITH locked AS MATERIALIZED (
        SELECT profile.id, public.partner_standing(profile) AS standing
        FROM public.profiles AS profile
        WHERE profile.id = ANY(moving_ids)
        ORDER BY profile.id
        FOR NO KEY UPDATE
    )
    SELECT count(*) INTO unmoved
    FROM unnest(winner_ids, winner_standings) AS winner (id, standing)
    INNER JOIN locked ON locked.id = winner.id AND locked.standing = winner.standing;
    IF unmoved < cardinality(winner_ids) THEN
        RETURN 0;
    END IF;
    UPDATE public.leads AS lead
    SET
        user_id = coalesce(decision.partner_id, lead.user_id),
        assigned_at = CASE WHEN decision.partner_id IS NULL THEN lead.assigned_at ELSE instant END,
        status = CASE WHEN decision.partner_id IS NULL THEN lead.status ELSE 'new' END,
        routing_attempts = lead.routing_attempts + (decision.partner_id IS NULL)::integer,
        routing_attempted_at = instant
    FROM unnest(lead_ids, partner_ids) AS decision (lead_id, partner_id)
    WHERE lead.id = decision.lead_id;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END;
$$;
CREATE FUNCTION public.is_contact_activity(activity_type text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT activity_type IN ('phone_call', 'email_sent', 'whatsapp', 'meeting', 'status_change_contacted')
$$;
COMMENT ON FUNCTION public.is_contact_activity(activity_type text) IS 'Whether an activity of this type is a contact attempt.';
CREATE FUNCTION public.lead_email(contact_email text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
DECLARE
    address text := lower(contact_email COLLATE "C");
BEGIN
    IF address ~ '[^\x21-\x7e]|xn--' THEN
        address := normalize(regexp_replace(public.comparable_text(contact_email), '[ \t\n\r\u1680]+', '', 'g'), NFKC);
    END IF;
    RETURN CASE WHEN strpos(address, '@') > 0 THEN rtrim(address, '.') END;
END;
$$;
COMMENT ON FUNCTION public.lead_email(contact_email text) IS 'An e-mail address in one form, whatever its case, encoding and invisible characters; NULL for what is none.';
CREATE FUNCTION public.lead_phone(contact_phone text, postcode text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $_$
DECLARE
    dialled text := public.visible_text(contact_phone);
    country text := CASE WHEN public.visible_text(postcode) ~ '^\s*[1-9][0-9]{3}\s*$' THEN '+32' ELSE '+31' END;
BEGIN
    dialled := regexp_replace(replace(dialled, '(0)', ''), '[^0-9+]', '', 'g');
    dialled := regexp_replace(regexp_replace(dialled, '(?<=.)[+]', '', 'g'), '^00', '+');
    IF dialled ~ '^[+]3[12]0' THEN
        dialled := left(dialled, 3) || ltrim(substr(dialled, 4), '0');
    ELSIF dialled ~ '^3[12][0-9]{8,9}$' THEN
        dialled := '+' || dialled;
    ELSIF dialled ~ '^(0|[1-9][0-9]{7,8}$)' THEN
        dialled := country || ltrim(dialled, '0');
    END IF;
    RETURN CASE WHEN dialled ~ '^[+]?[1-9][0-9]{7,14}$' THEN dialled END;
END;
$_$;
COMMENT ON FUNCTION public.lead_phone(contact_phone text, postcode text) IS 'A phone number in one form, with the country code of the postcode where it has none; NULL for what is none.';
CREATE FUNCTION public.lock_leads(lead_ids uuid[]) RETURNS TABLE(id uuid, user_id uuid, status text, industry_id uuid, industry_name text, province text, postcode text, created_at timestamp with time zone, tried_partner_ids uuid[], routing_attempts integer)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    SELECT
        lead.id,
        lead.user_id,
        lead.status::text,
        lead.industry_id,
        industry.name::text,
        lead.province::text,
        lead.postcode::text,
        lead.created_at,
        lead.tried_partner_ids,
        lead.routing_attempts
    FROM public.leads AS lead
    LEFT JOIN public.industries AS industry ON industry.id = lead.industry_id
    WHERE lead.id = ANY(lead_ids)
    ORDER BY lead.id
    FOR NO KEY UPDATE OF lead;
END;
$$;
CREATE TABLE public.profiles (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    primary_branch text,
    regions text[],
    lead_industries text[],
    lead_locations text[],
    max_open_leads integer,
    is_active_for_routing boolean DEFAULT true,
    routing_priority integer DEFAULT 0,
    ai_risk_score integer,
    ai_risk_level text,
    ai_risk_assessed_at timestamp with time zone,
    company_name text DEFAULT ''::text NOT NULL,
    last_assigned_at timestamp with time zone,
    leads_since_return integer DEFAULT 0 NOT NULL,
    open_leads integer DEFAULT 0 NOT NULL,
    returned_at timestamp with time zone,
    routing_changed_at timestamp with time zone DEFAULT statement_timestamp(),
    usual_daily_leads double precision,
    CONSTRAINT profiles_ai_risk_level_known CHECK ((ai_risk_level = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text]))),
    CONSTRAINT profiles_ai_risk_score_range CHECK (((ai_risk_score >= 0) AND (ai_risk_score <= 100))),
    CONSTRAINT profiles_counters_range CHECK (((LEAST((open_leads)::double precision, (leads_since_return)::double precision, usual_daily_leads) >= ('-1000000000'::integer)::double precision) AND (GREATEST((open_leads)::double precision, (leads_since_return)::double precision, usual_daily_leads) <= (1000000000)::double precision))),
    CONSTRAINT profiles_lines_length CHECK ((GREATEST(length(company_name), length(primary_branch)) <= 1000)),
    CONSTRAINT profiles_lists_plain CHECK ((
CASE
    WHEN (array_ndims(regions) > 1) THEN false
    ELSE ((array_position(regions, NULL::text) IS NULL) AND (cardinality(regions) <= 10000) AND (length(array_to_string(regions, ''::text)) <= 100000))
END AND
CASE
    WHEN (array_ndims(lead_industries) > 1) THEN false
    ELSE ((array_position(lead_industries, NULL::text) IS NULL) AND (cardinality(lead_industries) <= 10000) AND (length(array_to_string(lead_industries, ''::text)) <= 100000))
END AND
CASE
    WHEN (array_ndims(lead_locations) > 1) THEN false
    ELSE ((array_position(lead_locations, NULL::text) IS NULL) AND (cardinality(lead_locations) <= 10000) AND (length(array_to_string(lead_locations, ''::text)) <= 100000))
END)),
    CONSTRAINT profiles_max_open_leads_not_negative CHECK ((max_open_leads >= 0)),
    CONSTRAINT profiles_times_range CHECK (((LEAST(ai_risk_assessed_at, last_assigned_at, returned_at, routing_changed_at) >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (GREATEST(ai_risk_assessed_at, last_assigned_at, returned_at, routing_changed_at) < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
CREATE FUNCTION public.partner_pace(partner public.profiles) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT
        float8send(coalesce(extract(EPOCH FROM partner.returned_at)::float8, 'NaN'))
        || float8send(partner.leads_since_return)
        || float8send(coalesce(partner.usual_daily_leads, 'NaN'));
$$;
CREATE FUNCTION public.partner_paces_since(seen pg_snapshot) RETURNS TABLE(policy_id bigint, policy_created_at timestamp with time zone, as_of timestamp with time zone, origin text, snapshot text, has_written boolean, clock double precision, number bigint, ids bytea, standings bytea)
    LANGUAGE plpgsql STABLE
    AS $$
BEGIN
    RETURN QUERY
    WITH changed AS MATERIALIZED (
        SELECT DISTINCT change.partner_id
        FROM public.partner_changes AS change
        WHERE change.changed_in >= pg_snapshot_xmin(seen)
            AND NOT pg_visible_in_snapshot(change.changed_in, seen)
    )
    SELECT
        (SELECT policy.id FROM public.routing_policies AS policy WHERE policy.is_active),
        (SELECT policy.created_at FROM public.routing_policies AS policy WHERE policy.is_active),
        (
            SELECT run.as_of
            FROM public.partner_performance_refresh_runs AS run
            WHERE (
                SELECT view.relispopulated
                FROM pg_class AS view
                WHERE view.oid = 'public.partner_performance_stats'::regclass
            )
            ORDER BY run.id DESC
            LIMIT 1
        ),
        concat_ws(
            ' ',
            pg_postmaster_start_time(),
            (SELECT database.oid FROM pg_database AS database WHERE database.datname = current_database()),
            pg_relation_filenode('public.profiles'),
            pg_relation_filenode('public.partner_changes')
        ),
        pg_current_snapshot()::text,
        pg_current_xact_id_if_assigned() IS NOT NULL,
        extract(EPOCH FROM statement_timestamp())::double precision,
        (SELECT count(*) FROM changed),
        coalesce(string_agg(uuid_send(partner.id), ''::bytea), ''),
        coalesce(string_agg(partner.standing, ''::bytea), '')
    FROM (
        SELECT
            profile.id,
            public.partner_standing(profile) || public.partner_pace(profile) AS standing
        FROM public.profiles AS profile
        WHERE profile.id = ANY(ARRAY(SELECT changed.partner_id FROM changed))
    ) AS partner;
END;
$$;
CREATE FUNCTION public.partner_performance_stats_as_of() RETURNS timestamp with time zone
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT run.as_of
    FROM public.partner_performance_refresh_runs AS run
    WHERE (
        SELECT view.relispopulated
        FROM pg_catalog.pg_class AS view
        WHERE view.oid = 'public.partner_performance_stats'::regclass
    )
    ORDER BY run.id DESC
    LIMIT 1
$$;
COMMENT ON FUNCTION public.partner_performance_stats_as_of() IS 'The instant t of the rows that partner_performance_stats holds now; NULL while it was never refreshed.';
CREATE FUNCTION public.partner_performance_stats_at(t timestamp with time zone) RETURNS TABLE(partner_id uuid, leads_assigned_30d integer, leads_accepted_30d integer, leads_rejected_30d integer, conversion_rate_30d numeric, avg_response_time_minutes numeric, open_leads_count integer, last_lead_assigned_at timestamp with time zone, avg_first_response_time_minutes_7d numeric, avg_first_response_time_minutes_30d numeric, pct_contacted_within_1h_30d numeric, pct_contacted_within_24h_30d numeric, ai_trust_score integer, won_leads_30d integer, lost_leads_30d integer, won_leads_7d integer, lost_leads_7d integer, deal_rate_30d numeric, deal_rate_7d numeric, avg_contact_attempts_per_lead_30d numeric, pct_leads_min_2_attempts_30d numeric, avg_customer_rating_30d numeric, num_ratings_30d integer, complaints_30d integer, complaint_rate_30d numeric, avg_deal_value_30d numeric, median_deal_value_30d numeric, consistency_score numeric, leads_assigned_7d integer, contacted_leads_30d integer, contacted_leads_7d integer, silent_leads_30d integer, valued_deals_30d integer, response_points_30d numeric, pct_leads_followed_up_30d numeric, complained_leads_30d integer, complained_lead_rate_30d numeric, undecided_leads_30d integer, rejected_late_leads_30d integer, deal_rate_with_undecided_30d numeric)
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $_$
    WITH instant AS NOT MATERIALIZED (
        SELECT
            $1 AS t,
            $1 - interval '720 hours' AS month_start,
            $1 - interval '168 hours' AS week_start,
            $1 - interval '336 hours' AS overdue_start,
            $1 - interval '24 hours' AS day_start,
            $1 - interval '744 hours' AS attempts_start
    ),
    window_lead AS NOT MATERIALIZED (
        SELECT
            lead.id,
            lead.user_id,
            lead.status,
            nullif(lead.accepted_at, '-infinity') AS accepted_at,
            nullif(lead.first_contact_at, '-infinity') AS first_contact_at,
            lead.tried_partner_ids IS NOT NULL AS is_rerouted,
            CASE
                WHEN lead.tried_partner_ids IS NOT NULL THEN coalesce(lead.assigned_at, lead.created_at)
                ELSE lead.created_at
            END AS clock_start,
            coalesce(lead.assigned_at, lead.created_at) AS handed_over_at,
            (lead.decided_at > instant.t) IS TRUE AS is_decided_later,
            coalesce(lead.deal_value, lead.price_at_purchase) AS value
        FROM public.leads AS lead
        CROSS JOIN instant
        WHERE lead.user_id IS NOT NULL
            AND (lead.created_at > instant.t) IS NOT TRUE
            AND (lead.assigned_at > instant.t) IS NOT TRUE
            AND (
                (
                    lead.tried_partner_ids IS NULL
                    AND lead.created_at >= instant.month_start
                    AND lead.created_at <= instant.t
                )
                OR (
                    lead.tried_partner_ids IS NOT NULL
                    AND coalesce(lead.assigned_at, lead.created_at) >= instant.month_start
                    AND coalesce(lead.assigned_at, lead.created_at) <= instant.t
                )
            )
    ),
    lead_fact AS NOT MATERIALIZED (
        SELECT
            lead.id,
            lead.user_id,
            lead.value,
            CASE WHEN lead.handed_over_at >= instant.month_start THEN lead.handed_over_at END AS handed_over_at,
            lead.clock_start >= instant.week_start AS is_7d,
            lead.status = 'rejected' AS is_rejected,
            lead.status = 'won' AND NOT lead.is_decided_later AS is_won,
            lead.status = 'lost' AND NOT lead.is_decided_later AS is_lost,
            CASE
                WHEN lead.accepted_at IS NULL OR (lead.is_rerouted AND lead.accepted_at < lead.clock_start)
                    THEN lead.status IN ('accepted', 'in_progress', 'completed', 'won', 'lost')
                ELSE lead.accepted_at <= instant.t
            END AS is_accepted,
            CASE
                WHEN lead.accepted_at <= instant.t
                    AND NOT (lead.is_rerouted AND lead.accepted_at < lead.clock_start)
                    THEN lead.accepted_at - lead.clock_start
            END AS response_time,
            CASE
                WHEN lead.first_contact_at <= instant.t
                    AND NOT (lead.is_rerouted AND lead.first_contact_at < lead.clock_start)
                    THEN lead.first_contact_at - lead.clock_start
            END AS contact_time,
            lead.clock_start < instant.day_start AS is_day_old,
            lead.clock_start < instant.overdue_start AS is_overdue
        FROM window_lead AS lead
        CROSS JOIN instant
        OFFSET 0
    ),
    rerouted AS NOT MATERIALIZED (
        SELECT
            lead.id,
            coalesce(lead.assigned_at, lead.created_at) AS clock_start
        FROM public.leads AS lead
        CROSS JOIN instant
        WHERE lead.tried_partner_ids IS NOT NULL
            AND coalesce(lead.assigned_at, lead.created_at) >= instant.month_start
            AND coalesce(lead.assigned_at, lead.created_at) <= instant.t
    ),
    attempts AS (
        SELECT
            activity.lead_id,
            count(*)::integer AS attempts,
            max(activity.created_at) >= min(activity.created_at) + interval '30 minutes' AS is_followed_up
        FROM public.lead_activities AS activity
        CROSS JOIN instant
        LEFT JOIN rerouted ON rerouted.id = activity.lead_id
        WHERE public.is_contact_activity(activity.type)
            AND activity.created_at >= instant.attempts_start
            AND activity.created_at <= instant.t
            AND (activity.created_at < rerouted.clock_start) IS NOT TRUE
        GROUP BY activity.lead_id
    ),
    leads_of_partner AS (
        SELECT
            lead.user_id,
            count(*) AS assigned_30d,
            max(lead.handed_over_at) AS handed_over_at,
            count(*) FILTER (WHERE lead.is_7d) AS assigned_7d,
            count(*) FILTER (WHERE lead.is_accepted) AS accepted,
            count(*) FILTER (WHERE lead.is_rejected) AS rejected,
            count(lead.response_time) AS responses,
            sum(lead.response_time) AS response_time,
            count(lead.contact_time) AS contacted_30d,
            sum(lead.contact_time) AS contact_time_30d,
            count(lead.contact_time) FILTER (WHERE lead.is_7d) AS contacted_7d,
            sum(lead.contact_time) FILTER (WHERE lead.is_7d) AS contact_time_7d,
            count(*) FILTER (WHERE lead.contact_time <= interval '1 hour') AS contacted_1h,
            count(*) FILTER (WHERE lead.contact_time <= interval '24 hours') AS contacted_24h,
            sum((
                10000000 * CASE
                    WHEN lead.contact_time <= interval '30 minutes' THEN 100
                    WHEN lead.contact_time <= interval '2 hours'
                        THEN 100 - (date_part('epoch', lead.contact_time) - 1800) / 180
                    WHEN lead.contact_time <= interval '24 hours'
                        THEN 70 - (date_part('epoch', lead.contact_time) - 7200) / 2640
                    WHEN lead.contact_time <= interval '72 hours'
                        THEN 40 - (date_part('epoch', lead.contact_time) - 86400) / 4320
                END
            )::integer) AS response_points,
            count(*) FILTER (
                WHERE lead.contact_time IS NULL
                    AND lead.is_day_old
                    AND (lead.is_rejected AND lead.response_time IS NULL) IS NOT TRUE
            ) AS silent,
            count(*) FILTER (
                WHERE lead.is_overdue AND (lead.is_won OR lead.is_lost OR lead.is_rejected) IS NOT TRUE
            ) AS undecided,
            count(*) FILTER (
                WHERE lead.is_rejected
                    AND (lead.response_time IS NOT NULL OR lead.contact_time IS NOT NULL)
            ) AS rejected_late,
            count(*) FILTER (WHERE lead.is_won) AS won_30d,
            count(*) FILTER (WHERE lead.is_lost) AS lost_30d,
            count(*) FILTER (WHERE lead.is_won AND lead.is_7d) AS won_7d,
            count(*) FILTER (WHERE lead.is_lost AND lead.is_7d) AS lost_7d,
            coalesce(sum(attempts.attempts), 0)::numeric AS attempts,
            count(*) FILTER (WHERE attempts.attempts >= 2) AS min_2_attempts,
            count(*) FILTER (WHERE attempts.is_followed_up) AS followed_up,
            count(lead.value) FILTER (WHERE lead.is_won) AS valued_deals,
            avg(lead.value) FILTER (WHERE lead.is_won) AS average_value
        FROM lead_fact AS lead
        LEFT JOIN attempts ON attempts.lead_id = lead.id
        GROUP BY lead.user_id
    ),
    median_of_partner AS (
        SELECT
            lead.user_id,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY coalesce(lead.deal_value, lead.price_at_purchase)::double precision)
                AS median_value
        FROM public.leads AS lead
        CROSS JOIN instant
        WHERE lead.user_id IS NOT NULL
            AND lead.status = 'won'
            AND (lead.decided_at > instant.t) IS NOT TRUE
            AND (lead.created_at > instant.t) IS NOT TRUE
            AND (lead.assigned_at > instant.t) IS NOT TRUE
            AND CASE
                WHEN lead.tried_partner_ids IS NOT NULL THEN coalesce(lead.assigned_at, lead.created_at)
                ELSE lead.created_at
            END >= instant.month_start
            AND CASE
                WHEN lead.tried_partner_ids IS NOT NULL THEN coalesce(lead.assigned_at, lead.created_at)
                ELSE lead.created_at
            END <= instant.t
        GROUP BY lead.user_id
    ),
    late_of_partner AS (
        SELECT
            lead.user_id,
            max(lead.assigned_at) AS handed_over_at
        FROM public.leads AS lead
        CROSS JOIN instant
        WHERE lead.user_id IS NOT NULL
            AND lead.tried_partner_ids IS NULL
            AND lead.assigned_at >= instant.month_start
            AND lead.assigned_at <= instant.t
            AND (lead.created_at >= instant.month_start) IS NOT TRUE
            AND (
                (lead.created_at >= instant.month_start - interval '24 hours' AND lead.created_at < instant.month_start)
                OR (
                    (lead.assigned_at - lead.created_at <= interval '24 hours') IS NOT TRUE
                    AND lead.assigned_at >= instant.month_start
                    AND lead.assigned_at <= instant.t
                )
            )
        GROUP BY lead.user_id
    ),
    open_lead AS (
        SELECT lead.user_id
        FROM public.leads AS lead
        CROSS JOIN instant
        WHERE lead.user_id IS NOT NULL
            AND lead.status IN ('new', 'accepted', 'in_progress')
            AND (lead.created_at > instant.t) IS NOT TRUE
            AND (lead.assigned_at > instant.t) IS NOT TRUE
        UNION ALL
        SELECT lead.user_id
        FROM public.leads AS lead
        CROSS JOIN instant
        WHERE lead.user_id IS NOT NULL
            AND lead.status IN ('won', 'lost')
            AND lead.decided_at > instant.t
            AND (lead.created_at > instant.t) IS NOT TRUE
            AND (lead.assigned_at > instant.t) IS NOT TRUE
    ),
    open_of_partner AS (
        SELECT
            open_lead.user_id,
            count(*) AS open_leads
        FROM open_lead
        GROUP BY open_lead.user_id
    ),
    ratings_of_partner AS (
        SELECT
            feedback.partner_id,
            count(*) AS ratings,
            avg(feedback.rating) AS average
        FROM public.lead_feedback AS feedback
        CROSS JOIN instant
        WHERE feedback.created_at >= instant.month_start
            AND feedback.created_at <= instant.t
        GROUP BY feedback.partner_id
    ),
    complaints_of_partner AS (
        SELECT
            ticket.partner_id,
            count(*) AS complaints,
            count(DISTINCT lead.id) AS complained_leads
        FROM public.support_tickets AS ticket
        CROSS JOIN instant
        LEFT JOIN LATERAL (
            SELECT own.id
            FROM window_lead AS own
            WHERE own.id = ticket.lead_id AND own.user_id = ticket.partner_id
            LIMIT 1
        ) AS lead ON TRUE
        WHERE ticket.type = 'complaint'
            AND ticket.created_at >= instant.month_start
            AND ticket.created_at <= instant.t
        GROUP BY ticket.partner_id
    ),
    ratio AS (
        SELECT
            leads.*,
            leads.won_30d::numeric / nullif(leads.won_30d + leads.lost_30d, 0) AS deal_rate_30d,
            leads.won_7d::numeric / nullif(leads.won_7d + leads.lost_7d, 0) AS deal_rate_7d,
            extract(EPOCH FROM leads.contact_time_30d) / nullif(60 * leads.contacted_30d, 0) AS minutes_30d,
            extract(EPOCH FROM leads.contact_time_7d) / nullif(60 * leads.contacted_7d, 0) AS minutes_7d
        FROM leads_of_partner AS leads
        OFFSET 0
    ),
    consistency AS (
        SELECT
            ratio.*,
            100 * (1 - abs(ratio.deal_rate_7d - ratio.deal_rate_30d)) AS deal_part,
            CASE
                WHEN ratio.minutes_7d IS NULL THEN NULL
                WHEN ratio.minutes_7d = ratio.minutes_30d THEN 100
                WHEN greatest(ratio.minutes_7d, ratio.minutes_30d) <= 0 THEN 0
                ELSE greatest(
                    0,
                    100 * (1 - abs(ratio.minutes_7d - ratio.minutes_30d) / greatest(ratio.minutes_7d, ratio.minutes_30d))
                )
            END AS response_part
        FROM ratio
        OFFSET 0
    )
    SELECT
        partner.id AS partner_id,
        coalesce(lead.assigned_30d, 0)::integer AS leads_assigned_30d,
        coalesce(lead.accepted, 0)::integer AS leads_accepted_30d,
        coalesce(lead.rejected, 0)::integer AS leads_rejected_30d,
        round(lead.accepted::numeric / lead.assigned_30d, 6) AS conversion_rate_30d,
        round(extract(EPOCH FROM lead.response_time) / nullif(60 * lead.responses, 0), 6) AS avg_response_time_minutes,
        coalesce(open_of_partner.open_leads, 0)::integer AS open_leads_count,
        coalesce(greatest(lead.handed_over_at, late.handed_over_at), latest.handed_over_at) AS last_lead_assigned_at,
        round(lead.minutes_7d, 6) AS avg_first_response_time_minutes_7d,
        round(lead.minutes_30d, 6) AS avg_first_response_time_minutes_30d,
        round((100 * lead.contacted_1h)::numeric / lead.assigned_30d, 6) AS pct_contacted_within_1h_30d,
        round((100 * lead.contacted_24h)::numeric / lead.assigned_30d, 6) AS pct_contacted_within_24h_30d,
        partner.ai_risk_score AS ai_trust_score,
        coalesce(lead.won_30d, 0)::integer AS won_leads_30d,
        coalesce(lead.lost_30d, 0)::integer AS lost_leads_30d,
        coalesce(lead.won_7d, 0)::integer AS won_leads_7d,
        coalesce(lead.lost_7d, 0)::integer AS lost_leads_7d,
        round(lead.deal_rate_30d, 6) AS deal_rate_30d,
        round(lead.deal_rate_7d, 6) AS deal_rate_7d,
        round(lead.attempts / lead.assigned_30d, 6) AS avg_contact_attempts_per_lead_30d,
        round((100 * lead.min_2_attempts)::numeric / lead.assigned_30d, 6) AS pct_leads_min_2_attempts_30d,
        round(ratings.average, 6) AS avg_customer_rating_30d,
        coalesce(ratings.ratings, 0)::integer AS num_ratings_30d,
        coalesce(complaints.complaints, 0)::integer AS complaints_30d,
        round(coalesce(complaints.complaints, 0)::numeric / lead.assigned_30d, 6) AS complaint_rate_30d,
        round(lead.average_value, 6) AS avg_deal_value_30d,
        round(median.median_value::numeric, 6) AS median_deal_value_30d,
        round(
            coalesce((lead.deal_part + lead.response_part) / 2, lead.deal_part, lead.response_part), 6
        ) AS consistency_score,
        coalesce(lead.assigned_7d, 0)::integer AS leads_assigned_7d,
        coalesce(lead.contacted_30d, 0)::integer AS contacted_leads_30d,
        coalesce(lead.contacted_7d, 0)::integer AS contacted_leads_7d,
        coalesce(lead.silent, 0)::integer AS silent_leads_30d,
        coalesce(lead.valued_deals, 0)::integer AS valued_deals_30d,
        round(
            coalesce(lead.response_points, 0)::numeric / nullif(10000000 * (lead.contacted_30d + lead.silent), 0), 6
        ) AS response_points_30d,
        round((100 * lead.followed_up)::numeric / lead.assigned_30d, 6) AS pct_leads_followed_up_30d,
        coalesce(complaints.complained_leads, 0)::integer AS complained_leads_30d,
        round(coalesce(complaints.complained_leads, 0)::numeric / lead.assigned_30d, 6) AS complained_lead_rate_30d,
        coalesce(lead.undecided, 0)::integer AS undecided_leads_30d,
        coalesce(lead.rejected_late, 0)::integer AS rejected_late_leads_30d,
        round(
            lead.won_30d::numeric / nullif(lead.won_30d + lead.lost_30d + lead.rejected_late + lead.undecided, 0), 6
        ) AS deal_rate_with_undecided_30d
    FROM public.profiles AS partner
    LEFT JOIN consistency AS lead ON lead.user_id = partner.id
    LEFT JOIN median_of_partner AS median ON median.user_id = partner.id
    LEFT JOIN late_of_partner AS late ON late.user_id = partner.id
    LEFT JOIN open_of_partner ON open_of_partner.user_id = partner.id
    LEFT JOIN ratings_of_partner AS ratings ON ratings.partner_id = partner.id
    LEFT JOIN complaints_of_partner AS complaints ON complaints.partner_id = partner.id
    LEFT JOIN LATERAL (
        SELECT coalesce(old.assigned_at, old.created_at) AS handed_over_at
        FROM public.leads AS old
        CROSS JOIN instant
        WHERE greatest(lead.handed_over_at, late.handed_over_at) IS NULL
            AND old.user_id = partner.id
            AND coalesce(old.assigned_at, old.created_at) <= instant.t
            AND (old.created_at > instant.t) IS NOT TRUE
        ORDER BY coalesce(old.assigned_at, old.created_at) DESC
        LIMIT 1
    ) AS latest ON TRUE
$_$;
CREATE VIEW public.partner_performance_stats_live AS
 SELECT partner_id,
    leads_assigned_30d,
    leads_accepted_30d,
    leads_rejected_30d,
    conversion_rate_30d,
    avg_response_time_minutes,
    open_leads_count,
    last_lead_assigned_at,
    avg_first_response_time_minutes_7d,
    avg_first_response_time_minutes_30d,
    pct_contacted_within_1h_30d,
    pct_contacted_within_24h_30d,
    ai_trust_score,
    won_leads_30d,
    lost_leads_30d,
    won_leads_7d,
    lost_leads_7d,
    deal_rate_30d,
    deal_rate_7d,
    avg_contact_attempts_per_lead_30d,
    pct_leads_min_2_attempts_30d,
    avg_customer_rating_30d,
    num_ratings_30d,
    complaints_30d,
    complaint_rate_30d,
    avg_deal_value_30d,
    median_deal_value_30d,
    consistency_score,
    leads_assigned_7d,
    contacted_leads_30d,
    contacted_leads_7d,
    silent_leads_30d,
    valued_deals_30d,
    response_points_30d,
    pct_leads_followed_up_30d,
    complained_leads_30d,
    complained_lead_rate_30d,
    undecided_leads_30d,
    rejected_late_leads_30d,
    deal_rate_with_undecided_30d
   FROM public.partner_performance_stats_at(now()) stats(partner_id, leads_assigned_30d, leads_accepted_30d, leads_rejected_30d, conversion_rate_30d, avg_response_time_minutes, open_leads_count, last_lead_assigned_at, avg_first_response_time_minutes_7d, avg_first_response_time_minutes_30d, pct_contacted_within_1h_30d, pct_contacted_within_24h_30d, ai_trust_score, won_leads_30d, lost_leads_30d, won_leads_7d, lost_leads_7d, deal_rate_30d, deal_rate_7d, avg_contact_attempts_per_lead_30d, pct_leads_min_2_attempts_30d, avg_customer_rating_30d, num_ratings_30d, complaints_30d, complaint_rate_30d, avg_deal_value_30d, median_deal_value_30d, consistency_score, leads_assigned_7d, contacted_leads_30d, contacted_leads_7d, silent_leads_30d, valued_deals_30d, response_points_30d, pct_leads_followed_up_30d, complained_leads_30d, complained_lead_rate_30d, undecided_leads_30d, rejected_late_leads_30d, deal_rate_with_undecided_30d);
COMMENT ON VIEW public.partner_performance_stats_live IS 'The metrics of this moment, computed anew for every reader. Routing reads partner_performance_stats.';
CREATE FUNCTION public.partner_performance_stats_latest() RETURNS SETOF public.partner_performance_stats_live
    LANGUAGE plpgsql STABLE
    AS $_$
BEGIN
    RETURN QUERY EXECUTE 'SELECT * FROM public.partner_performance_stats_at($1) AS stats ORDER BY partner_id'
    USING coalesce(
        (SELECT run.as_of FROM public.partner_performance_refresh_runs AS run ORDER BY run.id DESC LIMIT 1),
        now()
    );
END;
$_$;
COMMENT ON FUNCTION public.partner_performance_stats_latest() IS 'The metrics at the instant of the last recorded refresh.';
CREATE FUNCTION public.partner_standing(partner public.profiles) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT
        float8send(coalesce(partner.is_active_for_routing, false)::integer)
        || float8send(partner.open_leads)
        || float8send(coalesce(partner.max_open_leads, 'NaN'::float8))
        || float8send(coalesce(partner.routing_priority, 0))
        || float8send(coalesce(extract(EPOCH FROM partner.last_assigned_at)::float8, 'NaN'))
        || float8send(coalesce(extract(EPOCH FROM partner.routing_changed_at)::float8, 'NaN'))
        || float8send(
            coalesce(
                partner.max_open_leads >= 0
                AND partner.ai_risk_score BETWEEN 0 AND 100
                AND partner.ai_risk_level IN ('low', 'medium', 'high'),
                true
            )::integer
        );
$$;
CREATE FUNCTION public.pgtrigger_anonymised_around() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"leads"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_anonymised_around', '"leads"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        PERFORM FROM leads WHERE id = NEW.id FOR UPDATE;
        UPDATE lead_repeats AS told SET contact_name = '', contact_email = '', contact_phone = '', message = '', postcode = substring(told.postcode FROM '[1-9][0-9]{3}') WHERE told.lead_id = NEW.id; UPDATE lead_activities AS told SET description = NULL, metadata = '{}'::jsonb WHERE told.lead_id = NEW.id; UPDATE lead_feedback AS told SET comment = '' WHERE told.lead_id = NEW.id; UPDATE support_tickets AS told SET subject = '', body = '' WHERE told.lead_id = NEW.id; DELETE FROM intake_keys WHERE lead_id = NEW.id; DELETE FROM lead_contact_digests WHERE lead_id = NEW.id;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_anonymised_ins() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"leads"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_anonymised_ins', '"leads"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        NEW.contact_name := ''; NEW.contact_email := ''; NEW.contact_phone := ''; NEW.message := ''; NEW.postcode := substring(NEW.postcode FROM '[1-9][0-9]{3}');
        RETURN NEW;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_anonymised_upd() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"leads"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_anonymised_upd', '"leads"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        NEW.anonymised_at := coalesce(OLD.anonymised_at, NEW.anonymised_at);
        NEW.contact_name := ''; NEW.contact_email := ''; NEW.contact_phone := ''; NEW.message := ''; NEW.postcode := substring(NEW.postcode FROM '[1-9][0-9]{3}');
        IF NEW.user_id IS NULL AND NEW.status = 'new' THEN
            NEW.status := 'lost';
        END IF;
        RETURN NEW;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_append_only() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"audit_events"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_append_only', '"audit_events"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'audit') THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'events of the audit are append-only: % on audit_events is refused', TG_OP
            USING ERRCODE = 'restrict_violation';
                END;
            $$;
CREATE FUNCTION public.pgtrigger_append_only() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"lead_assignment_logs"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_append_only', '"lead_assignment_logs"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'decisions') THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'decisions are append-only: % on lead_assignment_logs is refused', TG_OP
            USING ERRCODE = 'restrict_violation';
                END;
            $$;
CREATE FUNCTION public.pgtrigger_append_only_truncate() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"lead_assignment_logs"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_append_only_truncate', '"lead_assignment_logs"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        RAISE EXCEPTION 'decisions are kept: TRUNCATE of lead_assignment_logs is refused'
            USING ERRCODE = 'restrict_violation', TABLE = 'lead_assignment_logs';
                END;
            $$;
CREATE FUNCTION public.pgtrigger_append_only_truncate() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"audit_events"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_append_only_truncate', '"audit_events"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        RAISE EXCEPTION 'events of the audit are append-only: % on audit_events is refused', TG_OP
            USING ERRCODE = 'restrict_violation';
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_delete() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"partner_users"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_delete', '"partner_users"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        SELECT clock_timestamp(), 'partner_users', deleted.partner_id, 'delete',
            jsonb_strip_nulls(jsonb_build_object('partner_id', CASE WHEN deleted.partner_id IS NOT NULL THEN jsonb_build_array(deleted.partner_id, NULL) END, 'user_id', CASE WHEN deleted.user_id IS NOT NULL THEN jsonb_build_array(deleted.user_id, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user
        FROM deleted;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_delete() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"auth_user"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_delete', '"auth_user"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        SELECT clock_timestamp(), 'auth_user', deleted.id, 'delete',
            jsonb_strip_nulls(jsonb_build_object('is_active', CASE WHEN deleted.is_active IS NOT NULL THEN jsonb_build_array(deleted.is_active, NULL) END, 'is_staff', CASE WHEN deleted.is_staff IS NOT NULL THEN jsonb_build_array(deleted.is_staff, NULL) END, 'is_superuser', CASE WHEN deleted.is_superuser IS NOT NULL THEN jsonb_build_array(deleted.is_superuser, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user
        FROM deleted;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_delete() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"knox_authtoken"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_delete', '"knox_authtoken"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        SELECT clock_timestamp(), 'knox_authtoken', deleted.token_key, 'delete',
            jsonb_strip_nulls(jsonb_build_object('user_id', CASE WHEN deleted.user_id IS NOT NULL THEN jsonb_build_array(deleted.user_id, NULL) END, 'created', CASE WHEN deleted.created IS NOT NULL THEN jsonb_build_array(deleted.created, NULL) END, 'expiry', CASE WHEN deleted.expiry IS NOT NULL THEN jsonb_build_array(deleted.expiry, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user
        FROM deleted;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_delete() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"intake_clients"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_delete', '"intake_clients"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        SELECT clock_timestamp(), 'intake_clients', deleted.id, 'delete',
            jsonb_strip_nulls(jsonb_build_object('name', CASE WHEN deleted.name IS NOT NULL THEN jsonb_build_array(deleted.name, NULL) END, 'user_id', CASE WHEN deleted.user_id IS NOT NULL THEN jsonb_build_array(deleted.user_id, NULL) END, 'source', CASE WHEN deleted.source IS NOT NULL THEN jsonb_build_array(deleted.source, NULL) END, 'allowed_origins', CASE WHEN deleted.allowed_origins IS NOT NULL THEN jsonb_build_array(deleted.allowed_origins, NULL) END, 'may_send_feedback', CASE WHEN deleted.may_send_feedback IS NOT NULL THEN jsonb_build_array(deleted.may_send_feedback, NULL) END, 'may_open_tickets', CASE WHEN deleted.may_open_tickets IS NOT NULL THEN jsonb_build_array(deleted.may_open_tickets, NULL) END, 'requires_contact', CASE WHEN deleted.requires_contact IS NOT NULL THEN jsonb_build_array(deleted.requires_contact, NULL) END, 'requires_place', CASE WHEN deleted.requires_place IS NOT NULL THEN jsonb_build_array(deleted.requires_place, NULL) END, 'requires_industry', CASE WHEN deleted.requires_industry IS NOT NULL THEN jsonb_build_array(deleted.requires_industry, NULL) END, 'leads_per_minute', CASE WHEN deleted.leads_per_minute IS NOT NULL THEN jsonb_build_array(deleted.leads_per_minute, NULL) END, 'is_active', CASE WHEN deleted.is_active IS NOT NULL THEN jsonb_build_array(deleted.is_active, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user
        FROM deleted;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_delete() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"auth_group"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_delete', '"auth_group"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        SELECT clock_timestamp(), 'auth_group', deleted.id, 'delete',
            jsonb_strip_nulls(jsonb_build_object('name', CASE WHEN deleted.name IS NOT NULL THEN jsonb_build_array(deleted.name, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user
        FROM deleted;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_delete() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"profiles"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_delete', '"profiles"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        SELECT clock_timestamp(), 'profiles', deleted.id, 'delete',
            jsonb_strip_nulls(jsonb_build_object('company_name', CASE WHEN deleted.company_name IS NOT NULL THEN jsonb_build_array(deleted.company_name, NULL) END, 'primary_branch', CASE WHEN deleted.primary_branch IS NOT NULL THEN jsonb_build_array(deleted.primary_branch, NULL) END, 'regions', CASE WHEN deleted.regions IS NOT NULL THEN jsonb_build_array(deleted.regions, NULL) END, 'lead_industries', CASE WHEN deleted.lead_industries IS NOT NULL THEN jsonb_build_array(deleted.lead_industries, NULL) END, 'lead_locations', CASE WHEN deleted.lead_locations IS NOT NULL THEN jsonb_build_array(deleted.lead_locations, NULL) END, 'max_open_leads', CASE WHEN deleted.max_open_leads IS NOT NULL THEN jsonb_build_array(deleted.max_open_leads, NULL) END, 'is_active_for_routing', CASE WHEN deleted.is_active_for_routing IS NOT NULL THEN jsonb_build_array(deleted.is_active_for_routing, NULL) END, 'routing_priority', CASE WHEN deleted.routing_priority IS NOT NULL THEN jsonb_build_array(deleted.routing_priority, NULL) END, 'ai_risk_score', CASE WHEN deleted.ai_risk_score IS NOT NULL THEN jsonb_build_array(deleted.ai_risk_score, NULL) END, 'ai_risk_level', CASE WHEN deleted.ai_risk_level IS NOT NULL THEN jsonb_build_array(deleted.ai_risk_level, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user
        FROM deleted;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_delete() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"auth_user_user_permissions"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_delete', '"auth_user_user_permissions"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        SELECT clock_timestamp(), 'auth_user_user_permissions', deleted.user_id, 'delete',
            jsonb_strip_nulls(jsonb_build_object('user_id', CASE WHEN deleted.user_id IS NOT NULL THEN jsonb_build_array(deleted.user_id, NULL) END, 'permission_id', CASE WHEN deleted.permission_id IS NOT NULL THEN jsonb_build_array(deleted.permission_id, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user
        FROM deleted;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_delete() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"leads"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_delete', '"leads"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        SELECT clock_timestamp(), 'leads', deleted.id, 'delete',
            jsonb_strip_nulls(jsonb_build_object('status', CASE WHEN deleted.status IS NOT NULL THEN jsonb_build_array(deleted.status, NULL) END, 'user_id', CASE WHEN deleted.user_id IS NOT NULL THEN jsonb_build_array(deleted.user_id, NULL) END, 'industry_id', CASE WHEN deleted.industry_id IS NOT NULL THEN jsonb_build_array(deleted.industry_id, NULL) END, 'province', CASE WHEN deleted.province IS NOT NULL THEN jsonb_build_array(deleted.province, NULL) END, 'source', CASE WHEN deleted.source IS NOT NULL THEN jsonb_build_array(deleted.source, NULL) END, 'intake_client_id', CASE WHEN deleted.intake_client_id IS NOT NULL THEN jsonb_build_array(deleted.intake_client_id, NULL) END, 'price_at_purchase', CASE WHEN deleted.price_at_purchase IS NOT NULL THEN jsonb_build_array(deleted.price_at_purchase, NULL) END, 'deal_value', CASE WHEN deleted.deal_value IS NOT NULL THEN jsonb_build_array(deleted.deal_value, NULL) END, 'created_at', CASE WHEN deleted.created_at IS NOT NULL THEN jsonb_build_array(deleted.created_at, NULL) END, 'assigned_at', CASE WHEN deleted.assigned_at IS NOT NULL THEN jsonb_build_array(deleted.assigned_at, NULL) END, 'first_contact_at', CASE WHEN deleted.first_contact_at IS NOT NULL THEN jsonb_build_array(deleted.first_contact_at, NULL) END, 'accepted_at', CASE WHEN deleted.accepted_at IS NOT NULL THEN jsonb_build_array(deleted.accepted_at, NULL) END, 'decided_at', CASE WHEN deleted.decided_at IS NOT NULL THEN jsonb_build_array(deleted.decided_at, NULL) END, 'anonymised_at', CASE WHEN deleted.anonymised_at IS NOT NULL THEN jsonb_build_array(deleted.anonymised_at, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user
        FROM deleted;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_delete() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"auth_group_permissions"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_delete', '"auth_group_permissions"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        SELECT clock_timestamp(), 'auth_group_permissions', deleted.group_id, 'delete',
            jsonb_strip_nulls(jsonb_build_object('group_id', CASE WHEN deleted.group_id IS NOT NULL THEN jsonb_build_array(deleted.group_id, NULL) END, 'permission_id', CASE WHEN deleted.permission_id IS NOT NULL THEN jsonb_build_array(deleted.permission_id, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user
        FROM deleted;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_delete() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"partner_channels"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_delete', '"partner_channels"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        SELECT clock_timestamp(), 'partner_channels', deleted.partner_id, 'delete',
            jsonb_strip_nulls(jsonb_build_object('partner_id', CASE WHEN deleted.partner_id IS NOT NULL THEN jsonb_build_array(deleted.partner_id, NULL) END, 'kind', CASE WHEN deleted.kind IS NOT NULL THEN jsonb_build_array(deleted.kind, NULL) END, 'language', CASE WHEN deleted.language IS NOT NULL THEN jsonb_build_array(deleted.language, NULL) END, 'is_active', CASE WHEN deleted.is_active IS NOT NULL THEN jsonb_build_array(deleted.is_active, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user
        FROM deleted;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_delete() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"auth_user_groups"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_delete', '"auth_user_groups"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        SELECT clock_timestamp(), 'auth_user_groups', deleted.group_id, 'delete',
            jsonb_strip_nulls(jsonb_build_object('group_id', CASE WHEN deleted.group_id IS NOT NULL THEN jsonb_build_array(deleted.group_id, NULL) END, 'user_id', CASE WHEN deleted.user_id IS NOT NULL THEN jsonb_build_array(deleted.user_id, NULL) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user
        FROM deleted;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_insert() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"auth_user_user_permissions"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_insert', '"auth_user_user_permissions"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        SELECT clock_timestamp(), 'auth_user_user_permissions', written.user_id, 'insert',
            jsonb_strip_nulls(jsonb_build_object('user_id', CASE WHEN written.user_id IS NOT NULL THEN jsonb_build_array(NULL, written.user_id) END, 'permission_id', CASE WHEN written.permission_id IS NOT NULL THEN jsonb_build_array(NULL, written.permission_id) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user
        FROM written;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_insert() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"profiles"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_insert', '"profiles"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        SELECT clock_timestamp(), 'profiles', written.id, 'insert',
            jsonb_strip_nulls(jsonb_build_object('company_name', CASE WHEN written.company_name IS NOT NULL THEN jsonb_build_array(NULL, written.company_name) END, 'primary_branch', CASE WHEN written.primary_branch IS NOT NULL THEN jsonb_build_array(NULL, written.primary_branch) END, 'regions', CASE WHEN written.regions IS NOT NULL THEN jsonb_build_array(NULL, written.regions) END, 'lead_industries', CASE WHEN written.lead_industries IS NOT NULL THEN jsonb_build_array(NULL, written.lead_industries) END, 'lead_locations', CASE WHEN written.lead_locations IS NOT NULL THEN jsonb_build_array(NULL, written.lead_locations) END, 'max_open_leads', CASE WHEN written.max_open_leads IS NOT NULL THEN jsonb_build_array(NULL, written.max_open_leads) END, 'is_active_for_routing', CASE WHEN written.is_active_for_routing IS NOT NULL THEN jsonb_build_array(NULL, written.is_active_for_routing) END, 'routing_priority', CASE WHEN written.routing_priority IS NOT NULL THEN jsonb_build_array(NULL, written.routing_priority) END, 'ai_risk_score', CASE WHEN written.ai_risk_score IS NOT NULL THEN jsonb_build_array(NULL, written.ai_risk_score) END, 'ai_risk_level', CASE WHEN written.ai_risk_level IS NOT NULL THEN jsonb_build_array(NULL, written.ai_risk_level) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user
        FROM written;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_insert() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"leads"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_insert', '"leads"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        SELECT clock_timestamp(), 'leads', written.id, 'insert',
            jsonb_strip_nulls(jsonb_build_object('status', CASE WHEN written.status IS NOT NULL THEN jsonb_build_array(NULL, written.status) END, 'user_id', CASE WHEN written.user_id IS NOT NULL THEN jsonb_build_array(NULL, written.user_id) END, 'source', CASE WHEN written.source IS NOT NULL THEN jsonb_build_array(NULL, written.source) END, 'intake_client_id', CASE WHEN written.intake_client_id IS NOT NULL THEN jsonb_build_array(NULL, written.intake_client_id) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user
        FROM written;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_insert() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"auth_group"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_insert', '"auth_group"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        SELECT clock_timestamp(), 'auth_group', written.id, 'insert',
            jsonb_strip_nulls(jsonb_build_object('name', CASE WHEN written.name IS NOT NULL THEN jsonb_build_array(NULL, written.name) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user
        FROM written;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_insert() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"auth_user"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_insert', '"auth_user"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        SELECT clock_timestamp(), 'auth_user', written.id, 'insert',
            jsonb_strip_nulls(jsonb_build_object('is_active', CASE WHEN written.is_active IS NOT NULL THEN jsonb_build_array(NULL, written.is_active) END, 'is_staff', CASE WHEN written.is_staff IS NOT NULL THEN jsonb_build_array(NULL, written.is_staff) END, 'is_superuser', CASE WHEN written.is_superuser IS NOT NULL THEN jsonb_build_array(NULL, written.is_superuser) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user
        FROM written;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_insert() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"partner_users"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_insert', '"partner_users"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        SELECT clock_timestamp(), 'partner_users', written.partner_id, 'insert',
            jsonb_strip_nulls(jsonb_build_object('partner_id', CASE WHEN written.partner_id IS NOT NULL THEN jsonb_build_array(NULL, written.partner_id) END, 'user_id', CASE WHEN written.user_id IS NOT NULL THEN jsonb_build_array(NULL, written.user_id) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user
        FROM written;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_insert() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"auth_group_permissions"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_insert', '"auth_group_permissions"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        SELECT clock_timestamp(), 'auth_group_permissions', written.group_id, 'insert',
            jsonb_strip_nulls(jsonb_build_object('group_id', CASE WHEN written.group_id IS NOT NULL THEN jsonb_build_array(NULL, written.group_id) END, 'permission_id', CASE WHEN written.permission_id IS NOT NULL THEN jsonb_build_array(NULL, written.permission_id) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user
        FROM written;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_insert() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"auth_user_groups"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_insert', '"auth_user_groups"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        SELECT clock_timestamp(), 'auth_user_groups', written.group_id, 'insert',
            jsonb_strip_nulls(jsonb_build_object('group_id', CASE WHEN written.group_id IS NOT NULL THEN jsonb_build_array(NULL, written.group_id) END, 'user_id', CASE WHEN written.user_id IS NOT NULL THEN jsonb_build_array(NULL, written.user_id) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user
        FROM written;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_insert() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"knox_authtoken"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_insert', '"knox_authtoken"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        SELECT clock_timestamp(), 'knox_authtoken', written.token_key, 'insert',
            jsonb_strip_nulls(jsonb_build_object('user_id', CASE WHEN written.user_id IS NOT NULL THEN jsonb_build_array(NULL, written.user_id) END, 'created', CASE WHEN written.created IS NOT NULL THEN jsonb_build_array(NULL, written.created) END, 'expiry', CASE WHEN written.expiry IS NOT NULL THEN jsonb_build_array(NULL, written.expiry) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user
        FROM written;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_insert() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"intake_clients"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_insert', '"intake_clients"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        SELECT clock_timestamp(), 'intake_clients', written.id, 'insert',
            jsonb_strip_nulls(jsonb_build_object('name', CASE WHEN written.name IS NOT NULL THEN jsonb_build_array(NULL, written.name) END, 'user_id', CASE WHEN written.user_id IS NOT NULL THEN jsonb_build_array(NULL, written.user_id) END, 'source', CASE WHEN written.source IS NOT NULL THEN jsonb_build_array(NULL, written.source) END, 'allowed_origins', CASE WHEN written.allowed_origins IS NOT NULL THEN jsonb_build_array(NULL, written.allowed_origins) END, 'may_send_feedback', CASE WHEN written.may_send_feedback IS NOT NULL THEN jsonb_build_array(NULL, written.may_send_feedback) END, 'may_open_tickets', CASE WHEN written.may_open_tickets IS NOT NULL THEN jsonb_build_array(NULL, written.may_open_tickets) END, 'requires_contact', CASE WHEN written.requires_contact IS NOT NULL THEN jsonb_build_array(NULL, written.requires_contact) END, 'requires_place', CASE WHEN written.requires_place IS NOT NULL THEN jsonb_build_array(NULL, written.requires_place) END, 'requires_industry', CASE WHEN written.requires_industry IS NOT NULL THEN jsonb_build_array(NULL, written.requires_industry) END, 'leads_per_minute', CASE WHEN written.leads_per_minute IS NOT NULL THEN jsonb_build_array(NULL, written.leads_per_minute) END, 'is_active', CASE WHEN written.is_active IS NOT NULL THEN jsonb_build_array(NULL, written.is_active) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user
        FROM written;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_insert() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"partner_channels"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_insert', '"partner_channels"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        SELECT clock_timestamp(), 'partner_channels', written.partner_id, 'insert',
            jsonb_strip_nulls(jsonb_build_object('partner_id', CASE WHEN written.partner_id IS NOT NULL THEN jsonb_build_array(NULL, written.partner_id) END, 'kind', CASE WHEN written.kind IS NOT NULL THEN jsonb_build_array(NULL, written.kind) END, 'language', CASE WHEN written.language IS NOT NULL THEN jsonb_build_array(NULL, written.language) END, 'is_active', CASE WHEN written.is_active IS NOT NULL THEN jsonb_build_array(NULL, written.is_active) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user
        FROM written;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_truncate() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"partner_users"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_truncate', '"partner_users"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        VALUES (clock_timestamp(), 'partner_users', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_truncate() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"partner_channels"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_truncate', '"partner_channels"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        VALUES (clock_timestamp(), 'partner_channels', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_truncate() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"knox_authtoken"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_truncate', '"knox_authtoken"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        VALUES (clock_timestamp(), 'knox_authtoken', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_truncate() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"intake_clients"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_truncate', '"intake_clients"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        VALUES (clock_timestamp(), 'intake_clients', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_truncate() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"auth_user"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_truncate', '"auth_user"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        VALUES (clock_timestamp(), 'auth_user', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_truncate() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"auth_user_user_permissions"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_truncate', '"auth_user_user_permissions"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        VALUES (clock_timestamp(), 'auth_user_user_permissions', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_truncate() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"profiles"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_truncate', '"profiles"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        VALUES (clock_timestamp(), 'profiles', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_truncate() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"auth_group"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_truncate', '"auth_group"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        VALUES (clock_timestamp(), 'auth_group', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_truncate() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"auth_user_groups"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_truncate', '"auth_user_groups"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        VALUES (clock_timestamp(), 'auth_user_groups', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_truncate() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"auth_group_permissions"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_truncate', '"auth_group_permissions"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        VALUES (clock_timestamp(), 'auth_group_permissions', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_truncate() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"leads"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_truncate', '"leads"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        VALUES (clock_timestamp(), 'leads', '', 'truncate', '{}', nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_update() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"auth_user"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_update', '"auth_user"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        VALUES (clock_timestamp(), 'auth_user', NEW.id, 'update', jsonb_strip_nulls(jsonb_build_object('is_active', CASE WHEN OLD.is_active IS DISTINCT FROM NEW.is_active THEN jsonb_build_array(OLD.is_active, NEW.is_active) END, 'is_staff', CASE WHEN OLD.is_staff IS DISTINCT FROM NEW.is_staff THEN jsonb_build_array(OLD.is_staff, NEW.is_staff) END, 'is_superuser', CASE WHEN OLD.is_superuser IS DISTINCT FROM NEW.is_superuser THEN jsonb_build_array(OLD.is_superuser, NEW.is_superuser) END, 'username', CASE WHEN OLD.username IS DISTINCT FROM NEW.username THEN jsonb_build_array() END, 'first_name', CASE WHEN OLD.first_name IS DISTINCT FROM NEW.first_name THEN jsonb_build_array() END, 'last_name', CASE WHEN OLD.last_name IS DISTINCT FROM NEW.last_name THEN jsonb_build_array() END, 'email', CASE WHEN OLD.email IS DISTINCT FROM NEW.email THEN jsonb_build_array() END, 'password', CASE WHEN OLD.password IS DISTINCT FROM NEW.password THEN jsonb_build_array() END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_update() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"auth_group"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_update', '"auth_group"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        VALUES (clock_timestamp(), 'auth_group', NEW.id, 'update', jsonb_strip_nulls(jsonb_build_object('name', CASE WHEN OLD.name IS DISTINCT FROM NEW.name THEN jsonb_build_array(OLD.name, NEW.name) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_update() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"partner_users"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_update', '"partner_users"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        VALUES (clock_timestamp(), 'partner_users', NEW.partner_id, 'update', jsonb_strip_nulls(jsonb_build_object('partner_id', CASE WHEN OLD.partner_id IS DISTINCT FROM NEW.partner_id THEN jsonb_build_array(OLD.partner_id, NEW.partner_id) END, 'user_id', CASE WHEN OLD.user_id IS DISTINCT FROM NEW.user_id THEN jsonb_build_array(OLD.user_id, NEW.user_id) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_update() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"partner_channels"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_update', '"partner_channels"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        VALUES (clock_timestamp(), 'partner_channels', NEW.partner_id, 'update', jsonb_strip_nulls(jsonb_build_object('partner_id', CASE WHEN OLD.partner_id IS DISTINCT FROM NEW.partner_id THEN jsonb_build_array(OLD.partner_id, NEW.partner_id) END, 'kind', CASE WHEN OLD.kind IS DISTINCT FROM NEW.kind THEN jsonb_build_array(OLD.kind, NEW.kind) END, 'language', CASE WHEN OLD.language IS DISTINCT FROM NEW.language THEN jsonb_build_array(OLD.language, NEW.language) END, 'is_active', CASE WHEN OLD.is_active IS DISTINCT FROM NEW.is_active THEN jsonb_build_array(OLD.is_active, NEW.is_active) END, 'address', CASE WHEN OLD.address IS DISTINCT FROM NEW.address THEN jsonb_build_array() END, 'secret_id', CASE WHEN OLD.secret_id IS DISTINCT FROM NEW.secret_id THEN jsonb_build_array() END, 'previous_secret_id', CASE WHEN OLD.previous_secret_id IS DISTINCT FROM NEW.previous_secret_id THEN jsonb_build_array() END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_update() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"intake_clients"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_update', '"intake_clients"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        VALUES (clock_timestamp(), 'intake_clients', NEW.id, 'update', jsonb_strip_nulls(jsonb_build_object('name', CASE WHEN OLD.name IS DISTINCT FROM NEW.name THEN jsonb_build_array(OLD.name, NEW.name) END, 'user_id', CASE WHEN OLD.user_id IS DISTINCT FROM NEW.user_id THEN jsonb_build_array(OLD.user_id, NEW.user_id) END, 'source', CASE WHEN OLD.source IS DISTINCT FROM NEW.source THEN jsonb_build_array(OLD.source, NEW.source) END, 'allowed_origins', CASE WHEN OLD.allowed_origins IS DISTINCT FROM NEW.allowed_origins THEN jsonb_build_array(OLD.allowed_origins, NEW.allowed_origins) END, 'may_send_feedback', CASE WHEN OLD.may_send_feedback IS DISTINCT FROM NEW.may_send_feedback THEN jsonb_build_array(OLD.may_send_feedback, NEW.may_send_feedback) END, 'may_open_tickets', CASE WHEN OLD.may_open_tickets IS DISTINCT FROM NEW.may_open_tickets THEN jsonb_build_array(OLD.may_open_tickets, NEW.may_open_tickets) END, 'requires_contact', CASE WHEN OLD.requires_contact IS DISTINCT FROM NEW.requires_contact THEN jsonb_build_array(OLD.requires_contact, NEW.requires_contact) END, 'requires_place', CASE WHEN OLD.requires_place IS DISTINCT FROM NEW.requires_place THEN jsonb_build_array(OLD.requires_place, NEW.requires_place) END, 'requires_industry', CASE WHEN OLD.requires_industry IS DISTINCT FROM NEW.requires_industry THEN jsonb_build_array(OLD.requires_industry, NEW.requires_industry) END, 'leads_per_minute', CASE WHEN OLD.leads_per_minute IS DISTINCT FROM NEW.leads_per_minute THEN jsonb_build_array(OLD.leads_per_minute, NEW.leads_per_minute) END, 'is_active', CASE WHEN OLD.is_active IS DISTINCT FROM NEW.is_active THEN jsonb_build_array(OLD.is_active, NEW.is_active) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_update() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"auth_user_groups"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_update', '"auth_user_groups"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        VALUES (clock_timestamp(), 'auth_user_groups', NEW.group_id, 'update', jsonb_strip_nulls(jsonb_build_object('group_id', CASE WHEN OLD.group_id IS DISTINCT FROM NEW.group_id THEN jsonb_build_array(OLD.group_id, NEW.group_id) END, 'user_id', CASE WHEN OLD.user_id IS DISTINCT FROM NEW.user_id THEN jsonb_build_array(OLD.user_id, NEW.user_id) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_update() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"auth_user_user_permissions"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_update', '"auth_user_user_permissions"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        VALUES (clock_timestamp(), 'auth_user_user_permissions', NEW.user_id, 'update', jsonb_strip_nulls(jsonb_build_object('user_id', CASE WHEN OLD.user_id IS DISTINCT FROM NEW.user_id THEN jsonb_build_array(OLD.user_id, NEW.user_id) END, 'permission_id', CASE WHEN OLD.permission_id IS DISTINCT FROM NEW.permission_id THEN jsonb_build_array(OLD.permission_id, NEW.permission_id) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_update() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"profiles"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_update', '"profiles"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        VALUES (clock_timestamp(), 'profiles', NEW.id, 'update', jsonb_strip_nulls(jsonb_build_object('company_name', CASE WHEN OLD.company_name IS DISTINCT FROM NEW.company_name THEN jsonb_build_array(OLD.company_name, NEW.company_name) END, 'primary_branch', CASE WHEN OLD.primary_branch IS DISTINCT FROM NEW.primary_branch THEN jsonb_build_array(OLD.primary_branch, NEW.primary_branch) END, 'regions', CASE WHEN OLD.regions IS DISTINCT FROM NEW.regions THEN jsonb_build_array(OLD.regions, NEW.regions) END, 'lead_industries', CASE WHEN OLD.lead_industries IS DISTINCT FROM NEW.lead_industries THEN jsonb_build_array(OLD.lead_industries, NEW.lead_industries) END, 'lead_locations', CASE WHEN OLD.lead_locations IS DISTINCT FROM NEW.lead_locations THEN jsonb_build_array(OLD.lead_locations, NEW.lead_locations) END, 'max_open_leads', CASE WHEN OLD.max_open_leads IS DISTINCT FROM NEW.max_open_leads THEN jsonb_build_array(OLD.max_open_leads, NEW.max_open_leads) END, 'is_active_for_routing', CASE WHEN OLD.is_active_for_routing IS DISTINCT FROM NEW.is_active_for_routing THEN jsonb_build_array(OLD.is_active_for_routing, NEW.is_active_for_routing) END, 'routing_priority', CASE WHEN OLD.routing_priority IS DISTINCT FROM NEW.routing_priority THEN jsonb_build_array(OLD.routing_priority, NEW.routing_priority) END, 'ai_risk_score', CASE WHEN OLD.ai_risk_score IS DISTINCT FROM NEW.ai_risk_score THEN jsonb_build_array(OLD.ai_risk_score, NEW.ai_risk_score) END, 'ai_risk_level', CASE WHEN OLD.ai_risk_level IS DISTINCT FROM NEW.ai_risk_level THEN jsonb_build_array(OLD.ai_risk_level, NEW.ai_risk_level) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_update() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"knox_authtoken"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_update', '"knox_authtoken"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        VALUES (clock_timestamp(), 'knox_authtoken', NEW.token_key, 'update', jsonb_strip_nulls(jsonb_build_object('user_id', CASE WHEN OLD.user_id IS DISTINCT FROM NEW.user_id THEN jsonb_build_array(OLD.user_id, NEW.user_id) END, 'created', CASE WHEN OLD.created IS DISTINCT FROM NEW.created THEN jsonb_build_array(OLD.created, NEW.created) END, 'expiry', CASE WHEN OLD.expiry IS DISTINCT FROM NEW.expiry THEN jsonb_build_array(OLD.expiry, NEW.expiry) END, 'digest', CASE WHEN OLD.digest IS DISTINCT FROM NEW.digest THEN jsonb_build_array() END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_update() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"leads"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_update', '"leads"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        VALUES (clock_timestamp(), 'leads', NEW.id, 'update', jsonb_strip_nulls(jsonb_build_object('status', CASE WHEN OLD.status IS DISTINCT FROM NEW.status THEN jsonb_build_array(OLD.status, NEW.status) END, 'user_id', CASE WHEN OLD.user_id IS DISTINCT FROM NEW.user_id THEN jsonb_build_array(OLD.user_id, NEW.user_id) END, 'industry_id', CASE WHEN OLD.industry_id IS DISTINCT FROM NEW.industry_id THEN jsonb_build_array(OLD.industry_id, NEW.industry_id) END, 'province', CASE WHEN OLD.province IS DISTINCT FROM NEW.province THEN jsonb_build_array(OLD.province, NEW.province) END, 'source', CASE WHEN OLD.source IS DISTINCT FROM NEW.source THEN jsonb_build_array(OLD.source, NEW.source) END, 'intake_client_id', CASE WHEN OLD.intake_client_id IS DISTINCT FROM NEW.intake_client_id THEN jsonb_build_array(OLD.intake_client_id, NEW.intake_client_id) END, 'price_at_purchase', CASE WHEN OLD.price_at_purchase IS DISTINCT FROM NEW.price_at_purchase THEN jsonb_build_array(OLD.price_at_purchase, NEW.price_at_purchase) END, 'deal_value', CASE WHEN OLD.deal_value IS DISTINCT FROM NEW.deal_value THEN jsonb_build_array(OLD.deal_value, NEW.deal_value) END, 'created_at', CASE WHEN OLD.created_at IS DISTINCT FROM NEW.created_at THEN jsonb_build_array(OLD.created_at, NEW.created_at) END, 'assigned_at', CASE WHEN OLD.assigned_at IS DISTINCT FROM NEW.assigned_at THEN jsonb_build_array(OLD.assigned_at, NEW.assigned_at) END, 'first_contact_at', CASE WHEN OLD.first_contact_at IS DISTINCT FROM NEW.first_contact_at THEN jsonb_build_array(OLD.first_contact_at, NEW.first_contact_at) END, 'accepted_at', CASE WHEN OLD.accepted_at IS DISTINCT FROM NEW.accepted_at THEN jsonb_build_array(OLD.accepted_at, NEW.accepted_at) END, 'decided_at', CASE WHEN OLD.decided_at IS DISTINCT FROM NEW.decided_at THEN jsonb_build_array(OLD.decided_at, NEW.decided_at) END, 'anonymised_at', CASE WHEN OLD.anonymised_at IS DISTINCT FROM NEW.anonymised_at THEN jsonb_build_array(OLD.anonymised_at, NEW.anonymised_at) END, 'postcode', CASE WHEN OLD.postcode IS DISTINCT FROM NEW.postcode THEN jsonb_build_array() END, 'contact_name', CASE WHEN OLD.contact_name IS DISTINCT FROM NEW.contact_name THEN jsonb_build_array() END, 'contact_email', CASE WHEN OLD.contact_email IS DISTINCT FROM NEW.contact_email THEN jsonb_build_array() END, 'contact_phone', CASE WHEN OLD.contact_phone IS DISTINCT FROM NEW.contact_phone THEN jsonb_build_array() END, 'message', CASE WHEN OLD.message IS DISTINCT FROM NEW.message THEN jsonb_build_array() END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_audit_update() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"auth_group_permissions"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_audit_update', '"auth_group_permissions"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO audit_events (at, table_name, row_id, operation, changes, context, context_id, database_user)
        VALUES (clock_timestamp(), 'auth_group_permissions', NEW.group_id, 'update', jsonb_strip_nulls(jsonb_build_object('group_id', CASE WHEN OLD.group_id IS DISTINCT FROM NEW.group_id THEN jsonb_build_array(OLD.group_id, NEW.group_id) END, 'permission_id', CASE WHEN OLD.permission_id IS DISTINCT FROM NEW.permission_id THEN jsonb_build_array(OLD.permission_id, NEW.permission_id) END)), nullif(current_setting('pghistory.context_metadata', true), '')::jsonb, nullif(current_setting('pghistory.context_id', true), '')::uuid, session_user);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_blank_inserted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                DECLARE anonymised uuid[];
                BEGIN
                    IF TG_RELID <> '"support_tickets"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_blank_inserted', '"support_tickets"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        SELECT array_agg(id) FILTER (WHERE anonymised_at IS NOT NULL) INTO anonymised
        FROM (
            SELECT id, anonymised_at FROM leads
            WHERE id IN (SELECT lead_id FROM inserted WHERE ((inserted.subject, inserted.body) IS DISTINCT FROM ('', '')))
            ORDER BY id
            FOR KEY SHARE
        ) AS locked;
        IF anonymised IS NOT NULL THEN
            UPDATE support_tickets AS told SET subject = '', body = ''
            WHERE told.lead_id = ANY(anonymised) AND ((told.subject, told.body) IS DISTINCT FROM ('', ''));
        END IF;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_blank_inserted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                DECLARE anonymised uuid[];
                BEGIN
                    IF TG_RELID <> '"lead_activities"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_blank_inserted', '"lead_activities"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        SELECT array_agg(id) FILTER (WHERE anonymised_at IS NOT NULL) INTO anonymised
        FROM (
            SELECT id, anonymised_at FROM leads
            WHERE id IN (SELECT lead_id FROM inserted WHERE ((inserted.description, inserted.metadata) IS DISTINCT FROM (NULL, '{}'::jsonb)))
            ORDER BY id
            FOR KEY SHARE
        ) AS locked;
        IF anonymised IS NOT NULL THEN
            UPDATE lead_activities AS told SET description = NULL, metadata = '{}'::jsonb
            WHERE told.lead_id = ANY(anonymised) AND ((told.description, told.metadata) IS DISTINCT FROM (NULL, '{}'::jsonb));
        END IF;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_blank_inserted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                DECLARE anonymised uuid[];
                BEGIN
                    IF TG_RELID <> '"lead_repeats"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_blank_inserted', '"lead_repeats"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        SELECT array_agg(id) FILTER (WHERE anonymised_at IS NOT NULL) INTO anonymised
        FROM (
            SELECT id, anonymised_at FROM leads
            WHERE id IN (SELECT lead_id FROM inserted WHERE ((inserted.contact_name, inserted.contact_email, inserted.contact_phone, inserted.message, inserted.postcode) IS DISTINCT FROM ('', '', '', '', substring(inserted.postcode FROM '[1-9][0-9]{3}'))))
            ORDER BY id
            FOR KEY SHARE
        ) AS locked;
        IF anonymised IS NOT NULL THEN
            UPDATE lead_repeats AS told SET contact_name = '', contact_email = '', contact_phone = '', message = '', postcode = substring(told.postcode FROM '[1-9][0-9]{3}')
            WHERE told.lead_id = ANY(anonymised) AND ((told.contact_name, told.contact_email, told.contact_phone, told.message, told.postcode) IS DISTINCT FROM ('', '', '', '', substring(told.postcode FROM '[1-9][0-9]{3}')));
        END IF;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_blank_inserted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                DECLARE anonymised uuid[];
                BEGIN
                    IF TG_RELID <> '"lead_feedback"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_blank_inserted', '"lead_feedback"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        SELECT array_agg(id) FILTER (WHERE anonymised_at IS NOT NULL) INTO anonymised
        FROM (
            SELECT id, anonymised_at FROM leads
            WHERE id IN (SELECT lead_id FROM inserted WHERE ((inserted.comment) IS DISTINCT FROM ('')))
            ORDER BY id
            FOR KEY SHARE
        ) AS locked;
        IF anonymised IS NOT NULL THEN
            UPDATE lead_feedback AS told SET comment = ''
            WHERE told.lead_id = ANY(anonymised) AND ((told.comment) IS DISTINCT FROM (''));
        END IF;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_blank_updated() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"lead_activities"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_blank_updated', '"lead_activities"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        IF EXISTS (SELECT FROM leads WHERE id = NEW.lead_id AND anonymised_at IS NOT NULL) THEN
            NEW.description := NULL; NEW.metadata := '{}'::jsonb;
        END IF;
        RETURN NEW;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_blank_updated() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"support_tickets"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_blank_updated', '"support_tickets"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        IF EXISTS (SELECT FROM leads WHERE id = NEW.lead_id AND anonymised_at IS NOT NULL) THEN
            NEW.subject := ''; NEW.body := '';
        END IF;
        RETURN NEW;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_blank_updated() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"lead_repeats"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_blank_updated', '"lead_repeats"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        IF EXISTS (SELECT FROM leads WHERE id = NEW.lead_id AND anonymised_at IS NOT NULL) THEN
            NEW.contact_name := ''; NEW.contact_email := ''; NEW.contact_phone := ''; NEW.message := ''; NEW.postcode := substring(NEW.postcode FROM '[1-9][0-9]{3}');
        END IF;
        RETURN NEW;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_blank_updated() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"lead_feedback"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_blank_updated', '"lead_feedback"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        IF EXISTS (SELECT FROM leads WHERE id = NEW.lead_id AND anonymised_at IS NOT NULL) THEN
            NEW.comment := '';
        END IF;
        RETURN NEW;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_contact_mended() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"leads"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_contact_mended', '"leads"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        UPDATE leads AS lead
        FROM (
            SELECT min(activity.created_at) AS contact_at
            FROM lead_activities AS activity
            WHERE activity.lead_id = NEW.id AND activity.type IN ('phone_call', 'email_sent', 'whatsapp', 'meeting', 'status_change_contacted')
                AND (NEW.tried_partner_ids IS NULL OR activity.created_at >= NEW.assigned_at)
        ) AS contacted
        WHERE lead.id = NEW.id AND lead.first_contact_at IS NULL AND contacted.contact_at IS NOT NULL
            AND ((lead.status, lead.created_at) IS NOT NULL AND coalesce(lead.status IN ('new', 'accepted', 'rejected', 'in_progress', 'completed', 'won', 'lost') AND lead.deal_value >= 0 AND lead.first_contact_at >= lead.created_at, true));
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_count_open_leads_del() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                DECLARE partner_ids uuid[]; deltas integer[]; latest timestamptz[]; earliest timestamptz[]; numbers integer[]; are_locked boolean; counted_partners integer; full_partner uuid;
                BEGIN
                    IF TG_RELID <> '"leads"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_count_open_leads_del', '"leads"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        SELECT array_agg(partner_id), array_agg(delta), array_agg(NULL::timestamptz), array_agg(NULL::timestamptz),
            array_agg(0)
        INTO partner_ids, deltas, latest, earliest, numbers
        FROM (
            SELECT user_id AS partner_id, -count(*)::integer AS delta
            FROM deleted WHERE user_id IS NOT NULL AND status IN ('new', 'accepted', 'in_progress')
            GROUP BY user_id
        ) AS change;
        IF partner_ids IS NULL THEN
            RETURN NULL;
        END IF;
        are_locked := cardinality(partner_ids) > 1;
        LOOP
            IF are_locked THEN
                PERFORM 1 FROM profiles WHERE id = ANY(partner_ids) ORDER BY id FOR NO KEY UPDATE;
            END IF;
            WITH counted AS (
                UPDATE profiles AS partner
                    last_assigned_at = greatest(partner.last_assigned_at, change.assigned_at),
                    returned_at = CASE
                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN change.first_at
                        ELSE coalesce(partner.returned_at, change.first_at)
                    END,
                    leads_since_return = change.handed
                        + CASE WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN 0 ELSE partner.leads_since_return END,
                    usual_daily_leads = CASE
                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' AND partner.leads_since_return >= 10
                        THEN partner.leads_since_return / greatest(
                            14,
                            extract(EPOCH FROM partner.last_assigned_at - partner.returned_at) / 86400
                        )::float8
                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN NULL
                        ELSE partner.usual_daily_leads
                    END,
                    routing_changed_at = CASE
                        WHEN change.delta < 0 AND partner.open_leads >= partner.max_open_leads
                            AND partner.open_leads + change.delta < partner.max_open_leads
                        THEN clock_timestamp() ELSE partner.routing_changed_at
                    END
                FROM unnest(partner_ids, deltas, latest, earliest, numbers)
                    AS change (partner_id, delta, assigned_at, first_at, handed)
                WHERE partner.id = change.partner_id AND coalesce(partner.max_open_leads >= 0 AND partner.ai_risk_score BETWEEN 0 AND 100 AND partner.ai_risk_level IN ('low', 'medium', 'high'), true)
                RETURNING partner.id, partner.open_leads, partner.max_open_leads, change.delta, change.assigned_at
            )
            SELECT count(*), (array_agg(counted.id) FILTER (
                WHERE counted.open_leads > counted.max_open_leads
                    AND counted.delta > 0 AND counted.assigned_at IS NOT NULL
            ))[1]
            INTO counted_partners, full_partner FROM counted;
            EXIT WHEN are_locked OR counted_partners > 0;
            are_locked := true;
        END LOOP;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_count_open_leads_ins() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                DECLARE partner_ids uuid[]; deltas integer[]; latest timestamptz[]; earliest timestamptz[]; numbers integer[]; are_locked boolean; counted_partners integer; full_partner uuid;
                BEGIN
                    IF TG_RELID <> '"leads"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_count_open_leads_ins', '"leads"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        SELECT array_agg(partner_id), array_agg(delta), array_agg(assigned_at), array_agg(first_at), array_agg(handed)
        INTO partner_ids, deltas, latest, earliest, numbers
        FROM (
            SELECT user_id AS partner_id,
                (count(*) FILTER (WHERE status IN ('new', 'accepted', 'in_progress')))::integer AS delta,
                max(least(coalesce(assigned_at, created_at), statement_timestamp())) AS assigned_at,
                min(least(coalesce(assigned_at, created_at), statement_timestamp())) AS first_at,
                count(*)::integer AS handed
            FROM inserted WHERE user_id IS NOT NULL
            GROUP BY user_id
        ) AS change;
        IF partner_ids IS NULL THEN
            RETURN NULL;
        END IF;
        are_locked := cardinality(partner_ids) > 1;
        LOOP
            IF are_locked THEN
                PERFORM 1 FROM profiles WHERE id = ANY(partner_ids) ORDER BY id FOR NO KEY UPDATE;
            END IF;
            WITH counted AS (
                UPDATE profiles AS partner
                    last_assigned_at = greatest(partner.last_assigned_at, change.assigned_at),
                    returned_at = CASE
                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN change.first_at
                        ELSE coalesce(partner.returned_at, change.first_at)
                    END,
                    leads_since_return = change.handed
                        + CASE WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN 0 ELSE partner.leads_since_return END,
                    usual_daily_leads = CASE
                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' AND partner.leads_since_return >= 10
                        THEN partner.leads_since_return / greatest(
                            14,
                            extract(EPOCH FROM partner.last_assigned_at - partner.returned_at) / 86400
                        )::float8
                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN NULL
                        ELSE partner.usual_daily_leads
                    END,
                    routing_changed_at = CASE
                        WHEN change.delta < 0 AND partner.open_leads >= partner.max_open_leads
                            AND partner.open_leads + change.delta < partner.max_open_leads
                        THEN clock_timestamp() ELSE partner.routing_changed_at
                    END
                FROM unnest(partner_ids, deltas, latest, earliest, numbers)
                    AS change (partner_id, delta, assigned_at, first_at, handed)
                WHERE partner.id = change.partner_id AND coalesce(partner.max_open_leads >= 0 AND partner.ai_risk_score BETWEEN 0 AND 100 AND partner.ai_risk_level IN ('low', 'medium', 'high'), true)
                RETURNING partner.id, partner.open_leads, partner.max_open_leads, change.delta, change.assigned_at
            )
            SELECT count(*), (array_agg(counted.id) FILTER (
                WHERE counted.open_leads > counted.max_open_leads
                    AND counted.delta > 0 AND counted.assigned_at IS NOT NULL
            ))[1]
            INTO counted_partners, full_partner FROM counted;
            EXIT WHEN are_locked OR counted_partners > 0;
            are_locked := true;
        END LOOP;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_count_open_leads_trunc() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"leads"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_count_open_leads_trunc', '"leads"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        UPDATE profiles SET open_leads = 0 WHERE open_leads <> 0 AND coalesce(profiles.max_open_leads >= 0 AND profiles.ai_risk_score BETWEEN 0 AND 100 AND profiles.ai_risk_level IN ('low', 'medium', 'high'), true);
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_count_open_leads_upd() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                DECLARE partner_ids uuid[]; deltas integer[]; latest timestamptz[]; earliest timestamptz[]; numbers integer[]; are_locked boolean; counted_partners integer; full_partner uuid;
                BEGIN
                    IF TG_RELID <> '"leads"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_count_open_leads_upd', '"leads"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        SELECT array_agg(partner_id), array_agg(delta), array_agg(assigned_at), array_agg(first_at), array_agg(handed)
        INTO partner_ids, deltas, latest, earliest, numbers
        FROM (
            SELECT partner_id, sum(delta)::integer AS delta, max(assigned_at) AS assigned_at,
                min(assigned_at) AS first_at, count(assigned_at)::integer AS handed
            FROM (
                SELECT after.id, after.user_id AS partner_id,
                    (after.status IN ('new', 'accepted', 'in_progress'))::integer AS delta,
                    CASE WHEN after.user_id IS DISTINCT FROM before.user_id
                        THEN least(coalesce(after.assigned_at, after.created_at), statement_timestamp()) END AS assigned_at
                FROM after JOIN before ON before.id = after.id
                WHERE after.user_id IS NOT NULL
                    AND (after.user_id IS DISTINCT FROM before.user_id OR after.status IS DISTINCT FROM before.status)
                UNION ALL
                SELECT before.id, before.user_id, -(before.status IN ('new', 'accepted', 'in_progress'))::integer, NULL
                FROM before JOIN after ON before.id = after.id
                WHERE before.user_id IS NOT NULL
                    AND (after.user_id IS DISTINCT FROM before.user_id OR after.status IS DISTINCT FROM before.status)
            ) AS moves
            GROUP BY partner_id
            HAVING sum(delta) <> 0 OR max(assigned_at) IS NOT NULL
        ) AS change;
        IF partner_ids IS NULL THEN
            RETURN NULL;
        END IF;
        are_locked := cardinality(partner_ids) > 1;
        LOOP
            IF are_locked THEN
                PERFORM 1 FROM profiles WHERE id = ANY(partner_ids) ORDER BY id FOR NO KEY UPDATE;
            END IF;
            WITH counted AS (
                UPDATE profiles AS partner
                    last_assigned_at = greatest(partner.last_assigned_at, change.assigned_at),
                    returned_at = CASE
                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN change.first_at
                        ELSE coalesce(partner.returned_at, change.first_at)
                    END,
                    leads_since_return = change.handed
                        + CASE WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN 0 ELSE partner.leads_since_return END,
                    usual_daily_leads = CASE
                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' AND partner.leads_since_return >= 10
                        THEN partner.leads_since_return / greatest(
                            14,
                            extract(EPOCH FROM partner.last_assigned_at - partner.returned_at) / 86400
                        )::float8
                        WHEN change.first_at - partner.last_assigned_at >= interval '336 hours' THEN NULL
                        ELSE partner.usual_daily_leads
                    END,
                    routing_changed_at = CASE
                        WHEN change.delta < 0 AND partner.open_leads >= partner.max_open_leads
                            AND partner.open_leads + change.delta < partner.max_open_leads
                        THEN clock_timestamp() ELSE partner.routing_changed_at
                    END
                FROM unnest(partner_ids, deltas, latest, earliest, numbers)
                    AS change (partner_id, delta, assigned_at, first_at, handed)
                WHERE partner.id = change.partner_id AND coalesce(partner.max_open_leads >= 0 AND partner.ai_risk_score BETWEEN 0 AND 100 AND partner.ai_risk_level IN ('low', 'medium', 'high'), true)
                RETURNING partner.id, partner.open_leads, partner.max_open_leads, change.delta, change.assigned_at
            )
            SELECT count(*), (array_agg(counted.id) FILTER (
                WHERE counted.open_leads > counted.max_open_leads
                    AND counted.delta > 0 AND counted.assigned_at IS NOT NULL
            ))[1]
            INTO counted_partners, full_partner FROM counted;
            EXIT WHEN are_locked OR counted_partners > 0;
            are_locked := true;
        END LOOP;
        IF counted_partners < cardinality(partner_ids) AND full_partner IS NULL THEN
            SELECT partner.id INTO full_partner
            FROM unnest(partner_ids, deltas, latest) AS change (partner_id, delta, assigned_at)
            JOIN profiles AS partner ON partner.id = change.partner_id
            WHERE change.delta > 0 AND change.assigned_at IS NOT NULL AND NOT coalesce(partner.max_open_leads >= 0 AND partner.ai_risk_score BETWEEN 0 AND 100 AND partner.ai_risk_level IN ('low', 'medium', 'high'), true)
                AND partner.max_open_leads < (
                    SELECT count(*) FROM leads WHERE leads.user_id = partner.id AND leads.status IN ('new', 'accepted', 'in_progress')
                )
            LIMIT 1;
        END IF;
        IF full_partner IS NOT NULL THEN
            RAISE EXCEPTION 'partner % is at its cap: the lead cannot be handed over', full_partner
                USING ERRCODE = 'check_violation', CONSTRAINT = 'profiles_open_leads_within_cap', TABLE = 'profiles';
        END IF;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_drop_contact_del() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"leads"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_drop_contact_del', '"leads"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        DELETE FROM lead_contact_digests AS digest USING deleted WHERE digest.lead_id = deleted.id;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_end_tokens() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"auth_user"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_end_tokens', '"auth_user"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        DELETE FROM knox_authtoken WHERE user_id = NEW.id;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_first_contact() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"lead_activities"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_first_contact', '"lead_activities"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        WITH contacted AS MATERIALIZED (
            SELECT lead.id, min(activity.created_at) AS contact_at
            FROM inserted AS activity
            JOIN leads AS lead ON lead.id = activity.lead_id
            WHERE activity.type IN ('phone_call', 'email_sent', 'whatsapp', 'meeting', 'status_change_contacted')
                AND lead.first_contact_at IS NULL
                AND (lead.tried_partner_ids IS NULL OR activity.created_at >= lead.assigned_at)
            GROUP BY lead.id
        ), locked AS MATERIALIZED (
            SELECT lead.id, ((lead.status, lead.created_at) IS NOT NULL AND coalesce(lead.status IN ('new', 'accepted', 'rejected', 'in_progress', 'completed', 'won', 'lost') AND lead.deal_value >= 0 AND lead.first_contact_at >= lead.created_at, true)) AS is_valid FROM leads AS lead
            WHERE lead.id IN (SELECT id FROM contacted)
            ORDER BY lead.id
            FOR NO KEY UPDATE
        )
        UPDATE leads AS lead
        FROM contacted
        JOIN locked ON locked.id = contacted.id
        WHERE lead.id = contacted.id AND locked.is_valid AND lead.first_contact_at IS NULL;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_guard_counters() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"profiles"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_guard_counters', '"profiles"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        IF EXISTS (SELECT FROM rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'counters') THEN
            RETURN NEW;
        END IF;
        NEW.open_leads := OLD.open_leads;
        NEW.last_assigned_at := OLD.last_assigned_at;
        NEW.returned_at := OLD.returned_at;
        NEW.leads_since_return := OLD.leads_since_return;
        NEW.usual_daily_leads := OLD.usual_daily_leads;
        RETURN NEW;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_immutable_version() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"routing_policies"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_immutable_version', '"routing_policies"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        IF TG_OP = 'DELETE' THEN
            IF OLD.activated_at IS NOT NULL THEN
                RAISE EXCEPTION 'routing policy version % was in use and cannot be deleted', OLD.version
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN OLD;
        END IF;
        IF to_jsonb(NEW) - '{is_active,activated_at,activated_by_id}'::text[]
            IS DISTINCT FROM to_jsonb(OLD) - '{is_active,activated_at,activated_by_id}'::text[]
        THEN
            RAISE EXCEPTION 'routing policy version % cannot be edited: save a new version', OLD.version
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_keep_activations() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"routing_policy_activations"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_keep_activations', '"routing_policy_activations"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        RAISE EXCEPTION 'activations are append-only: % on routing_policy_activations is refused', TG_OP
            USING ERRCODE = 'restrict_violation';
                END;
            $$;
CREATE FUNCTION public.pgtrigger_keep_all_activations() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"routing_policy_activations"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_keep_all_activations', '"routing_policy_activations"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        RAISE EXCEPTION 'activations are kept: TRUNCATE of routing_policy_activations is refused'
            USING ERRCODE = 'restrict_violation', TABLE = 'routing_policy_activations';
                END;
            $$;
CREATE FUNCTION public.pgtrigger_keep_id() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"leads"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_keep_id', '"leads"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        RAISE EXCEPTION 'the id of a row of leads stays as it is: % cannot become %', OLD.id, NEW.id
            USING ERRCODE = 'restrict_violation', TABLE = 'leads', COLUMN = 'id';
                END;
            $$;
CREATE FUNCTION public.pgtrigger_keep_id() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"profiles"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_keep_id', '"profiles"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        RAISE EXCEPTION 'the id of a row of profiles stays as it is: % cannot become %', OLD.id, NEW.id
            USING ERRCODE = 'restrict_violation', TABLE = 'profiles', COLUMN = 'id';
                END;
            $$;
CREATE FUNCTION public.pgtrigger_keep_policies() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"routing_policies"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_keep_policies', '"routing_policies"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        RAISE EXCEPTION 'policy versions are kept: TRUNCATE of routing_policies is refused'
            USING ERRCODE = 'restrict_violation', TABLE = 'routing_policies';
                END;
            $$;
CREATE FUNCTION public.pgtrigger_known_digest() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"lead_contact_digests"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_known_digest', '"lead_contact_digests"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        IF EXISTS (SELECT FROM lead_contact_digests WHERE lead_id = NEW.lead_id) THEN
            RETURN NULL;
        END IF;
        RETURN NEW;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_note_contact_ins() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"leads"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_note_contact_ins', '"leads"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO lead_contact_digests (lead_id, email_digest, phone_digest, created_at)
        SELECT id, hashtextextended(email, 0), hashtextextended(phone, 0), coalesce(created_at, now())
        FROM inserted
        CROSS JOIN LATERAL (
            SELECT lead_email(contact_email) AS email, lead_phone(contact_phone, postcode) AS phone OFFSET 0
        ) AS contact
        WHERE (contact_email <> '' OR contact_phone <> '') AND (email IS NOT NULL OR phone IS NOT NULL)
        ON CONFLICT (lead_id) DO UPDATE
            created_at = excluded.created_at;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_note_contact_upd() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"leads"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_note_contact_upd', '"leads"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        DELETE FROM lead_contact_digests WHERE lead_id = OLD.id;
        INSERT INTO lead_contact_digests (lead_id, email_digest, phone_digest, created_at)
        SELECT id, hashtextextended(email, 0), hashtextextended(phone, 0), coalesce(created_at, now())
        FROM (SELECT NEW.*) AS changed
        CROSS JOIN LATERAL (
            SELECT lead_email(contact_email) AS email, lead_phone(contact_phone, postcode) AS phone OFFSET 0
        ) AS contact
        WHERE (contact_email <> '' OR contact_phone <> '') AND (email IS NOT NULL OR phone IS NOT NULL)
        ON CONFLICT (lead_id) DO UPDATE
            created_at = excluded.created_at;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_note_delete() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"profiles"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_note_delete', '"profiles"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO partner_changes (partner_id) SELECT id FROM deleted ON CONFLICT DO NOTHING;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_note_insert() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"profiles"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_note_insert', '"profiles"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO partner_changes (partner_id) SELECT id FROM written ON CONFLICT DO NOTHING;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_note_routing_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"profiles"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_note_routing_change', '"profiles"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        IF EXISTS (SELECT FROM rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'counters') THEN
            RETURN NEW;
        END IF;
        IF (NEW.is_active_for_routing, NEW.max_open_leads, NEW.regions, NEW.lead_locations, NEW.lead_industries,
            NEW.primary_branch) IS DISTINCT FROM (OLD.is_active_for_routing, OLD.max_open_leads, OLD.regions,
            OLD.lead_locations, OLD.lead_industries, OLD.primary_branch)
        THEN
            NEW.routing_changed_at := clock_timestamp();
        ELSE
            NEW.routing_changed_at := OLD.routing_changed_at;
        END IF;
        RETURN NEW;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_note_update() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"profiles"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_note_update', '"profiles"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        INSERT INTO partner_changes (partner_id) SELECT id FROM before UNION SELECT id FROM after
        ON CONFLICT DO NOTHING;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_notify_partner_ins() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"leads"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_notify_partner_ins', '"leads"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        IF NOT EXISTS (SELECT FROM partner_channels WHERE is_active) THEN
            RETURN NULL;
        END IF;
        INSERT INTO partner_notifications (channel_id, lead_id)
        SELECT channel.id, inserted.id
        FROM inserted
        JOIN partner_channels AS channel ON channel.partner_id = inserted.user_id AND channel.is_active
        WHERE inserted.status IN ('new', 'accepted', 'in_progress')
            AND coalesce(inserted.assigned_at, inserted.created_at) >= now() - interval '5 minutes';
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_notify_partner_upd() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"leads"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_notify_partner_upd', '"leads"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        IF NOT EXISTS (SELECT FROM partner_channels WHERE is_active) THEN
            RETURN NULL;
        END IF;
        INSERT INTO partner_notifications (channel_id, lead_id)
        SELECT channel.id, after.id
        FROM after
        JOIN before ON before.id = after.id
        JOIN partner_channels AS channel ON channel.partner_id = after.user_id AND channel.is_active
        WHERE after.user_id IS DISTINCT FROM before.user_id AND after.status IN ('new', 'accepted', 'in_progress');
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_one_active() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"routing_policies"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_one_active', '"routing_policies"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        IF NOT EXISTS (SELECT FROM routing_policies WHERE is_active) THEN
            RAISE EXCEPTION 'one routing policy version has to be active'
                USING ERRCODE = 'check_violation', TABLE = 'routing_policies';
        END IF;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_recount_mended() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"profiles"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_recount_mended', '"profiles"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        UPDATE profiles AS partner
            last_assigned_at = greatest(partner.last_assigned_at, counted.last_assigned_at),
            routing_changed_at = clock_timestamp()
        FROM (
            SELECT (count(*) FILTER (WHERE status IN ('new', 'accepted', 'in_progress')))::integer AS open_leads,
                max(least(coalesce(assigned_at, created_at), statement_timestamp())) AS last_assigned_at
            FROM leads WHERE user_id = NEW.id
        ) AS counted
        WHERE partner.id = NEW.id;
        RETURN NULL;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_status_times_on_insert() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"leads"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_status_times_on_insert', '"leads"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        IF NEW.status = 'accepted' THEN
            NEW.accepted_at := coalesce(NEW.accepted_at, greatest(NEW.created_at, now()));
        ELSE
            NEW.decided_at := coalesce(NEW.decided_at, greatest(NEW.created_at, now()));
        END IF;
        RETURN NEW;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_status_transition() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"leads"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_status_transition', '"leads"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        IF EXISTS (SELECT FROM rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'status') THEN
            RETURN NULL;
        END IF;
        RAISE EXCEPTION 'the status of lead % cannot go from % to %', NEW.id, OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'leads_status_transition', TABLE = 'leads',
                HINT = CASE WHEN NEW.user_id IS NULL AND OLD.status = 'new' THEN 'Without a partner it can become: rejected, lost.'
                    ELSE CASE OLD.status WHEN 'new' THEN 'It can become: accepted, rejected, in_progress, completed, won, lost.' WHEN 'accepted' THEN 'It can become: rejected, in_progress, completed, won, lost.' WHEN 'rejected' THEN 'It can become: nothing else.' WHEN 'in_progress' THEN 'It can become: rejected, completed, won, lost.' WHEN 'completed' THEN 'It can become: won, lost.' WHEN 'won' THEN 'It can become: nothing else.' WHEN 'lost' THEN 'It can become: nothing else.' END END;
                END;
            $$;
CREATE FUNCTION public.pgtrigger_write_once() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
                BEGIN
                    IF TG_RELID <> '"leads"'::regclass::oid THEN
                        RAISE EXCEPTION 'the function % serves the table % alone', 'pgtrigger_write_once', '"leads"'
                            USING ERRCODE = 'insufficient_privilege';
                    END IF;
        IF NEW.user_id IS NULL AND OLD.user_id IS NOT NULL
            AND NEW.assigned_at IS NULL AND OLD.assigned_at IS NOT NULL
        THEN
            NEW.user_id := OLD.user_id;
            NEW.status := OLD.status;
        END IF;
        IF NEW.tried_partner_ids IS DISTINCT FROM OLD.tried_partner_ids THEN
            IF NEW.user_id IS DISTINCT FROM OLD.user_id THEN
                NEW.user_id := OLD.user_id;
                NEW.status := OLD.status;
            END IF;
            NEW.assigned_at := OLD.assigned_at;
            NEW.tried_partner_ids := OLD.tried_partner_ids;
        END IF;
        IF OLD.user_id IS NOT NULL AND NEW.user_id IS DISTINCT FROM OLD.user_id THEN
            NEW.tried_partner_ids := array_append(
                array_remove(OLD.tried_partner_ids, OLD.user_id), OLD.user_id
            );
            NEW.first_contact_at := NULL;
            NEW.accepted_at := NULL;
            NEW.decided_at := NULL;
            IF NEW.user_id IS NULL THEN
                NEW.assigned_at := NULL;
            ELSIF NEW.assigned_at IS NOT DISTINCT FROM OLD.assigned_at THEN
                NEW.assigned_at := now();
            END IF;
        ELSE
            IF OLD.first_contact_at IS NOT NULL AND (OLD.first_contact_at < OLD.created_at) IS NOT TRUE THEN
                NEW.first_contact_at := OLD.first_contact_at;
            END IF;
            IF (NEW.accepted_at, NEW.decided_at) IS DISTINCT FROM (
                coalesce(OLD.accepted_at, NEW.accepted_at), coalesce(OLD.decided_at, NEW.decided_at)
            ) AND NOT EXISTS (SELECT FROM rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'status') THEN
                NEW.accepted_at := coalesce(OLD.accepted_at, NEW.accepted_at);
                NEW.decided_at := coalesce(OLD.decided_at, NEW.decided_at);
            END IF;
            IF NEW.user_id IS NOT NULL THEN
                NEW.assigned_at := coalesce(
                    NEW.assigned_at, OLD.assigned_at, CASE WHEN OLD.user_id IS NULL THEN now() END
                );
            END IF;
        END IF;
        IF NEW.status IS DISTINCT FROM OLD.status OR NEW.user_id IS DISTINCT FROM OLD.user_id THEN
            IF NEW.status = 'accepted' THEN
                NEW.accepted_at := coalesce(NEW.accepted_at, greatest(NEW.created_at, now()));
            ELSIF NEW.status IN ('won', 'lost') THEN
                NEW.decided_at := coalesce(NEW.decided_at, greatest(NEW.created_at, now()));
            END IF;
        END IF;
        RETURN NEW;
                END;
            $$;
CREATE FUNCTION public.recount_open_leads(partner_ids uuid[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
DECLARE
    written bigint;
BEGIN
    PERFORM FROM public.profiles WHERE id = ANY(partner_ids) ORDER BY id FOR NO KEY UPDATE;
    INSERT INTO public.rule_exemptions (transaction_id, exempts) VALUES (pg_current_xact_id(), 'counters');
    UPDATE public.profiles AS partner
    SET
        open_leads = counted.open_leads,
        last_assigned_at = counted.last_assigned_at,
        returned_at = CASE WHEN partner.returned_at <= counted.last_assigned_at THEN partner.returned_at END,
        routing_changed_at = clock_timestamp()
    FROM (
        SELECT
            profile.id,
            (
                SELECT count(*)::integer FROM public.leads AS lead
                WHERE lead.user_id = profile.id AND lead.status IN ('new', 'accepted', 'in_progress')
            ) AS open_leads,
            greatest(
                CASE WHEN profile.last_assigned_at <= clock_timestamp() + interval '1 minute' THEN profile.last_assigned_at END,
                (
                    SELECT max(coalesce(lead.assigned_at, lead.created_at)) FROM public.leads AS lead
                    WHERE lead.user_id = profile.id
                        AND coalesce(lead.assigned_at, lead.created_at) <= clock_timestamp() + interval '1 minute'
                )
            ) AS last_assigned_at
        FROM public.profiles AS profile
        WHERE profile.id = ANY(partner_ids)
    ) AS counted
    WHERE partner.id = counted.id
        AND (partner.open_leads, partner.last_assigned_at)
        IS DISTINCT FROM (counted.open_leads, counted.last_assigned_at);
    GET DIAGNOSTICS written = ROW_COUNT;
    DELETE FROM public.rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'counters';
    RETURN written;
END;
$$;
COMMENT ON FUNCTION public.recount_open_leads(partner_ids uuid[]) IS 'Sets the open leads and the last assignment of these partners to what the leads say; returns how many were wrong.';
CREATE FUNCTION public.refresh_partner_performance_stats(triggered_by text DEFAULT CURRENT_USER) RETURNS TABLE(refreshed boolean, as_of timestamp with time zone, mode text, row_count integer, duration_ms double precision, run_id bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
DECLARE
    started_at constant timestamptz := clock_timestamp();
    ended_at timestamptz;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('public.partner_performance_stats', 0)) THEN
        refreshed := false;
        mode := 'skipped';
        RETURN NEXT;
        RETURN;
    END IF;
    refreshed := true;
    as_of := now();
    mode := CASE
        WHEN (
            SELECT view.relispopulated FROM pg_class AS view WHERE view.oid = 'public.partner_performance_stats'::regclass
        ) THEN 'concurrent'
        ELSE 'plain'
    END;
    INSERT INTO public.partner_performance_refresh_runs AS run
    (as_of, started_at, finished_at, duration_ms, row_count, mode, triggered_by)
    VALUES (
        refresh_partner_performance_stats.as_of,
        started_at,
        started_at,
        0,
        0,
        refresh_partner_performance_stats.mode,
        refresh_partner_performance_stats.triggered_by
    )
    RETURNING run.id INTO run_id;
    IF mode = 'concurrent' THEN
        REFRESH MATERIALIZED VIEW CONCURRENTLY public.partner_performance_stats;
    ELSE
        REFRESH MATERIALIZED VIEW public.partner_performance_stats;
    END IF;
    SELECT count(*)::integer INTO row_count FROM public.partner_performance_stats;
    ended_at := clock_timestamp();
    duration_ms := extract(EPOCH FROM ended_at - started_at) * 1000;
    UPDATE public.partner_performance_refresh_runs AS run
    SET
        finished_at = ended_at,
        duration_ms = refresh_partner_performance_stats.duration_ms,
        row_count = refresh_partner_performance_stats.row_count
    WHERE run.id = run_id;
    RETURN NEXT;
END;
$$;
COMMENT ON FUNCTION public.refresh_partner_performance_stats(triggered_by text) IS 'Refreshes partner_performance_stats and records the run. While another session refreshes: does nothing, and says so.';
CREATE FUNCTION public.remove_audit_events(before timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
DECLARE
    removed bigint;
BEGIN
    INSERT INTO public.rule_exemptions (transaction_id, exempts) VALUES (pg_current_xact_id(), 'audit');
    DELETE FROM public.audit_events AS event WHERE event.at < before;
    GET DIAGNOSTICS removed = ROW_COUNT;
    DELETE FROM public.rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'audit';
    RETURN removed;
END;
$$;
COMMENT ON FUNCTION public.remove_audit_events(before timestamp with time zone) IS 'Removes the events of the audit that are older. For the owner, and a role for retention that the owner names.';
CREATE FUNCTION public.remove_decisions(before timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
DECLARE
    removed bigint;
BEGIN
    INSERT INTO public.rule_exemptions (transaction_id, exempts) VALUES (pg_current_xact_id(), 'decisions');
    DELETE FROM public.lead_assignment_logs AS decision WHERE decision.decided_at < before;
    GET DIAGNOSTICS removed = ROW_COUNT;
    DELETE FROM public.rule_exemptions WHERE transaction_id = pg_current_xact_id() AND exempts = 'decisions';
    RETURN removed;
END;
$$;
COMMENT ON FUNCTION public.remove_decisions(before timestamp with time zone) IS 'Removes the decisions that are older. For the owner, and a role for retention that the owner names.';
CREATE FUNCTION public.visible_text(words text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE
        WHEN words ~ '[^\x09\x0a\x0d\x20-\x7e]' THEN normalize(
            regexp_replace(
                normalize(words, NFKC),
                '[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f'
                '\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3'
                '\U0001d173-\U0001d17a\U000e0000-\U000e0fff]',
                '', 'g'
            ),
            NFKC
        )
        ELSE words
    END
$$;
COMMENT ON FUNCTION public.visible_text(words text) IS 'What a reader sees of a text: without invisible characters, and each other one in its one form (NFKC).';
CREATE TABLE public.application_roles (
    role_name text NOT NULL
);
COMMENT ON TABLE public.application_roles IS 'The roles as which the application connects: each has its rights again after every migration.';
CREATE TABLE public.audit_events (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    table_name text NOT NULL COLLATE pg_catalog."C",
    row_id text NOT NULL COLLATE pg_catalog."C",
    operation text NOT NULL,
    changes jsonb NOT NULL,
    context jsonb,
    context_id uuid,
    database_user text NOT NULL,
    CONSTRAINT audit_events_times_range CHECK (((LEAST(at) >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (GREATEST(at) < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE public.audit_events ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.audit_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);
ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);
ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);
ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_user (
    id integer NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    is_superuser boolean NOT NULL,
    username character varying(150) NOT NULL,
    first_name character varying(150) NOT NULL,
    last_name character varying(150) NOT NULL,
    email character varying(254) NOT NULL,
    is_staff boolean NOT NULL,
    is_active boolean NOT NULL,
    date_joined timestamp with time zone NOT NULL
);
CREATE TABLE public.auth_user_groups (
    id bigint NOT NULL,
    user_id integer NOT NULL,
    group_id integer NOT NULL
);
ALTER TABLE public.auth_user_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_user_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE public.auth_user ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_user_user_permissions (
    id bigint NOT NULL,
    user_id integer NOT NULL,
    permission_id integer NOT NULL
);
ALTER TABLE public.auth_user_user_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_user_user_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.axes_accessattempt (
    id integer NOT NULL,
    user_agent character varying(255) NOT NULL,
    ip_address inet,
    username character varying(255),
    http_accept character varying(1025) NOT NULL,
    path_info character varying(255) NOT NULL,
    attempt_time timestamp with time zone NOT NULL,
    get_data text NOT NULL,
    post_data text NOT NULL,
    failures_since_start integer NOT NULL,
    CONSTRAINT axes_accessattempt_failures_since_start_check CHECK ((failures_since_start >= 0))
);
ALTER TABLE public.axes_accessattempt ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.axes_accessattempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.axes_accessattemptexpiration (
    access_attempt_id integer NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE public.axes_accessfailurelog (
    id integer NOT NULL,
    user_agent character varying(255) NOT NULL,
    ip_address inet,
    username character varying(255),
    http_accept character varying(1025) NOT NULL,
    path_info character varying(255) NOT NULL,
    attempt_time timestamp with time zone NOT NULL,
    locked_out boolean NOT NULL
);
ALTER TABLE public.axes_accessfailurelog ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.axes_accessfailurelog_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.axes_accesslog (
    id integer NOT NULL,
    user_agent character varying(255) NOT NULL,
    ip_address inet,
    username character varying(255),
    http_accept character varying(1025) NOT NULL,
    path_info character varying(255) NOT NULL,
    attempt_time timestamp with time zone NOT NULL,
    logout_time timestamp with time zone,
    session_hash character varying(64) NOT NULL
);
ALTER TABLE public.axes_accesslog ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.axes_accesslog_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.background_tasks (
    name text NOT NULL,
    succeeded_at timestamp with time zone,
    duration_ms double precision,
    failures bigint DEFAULT 0 NOT NULL,
    failed_at timestamp with time zone,
    error text DEFAULT ''::text NOT NULL,
    CONSTRAINT background_tasks_times_range CHECK (((LEAST(succeeded_at, failed_at) >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (GREATEST(succeeded_at, failed_at) < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
CREATE TABLE public.django_admin_log (
    id integer NOT NULL,
    action_time timestamp with time zone NOT NULL,
    object_id text,
    object_repr character varying(200) NOT NULL,
    action_flag smallint NOT NULL,
    change_message text NOT NULL,
    content_type_id integer,
    user_id integer NOT NULL,
    CONSTRAINT django_admin_log_action_flag_check CHECK ((action_flag >= 0))
);
ALTER TABLE public.django_admin_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_admin_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);
ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);
ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);
CREATE TABLE public.industries (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    CONSTRAINT industries_lines_length CHECK ((GREATEST(length(name)) <= 1000))
);
CREATE TABLE public.intake_clients (
    id bigint NOT NULL,
    name text NOT NULL,
    source text NOT NULL,
    allowed_origins text[] DEFAULT '{}'::text[] NOT NULL,
    may_send_feedback boolean DEFAULT false NOT NULL,
    may_open_tickets boolean DEFAULT false NOT NULL,
    requires_contact boolean DEFAULT true NOT NULL,
    requires_place boolean DEFAULT true NOT NULL,
    requires_industry boolean DEFAULT true NOT NULL,
    leads_per_minute integer DEFAULT 60 NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    user_id integer NOT NULL,
    CONSTRAINT intake_clients_leads_per_minute_range CHECK (((leads_per_minute >= 1) AND (leads_per_minute <= 1000))),
    CONSTRAINT intake_clients_lists_plain CHECK (
CASE
    WHEN (array_ndims(allowed_origins) > 1) THEN false
    ELSE ((array_position(allowed_origins, NULL::text) IS NULL) AND (cardinality(allowed_origins) <= 10000) AND (length(array_to_string(allowed_origins, ''::text)) <= 100000))
END),
    CONSTRAINT intake_clients_rights_of_a_server CHECK (((allowed_origins = '{}'::text[]) OR ((NOT may_open_tickets) AND (NOT may_send_feedback)))),
    CONSTRAINT intake_clients_times_range CHECK (((LEAST(created_at) >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (GREATEST(created_at) < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE public.intake_clients ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.intake_clients_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.intake_keys (
    id bigint NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    response jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    client_id integer NOT NULL,
    lead_id uuid NOT NULL,
    CONSTRAINT intake_keys_times_range CHECK (((LEAST(created_at) >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (GREATEST(created_at) < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE public.intake_keys ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.intake_keys_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.intake_rates (
    client_id bigint NOT NULL,
    recent timestamp with time zone[] DEFAULT '{}'::timestamp with time zone[] NOT NULL,
    CONSTRAINT intake_rates_lists_plain CHECK (
CASE
    WHEN (array_ndims(recent) > 1) THEN false
    ELSE ((array_position(recent, NULL::timestamp with time zone) IS NULL) AND (cardinality(recent) <= 10000) AND (length(array_to_string(recent, ''::text)) <= 100000))
END)
);
CREATE TABLE public.knox_authtoken (
    digest character varying(128) NOT NULL,
    created timestamp with time zone NOT NULL,
    user_id integer NOT NULL,
    expiry timestamp with time zone,
    token_key character varying(25) NOT NULL
);
CREATE TABLE public.lead_activities (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    lead_id uuid NOT NULL,
    type text NOT NULL,
    description text,
    created_by uuid,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT lead_activities_metadata_object CHECK (
CASE
    WHEN (jsonb_typeof(metadata) <> 'object'::text) THEN false
    WHEN (octet_length((metadata)::text) < 20) THEN true
    WHEN (octet_length((metadata)::text) > 65536) THEN false
    ELSE ((NOT jsonb_path_exists(metadata, 'strict $.**{21}'::jsonpath)) AND (NOT jsonb_path_exists(metadata, 'strict $.**?(@.type() == "number" && (@ > 9223372036854775807 || @ < -9223372036854775808))'::jsonpath)))
END),
    CONSTRAINT lead_activities_prose_length CHECK ((GREATEST(length(description)) <= 100000)),
    CONSTRAINT lead_activities_times_range CHECK (((LEAST(created_at) >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (GREATEST(created_at) < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT lead_activities_type_known CHECK ((type = ANY (ARRAY['assigned'::text, 'created'::text, 'email_sent'::text, 'meeting'::text, 'note'::text, 'phone_call'::text, 'status_change'::text, 'status_change_contacted'::text, 'whatsapp'::text])))
);
CREATE TABLE public.lead_assignment_logs (
    id bigint NOT NULL,
    outcome text NOT NULL,
    decided_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    trigger text NOT NULL,
    actor text DEFAULT ''::text NOT NULL,
    policy_version integer NOT NULL,
    stats_refreshed_at timestamp with time zone,
    considered_count integer NOT NULL,
    candidate_count integer NOT NULL,
    exclusions jsonb DEFAULT '{}'::jsonb NOT NULL,
    total_score double precision,
    region_score double precision,
    performance_score double precision,
    fairness_score double precision,
    bonus double precision,
    candidates json DEFAULT '[]'::jsonb NOT NULL,
    policy json DEFAULT '{}'::jsonb NOT NULL,
    algorithm text NOT NULL,
    duration_ms double precision NOT NULL,
    lead_id uuid NOT NULL,
    partner_id uuid,
    CONSTRAINT lead_assignment_logs_candidate_count_check CHECK ((candidate_count >= 0)),
    CONSTRAINT lead_assignment_logs_candidates_array CHECK (((json_typeof(candidates) = 'array'::text) AND (octet_length((candidates)::text) <= 1000000))),
    CONSTRAINT lead_assignment_logs_considered_count_check CHECK ((considered_count >= 0)),
    CONSTRAINT lead_assignment_logs_exclusions_object CHECK (
CASE
    WHEN (jsonb_typeof(exclusions) <> 'object'::text) THEN false
    WHEN (octet_length((exclusions)::text) < 20) THEN true
    WHEN (octet_length((exclusions)::text) > 65536) THEN false
    ELSE ((NOT jsonb_path_exists(exclusions, 'strict $.**{21}'::jsonpath)) AND (NOT jsonb_path_exists(exclusions, 'strict $.**?(@.type() == "number" && (@ > 9223372036854775807 || @ < -9223372036854775808))'::jsonpath)))
END),
    CONSTRAINT lead_assignment_logs_lines_length CHECK ((GREATEST(length(actor), length(algorithm)) <= 1000)),
    CONSTRAINT lead_assignment_logs_numbers_range CHECK (((LEAST(total_score, region_score, performance_score, fairness_score, bonus, duration_ms) >= ('-1000000000'::integer)::double precision) AND (GREATEST(total_score, region_score, performance_score, fairness_score, bonus, duration_ms) <= (1000000000)::double precision))),
    CONSTRAINT lead_assignment_logs_partner_if_assigned CHECK ((((outcome = 'assigned'::text) AND (partner_id IS NOT NULL)) OR ((outcome = 'no_candidate'::text) AND (partner_id IS NULL)))),
    CONSTRAINT lead_assignment_logs_policy_object CHECK (((json_typeof(policy) = 'object'::text) AND (octet_length((policy)::text) <= 1000000))),
    CONSTRAINT lead_assignment_logs_policy_version_check CHECK ((policy_version >= 0)),
    CONSTRAINT lead_assignment_logs_times_range CHECK (((LEAST(decided_at, stats_refreshed_at) >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (GREATEST(decided_at, stats_refreshed_at) < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE public.lead_assignment_logs ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.lead_assignment_logs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.lead_contact_digests (
    lead_id uuid NOT NULL,
    email_digest bigint,
    phone_digest bigint,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT lead_contact_digests_times_range CHECK (((LEAST(created_at) >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (GREATEST(created_at) < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
CREATE TABLE public.lead_feedback (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    rating smallint NOT NULL,
    comment text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    lead_id uuid NOT NULL,
    partner_id uuid NOT NULL,
    CONSTRAINT lead_feedback_prose_length CHECK ((GREATEST(length(comment)) <= 100000)),
    CONSTRAINT lead_feedback_rating_range CHECK (((rating >= 1) AND (rating <= 5))),
    CONSTRAINT lead_feedback_times_range CHECK (((LEAST(created_at) >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (GREATEST(created_at) < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
CREATE TABLE public.lead_repeats (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    received_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    source text DEFAULT ''::text NOT NULL,
    province text,
    postcode text,
    contact_name text DEFAULT ''::text NOT NULL,
    contact_email text DEFAULT ''::text NOT NULL,
    contact_phone text DEFAULT ''::text NOT NULL,
    message text DEFAULT ''::text NOT NULL,
    intake_client_id bigint,
    lead_id uuid NOT NULL,
    CONSTRAINT lead_repeats_lines_length CHECK ((GREATEST(length(source), length(province), length(postcode), length(contact_name), length(contact_email), length(contact_phone)) <= 1000)),
    CONSTRAINT lead_repeats_prose_length CHECK ((GREATEST(length(message)) <= 100000)),
    CONSTRAINT lead_repeats_times_range CHECK (((LEAST(received_at) >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (GREATEST(received_at) < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
CREATE TABLE public.leads (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid,
    status text DEFAULT 'new'::text NOT NULL,
    industry_id uuid,
    province text,
    postcode text,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    accepted_at timestamp with time zone,
    price_at_purchase numeric(14,2),
    anonymised_at timestamp with time zone,
    assigned_at timestamp with time zone,
    contact_email text DEFAULT ''::text NOT NULL,
    contact_name text DEFAULT ''::text NOT NULL,
    contact_phone text DEFAULT ''::text NOT NULL,
    deal_value numeric(14,2),
    decided_at timestamp with time zone,
    first_contact_at timestamp with time zone,
    message text DEFAULT ''::text NOT NULL,
    routing_attempted_at timestamp with time zone,
    routing_attempts integer DEFAULT 0 NOT NULL,
    source text DEFAULT ''::text NOT NULL,
    tried_partner_ids uuid[],
    intake_client_id bigint,
    CONSTRAINT leads_attempts_range CHECK (((LEAST(routing_attempts) >= 0) AND (GREATEST(routing_attempts) <= 1000000000))),
    CONSTRAINT leads_deal_value_not_negative CHECK ((deal_value >= (0)::numeric)),
    CONSTRAINT leads_first_contact_after_creation CHECK ((first_contact_at >= created_at)),
    CONSTRAINT leads_lines_length CHECK ((GREATEST(length(province), length(postcode), length(contact_name), length(contact_email), length(contact_phone), length(source)) <= 1000)),
    CONSTRAINT leads_lists_plain CHECK (
CASE
    WHEN (array_ndims(tried_partner_ids) > 1) THEN false
    ELSE ((array_position(tried_partner_ids, NULL::uuid) IS NULL) AND (cardinality(tried_partner_ids) <= 10000) AND (length(array_to_string(tried_partner_ids, ''::text)) <= 100000))
END),
    CONSTRAINT leads_money_range CHECK (((LEAST(price_at_purchase, deal_value) >= '-999999999999.99'::numeric) AND (GREATEST(price_at_purchase, deal_value) <= 999999999999.99))),
    CONSTRAINT leads_prose_length CHECK ((GREATEST(length(message)) <= 100000)),
    CONSTRAINT leads_status_known CHECK ((status = ANY (ARRAY['new'::text, 'accepted'::text, 'rejected'::text, 'in_progress'::text, 'completed'::text, 'won'::text, 'lost'::text]))),
    CONSTRAINT leads_times_range CHECK (((LEAST(created_at, accepted_at, first_contact_at, assigned_at, decided_at, routing_attempted_at, anonymised_at) >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (GREATEST(created_at, accepted_at, first_contact_at, assigned_at, decided_at, routing_attempted_at, anonymised_at) < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
CREATE TABLE public.partner_changes (
    partner_id uuid NOT NULL,
    changed_in xid8 DEFAULT pg_current_xact_id() NOT NULL,
    changed_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT partner_changes_times_range CHECK (((LEAST(changed_at) >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (GREATEST(changed_at) < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
CREATE TABLE public.partner_channels (
    id bigint NOT NULL,
    kind text NOT NULL,
    address text NOT NULL,
    language text DEFAULT 'nl'::text NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    secret_id uuid DEFAULT gen_random_uuid() NOT NULL,
    previous_secret_id uuid,
    previous_secret_until timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    paused_until timestamp with time zone,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    partner_id uuid NOT NULL,
    CONSTRAINT partner_channels_kind_known CHECK ((kind = ANY (ARRAY['webhook'::text, 'email'::text]))),
    CONSTRAINT partner_channels_language_known CHECK ((language = ANY (ARRAY['nl'::text, 'en'::text]))),
    CONSTRAINT partner_channels_lines_length CHECK ((GREATEST(length(address)) <= 1000)),
    CONSTRAINT partner_channels_times_range CHECK (((LEAST(previous_secret_until, paused_until, created_at) >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (GREATEST(previous_secret_until, paused_until, created_at) < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE public.partner_channels ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.partner_channels_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.partner_notification_attempts (
    id bigint NOT NULL,
    number integer NOT NULL,
    started_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    finished_at timestamp with time zone,
    duration_ms integer,
    status_code integer,
    error text DEFAULT ''::text NOT NULL,
    notification_id uuid NOT NULL,
    CONSTRAINT partner_notification_attempts_times_range CHECK (((LEAST(started_at, finished_at) >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (GREATEST(started_at, finished_at) < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE public.partner_notification_attempts ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.partner_notification_attempts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.partner_notifications (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    event text DEFAULT 'lead.assigned'::text NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    started_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    leased_until timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    finished_at timestamp with time zone,
    lead_id uuid NOT NULL,
    channel_id bigint NOT NULL,
    CONSTRAINT partner_notifications_state_known CHECK ((state = ANY (ARRAY['waiting'::text, 'delivered'::text, 'failed'::text, 'superseded'::text]))),
    CONSTRAINT partner_notifications_times_range CHECK (((LEAST(created_at, started_at, due_at, leased_until, finished_at) >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (GREATEST(created_at, started_at, due_at, leased_until, finished_at) < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
CREATE TABLE public.partner_performance_days (
    id bigint NOT NULL,
    day date NOT NULL,
    as_of timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    response_points_30d double precision,
    contacted_leads_30d integer DEFAULT 0 NOT NULL,
    silent_leads_30d integer DEFAULT 0 NOT NULL,
    ai_trust_score integer,
    deal_rate_with_undecided_30d double precision,
    won_leads_30d integer DEFAULT 0 NOT NULL,
    lost_leads_30d integer DEFAULT 0 NOT NULL,
    rejected_late_leads_30d integer DEFAULT 0 NOT NULL,
    undecided_leads_30d integer DEFAULT 0 NOT NULL,
    pct_leads_followed_up_30d double precision,
    leads_assigned_30d integer DEFAULT 0 NOT NULL,
    avg_customer_rating_30d double precision,
    num_ratings_30d integer DEFAULT 0 NOT NULL,
    complained_lead_rate_30d double precision,
    avg_deal_value_30d double precision,
    valued_deals_30d integer DEFAULT 0 NOT NULL,
    consistency_score double precision,
    leads_assigned_7d integer DEFAULT 0 NOT NULL,
    partner_id uuid NOT NULL,
    CONSTRAINT partner_performance_days_counts CHECK (((contacted_leads_30d >= 0) AND (leads_assigned_30d >= 0) AND (leads_assigned_7d >= 0) AND (lost_leads_30d >= 0) AND (num_ratings_30d >= 0) AND (rejected_late_leads_30d >= 0) AND (silent_leads_30d >= 0) AND (undecided_leads_30d >= 0) AND (valued_deals_30d >= 0) AND (won_leads_30d >= 0))),
    CONSTRAINT partner_performance_days_times_range CHECK (((LEAST(as_of, recorded_at) >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (GREATEST(as_of, recorded_at) < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE public.partner_performance_days ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.partner_performance_days_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.partner_performance_refresh_runs (
    id bigint NOT NULL,
    as_of timestamp with time zone NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone NOT NULL,
    duration_ms double precision NOT NULL,
    row_count integer NOT NULL,
    mode text NOT NULL,
    triggered_by text NOT NULL,
    CONSTRAINT partner_performance_refresh_runs_times_range CHECK (((LEAST(as_of, started_at, finished_at) >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (GREATEST(as_of, started_at, finished_at) < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE public.partner_performance_refresh_runs ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.partner_performance_refresh_runs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE MATERIALIZED VIEW public.partner_performance_stats AS
 SELECT partner_id,
    leads_assigned_30d,
    leads_accepted_30d,
    leads_rejected_30d,
    conversion_rate_30d,
    avg_response_time_minutes,
    open_leads_count,
    last_lead_assigned_at,
    avg_first_response_time_minutes_7d,
    avg_first_response_time_minutes_30d,
    pct_contacted_within_1h_30d,
    pct_contacted_within_24h_30d,
    ai_trust_score,
    won_leads_30d,
    lost_leads_30d,
    won_leads_7d,
    lost_leads_7d,
    deal_rate_30d,
    deal_rate_7d,
    avg_contact_attempts_per_lead_30d,
    pct_leads_min_2_attempts_30d,
    avg_customer_rating_30d,
    num_ratings_30d,
    complaints_30d,
    complaint_rate_30d,
    avg_deal_value_30d,
    median_deal_value_30d,
    consistency_score,
    leads_assigned_7d,
    contacted_leads_30d,
    contacted_leads_7d,
    silent_leads_30d,
    valued_deals_30d,
    response_points_30d,
    pct_leads_followed_up_30d,
    complained_leads_30d,
    complained_lead_rate_30d,
    undecided_leads_30d,
    rejected_late_leads_30d,
    deal_rate_with_undecided_30d
   FROM public.partner_performance_stats_latest() stats(partner_id, leads_assigned_30d, leads_accepted_30d, leads_rejected_30d, conversion_rate_30d, avg_response_time_minutes, open_leads_count, last_lead_assigned_at, avg_first_response_time_minutes_7d, avg_first_response_time_minutes_30d, pct_contacted_within_1h_30d, pct_contacted_within_24h_30d, ai_trust_score, won_leads_30d, lost_leads_30d, won_leads_7d, lost_leads_7d, deal_rate_30d, deal_rate_7d, avg_contact_attempts_per_lead_30d, pct_leads_min_2_attempts_30d, avg_customer_rating_30d, num_ratings_30d, complaints_30d, complaint_rate_30d, avg_deal_value_30d, median_deal_value_30d, consistency_score, leads_assigned_7d, contacted_leads_30d, contacted_leads_7d, silent_leads_30d, valued_deals_30d, response_points_30d, pct_leads_followed_up_30d, complained_leads_30d, complained_lead_rate_30d, undecided_leads_30d, rejected_late_leads_30d, deal_rate_with_undecided_30d)
  WITH NO DATA;
COMMENT ON MATERIALIZED VIEW public.partner_performance_stats IS 'partner_performance_stats_at(t) for the t that partner_performance_stats_as_of() returns.';
CREATE TABLE public.partner_users (
    id bigint NOT NULL,
    partner_id uuid NOT NULL,
    user_id integer NOT NULL
);
ALTER TABLE public.partner_users ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.partner_users_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.policy_previews (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    "values" jsonb DEFAULT '{}'::jsonb NOT NULL,
    days smallint NOT NULL,
    status text DEFAULT 'waiting'::text NOT NULL,
    done integer DEFAULT 0 NOT NULL,
    total integer DEFAULT 0 NOT NULL,
    result jsonb,
    error text DEFAULT ''::text NOT NULL,
    requested_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    finished_at timestamp with time zone,
    requested_by_id integer,
    CONSTRAINT policy_previews_days_check CHECK ((days >= 0)),
    CONSTRAINT policy_previews_done_check CHECK ((done >= 0)),
    CONSTRAINT policy_previews_status_known CHECK ((status = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text]))),
    CONSTRAINT policy_previews_times_range CHECK (((LEAST(requested_at, finished_at) >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (GREATEST(requested_at, finished_at) < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT policy_previews_total_check CHECK ((total >= 0))
);
CREATE TABLE public.routing_policies (
    id bigint NOT NULL,
    version integer NOT NULL,
    is_active boolean DEFAULT false NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    based_on integer,
    activated_at timestamp with time zone,
    region_weight double precision DEFAULT 30.0 NOT NULL,
    performance_weight double precision DEFAULT 50.0 NOT NULL,
    fairness_weight double precision DEFAULT 20.0 NOT NULL,
    priority_points double precision DEFAULT 1.0 NOT NULL,
    require_regional_match boolean DEFAULT true NOT NULL,
    response_speed_weight double precision DEFAULT 25.0 NOT NULL,
    ai_trust_weight double precision DEFAULT 10.0 NOT NULL,
    deal_rate_weight double precision DEFAULT 25.0 NOT NULL,
    follow_up_weight double precision DEFAULT 10.0 NOT NULL,
    customer_feedback_weight double precision DEFAULT 10.0 NOT NULL,
    complaints_weight double precision DEFAULT 10.0 NOT NULL,
    deal_value_weight double precision DEFAULT 5.0 NOT NULL,
    consistency_weight double precision DEFAULT 5.0 NOT NULL,
    prior_strength double precision DEFAULT 5.0 NOT NULL,
    prior double precision DEFAULT 50.0 NOT NULL,
    deal_rate_cap double precision DEFAULT 85.0 NOT NULL,
    deal_rate_full double precision DEFAULT 1.0 NOT NULL,
    complaint_rate_zero double precision DEFAULT 0.2 NOT NULL,
    deal_value_full double precision DEFAULT 25000.0 NOT NULL,
    ai_high_score_is_risk boolean DEFAULT false NOT NULL,
    activated_by_id integer,
    created_by_id integer,
    CONSTRAINT routing_policies_ai_trust_weight_range CHECK (((ai_trust_weight >= (0.0)::double precision) AND (ai_trust_weight <= (100.0)::double precision))),
    CONSTRAINT routing_policies_based_on_check CHECK ((based_on >= 0)),
    CONSTRAINT routing_policies_complaints_weight_range CHECK (((complaints_weight >= (0.0)::double precision) AND (complaints_weight <= (100.0)::double precision))),
    CONSTRAINT routing_policies_consistency_weight_range CHECK (((consistency_weight >= (0.0)::double precision) AND (consistency_weight <= (100.0)::double precision))),
    CONSTRAINT routing_policies_customer_feedback_weight_range CHECK (((customer_feedback_weight >= (0.0)::double precision) AND (customer_feedback_weight <= (100.0)::double precision))),
    CONSTRAINT routing_policies_deal_rate_weight_range CHECK (((deal_rate_weight >= (0.0)::double precision) AND (deal_rate_weight <= (100.0)::double precision))),
    CONSTRAINT routing_policies_deal_value_weight_range CHECK (((deal_value_weight >= (0.0)::double precision) AND (deal_value_weight <= (100.0)::double precision))),
    CONSTRAINT routing_policies_fairness_weight_range CHECK (((fairness_weight >= (0.0)::double precision) AND (fairness_weight <= (100.0)::double precision))),
    CONSTRAINT routing_policies_follow_up_weight_range CHECK (((follow_up_weight >= (0.0)::double precision) AND (follow_up_weight <= (100.0)::double precision))),
    CONSTRAINT routing_policies_numbers_finite CHECK (((LEAST(priority_points, prior_strength, deal_value_full) >= (0)::double precision) AND (GREATEST(priority_points, prior_strength, deal_value_full) <= (1000000000)::double precision))),
    CONSTRAINT routing_policies_performance_weight_range CHECK (((performance_weight >= (0.0)::double precision) AND (performance_weight <= (100.0)::double precision))),
    CONSTRAINT routing_policies_prior_range CHECK (((prior >= (0.0)::double precision) AND (prior <= (100.0)::double precision))),
    CONSTRAINT routing_policies_region_weight_range CHECK (((region_weight >= (0.0)::double precision) AND (region_weight <= (100.0)::double precision))),
    CONSTRAINT routing_policies_response_speed_weight_range CHECK (((response_speed_weight >= (0.0)::double precision) AND (response_speed_weight <= (100.0)::double precision))),
    CONSTRAINT routing_policies_settings_range CHECK (((complaint_rate_zero > (0.0)::double precision) AND (complaint_rate_zero <= (1.0)::double precision) AND ((deal_rate_cap >= (80.0)::double precision) AND (deal_rate_cap <= (90.0)::double precision)) AND (deal_rate_full > (0.0)::double precision) AND (deal_rate_full <= (1.0)::double precision) AND (deal_value_full >= (1.0)::double precision) AND (prior_strength >= (0.0)::double precision) AND (priority_points >= (0.0)::double precision))),
    CONSTRAINT routing_policies_some_component_weight CHECK (((ai_trust_weight > (0.0)::double precision) OR (complaints_weight > (0.0)::double precision) OR (consistency_weight > (0.0)::double precision) OR (customer_feedback_weight > (0.0)::double precision) OR (deal_rate_weight > (0.0)::double precision) OR (deal_value_weight > (0.0)::double precision) OR (follow_up_weight > (0.0)::double precision) OR (response_speed_weight > (0.0)::double precision))),
    CONSTRAINT routing_policies_some_route_weight CHECK (((region_weight > (0.0)::double precision) OR (performance_weight > (0.0)::double precision) OR (fairness_weight > (0.0)::double precision))),
    CONSTRAINT routing_policies_times_range CHECK (((LEAST(created_at, activated_at) >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (GREATEST(created_at, activated_at) < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT routing_policies_version_check CHECK ((version >= 0))
);
ALTER TABLE public.routing_policies ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_policies_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.routing_policy_activations (
    id bigint NOT NULL,
    activated_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    activated_by_id integer,
    policy_id bigint NOT NULL,
    replaced_id bigint,
    CONSTRAINT routing_policy_activations_times_range CHECK (((LEAST(activated_at) >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (GREATEST(activated_at) < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE public.routing_policy_activations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.routing_policy_activations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.rule_exemptions (
    transaction_id xid8 NOT NULL,
    exempts text NOT NULL
);
COMMENT ON TABLE public.rule_exemptions IS 'Rules that pass the changes of a transaction. Has rows only while a function that may make such changes is at work.';
CREATE TABLE public.support_tickets (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    type text DEFAULT 'question'::text NOT NULL,
    subject text DEFAULT ''::text NOT NULL,
    body text DEFAULT ''::text NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    resolved_at timestamp with time zone,
    lead_id uuid,
    partner_id uuid,
    CONSTRAINT support_tickets_lines_length CHECK ((GREATEST(length(subject)) <= 1000)),
    CONSTRAINT support_tickets_prose_length CHECK ((GREATEST(length(body)) <= 100000)),
    CONSTRAINT support_tickets_status_known CHECK ((status = ANY (ARRAY['open'::text, 'resolved'::text]))),
    CONSTRAINT support_tickets_times_range CHECK (((LEAST(created_at, resolved_at) >= '1970-01-01 00:00:00+00'::timestamp with time zone) AND (GREATEST(created_at, resolved_at) < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT support_tickets_type_known CHECK ((type = ANY (ARRAY['complaint'::text, 'question'::text, 'request'::text, 'other'::text])))
);
ALTER TABLE ONLY public.application_roles
    ADD CONSTRAINT application_roles_pkey PRIMARY KEY (role_name);
ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_user_id_group_id_94350c0c_uniq UNIQUE (user_id, group_id);
ALTER TABLE ONLY public.auth_user
    ADD CONSTRAINT auth_user_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_user_id_permission_id_14a6b632_uniq UNIQUE (user_id, permission_id);
ALTER TABLE ONLY public.auth_user
    ADD CONSTRAINT auth_user_username_key UNIQUE (username);
ALTER TABLE ONLY public.axes_accessattempt
    ADD CONSTRAINT axes_accessattempt_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.axes_accessattempt
    ADD CONSTRAINT axes_accessattempt_username_ip_address_user_agent_8ea22282_uniq UNIQUE (username, ip_address, user_agent);
ALTER TABLE ONLY public.axes_accessattemptexpiration
    ADD CONSTRAINT axes_accessattemptexpiration_pkey PRIMARY KEY (access_attempt_id);
ALTER TABLE ONLY public.axes_accessfailurelog
    ADD CONSTRAINT axes_accessfailurelog_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.axes_accesslog
    ADD CONSTRAINT axes_accesslog_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.background_tasks
    ADD CONSTRAINT background_tasks_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);
ALTER TABLE ONLY public.industries
    ADD CONSTRAINT industries_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.intake_clients
    ADD CONSTRAINT intake_clients_name_key UNIQUE (name);
ALTER TABLE ONLY public.intake_clients
    ADD CONSTRAINT intake_clients_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.intake_clients
    ADD CONSTRAINT intake_clients_user_id_key UNIQUE (user_id);
ALTER TABLE ONLY public.intake_keys
    ADD CONSTRAINT intake_keys_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.intake_rates
    ADD CONSTRAINT intake_rates_pkey PRIMARY KEY (client_id);
ALTER TABLE ONLY public.knox_authtoken
    ADD CONSTRAINT knox_authtoken_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY public.lead_activities
    ADD CONSTRAINT lead_activities_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.lead_assignment_logs
    ADD CONSTRAINT lead_assignment_logs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.lead_contact_digests
    ADD CONSTRAINT lead_contact_digests_pkey PRIMARY KEY (lead_id);
ALTER TABLE ONLY public.lead_feedback
    ADD CONSTRAINT lead_feedback_lead_id_key UNIQUE (lead_id);
ALTER TABLE ONLY public.lead_feedback
    ADD CONSTRAINT lead_feedback_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.lead_repeats
    ADD CONSTRAINT lead_repeats_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.partner_changes
    ADD CONSTRAINT partner_changes_pkey PRIMARY KEY (changed_in, partner_id);
ALTER TABLE ONLY public.partner_channels
    ADD CONSTRAINT partner_channels_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.partner_notification_attempts
    ADD CONSTRAINT partner_notification_attempts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.partner_notifications
    ADD CONSTRAINT partner_notifications_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.partner_performance_days
    ADD CONSTRAINT partner_performance_days_once UNIQUE (partner_id, day);
ALTER TABLE ONLY public.partner_performance_days
    ADD CONSTRAINT partner_performance_days_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.partner_performance_refresh_runs
    ADD CONSTRAINT partner_performance_refresh_runs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.partner_users
    ADD CONSTRAINT partner_users_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.partner_users
    ADD CONSTRAINT partner_users_user_id_key UNIQUE (user_id);
ALTER TABLE ONLY public.policy_previews
    ADD CONSTRAINT policy_previews_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_policies
    ADD CONSTRAINT routing_policies_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.routing_policies
    ADD CONSTRAINT routing_policies_version_key UNIQUE (version);
ALTER TABLE ONLY public.routing_policy_activations
    ADD CONSTRAINT routing_policy_activations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rule_exemptions
    ADD CONSTRAINT rule_exemptions_pkey PRIMARY KEY (transaction_id, exempts);
ALTER TABLE ONLY public.support_tickets
    ADD CONSTRAINT support_tickets_pkey PRIMARY KEY (id);
CREATE INDEX audit_events_at ON public.audit_events USING brin (at);
CREATE INDEX audit_events_row ON public.audit_events USING btree (row_id);
CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);
CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);
CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);
CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);
CREATE INDEX auth_user_groups_group_id_97559544 ON public.auth_user_groups USING btree (group_id);
CREATE INDEX auth_user_groups_user_id_6a12ed8b ON public.auth_user_groups USING btree (user_id);
CREATE INDEX auth_user_user_permissions_permission_id_1fbb5f2c ON public.auth_user_user_permissions USING btree (permission_id);
CREATE INDEX auth_user_user_permissions_user_id_a95ead1b ON public.auth_user_user_permissions USING btree (user_id);
CREATE INDEX auth_user_username_6821ab7c_like ON public.auth_user USING btree (username varchar_pattern_ops);
CREATE INDEX axes_accessattempt_ip_address_10922d9c ON public.axes_accessattempt USING btree (ip_address);
CREATE INDEX axes_accessattempt_user_agent_ad89678b ON public.axes_accessattempt USING btree (user_agent);
CREATE INDEX axes_accessattempt_user_agent_ad89678b_like ON public.axes_accessattempt USING btree (user_agent varchar_pattern_ops);
CREATE INDEX axes_accessattempt_username_3f2d4ca0 ON public.axes_accessattempt USING btree (username);
CREATE INDEX axes_accessattempt_username_3f2d4ca0_like ON public.axes_accessattempt USING btree (username varchar_pattern_ops);
CREATE INDEX axes_accessfailurelog_ip_address_2e9f5a7f ON public.axes_accessfailurelog USING btree (ip_address);
CREATE INDEX axes_accessfailurelog_user_agent_ea145dda ON public.axes_accessfailurelog USING btree (user_agent);
CREATE INDEX axes_accessfailurelog_user_agent_ea145dda_like ON public.axes_accessfailurelog USING btree (user_agent varchar_pattern_ops);
CREATE INDEX axes_accessfailurelog_username_a8b7e8a4 ON public.axes_accessfailurelog USING btree (username);
CREATE INDEX axes_accessfailurelog_username_a8b7e8a4_like ON public.axes_accessfailurelog USING btree (username varchar_pattern_ops);
CREATE INDEX axes_accesslog_ip_address_86b417e5 ON public.axes_accesslog USING btree (ip_address);
CREATE INDEX axes_accesslog_user_agent_0e659004 ON public.axes_accesslog USING btree (user_agent);
CREATE INDEX axes_accesslog_user_agent_0e659004_like ON public.axes_accesslog USING btree (user_agent varchar_pattern_ops);
CREATE INDEX axes_accesslog_username_df93064b ON public.axes_accesslog USING btree (username);
CREATE INDEX axes_accesslog_username_df93064b_like ON public.axes_accesslog USING btree (username varchar_pattern_ops);
CREATE INDEX background_tasks_name_a53a55cd_like ON public.background_tasks USING btree (name text_pattern_ops);
CREATE INDEX django_admin_log_content_type_id_c4bce8eb ON public.django_admin_log USING btree (content_type_id);
CREATE INDEX django_admin_log_user_id_c564eba6 ON public.django_admin_log USING btree (user_id);
CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);
CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);
CREATE INDEX intake_clients_name_30342428_like ON public.intake_clients USING btree (name text_pattern_ops);
CREATE INDEX intake_keys_client_id_fa655d2a ON public.intake_keys USING btree (client_id);
CREATE INDEX intake_keys_lead_id_4dedba99 ON public.intake_keys USING btree (lead_id);
CREATE UNIQUE INDEX intake_keys_once_per_client ON public.intake_keys USING btree (client_id, key);
CREATE INDEX knox_authtoken_digest_188c7e77_like ON public.knox_authtoken USING btree (digest varchar_pattern_ops);
CREATE INDEX knox_authtoken_token_key_8f4f7d47 ON public.knox_authtoken USING btree (token_key);
CREATE INDEX knox_authtoken_token_key_8f4f7d47_like ON public.knox_authtoken USING btree (token_key varchar_pattern_ops);
CREATE INDEX knox_authtoken_user_id_e5a5d899 ON public.knox_authtoken USING btree (user_id);
CREATE INDEX lead_activities_contact ON public.lead_activities USING btree (created_at) INCLUDE (lead_id) WHERE public.is_contact_activity(type);
CREATE INDEX lead_activities_of_lead ON public.lead_activities USING btree (lead_id, created_at DESC);
CREATE INDEX lead_assignment_logs_lead ON public.lead_assignment_logs USING btree (lead_id, id DESC);
CREATE INDEX lead_assignment_logs_newest ON public.lead_assignment_logs USING btree (decided_at DESC, id DESC);
CREATE INDEX lead_assignment_logs_partner ON public.lead_assignment_logs USING btree (partner_id, id DESC);
CREATE INDEX lead_contact_digests_email ON public.lead_contact_digests USING btree (email_digest, created_at);
CREATE INDEX lead_contact_digests_phone ON public.lead_contact_digests USING btree (phone_digest, created_at);
CREATE INDEX lead_feedback_created ON public.lead_feedback USING btree (created_at) INCLUDE (partner_id, rating);
CREATE INDEX lead_feedback_partner_created ON public.lead_feedback USING btree (partner_id, created_at);
CREATE INDEX lead_repeats_of_lead ON public.lead_repeats USING btree (lead_id, received_at DESC);
CREATE INDEX leads_assigned_late ON public.leads USING btree (assigned_at) WHERE ((assigned_at IS NOT NULL) AND (((assigned_at - created_at) <= '24:00:00'::interval) IS NOT TRUE));
CREATE INDEX leads_decided ON public.leads USING btree (decided_at) WHERE (decided_at IS NOT NULL);
CREATE INDEX leads_newest ON public.leads USING btree (created_at DESC, id);
CREATE INDEX leads_partner_latest ON public.leads USING btree (user_id, COALESCE(assigned_at, created_at) DESC) WHERE (user_id IS NOT NULL);
CREATE INDEX leads_partner_newest ON public.leads USING btree (user_id, created_at DESC);
CREATE INDEX leads_partner_open ON public.leads USING btree (user_id) INCLUDE (created_at, assigned_at) WHERE ((user_id IS NOT NULL) AND (status = ANY (ARRAY['new'::text, 'accepted'::text, 'in_progress'::text])));
CREATE INDEX leads_rerouted_clock ON public.leads USING btree (COALESCE(assigned_at, created_at)) WHERE (tried_partner_ids IS NOT NULL);
CREATE INDEX leads_waiting ON public.leads USING btree (created_at, id) WHERE ((user_id IS NULL) AND (status = 'new'::text));
CREATE INDEX leads_won_clock ON public.leads USING btree ((
CASE
    WHEN (tried_partner_ids IS NOT NULL) THEN COALESCE(assigned_at, created_at)
    ELSE created_at
END)) WHERE ((user_id IS NOT NULL) AND (status = 'won'::text));
CREATE UNIQUE INDEX partner_channels_once_per_address ON public.partner_channels USING btree (partner_id, kind, address);
CREATE INDEX partner_notification_attempts_notification_id_923756f8 ON public.partner_notification_attempts USING btree (notification_id);
CREATE UNIQUE INDEX partner_notification_attempts_once ON public.partner_notification_attempts USING btree (notification_id, number);
CREATE INDEX partner_notifications_due ON public.partner_notifications USING btree (channel_id, due_at) WHERE (state = 'waiting'::text);
CREATE INDEX partner_notifications_finished ON public.partner_notifications USING btree (finished_at) WHERE (NOT (state = 'waiting'::text));
CREATE INDEX partner_notifications_newest ON public.partner_notifications USING btree (created_at DESC, id);
CREATE INDEX partner_notifications_of_lead ON public.partner_notifications USING btree (lead_id);
CREATE INDEX partner_notifications_sending ON public.partner_notifications USING btree (channel_id) WHERE ((leased_until IS NOT NULL) AND (state = 'waiting'::text));
CREATE INDEX partner_performance_days_day ON public.partner_performance_days USING btree (day);
CREATE UNIQUE INDEX partner_performance_stats_partner_id ON public.partner_performance_stats USING btree (partner_id);
CREATE INDEX partner_users_partner_id_7038a8ad ON public.partner_users USING btree (partner_id);
CREATE INDEX policy_previews_requested_by_id_ea5cf1bc ON public.policy_previews USING btree (requested_by_id);
CREATE INDEX profiles_routing_changed_at ON public.profiles USING btree (routing_changed_at);
CREATE INDEX routing_policies_activated_by_id_e4a49365 ON public.routing_policies USING btree (activated_by_id);
CREATE INDEX routing_policies_created_by_id_e3b527c3 ON public.routing_policies USING btree (created_by_id);
CREATE UNIQUE INDEX routing_policies_one_active ON public.routing_policies USING btree (is_active) WHERE is_active;
CREATE INDEX routing_policy_activations_activated_by_id_32891138 ON public.routing_policy_activations USING btree (activated_by_id);
CREATE INDEX routing_policy_activations_policy_id_a6b46d46 ON public.routing_policy_activations USING btree (policy_id);
CREATE INDEX routing_policy_activations_replaced_id_48f6f890 ON public.routing_policy_activations USING btree (replaced_id);
CREATE INDEX support_tickets_complaints ON public.support_tickets USING btree (created_at) INCLUDE (partner_id, lead_id) WHERE (type = 'complaint'::text);
CREATE INDEX support_tickets_lead_id_f89d97ea ON public.support_tickets USING btree (lead_id);
CREATE INDEX support_tickets_partner_time ON public.support_tickets USING btree (partner_id, created_at);
CREATE TRIGGER pgtrigger_anonymised_around AFTER UPDATE OF anonymised_at ON public.leads FOR EACH ROW WHEN (((old.anonymised_at IS NULL) AND (new.anonymised_at IS NOT NULL))) EXECUTE FUNCTION public.pgtrigger_anonymised_around();
CREATE TRIGGER pgtrigger_anonymised_ins BEFORE INSERT ON public.leads FOR EACH ROW WHEN (((new.anonymised_at IS NOT NULL) AND (((((new.contact_name IS DISTINCT FROM ''::text) OR (new.contact_email IS DISTINCT FROM ''::text)) OR (new.contact_phone IS DISTINCT FROM ''::text)) OR (new.message IS DISTINCT FROM ''::text)) OR (new.postcode IS DISTINCT FROM "substring"(new.postcode, '[1-9][0-9]{3}'::text))))) EXECUTE FUNCTION public.pgtrigger_anonymised_ins();
CREATE TRIGGER pgtrigger_anonymised_upd BEFORE UPDATE ON public.leads FOR EACH ROW WHEN (((old.anonymised_at IS NOT NULL) OR (new.anonymised_at IS NOT NULL))) EXECUTE FUNCTION public.pgtrigger_anonymised_upd();
CREATE TRIGGER pgtrigger_append_only BEFORE DELETE OR UPDATE ON public.audit_events FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_append_only();
CREATE TRIGGER pgtrigger_append_only BEFORE DELETE OR UPDATE ON public.lead_assignment_logs FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_append_only();
CREATE TRIGGER pgtrigger_append_only_truncate BEFORE TRUNCATE ON public.lead_assignment_logs FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_append_only_truncate();
CREATE TRIGGER pgtrigger_append_only_truncate BEFORE TRUNCATE ON public.audit_events FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_append_only_truncate();
CREATE TRIGGER pgtrigger_audit_delete AFTER DELETE ON public.partner_users REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_delete();
CREATE TRIGGER pgtrigger_audit_delete AFTER DELETE ON public.auth_user REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_delete();
CREATE TRIGGER pgtrigger_audit_delete AFTER DELETE ON public.knox_authtoken REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_delete();
CREATE TRIGGER pgtrigger_audit_delete AFTER DELETE ON public.intake_clients REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_delete();
CREATE TRIGGER pgtrigger_audit_delete AFTER DELETE ON public.auth_group REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_delete();
CREATE TRIGGER pgtrigger_audit_delete AFTER DELETE ON public.profiles REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_delete();
CREATE TRIGGER pgtrigger_audit_delete AFTER DELETE ON public.auth_user_user_permissions REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_delete();
CREATE TRIGGER pgtrigger_audit_delete AFTER DELETE ON public.leads REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_delete();
CREATE TRIGGER pgtrigger_audit_delete AFTER DELETE ON public.auth_group_permissions REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_delete();
CREATE TRIGGER pgtrigger_audit_delete AFTER DELETE ON public.partner_channels REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_delete();
CREATE TRIGGER pgtrigger_audit_delete AFTER DELETE ON public.auth_user_groups REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_delete();
CREATE TRIGGER pgtrigger_audit_insert AFTER INSERT ON public.auth_user_user_permissions REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_insert();
CREATE TRIGGER pgtrigger_audit_insert AFTER INSERT ON public.profiles REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_insert();
CREATE TRIGGER pgtrigger_audit_insert AFTER INSERT ON public.leads REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_insert();
CREATE TRIGGER pgtrigger_audit_insert AFTER INSERT ON public.auth_group REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_insert();
CREATE TRIGGER pgtrigger_audit_insert AFTER INSERT ON public.auth_user REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_insert();
CREATE TRIGGER pgtrigger_audit_insert AFTER INSERT ON public.partner_users REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_insert();
CREATE TRIGGER pgtrigger_audit_insert AFTER INSERT ON public.auth_group_permissions REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_insert();
CREATE TRIGGER pgtrigger_audit_insert AFTER INSERT ON public.auth_user_groups REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_insert();
CREATE TRIGGER pgtrigger_audit_insert AFTER INSERT ON public.knox_authtoken REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_insert();
CREATE TRIGGER pgtrigger_audit_insert AFTER INSERT ON public.intake_clients REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_insert();
CREATE TRIGGER pgtrigger_audit_insert AFTER INSERT ON public.partner_channels REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_insert();
CREATE TRIGGER pgtrigger_audit_truncate AFTER TRUNCATE ON public.partner_users FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_truncate();
CREATE TRIGGER pgtrigger_audit_truncate AFTER TRUNCATE ON public.partner_channels FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_truncate();
CREATE TRIGGER pgtrigger_audit_truncate AFTER TRUNCATE ON public.knox_authtoken FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_truncate();
CREATE TRIGGER pgtrigger_audit_truncate AFTER TRUNCATE ON public.intake_clients FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_truncate();
CREATE TRIGGER pgtrigger_audit_truncate AFTER TRUNCATE ON public.auth_user FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_truncate();
CREATE TRIGGER pgtrigger_audit_truncate AFTER TRUNCATE ON public.auth_user_user_permissions FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_truncate();
CREATE TRIGGER pgtrigger_audit_truncate AFTER TRUNCATE ON public.profiles FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_truncate();
CREATE TRIGGER pgtrigger_audit_truncate AFTER TRUNCATE ON public.auth_group FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_truncate();
CREATE TRIGGER pgtrigger_audit_truncate AFTER TRUNCATE ON public.auth_user_groups FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_truncate();
CREATE TRIGGER pgtrigger_audit_truncate AFTER TRUNCATE ON public.auth_group_permissions FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_truncate();
CREATE TRIGGER pgtrigger_audit_truncate AFTER TRUNCATE ON public.leads FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_audit_truncate();
CREATE TRIGGER pgtrigger_audit_update AFTER UPDATE ON public.auth_user FOR EACH ROW WHEN (((((((((old.is_active IS DISTINCT FROM new.is_active) OR (old.is_staff IS DISTINCT FROM new.is_staff)) OR (old.is_superuser IS DISTINCT FROM new.is_superuser)) OR ((old.username)::text IS DISTINCT FROM (new.username)::text)) OR ((old.first_name)::text IS DISTINCT FROM (new.first_name)::text)) OR ((old.last_name)::text IS DISTINCT FROM (new.last_name)::text)) OR ((old.email)::text IS DISTINCT FROM (new.email)::text)) OR ((old.password)::text IS DISTINCT FROM (new.password)::text))) EXECUTE FUNCTION public.pgtrigger_audit_update();
CREATE TRIGGER pgtrigger_audit_update AFTER UPDATE ON public.auth_group FOR EACH ROW WHEN (((old.name)::text IS DISTINCT FROM (new.name)::text)) EXECUTE FUNCTION public.pgtrigger_audit_update();
CREATE TRIGGER pgtrigger_audit_update AFTER UPDATE ON public.partner_users FOR EACH ROW WHEN (((old.partner_id IS DISTINCT FROM new.partner_id) OR (old.user_id IS DISTINCT FROM new.user_id))) EXECUTE FUNCTION public.pgtrigger_audit_update();
CREATE TRIGGER pgtrigger_audit_update AFTER UPDATE ON public.partner_channels FOR EACH ROW WHEN ((((((((old.partner_id IS DISTINCT FROM new.partner_id) OR (old.kind IS DISTINCT FROM new.kind)) OR (old.language IS DISTINCT FROM new.language)) OR (old.is_active IS DISTINCT FROM new.is_active)) OR (old.address IS DISTINCT FROM new.address)) OR (old.secret_id IS DISTINCT FROM new.secret_id)) OR (old.previous_secret_id IS DISTINCT FROM new.previous_secret_id))) EXECUTE FUNCTION public.pgtrigger_audit_update();
CREATE TRIGGER pgtrigger_audit_update AFTER UPDATE ON public.intake_clients FOR EACH ROW WHEN ((((((((((((old.name IS DISTINCT FROM new.name) OR (old.user_id IS DISTINCT FROM new.user_id)) OR (old.source IS DISTINCT FROM new.source)) OR (old.allowed_origins IS DISTINCT FROM new.allowed_origins)) OR (old.may_send_feedback IS DISTINCT FROM new.may_send_feedback)) OR (old.may_open_tickets IS DISTINCT FROM new.may_open_tickets)) OR (old.requires_contact IS DISTINCT FROM new.requires_contact)) OR (old.requires_place IS DISTINCT FROM new.requires_place)) OR (old.requires_industry IS DISTINCT FROM new.requires_industry)) OR (old.leads_per_minute IS DISTINCT FROM new.leads_per_minute)) OR (old.is_active IS DISTINCT FROM new.is_active))) EXECUTE FUNCTION public.pgtrigger_audit_update();
CREATE TRIGGER pgtrigger_audit_update AFTER UPDATE ON public.auth_user_groups FOR EACH ROW WHEN (((old.group_id IS DISTINCT FROM new.group_id) OR (old.user_id IS DISTINCT FROM new.user_id))) EXECUTE FUNCTION public.pgtrigger_audit_update();
CREATE TRIGGER pgtrigger_audit_update AFTER UPDATE ON public.auth_user_user_permissions FOR EACH ROW WHEN (((old.user_id IS DISTINCT FROM new.user_id) OR (old.permission_id IS DISTINCT FROM new.permission_id))) EXECUTE FUNCTION public.pgtrigger_audit_update();
CREATE TRIGGER pgtrigger_audit_update AFTER UPDATE ON public.profiles FOR EACH ROW WHEN (((((((((((old.company_name IS DISTINCT FROM new.company_name) OR (old.primary_branch IS DISTINCT FROM new.primary_branch)) OR (old.regions IS DISTINCT FROM new.regions)) OR (old.lead_industries IS DISTINCT FROM new.lead_industries)) OR (old.lead_locations IS DISTINCT FROM new.lead_locations)) OR (old.max_open_leads IS DISTINCT FROM new.max_open_leads)) OR (old.is_active_for_routing IS DISTINCT FROM new.is_active_for_routing)) OR (old.routing_priority IS DISTINCT FROM new.routing_priority)) OR (old.ai_risk_score IS DISTINCT FROM new.ai_risk_score)) OR (old.ai_risk_level IS DISTINCT FROM new.ai_risk_level))) EXECUTE FUNCTION public.pgtrigger_audit_update();
CREATE TRIGGER pgtrigger_audit_update AFTER UPDATE ON public.knox_authtoken FOR EACH ROW WHEN (((((old.user_id IS DISTINCT FROM new.user_id) OR (old.created IS DISTINCT FROM new.created)) OR (old.expiry IS DISTINCT FROM new.expiry)) OR ((old.digest)::text IS DISTINCT FROM (new.digest)::text))) EXECUTE FUNCTION public.pgtrigger_audit_update();
CREATE TRIGGER pgtrigger_audit_update AFTER UPDATE ON public.leads FOR EACH ROW WHEN ((((((((((((((((((((old.status IS DISTINCT FROM new.status) OR (old.user_id IS DISTINCT FROM new.user_id)) OR (old.industry_id IS DISTINCT FROM new.industry_id)) OR (old.province IS DISTINCT FROM new.province)) OR (old.source IS DISTINCT FROM new.source)) OR (old.intake_client_id IS DISTINCT FROM new.intake_client_id)) OR (old.price_at_purchase IS DISTINCT FROM new.price_at_purchase)) OR (old.deal_value IS DISTINCT FROM new.deal_value)) OR (old.created_at IS DISTINCT FROM new.created_at)) OR (old.assigned_at IS DISTINCT FROM new.assigned_at)) OR (old.first_contact_at IS DISTINCT FROM new.first_contact_at)) OR (old.accepted_at IS DISTINCT FROM new.accepted_at)) OR (old.decided_at IS DISTINCT FROM new.decided_at)) OR (old.anonymised_at IS DISTINCT FROM new.anonymised_at)) OR (old.postcode IS DISTINCT FROM new.postcode)) OR (old.contact_name IS DISTINCT FROM new.contact_name)) OR (old.contact_email IS DISTINCT FROM new.contact_email)) OR (old.contact_phone IS DISTINCT FROM new.contact_phone)) OR (old.message IS DISTINCT FROM new.message))) EXECUTE FUNCTION public.pgtrigger_audit_update();
CREATE TRIGGER pgtrigger_audit_update AFTER UPDATE ON public.auth_group_permissions FOR EACH ROW WHEN (((old.group_id IS DISTINCT FROM new.group_id) OR (old.permission_id IS DISTINCT FROM new.permission_id))) EXECUTE FUNCTION public.pgtrigger_audit_update();
CREATE TRIGGER pgtrigger_blank_inserted AFTER INSERT ON public.support_tickets REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_blank_inserted();
CREATE TRIGGER pgtrigger_blank_inserted AFTER INSERT ON public.lead_activities REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_blank_inserted();
CREATE TRIGGER pgtrigger_blank_inserted AFTER INSERT ON public.lead_repeats REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_blank_inserted();
CREATE TRIGGER pgtrigger_blank_inserted AFTER INSERT ON public.lead_feedback REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_blank_inserted();
CREATE TRIGGER pgtrigger_blank_updated BEFORE UPDATE OF lead_id, description, metadata ON public.lead_activities FOR EACH ROW WHEN (((new.description IS DISTINCT FROM NULL::text) OR (new.metadata IS DISTINCT FROM '{}'::jsonb))) EXECUTE FUNCTION public.pgtrigger_blank_updated();
CREATE TRIGGER pgtrigger_blank_updated BEFORE UPDATE OF lead_id, subject, body ON public.support_tickets FOR EACH ROW WHEN (((new.subject IS DISTINCT FROM ''::text) OR (new.body IS DISTINCT FROM ''::text))) EXECUTE FUNCTION public.pgtrigger_blank_updated();
CREATE TRIGGER pgtrigger_blank_updated BEFORE UPDATE OF lead_id, contact_name, contact_email, contact_phone, message, postcode ON public.lead_repeats FOR EACH ROW WHEN ((((((new.contact_name IS DISTINCT FROM ''::text) OR (new.contact_email IS DISTINCT FROM ''::text)) OR (new.contact_phone IS DISTINCT FROM ''::text)) OR (new.message IS DISTINCT FROM ''::text)) OR (new.postcode IS DISTINCT FROM "substring"(new.postcode, '[1-9][0-9]{3}'::text)))) EXECUTE FUNCTION public.pgtrigger_blank_updated();
CREATE TRIGGER pgtrigger_blank_updated BEFORE UPDATE OF lead_id, comment ON public.lead_feedback FOR EACH ROW WHEN ((new.comment IS DISTINCT FROM ''::text)) EXECUTE FUNCTION public.pgtrigger_blank_updated();
CREATE TRIGGER pgtrigger_contact_mended AFTER UPDATE OF status, created_at, first_contact_at, deal_value ON public.leads FOR EACH ROW WHEN ((NOT ((ROW(old.status, old.created_at) IS NOT NULL) AND COALESCE(((old.status = ANY (ARRAY['new'::text, 'accepted'::text, 'rejected'::text, 'in_progress'::text, 'completed'::text, 'won'::text, 'lost'::text])) AND (old.deal_value >= (0)::numeric) AND (old.first_contact_at >= old.created_at)), true)))) EXECUTE FUNCTION public.pgtrigger_contact_mended();
CREATE TRIGGER pgtrigger_count_open_leads_del AFTER DELETE ON public.leads REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_count_open_leads_del();
CREATE TRIGGER pgtrigger_count_open_leads_ins AFTER INSERT ON public.leads REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_count_open_leads_ins();
CREATE TRIGGER pgtrigger_count_open_leads_trunc AFTER TRUNCATE ON public.leads FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_count_open_leads_trunc();
CREATE TRIGGER pgtrigger_count_open_leads_upd AFTER UPDATE ON public.leads REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_count_open_leads_upd();
CREATE TRIGGER pgtrigger_drop_contact_del AFTER DELETE ON public.leads REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_drop_contact_del();
CREATE TRIGGER pgtrigger_end_tokens AFTER UPDATE OF password, is_active ON public.auth_user FOR EACH ROW WHEN ((((old.password)::text IS DISTINCT FROM (new.password)::text) OR (old.is_active AND (NOT new.is_active)))) EXECUTE FUNCTION public.pgtrigger_end_tokens();
CREATE TRIGGER pgtrigger_first_contact AFTER INSERT ON public.lead_activities REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_first_contact();
CREATE TRIGGER pgtrigger_guard_counters BEFORE UPDATE ON public.profiles FOR EACH ROW WHEN (((NOT ((pg_trigger_depth() > 0) AND has_table_privilege(('public.rule_exemptions'::regclass)::oid, 'INSERT'::text))) AND (((((new.open_leads IS DISTINCT FROM old.open_leads) OR (new.last_assigned_at IS DISTINCT FROM old.last_assigned_at)) OR (new.returned_at IS DISTINCT FROM old.returned_at)) OR (new.leads_since_return IS DISTINCT FROM old.leads_since_return)) OR (new.usual_daily_leads IS DISTINCT FROM old.usual_daily_leads)))) EXECUTE FUNCTION public.pgtrigger_guard_counters();
CREATE TRIGGER pgtrigger_immutable_version BEFORE DELETE OR UPDATE ON public.routing_policies FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_immutable_version();
CREATE TRIGGER pgtrigger_keep_activations BEFORE DELETE OR UPDATE ON public.routing_policy_activations FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_keep_activations();
CREATE TRIGGER pgtrigger_keep_all_activations BEFORE TRUNCATE ON public.routing_policy_activations FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_keep_all_activations();
CREATE TRIGGER pgtrigger_keep_id AFTER UPDATE ON public.leads FOR EACH ROW WHEN ((new.id <> old.id)) EXECUTE FUNCTION public.pgtrigger_keep_id();
CREATE TRIGGER pgtrigger_keep_id AFTER UPDATE ON public.profiles FOR EACH ROW WHEN ((new.id <> old.id)) EXECUTE FUNCTION public.pgtrigger_keep_id();
CREATE TRIGGER pgtrigger_keep_policies BEFORE TRUNCATE ON public.routing_policies FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_keep_policies();
CREATE TRIGGER pgtrigger_known_digest BEFORE INSERT ON public.lead_contact_digests FOR EACH ROW WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION public.pgtrigger_known_digest();
CREATE TRIGGER pgtrigger_note_contact_ins AFTER INSERT ON public.leads REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_note_contact_ins();
CREATE TRIGGER pgtrigger_note_contact_upd AFTER UPDATE OF contact_email, contact_phone, postcode, created_at ON public.leads FOR EACH ROW WHEN (((((new.contact_email IS DISTINCT FROM old.contact_email) OR (new.contact_phone IS DISTINCT FROM old.contact_phone)) OR (new.postcode IS DISTINCT FROM old.postcode)) OR (new.created_at IS DISTINCT FROM old.created_at))) EXECUTE FUNCTION public.pgtrigger_note_contact_upd();
CREATE TRIGGER pgtrigger_note_delete AFTER DELETE ON public.profiles REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_note_delete();
CREATE TRIGGER pgtrigger_note_insert AFTER INSERT ON public.profiles REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_note_insert();
CREATE TRIGGER pgtrigger_note_routing_change BEFORE UPDATE ON public.profiles FOR EACH ROW WHEN (((NOT ((pg_trigger_depth() > 0) AND has_table_privilege(('public.rule_exemptions'::regclass)::oid, 'INSERT'::text))) AND ((new.routing_changed_at IS DISTINCT FROM old.routing_changed_at) OR ((((((new.is_active_for_routing IS DISTINCT FROM old.is_active_for_routing) OR (new.max_open_leads IS DISTINCT FROM old.max_open_leads)) OR (new.regions IS DISTINCT FROM old.regions)) OR (new.lead_locations IS DISTINCT FROM old.lead_locations)) OR (new.lead_industries IS DISTINCT FROM old.lead_industries)) OR (new.primary_branch IS DISTINCT FROM old.primary_branch))))) EXECUTE FUNCTION public.pgtrigger_note_routing_change();
CREATE TRIGGER pgtrigger_note_update AFTER UPDATE ON public.profiles REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_note_update();
CREATE TRIGGER pgtrigger_notify_partner_ins AFTER INSERT ON public.leads REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_notify_partner_ins();
CREATE TRIGGER pgtrigger_notify_partner_upd AFTER UPDATE ON public.leads REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_notify_partner_upd();
CREATE CONSTRAINT TRIGGER pgtrigger_one_active AFTER DELETE OR UPDATE ON public.routing_policies DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_one_active();
CREATE TRIGGER pgtrigger_recount_mended AFTER UPDATE OF max_open_leads, ai_risk_score, ai_risk_level ON public.profiles FOR EACH ROW WHEN (((NOT COALESCE(((old.max_open_leads >= 0) AND ((old.ai_risk_score >= 0) AND (old.ai_risk_score <= 100)) AND (old.ai_risk_level = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text]))), true)) AND COALESCE(((new.max_open_leads >= 0) AND ((new.ai_risk_score >= 0) AND (new.ai_risk_score <= 100)) AND (new.ai_risk_level = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text]))), true))) EXECUTE FUNCTION public.pgtrigger_recount_mended();
CREATE TRIGGER pgtrigger_status_times_on_insert BEFORE INSERT ON public.leads FOR EACH ROW WHEN (((new.status = ANY (ARRAY['accepted'::text, 'won'::text, 'lost'::text])) AND (new.created_at >= (now() - '00:00:05'::interval)))) EXECUTE FUNCTION public.pgtrigger_status_times_on_insert();
CREATE TRIGGER pgtrigger_status_transition AFTER UPDATE ON public.leads FOR EACH ROW WHEN (((new.status IS DISTINCT FROM old.status) AND (old.status IS NOT NULL) AND (((old.status <> ALL (ARRAY['new'::text, 'accepted'::text, 'rejected'::text, 'in_progress'::text, 'completed'::text, 'won'::text, 'lost'::text])) OR ((((((((((((((old.status = 'accepted'::text) AND (new.status = 'completed'::text)) OR ((old.status = 'accepted'::text) AND (new.status = 'in_progress'::text))) OR ((old.status = 'accepted'::text) AND (new.status = 'lost'::text))) OR ((old.status = 'accepted'::text) AND (new.status = 'rejected'::text))) OR ((old.status = 'accepted'::text) AND (new.status = 'won'::text))) OR ((old.status = 'completed'::text) AND (new.status = 'lost'::text))) OR ((old.status = 'completed'::text) AND (new.status = 'won'::text))) OR ((old.status = 'in_progress'::text) AND (new.status = 'completed'::text))) OR ((old.status = 'in_progress'::text) AND (new.status = 'lost'::text))) OR ((old.status = 'in_progress'::text) AND (new.status = 'rejected'::text))) OR ((old.status = 'in_progress'::text) AND (new.status = 'won'::text))) OR ((old.status = 'new'::text) AND (new.status = 'lost'::text))) OR ((old.status = 'new'::text) AND (new.status = 'rejected'::text))) OR (((((((old.status = 'new'::text) AND (new.status = 'accepted'::text)) OR ((old.status = 'new'::text) AND (new.status = 'completed'::text))) OR ((old.status = 'new'::text) AND (new.status = 'in_progress'::text))) OR ((old.status = 'new'::text) AND (new.status = 'rejected'::text))) OR ((old.status = 'new'::text) AND (new.status = 'won'::text))) AND (new.user_id IS NOT NULL)) OR ((old.status = ANY (ARRAY['accepted'::text, 'rejected'::text, 'in_progress'::text, 'completed'::text])) AND (new.user_id IS DISTINCT FROM old.user_id) AND ((new.status = ANY (ARRAY['new'::text, 'lost'::text, 'rejected'::text])) OR ((new.status = ANY (ARRAY['accepted'::text, 'rejected'::text, 'in_progress'::text, 'completed'::text, 'won'::text])) AND (new.user_id IS NOT NULL))))) IS NOT TRUE))) EXECUTE FUNCTION public.pgtrigger_status_transition();
CREATE TRIGGER pgtrigger_write_once BEFORE UPDATE ON public.leads FOR EACH ROW WHEN ((((old.first_contact_at IS NOT NULL) AND (new.first_contact_at IS DISTINCT FROM old.first_contact_at)) OR ((old.accepted_at IS NOT NULL) AND (new.accepted_at IS DISTINCT FROM old.accepted_at)) OR ((old.decided_at IS NOT NULL) AND (new.decided_at IS DISTINCT FROM old.decided_at)) OR ((old.user_id IS NOT NULL) AND (new.user_id IS DISTINCT FROM old.user_id)) OR (new.tried_partner_ids IS DISTINCT FROM old.tried_partner_ids) OR ((new.user_id IS NOT NULL) AND (new.assigned_at IS NULL) AND ((old.user_id IS NULL) OR (old.assigned_at IS NOT NULL))) OR ((new.status IS DISTINCT FROM old.status) AND (new.status = ANY (ARRAY['accepted'::text, 'won'::text, 'lost'::text]))))) EXECUTE FUNCTION public.pgtrigger_write_once();
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_group_id_97559544_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_user_id_6a12ed8b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permi_permission_id_1fbb5f2c_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_user_id_a95ead1b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.axes_accessattemptexpiration
    ADD CONSTRAINT axes_accessattemptex_access_attempt_id_6b73a47a_fk_axes_acce FOREIGN KEY (access_attempt_id) REFERENCES public.axes_accessattempt(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_content_type_id_c4bce8eb_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_user_id_c564eba6_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.intake_clients
    ADD CONSTRAINT intake_clients_user_id_59f070fa_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.intake_keys
    ADD CONSTRAINT intake_keys_client_id_fa655d2a_fk_auth_user_id FOREIGN KEY (client_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.intake_keys
    ADD CONSTRAINT intake_keys_lead_id_4dedba99_fk_leads_id FOREIGN KEY (lead_id) REFERENCES public.leads(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.intake_rates
    ADD CONSTRAINT intake_rates_client_id_16d7c7da_fk_intake_clients_id FOREIGN KEY (client_id) REFERENCES public.intake_clients(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.knox_authtoken
    ADD CONSTRAINT knox_authtoken_user_id_e5a5d899_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lead_activities
    ADD CONSTRAINT lead_activities_created_by_cc6dd693_fk_profiles_id FOREIGN KEY (created_by) REFERENCES public.profiles(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lead_activities
    ADD CONSTRAINT lead_activities_lead_id_ce004797_fk_leads_id FOREIGN KEY (lead_id) REFERENCES public.leads(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lead_assignment_logs
    ADD CONSTRAINT lead_assignment_logs_lead_id_32468948_fk_leads_id FOREIGN KEY (lead_id) REFERENCES public.leads(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lead_assignment_logs
    ADD CONSTRAINT lead_assignment_logs_partner_id_280cc63f_fk_profiles_id FOREIGN KEY (partner_id) REFERENCES public.profiles(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lead_feedback
    ADD CONSTRAINT lead_feedback_lead_id_0faa36c9_fk_leads_id FOREIGN KEY (lead_id) REFERENCES public.leads(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lead_feedback
    ADD CONSTRAINT lead_feedback_partner_id_67be61d0_fk_profiles_id FOREIGN KEY (partner_id) REFERENCES public.profiles(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lead_repeats
    ADD CONSTRAINT lead_repeats_intake_client_id_29d6b7aa_fk_intake_clients_id FOREIGN KEY (intake_client_id) REFERENCES public.intake_clients(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lead_repeats
    ADD CONSTRAINT lead_repeats_lead_id_1a160142_fk_leads_id FOREIGN KEY (lead_id) REFERENCES public.leads(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_industry_id_046e5fa3_fk_industries_id FOREIGN KEY (industry_id) REFERENCES public.industries(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_intake_client_id_536629b2_fk_intake_clients_id FOREIGN KEY (intake_client_id) REFERENCES public.intake_clients(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_user_id_f41b277d_fk_profiles_id FOREIGN KEY (user_id) REFERENCES public.profiles(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.partner_channels
    ADD CONSTRAINT partner_channels_partner_id_1af2c8f4_fk_profiles_id FOREIGN KEY (partner_id) REFERENCES public.profiles(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.partner_notification_attempts
    ADD CONSTRAINT partner_notification_notification_id_923756f8_fk_partner_n FOREIGN KEY (notification_id) REFERENCES public.partner_notifications(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.partner_performance_days
    ADD CONSTRAINT partner_performance_days_partner FOREIGN KEY (partner_id) REFERENCES public.profiles(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.partner_users
    ADD CONSTRAINT partner_users_partner_id_7038a8ad_fk_profiles_id FOREIGN KEY (partner_id) REFERENCES public.profiles(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.partner_users
    ADD CONSTRAINT partner_users_user_id_8e453d69_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.policy_previews
    ADD CONSTRAINT policy_previews_requested_by_id_ea5cf1bc_fk_auth_user_id FOREIGN KEY (requested_by_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_policies
    ADD CONSTRAINT routing_policies_activated_by_id_e4a49365_fk_auth_user_id FOREIGN KEY (activated_by_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_policies
    ADD CONSTRAINT routing_policies_created_by_id_e3b527c3_fk_auth_user_id FOREIGN KEY (created_by_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_policy_activations
    ADD CONSTRAINT routing_policy_activ_activated_by_id_32891138_fk_auth_user FOREIGN KEY (activated_by_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_policy_activations
    ADD CONSTRAINT routing_policy_activ_policy_id_a6b46d46_fk_routing_p FOREIGN KEY (policy_id) REFERENCES public.routing_policies(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.routing_policy_activations
    ADD CONSTRAINT routing_policy_activ_replaced_id_48f6f890_fk_routing_p FOREIGN KEY (replaced_id) REFERENCES public.routing_policies(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.support_tickets
    ADD CONSTRAINT support_tickets_lead_id_f89d97ea_fk_leads_id FOREIGN KEY (lead_id) REFERENCES public.leads(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.support_tickets
    ADD CONSTRAINT support_tickets_partner_id_ce9aff21_fk_profiles_id FOREIGN KEY (partner_id) REFERENCES public.profiles(id) DEFERRABLE INITIALLY DEFERRED;
REVOKE ALL ON FUNCTION public.correct_lead_status(corrected_lead uuid, right_status text) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.hand_over_leads(instant timestamp with time zone, lead_ids uuid[], partner_ids uuid[], winner_ids uuid[], winner_standings bytea[], moving_ids uuid[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.lock_leads(lead_ids uuid[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.partner_pace(partner public.profiles) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.partner_paces_since(seen pg_snapshot) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.partner_performance_stats_as_of() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.partner_performance_stats_at(t timestamp with time zone) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.partner_performance_stats_latest() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.partner_standing(partner public.profiles) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_anonymised_around() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_anonymised_ins() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_anonymised_upd() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_append_only() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_append_only() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_append_only_truncate() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_append_only_truncate() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_delete() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_delete() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_delete() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_delete() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_delete() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_delete() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_delete() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_delete() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_delete() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_delete() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_delete() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_insert() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_insert() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_insert() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_insert() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_insert() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_insert() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_insert() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_insert() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_insert() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_insert() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_insert() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_truncate() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_truncate() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_truncate() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_truncate() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_truncate() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_truncate() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_truncate() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_truncate() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_truncate() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_truncate() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_truncate() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_update() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_update() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_update() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_update() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_update() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_update() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_update() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_update() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_update() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_update() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_audit_update() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_blank_inserted() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_blank_inserted() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_blank_inserted() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_blank_inserted() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_blank_updated() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_blank_updated() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_blank_updated() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_blank_updated() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_contact_mended() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_count_open_leads_del() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_count_open_leads_ins() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_count_open_leads_trunc() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_count_open_leads_upd() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_drop_contact_del() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_end_tokens() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_first_contact() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_guard_counters() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_immutable_version() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_keep_activations() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_keep_all_activations() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_keep_id() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_keep_id() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_keep_policies() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_known_digest() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_note_contact_ins() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_note_contact_upd() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_note_delete() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_note_insert() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_note_routing_change() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_note_update() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_notify_partner_ins() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_notify_partner_upd() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_one_active() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_recount_mended() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_status_times_on_insert() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_status_transition() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pgtrigger_write_once() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.recount_open_leads(partner_ids uuid[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.refresh_partner_performance_stats(triggered_by text) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.remove_audit_events(before timestamp with time zone) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.remove_decisions(before timestamp with time zone) FROM PUBLIC;
