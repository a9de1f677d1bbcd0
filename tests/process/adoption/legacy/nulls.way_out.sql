-- A list may have no empty places.
UPDATE profiles SET lead_industries = array_remove(lead_industries, NULL) WHERE array_position(lead_industries, NULL) > 0;
