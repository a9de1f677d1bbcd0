-- Regions as one text: comma-separated, one value, empty, NULL, with spaces, an array literal, with quotes.
\ir tables.sql
\ir parts/regions_text.sql
\ir stats.sql
