"""Personal data of the people behind the leads: its retention, export and erasure.

`leads.privacy.personal_data` declares it; triggers guarantee that none is left of an anonymised lead.
"""
