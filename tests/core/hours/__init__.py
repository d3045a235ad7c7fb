"""Opening hours: what a page of them says, and what follows from it at every instant."""
