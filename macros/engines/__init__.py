"""The only place that knows a site engine."""
