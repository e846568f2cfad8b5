"""What a run added up to: beside another's, as tables for a spreadsheet, and as text for a meeting."""
