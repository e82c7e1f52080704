"""What the search box of the site knows, made from the catalogue."""
