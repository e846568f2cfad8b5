"""The figures of the reading on tokens and temperature."""
