"""Execute an instrument durably: steps are stored as they come, and watched by any number of pages."""
