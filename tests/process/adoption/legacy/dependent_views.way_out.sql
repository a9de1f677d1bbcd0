-- What the person in charge does first: everything that would break goes, to be made anew afterwards.
DROP VIEW top_partners;
DROP VIEW partners_by_region;
DROP VIEW waiting_leads;
DROP POLICY only_open ON leads;
DROP PUBLICATION regional;
