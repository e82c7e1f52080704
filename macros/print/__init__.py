"""The printed handbook: leaves of HTML laid out one by one and bound into a single PDF."""
