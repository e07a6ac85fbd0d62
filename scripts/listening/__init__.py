"""Test material, renders of it through processors and their peers, and the page that shows both: what scripts/listen is made of."""
