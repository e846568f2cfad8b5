"""From evidence to what the rail shows: pure rules; one file writes."""
