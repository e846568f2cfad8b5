"""Content packs: concepts and exercises that somebody else wrote, as a folder or a wheel; read, judged, switched on and off."""
