-- The AI's score the other way round: the higher it is, the higher the risk.
\ir tables.sql
UPDATE profiles SET ai_risk_score = 100 - ai_risk_score WHERE ai_risk_score IS NOT NULL;
\ir stats.sql
