"""What is known of the people behind the leads: how long, handed out to them, and erased.

What it is stands in `leads.personal_data`; that nothing is left of an anonymised lead is held by triggers.
"""
