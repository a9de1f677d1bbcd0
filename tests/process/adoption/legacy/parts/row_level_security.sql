-- Row-level security with policies for the people of a web application, as Supabase sets it up.
CREATE ROLE :"anon" NOLOGIN;
CREATE ROLE :"authenticated" NOLOGIN;
CREATE SCHEMA auth;
CREATE FUNCTION auth.uid() RETURNS uuid
LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;
GRANT USAGE ON SCHEMA auth TO :"anon", :"authenticated";

ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE leads ENABLE ROW LEVEL SECURITY;
ALTER TABLE lead_activities ENABLE ROW LEVEL SECURITY;

CREATE POLICY "Own profile is visible" ON profiles FOR SELECT TO :"authenticated" USING (auth.uid() = id);
CREATE POLICY "Own profile can be changed" ON profiles FOR UPDATE TO :"authenticated" USING (auth.uid() = id);
CREATE POLICY "Own leads are visible" ON leads FOR SELECT TO :"authenticated" USING (auth.uid() = user_id);
CREATE POLICY "Own leads can be changed" ON leads FOR UPDATE TO :"authenticated" USING (auth.uid() = user_id);
CREATE POLICY "Anybody may ask" ON leads FOR INSERT TO :"anon" WITH CHECK (true);
CREATE POLICY "Own activities" ON lead_activities TO :"authenticated" USING (
    EXISTS (SELECT FROM leads WHERE leads.id = lead_activities.lead_id AND leads.user_id = auth.uid())
);
GRANT SELECT, UPDATE ON profiles, leads TO :"authenticated";
GRANT INSERT ON leads TO :"anon";
GRANT SELECT, INSERT ON lead_activities TO :"authenticated";
