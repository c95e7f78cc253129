"""The forms: what is typed or sent, checked at the edge."""
