-- What for: the forms in which the e-mail addresses and phone numbers of leads are compared, so that the same person is
-- found again whoever stored the lead, and in whatever way it was written. Triggers on leads keep digests of them.

-- One label of a domain name, RFC 3492 (Punycode) with the parameters of RFC 3490 (IDNA).
CREATE FUNCTION public.decoded_label(label text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $function$
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
$function$;

COMMENT ON FUNCTION public.decoded_label(text) IS
'A label of a domain name as it is read: xn--mller-kva is müller; what cannot be decoded stays as it is.';

CREATE FUNCTION public.visible_text(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT CASE
        WHEN words ~ '[^\x09\x0a\x0d\x20-\x7e]' THEN normalize(
            -- The characters that Unicode names ignorable (Default_Ignorable_Code_Point), others that show nothing, and
            -- controls.
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
$function$;

COMMENT ON FUNCTION public.visible_text(text) IS
'What a reader sees of a text: without invisible characters, and each other one in its one form (NFKC).';

-- Not the lower() of a collation, which differs between databases.
CREATE FUNCTION public.comparable_text(words text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $function$
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
        -- Only a label that is in its one form already, and stays what it is when this is applied again.
        IF decoded ~ '[^\x01-\x7f]' AND decoded !~ 'xn--' AND decoded = public.comparable_text(decoded) THEN
            read := regexp_replace(read, '(?<![a-z0-9-])' || label || '(?![a-z0-9-])', decoded, 'g');
        END IF;
    END LOOP;
    RETURN read;
END;
$function$;

COMMENT ON FUNCTION public.comparable_text(text) IS
'A text as it is searched: what a reader sees of it, without regard to case and to how domain names are encoded.';

CREATE FUNCTION public.lead_email(contact_email text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $function$
DECLARE
    address text := lower(contact_email COLLATE "C");
BEGIN
    -- Nearly every address has its one form by then.
    IF address ~ '[^\x21-\x7e]|xn--' THEN
        -- Normalised again: an accent that stood alone now belongs to the letter before it.
        address := normalize(regexp_replace(public.comparable_text(contact_email), '[ \t\n\r\u1680]+', '', 'g'), NFKC);
    END IF;
    RETURN CASE WHEN strpos(address, '@') > 0 THEN rtrim(address, '.') END;
END;
$function$;

COMMENT ON FUNCTION public.lead_email(text) IS
'An e-mail address in one form, whatever its case, encoding and invisible characters; NULL for what is none.';

-- The intake stores numbers as +31301234567 (E.164) and this leaves them so. Other writers store what they like: Dutch
-- and Belgian numbers in national writing get their country code; a number of another country needs to have it.
CREATE FUNCTION public.lead_phone(contact_phone text, postcode text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $function$
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
$function$;

COMMENT ON FUNCTION public.lead_phone(text, text) IS
'A phone number in one form, with the country code of the postcode where it has none; NULL for what is none.';
