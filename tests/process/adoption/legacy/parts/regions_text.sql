-- Regions as one text: comma-separated, one value, empty, NULL, with spaces, an array literal, with quotes.
ALTER TABLE profiles
ALTER COLUMN regions TYPE text USING array_to_string(regions, ', '),
ALTER COLUMN regions SET DEFAULT '';

INSERT INTO profiles (id, regions) VALUES
('00000000-0000-4000-8000-0000000000b1', 'Utrecht,Gelderland'),
('00000000-0000-4000-8000-0000000000b2', 'Flevoland'),
('00000000-0000-4000-8000-0000000000b3', ''),
('00000000-0000-4000-8000-0000000000b4', NULL),
('00000000-0000-4000-8000-0000000000b5', '  Noord-Holland ,  Zuid-Holland  '),
('00000000-0000-4000-8000-0000000000b6', '{Drenthe,Groningen}'),
('00000000-0000-4000-8000-0000000000b7', '''s-Gravenhage, "Den Bosch"'),
('00000000-0000-4000-8000-0000000000b8', 'Limburg,,Zeeland,'),
('00000000-0000-4000-8000-0000000000b9', '{"Noord-Brabant","Utrecht (stad)"}'),
('00000000-0000-4000-8000-0000000000ba', '   '),
('00000000-0000-4000-8000-0000000000bb', '{}'),
('00000000-0000-4000-8000-0000000000bc', '{Utrecht'),
('00000000-0000-4000-8000-0000000000bd', 'Fryslân');
